#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include "tile_polygons.h"

using namespace gapmap;
using namespace tiles;

namespace {

using Corners = std::vector<std::pair<double, double>>;

void push_ring(Polygons<Lonlat>& out, const Corners& corners) {
    for (const auto& [x, y] : corners) out.push_point(x, y);
    out.push_point(corners[0].first, corners[0].second);
    out.end_ring();
}

void push_row(Polygons<Lonlat>& out, const std::vector<Corners>& rings) {
    for (const Corners& ring : rings) push_ring(out, ring);
    out.end_part();
    out.end_row();
}

Corners box(double west, double south, double east, double north) { return {{west, south}, {east, south}, {east, north}, {west, north}}; }

/// Twice the area of everything in the tiles of each level.
std::map<int, double> area_by_level(const MapSink& sink) {
    std::map<int, double> out;
    for (const auto& [tile, bytes] : sink.tiles) {
        const auto layers = mvt::decode(bytes);
        for (const auto& [name, layer] : layers) {
            for (const mvt::Feature& f : layer.features) out[tile.z] += tiles::twice_area(f);
        }
    }
    return out;
}

/// Twice the area in steps of level z that a shape has, by the set's coordinates.
double exact_area(const Polygons<Lonlat>& shapes, int z) {
    const Polygons<Planar> planar = project(shapes.view(), "EPSG:4326", "EPSG:3857");
    double                 sum    = 0;
    for (std::size_t r = 0; r < planar.size(); ++r) sum += polygon_area(planar.view(), r);
    const double steps = 4096 / web_mercator_quad().span(z);
    return 2 * sum * steps * steps;
}

}  // namespace

TEST_CASE("a coverage of the world stays one on every level: tiles are filled exactly, each polygon valid") {
    const RaggedGrid    grid{70, 40, 7, -179, -84, 358, 168, Seed{5}};
    const ReleasedLayer layer = layer_of(grid.shapes());
    for (const std::uint32_t simplify : {1U, 4U, 8U}) {
        const VectorTileOptions o{.min_zoom = 0, .max_zoom = 5, .simplify = simplify};
        const MapSink           sink = build(layer, o);
        CAPTURE(simplify);
        CHECK(check_valid(sink) > 10000);
        int partly = 0;
        const int full = count_full(sink, o, &partly);
        CHECK(full >= 3 * 3 + 7 * 7 + 13 * 13 + 29 * 29);
        CHECK(partly <= 1 + 4 + 12 + 28 + 60 + 124);  // tiles at the edge of the world
    }
}

TEST_CASE("on levels where a shape is smaller than a lattice square, what is drawn still fills the tile exactly") {
    const RaggedGrid    grid{300, 200, 5, -179, -84, 358, 168, Seed{6}};
    const ReleasedLayer layer = layer_of(grid.shapes());
    const VectorTileOptions o{.min_zoom = 2, .max_zoom = 3, .extent = 256, .buffer = 4};
    std::vector<LevelReport> report;
    const MapSink            sink = build(layer, o, 2, &report);
    CHECK(check_valid(sink) > 1000);
    int partly = 0;
    CHECK(count_full(sink, o, &partly) >= 2 * 2 + 6 * 6);
    REQUIRE(report.size() == 2);
    CHECK(report[0].rows_too_small > 15000);
    for (const LevelReport& r : report) CHECK(r.rows_drawn + r.rows_too_small == 60000);
}

TEST_CASE("where a vertex of one shape stands on the straight edge of another, neither gap nor overlap appears") {
    Polygons<Lonlat> shapes;
    Draws            draws{Seed{8}, 3, 0};
    // Slanting strips, each cut across at places of its own, so that almost no cut meets one of the next strip.
    constexpr int strips = 40;
    const auto    line   = [](int s, double x) { return -80 + 160.0 * s / strips + (s == 0 || s == strips ? 0 : 1.3 * std::sin(s) * x / 170); };
    for (int s = 0; s < strips; ++s) {
        std::vector<double> cuts{-179, 179};
        for (int i = 0; i < 25; ++i) cuts.push_back(-178 + 356 * draws.uniform());
        std::ranges::sort(cuts);
        for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
            push_row(shapes, {{{cuts[i], line(s, cuts[i])}, {cuts[i + 1], line(s, cuts[i + 1])}, {cuts[i + 1], line(s + 1, cuts[i + 1])}, {cuts[i], line(s + 1, cuts[i])}}});
        }
    }
    // Degrees are taken as they are (no projection bends the strips).
    const ReleasedLayer     layer = layer_of(std::move(shapes));
    TileMatrixSet           degrees{"degrees", "OGC:CRS84", -180, 180, 256, {}};
    for (int z = 0; z < 5; ++z) degrees.levels.push_back({360 / 256.0 / std::exp2(z), 1U << z, 1U << z});
    const VectorTileOptions o{.min_zoom = 1, .max_zoom = 4, .set = &degrees};
    const MapSink           sink = build(layer, o);
    CHECK(check_valid(sink) > 3000);
    int partly = 0;
    CHECK(count_full(sink, o, &partly) >= 6 * 2 + 14 * 6);
}

TEST_CASE("shapes with holes, islands and parts that touch stay valid and fill the tile together") {
    // Each cell of a grid goes to one of five owners by chance.
    const RaggedGrid       grid{36, 24, 3, -179, -84, 358, 168, Seed{9}};
    const Polygons<Lonlat> cells = grid.shapes();
    std::vector<std::vector<std::uint32_t>> of(5);
    Draws                                   draws{Seed{10}, 4, 0};
    for (std::uint32_t c = 0; c < cells.size(); ++c) of[draws.below(5)].push_back(c);
    Polygons<Lonlat> owners;
    for (const auto& rows : of) {
        const Polygons<Lonlat> one = unite(cells.view(), rows);
        for (std::uint32_t p = 0; p + 1 < one.parts.size(); ++p) {
            for (std::uint32_t q = one.parts[p]; q < one.parts[p + 1]; ++q) {
                for (std::uint32_t i = one.rings[q]; i < one.rings[q + 1]; ++i) owners.push_point(one.x[i], one.y[i]);
                owners.end_ring();
            }
            owners.end_part();
        }
        owners.end_row();
    }
    const ReleasedLayer layer = layer_of(std::move(owners));
    for (const std::uint32_t extent : {64U, 512U, 4096U}) {
        CAPTURE(extent);
        const VectorTileOptions o{.min_zoom = 1, .max_zoom = 5, .extent = extent, .buffer = extent / 16};
        const MapSink           sink = build(layer, o);
        CHECK(check_valid(sink) > 500);
        int partly = 0;
        CHECK(count_full(sink, o, &partly) >= 3 * 3 + 13 * 13 + 29 * 29);
    }
}

TEST_CASE("thin, winding shapes are valid where they collapse in part") {
    Polygons<Lonlat> shapes;
    for (int s = 0; s < 60; ++s) {
        // A spiral band that narrows to nothing.
        Corners      outer, inner;
        const double x = -150 + 30 * (s % 10), y = -60 + 24 * (s / 10);
        for (int i = 0; i <= 150; ++i) {
            const double a = i * 0.13, r = 11 - i * 0.06, w = 1.2 * (1 - i / 151.0);
            outer.emplace_back(x + r * std::cos(a + s), y + 0.9 * r * std::sin(a + s));
            inner.emplace_back(x + (r - w) * std::cos(a + s), y + 0.9 * (r - w) * std::sin(a + s));
        }
        outer.insert(outer.end(), inner.rbegin(), inner.rend());
        push_row(shapes, {outer});
    }
    const ReleasedLayer layer = layer_of(std::move(shapes));
    CHECK(check_valid(build(layer, {.min_zoom = 0, .max_zoom = 6})) > 60 * 6);
    CHECK(check_valid(build(layer, {.min_zoom = 0, .max_zoom = 6, .extent = 128, .buffer = 8, .simplify = 1})) > 60 * 5);
}

TEST_CASE("bow ties, rings that run back, overlapping parts and holes outside are mended, and the area that is left is theirs") {
    Polygons<Lonlat> shapes;
    push_row(shapes, {{{0, 0}, {1, 1}, {1, 0}, {0, 1}}});                                               // half a square
    push_row(shapes, {{{3, 0}, {4, 0}, {4, 0.5}, {5, 0.5}, {4, 0.5}, {4, 1}, {3, 1}}});                 // a spike
    push_row(shapes, {box(6, 0, 7, 1), box(8, 0, 8.5, 1)});                                             // a hole outside
    push_row(shapes, {box(10, 0, 11, 1), {{10, 0.5}, {10.5, 0.25}, {10.5, 0.75}}});                     // a hole that touches
    const double unit = exact_area([] { Polygons<Lonlat> one; push_row(one, {box(0, 0, 1, 1)}); return one; }(), 9);
    const auto   sink = build(layer_of(std::move(shapes)), {.min_zoom = 0, .max_zoom = 9, .buffer = 0});
    CHECK(check_valid(sink) >= 4 * 10 - 8);
    std::map<std::uint64_t, double> area;
    for (const auto& [tile, bytes] : sink.tiles) {
        if (tile.z != 9) continue;
        const auto layers = mvt::decode(bytes);
        for (const auto& f : layers.at("shapes").features) area[f.id] += tiles::twice_area(f) / unit;
    }
    CHECK(area.at(1) == doctest::Approx(0.5).epsilon(0.001));
    CHECK(area.at(2) == doctest::Approx(1).epsilon(0.001));
    CHECK(area.at(3) >= 0.999);
    CHECK(area.at(4) == doctest::Approx(0.875).epsilon(0.001));
}

TEST_CASE("a shape may reach over the antimeridian, past the poles' cut and around the whole set; null, empty and broken rows are in no tile") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Polygons<Lonlat> shapes;
    push_row(shapes, {box(170, 10, 190, 20)});
    push_row(shapes, {box(-30, 80, 30, 89.9)});
    push_row(shapes, {box(-200, -89, 200, 89), box(-10, -10, 10, 10)});
    shapes.end_row();  // null
    push_row(shapes, {{{0, 0}, {nan, 1}, {1, 1}}});
    push_row(shapes, {{{5, 5}, {5, 5}, {5, 5}}});
    push_row(shapes, {box(200, 0, 210, 5)});
    const auto         layer = layer_of(std::move(shapes));
    const auto         sink  = build(layer, {.min_zoom = 0, .max_zoom = 4});
    std::map<int, std::set<std::uint64_t>> drawn;
    CHECK(check_valid(sink) > 300);
    for (const auto& [tile, bytes] : sink.tiles) {
        CHECK((tile.x < 1U << tile.z && tile.y < 1U << tile.z));
        const auto layers = mvt::decode(bytes);
        for (const auto& f : layers.at("shapes").features) {
            drawn[tile.z].insert(f.id);
            if (tile.z == 4 && f.id == 1) CHECK((tile.x == 0 || tile.x == 15));
            if (tile.z == 4 && f.id == 7) CHECK(tile.x < 2);
            for (const auto& ring : f.rings) for (const auto& [x, y] : ring) CHECK((x >= -64 && y >= -64 && x <= 4160 && y <= 4160));
        }
    }
    for (const auto& [z, ids] : drawn) CHECK(ids == std::set<std::uint64_t>{1, 2, 3, 7});
    CHECK(sink.tiles.size() == 1 + 4 + 16 + 64 + 256);
}

TEST_CASE("rows with places that are none do not disturb a shape over the antimeridian beside them") {
    const auto square = [](Polygons<Lonlat>& to, double west, double south, double side) {
        for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {side, 0.0}, {side, side}, {0.0, side}, {0.0, 0.0}}) to.push_point(west + dx, south + dy);
        to.end_ring();
        to.end_part();
        to.end_row();
    };
    Polygons<Lonlat> alone, among;
    square(alone, 179, 10, 3);
    square(among, 179, 10, 3);
    square(among, 100, -125, 80);  // begins where there is no latitude
    square(among, 1e9, 10, 1);
    square(among, std::numeric_limits<double>::quiet_NaN(), 10, 1);
    square(among, std::numeric_limits<double>::infinity(), 10, 1);
    for (const TileMatrixSet* set : {&web_mercator_quad(), &world_crs84_quad()}) {
        const VectorTileOptions options{.min_zoom = 2, .max_zoom = 5, .set = set};
        const auto              wanted = tiles::build(tiles::layer_of(alone), options).tiles;
        CHECK(wanted.size() > 8);
        for (const auto& [tile, bytes] : tiles::build(tiles::layer_of(among), options).tiles) {
            if (wanted.contains(tile)) CHECK(mvt::decode(bytes).at("shapes").features.at(0).rings == mvt::decode(wanted.at(tile)).at("shapes").features.at(0).rings);
        }
    }
}

TEST_CASE("a polygon of a million vertices is cut into its tiles, each valid, with its area on every level") {
    constexpr int    n = 1'000'000;
    Polygons<Lonlat> shapes;
    Draws            draws{Seed{12}, 5, 0};
    for (int i = 0; i < n; ++i) {
        const double a = 2 * 3.14159265358979 * i / n, r = 20 + 4 * std::sin(9 * a) + 1e-4 * draws.uniform();
        shapes.push_point(r * std::cos(a), r * std::sin(a));
    }
    shapes.push_point(shapes.x[0], shapes.y[0]);
    shapes.end_ring();
    shapes.end_part();
    shapes.end_row();
    const double area = exact_area(shapes, 8);
    const auto   sink = build(layer_of(std::move(shapes)), {.min_zoom = 0, .max_zoom = 8, .buffer = 0});
    CHECK(check_valid(sink) > 300);
    for (const auto& [z, sum] : area_by_level(sink)) CHECK(sum * std::exp2(2 * (8 - z)) == doctest::Approx(area).epsilon(2e-3));
}

TEST_CASE("polygons on a tile's edge, at half steps and on one another are the same bytes for any number of threads") {
    const RaggedGrid grid{40, 30, 4, 107, 34, 1.5, 1, Seed{14}};
    const auto       layer = layer_of(grid.shapes());
    const auto       one   = build(layer, {.min_zoom = 4, .max_zoom = 12}, 1).tiles;
    CHECK(one.size() > 200);
    for (const unsigned threads : {2U, 3U, 8U}) CHECK(build(layer, {.min_zoom = 4, .max_zoom = 12}, threads).tiles == one);
}

TEST_CASE("shapes below the least area are not drawn, and the others stay as they are") {
    const RaggedGrid grid{60, 40, 4, -170, -80, 340, 160, Seed{15}};
    const auto       layer = layer_of(grid.shapes());
    std::vector<LevelReport> report;
    const auto all = build(layer, {.min_zoom = 2, .max_zoom = 4}).tiles;
    const auto few = build(layer, {.min_zoom = 2, .max_zoom = 4, .min_area = 100000}, 2, &report).tiles;
    CHECK(report[0].rows_too_small > report[2].rows_too_small);
    CHECK(report[0].rows_too_small > 0);
    for (const auto& [tile, bytes] : few) {
        std::map<std::uint64_t, std::vector<mvt::Ring>> before;
        const auto all_layers = mvt::decode(all.at(tile)), few_layers = mvt::decode(bytes);
        for (const auto& f : all_layers.at("shapes").features) before[f.id] = f.rings;
        for (const auto& f : few_layers.at("shapes").features) CHECK(before.at(f.id) == f.rings);
    }
}

TEST_CASE("a limit on the bytes of a tile holds, leaves the smallest shapes out and says of how many") {
    const RaggedGrid grid{60, 40, 6, -170, -80, 340, 160, Seed{16}};
    const auto       layer = layer_of(grid.shapes());
    std::vector<LevelReport> report;
    const auto sink = build(layer, {.min_zoom = 0, .max_zoom = 3, .max_bytes = 9000}, 2, &report);
    for (const auto& [tile, bytes] : sink.tiles) CHECK(bytes.size() <= 9000);
    CHECK(check_valid(sink) > 500);
    for (const LevelReport& r : report) {
        CHECK(r.largest_tile <= 9000);
        CHECK((r.level > 2 || r.rows_left_out > 100));
    }
    CHECK(build(layer, {.min_zoom = 0, .max_zoom = 3, .max_bytes = 9000}, 1).tiles == sink.tiles);
}
