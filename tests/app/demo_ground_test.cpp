#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/demo/ground.h"
#include "app/demo/ground_steps.h"
#include "data/reference.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"

using namespace gapmap;
using namespace gapmap::demo;

namespace {
const Ground& ground() {
    static const Ground made = make_ground(Seed{1});
    return made;
}

double area(const Polygons<Lonlat>& polygons, std::size_t row) { return polygon_area(polygons.view(), row); }
}  // namespace

TEST_CASE("the demo county has 7 towns, 70 villages and communities, 76 grids and 358 buildings") {
    CHECK(ground().towns.size() == 7);
    CHECK(ground().villages.size() == 70);
    CHECK(ground().grids.size() == 76);
    CHECK(ground().buildings.size() == 358);
    std::size_t urban = 0, communities = 0, planted_villages = 0, planted_grids = 0, seat = 0;
    for (const Grid& grid : ground().grids) urban += grid.urban ? 1 : 0;
    for (const Village& village : ground().villages) {
        communities += village.community ? 1 : 0;
        seat += village.role == Role::seat ? 1 : 0;
        planted_villages += village.role == Role::planted_village ? 1 : 0;
        planted_grids += village.role == Role::planted_grid ? 1 : 0;
    }
    CHECK(urban == 18);
    CHECK(communities == 4);
    CHECK(seat == 12);
    CHECK(planted_villages == 6);
    CHECK(planted_grids == 4);
}

TEST_CASE("villages tile the outline: no gap, no overlap, every shape valid") {
    const auto& villages = ground().village_shapes;
    const auto  view     = villages.view();
    double      sum      = 0;
    for (std::size_t v = 0; v < villages.size(); ++v) {
        sum += area(villages, v);
        const auto validity = check_validity(PolygonRow<Lonlat>{view, v});
        CHECK_MESSAGE(validity.valid, ground().villages[v].name << ": " << validity.reason);
        CHECK_MESSAGE(villages.rows[v + 1] - villages.rows[v] == 1, ground().villages[v].name << " is in pieces");
    }
    const double outline = area(ground().outline, 0);
    CHECK(std::abs(sum - outline) / outline < 1e-9);
    CHECK(ground().outline.parts.size() == 2);
    CHECK(ground().outline.rings.size() == 2);  // one shell and no hole: no gap inside
    for (std::size_t a = 0; a < villages.size(); ++a) {
        for (std::size_t b = a + 1; b < villages.size(); ++b) {
            CHECK(area(intersection(PolygonRow<Lonlat>{view, a}, PolygonRow<Lonlat>{view, b}), 0) == 0.0);
        }
    }
}

TEST_CASE("the tiled outline is the reference outline but for the rounding where borders end on it") {
    const auto       json = nlohmann::json::parse(reference_file("linyou_outline.geojson"));
    Polygons<Lonlat> reference;
    for (const auto& p : json["features"][0]["geometry"]["coordinates"][0]) reference.push_point(p[0].get<double>(), p[1].get<double>());
    reference.end_ring();
    reference.end_part();
    reference.end_row();
    const auto   a = reference.view(), b = ground().outline.view();
    const double outside = area(difference(PolygonRow<Lonlat>{b, 0}, PolygonRow<Lonlat>{a, 0}), 0);
    const double missing = area(difference(PolygonRow<Lonlat>{a, 0}, PolygonRow<Lonlat>{b, 0}), 0);
    CHECK((outside + missing) / area(reference, 0) < 1e-7);
}

TEST_CASE("towns are the unions of their villages") {
    std::vector<double> sum(7);
    for (std::size_t v = 0; v < 70; ++v) sum[ground().villages[v].town] += area(ground().village_shapes, v);
    const auto view = ground().town_shapes.view();
    for (std::size_t t = 0; t < 7; ++t) {
        CHECK(std::abs(area(ground().town_shapes, t) - sum[t]) / sum[t] < 1e-12);
        CHECK(check_validity(PolygonRow<Lonlat>{view, t}).valid);
    }
}

TEST_CASE("every grid lies in its village, every building in its grid, and none overlap") {
    const auto villages = ground().village_shapes.view();
    const auto grids    = ground().grid_shapes.view();
    for (std::size_t g = 0; g < 76; ++g) {
        CHECK(covers_polygon(PolygonRow<Lonlat>{villages, ground().grids[g].village}, PolygonRow<Lonlat>{grids, g}));
        for (std::size_t other = g + 1; other < 76; ++other) {
            CHECK(area(intersection(PolygonRow<Lonlat>{grids, g}, PolygonRow<Lonlat>{grids, other}), 0) == 0.0);
        }
    }
    const auto lonlat    = unproject(ground().building_shapes.view(), demo_metric, demo_crs);
    const auto buildings = lonlat.view();
    const auto planar    = ground().building_shapes.view();
    for (std::size_t b = 0; b < 358; ++b) {
        CHECK(covers_polygon(PolygonRow<Lonlat>{grids, ground().buildings[b].grid}, PolygonRow<Lonlat>{buildings, b}));
        CHECK(covers(buildings, b, ground().buildings[b].centre));
        for (std::size_t other = b + 1; other < 358; ++other) {
            if (ground().buildings[b].grid != ground().buildings[other].grid) continue;
            CHECK(polygon_area(intersection(PolygonRow<Planar>{planar, b}, PolygonRow<Planar>{planar, other}).view(), 0) == 0.0);
        }
    }
}

TEST_CASE("another seed gives another ground, the same seed the same") {
    const Ground again = make_ground(Seed{1}), other = make_ground(Seed{2});
    CHECK(again.village_shapes.x == ground().village_shapes.x);
    CHECK(again.building_shapes.y == ground().building_shapes.y);
    CHECK(other.village_shapes.x != ground().village_shapes.x);
}
