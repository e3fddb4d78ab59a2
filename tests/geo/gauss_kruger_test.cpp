#include "geo/crs/gauss_kruger.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "geo/core/draws.h"
#include "geo/crs/china_shift.h"
#include "geo/crs/transform.h"

using namespace gapmap;

namespace {

// The same system under a name that only PROJ knows: a second method.
const std::string by_proj = "+proj=longlat +ellps=GRS80 +no_defs +type=crs";

struct Places {
    std::vector<double> x, y;
};

Places scattered(double lon, double half_width, double south, double north, std::size_t count, std::uint64_t seed) {
    Places out;
    Draws  draws{Seed{seed}, 1, 0};
    for (std::size_t i = 0; i < count; ++i) {
        out.x.push_back(lon + (draws.uniform() * 2 - 1) * half_width);
        out.y.push_back(south + draws.uniform() * (north - south));
    }
    return out;
}

double farthest(const std::vector<double>& a, const std::vector<double>& b) {
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = std::abs(a[i] - b[i]);
        if (!(d <= worst)) worst = std::isnan(d) ? std::numeric_limits<double>::infinity() : d;
    }
    return worst;
}

}  // namespace

TEST_CASE("every Gauss-Kruger zone of CGCS2000 agrees with PROJ to a hundredth of a millimetre, there and back") {
    for (int code = 4491; code <= 4554; ++code) {
        CAPTURE(code);
        const std::string crs  = "EPSG:" + std::to_string(code);
        const auto        zone = GaussKruger::of(crs);
        REQUIRE(zone);
        const Places degrees = scattered(zone->central_meridian_deg, 9.5, -80, 80, 300, static_cast<std::uint64_t>(code));
        Places       ours = degrees, theirs = degrees;
        Transform("EPSG:4490", crs).apply(ours.x, ours.y);
        Transform(by_proj, crs).apply(theirs.x, theirs.y);
        CHECK(farthest(ours.x, theirs.x) < 1e-5);
        CHECK(farthest(ours.y, theirs.y) < 1e-5);
        Places back = theirs;
        Transform(crs, "EPSG:4490").apply(back.x, back.y);
        CHECK(farthest(back.x, degrees.x) < 1e-9);
        CHECK(farthest(back.y, degrees.y) < 1e-10);
    }
}

TEST_CASE("no other system is taken for a zone") {
    for (const char* crs : {"EPSG:4490", "EPSG:4555", "EPSG:32648", "EPSG:3857", "EPSG:2343", "EPSG:4545x", "4545", "GCJ02", ""}) CHECK_FALSE(GaussKruger::of(crs));
    CHECK(GaussKruger::of("EPSG:4524")->false_easting_m == 36'500'000);
    CHECK(GaussKruger::of("EPSG:4496")->central_meridian_deg == 105);
}

TEST_CASE("a point far from the central meridian, near a pole or missing goes to PROJ, and its neighbours are not touched by it") {
    std::vector<double> x{107.8, 70, 107.9, std::numeric_limits<double>::quiet_NaN(), 108, 107.8}, y{34.7, 30, 89.5, 34, 34.7, 34.7};
    std::vector<double> px = x, py = y;
    Transform("EPSG:4490", "EPSG:4545").apply(x, y);
    Transform(by_proj, "EPSG:4545").apply(px, py);
    for (const std::size_t i : {0U, 1U, 2U, 4U}) {
        CHECK(std::abs(x[i] - px[i]) < 1e-5);
        CHECK(std::abs(y[i] - py[i]) < 1e-5);
    }
    CHECK(std::isnan(x[3]));
    CHECK(x[5] == x[0]);
    CHECK(y[5] == y[0]);
}

TEST_CASE("coordinates are the same bits one by one and in a long column, at any place in it") {
    const Places degrees = scattered(108, 3, 33, 36, 1'000, 5);
    for (const auto& [from, to] : {std::pair{"EPSG:4490", "EPSG:4545"}, std::pair{"EPSG:4490", "GCJ02"}, std::pair{"GCJ02", "EPSG:4490"}}) {
        const std::string target(to);  // CAPTURE makes a lambda, and clang before 16 lets none take a structured binding
        CAPTURE(target);
        Places            column = degrees;
        const Transform   transform(from, to);
        transform.apply(column.x, column.y);
        std::size_t different = 0;
        for (std::size_t i = 0; i < degrees.x.size(); ++i) {
            std::array x{degrees.x[i]}, y{degrees.y[i]};
            transform.apply(x, y);
            different += x[0] != column.x[i] || y[0] != column.y[i] ? 1 : 0;
        }
        CHECK(different == 0);
    }
}

TEST_CASE("the offset of Chinese maps over columns is the offset point by point, inside the rule's box and out of it") {
    Places degrees = scattered(105, 60, -20, 70, 3'000, 9);
    Places there = degrees;
    wgs84_to_gcj02(there.x, there.y);
    Places back = there;
    gcj02_to_wgs84(back.x, back.y);
    std::size_t different = 0, moved = 0;
    for (std::size_t i = 0; i < degrees.x.size(); ++i) {
        const Point<Lonlat> p = wgs84_to_gcj02(Point<Lonlat>{degrees.x[i], degrees.y[i]});
        const Point<Lonlat> q = gcj02_to_wgs84(Point<Lonlat>{there.x[i], there.y[i]});
        different += p.x != there.x[i] || p.y != there.y[i] || q.x != back.x[i] || q.y != back.y[i] ? 1 : 0;
        moved += there.x[i] != degrees.x[i] ? 1 : 0;
    }
    CHECK(different == 0);
    CHECK(moved > 500);
    CHECK(moved < 2'500);
}

TEST_CASE("there and back through the offset is within a millionth of a millimetre over the whole of China") {
    Places degrees = scattered(105, 30, 4, 54, 20'000, 11), back = degrees;
    wgs84_to_gcj02(back.x, back.y);
    gcj02_to_wgs84(back.x, back.y);
    CHECK(farthest(back.x, degrees.x) < 1e-11);
    CHECK(farthest(back.y, degrees.y) < 1e-11);
}
