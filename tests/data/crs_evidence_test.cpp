#include "data/ingest/crs_evidence.h"

#include <doctest/doctest.h>

#include "geo/core/draws.h"
#include "geo/crs/china_shift.h"

using namespace gapmap;

namespace {

constexpr Box<Lonlat> county{107.3, 34.5, 108.1, 35.0};

/// Forty buildings of 40 m, named B0 to B39.
UnitShapes buildings() {
    UnitShapes               shapes;
    std::vector<std::string> codes;
    Polygons<Lonlat>         ground;
    for (int b = 0; b < 40; ++b) {
        const double x = 107.5 + 0.01 * b, y = 34.7;
        for (const auto& [dx, dy] : {std::pair{-2, -2}, {2, -2}, {2, 2}, {-2, 2}, {-2, -2}}) ground.push_point(x + dx * 1e-4, y + dy * 1e-4);
        ground.end_ring();
        ground.end_part();
        ground.end_row();
        codes.push_back("B" + std::to_string(b));
    }
    shapes.add(codes, ground);
    return shapes;
}

template <class Shift>
CrsEvidence evidence(const UnitShapes& shapes, int rows, Shift shift, bool turned = false) {
    CrsEvidence out(county, &shapes);
    for (int i = 0; i < rows; ++i) {
        Draws               draws(Seed{1}, 1, static_cast<std::uint64_t>(i));
        const Point<Lonlat> p = shift(Point<Lonlat>{107.5 + 0.01 * (i % 40) + (draws.uniform() - 0.5) * 3e-4, 34.7 + (draws.uniform() - 0.5) * 3e-4});
        turned ? out.add(p.y, p.x, "B" + std::to_string(i % 40)) : out.add(p.x, p.y, "B" + std::to_string(i % 40));
    }
    return out;
}

const auto as_gps   = [](Point<Lonlat> p) { return p; };
const auto as_phone = [](Point<Lonlat> p) { return wgs84_to_gcj02(p); };
const auto as_baidu = [](Point<Lonlat> p) { return gcj02_to_bd09(wgs84_to_gcj02(p)); };

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("undeclared coordinates are told by the buildings that their rows name, with metres and certainty") {
    const UnitShapes shapes = buildings();
    CHECK(has(evidence(shapes, 60, as_gps).looks_like(), "degrees; with EPSG:4490 or EPSG:4326 the points lie 0 m"));
    CHECK(has(evidence(shapes, 60, as_phone).looks_like(), "with GCJ02 the points lie 0 m"));
    CHECK(has(evidence(shapes, 60, as_baidu).looks_like(), "with BD09 the points lie 0 m"));
    CHECK(has(evidence(shapes, 60, as_baidu).looks_like(), "60 rows, certain"));
    CHECK(has(evidence(shapes, 60, as_phone, true).looks_like(), "latitude first; with GCJ02 the points lie 0 m"));
}

TEST_CASE("few rows, or rows that name no unit, leave the system open, and metres are known by their size") {
    const UnitShapes shapes = buildings();
    CHECK(has(evidence(shapes, 10, as_phone).looks_like(), "cannot be told"));
    CrsEvidence unnamed(county, &shapes), zone(county, nullptr), metres(county, nullptr), nonsense(county, nullptr);
    for (int i = 0; i < 50; ++i) {
        unnamed.add(107.7, 34.7, "");
        zone.add(36'480'533, 3'838'966, "");
        metres.add(3'838'966, 480'533, "");
        nonsense.add(12, 7, "");
    }
    CHECK(has(unnamed.looks_like(), "cannot be told"));
    CHECK(has(zone.looks_like(), "zone's number in front"));
    CHECK(has(metres.looks_like(), "without the zone's number"));
    CHECK(has(nonsense.looks_like(), "do not look like"));
    CHECK(CrsEvidence(county, nullptr).looks_like().empty());
}

TEST_CASE("a declaration that the buildings contradict is found, a right one and one of too few rows are not") {
    const UnitShapes shapes = buildings();
    const auto       wrong  = evidence(shapes, 60, as_phone).contradiction("EPSG:4490");
    REQUIRE(wrong);
    CHECK(wrong->better == "GCJ02");
    CHECK(wrong->better_m < 1);
    CHECK(wrong->declared_m > 300);
    CHECK_FALSE(evidence(shapes, 60, as_phone).contradiction("GCJ02"));
    CHECK_FALSE(evidence(shapes, 60, as_gps).contradiction("EPSG:4326"));
    CHECK_FALSE(evidence(shapes, 15, as_phone).contradiction("EPSG:4490"));
    CHECK_FALSE(evidence(shapes, 60, as_phone).contradiction("EPSG:4545"));
}
