#include "render/tile/vector_tiles.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "geo/core/error.h"
#include "mvt_decode.h"

using namespace gapmap;

namespace {

/// Keeps tiles in memory and watches over the contract of a sink.
class MemorySink final : public TileSink {
public:
    void put(TileId tile, std::string_view bytes) override {
        CHECK(tile_number(tile) >= next_);
        next_ = tile_number(tile) + 1;
        tiles[tile] = std::string(bytes);
    }
    void finish(const TileSetInfo&) override {}
    std::map<TileId, std::string> tiles;

private:
    std::uint64_t next_ = 0;
};

void push_square(Polygons<Lonlat>& out, double west, double south, double size, bool clockwise = false) {
    std::vector<std::pair<double, double>> corners = {{west, south}, {west + size, south}, {west + size, south + size}, {west, south + size}, {west, south}};
    if (clockwise) std::ranges::reverse(corners);
    for (const auto& [x, y] : corners) out.push_point(x, y);
    out.end_ring();
}

/// A chequered county: n x n squares around Linyou with a hole in each third one; the last row is tiny, the one before null.
ReleasedLayer county(int n) {
    Polygons<Lonlat>  shape;
    Column::Integers  households;
    Column::Texts     codes;
    Column::Reals     scores;
    std::vector<bool> has_score;
    for (int i = 0; i < n * n; ++i) {
        const double west = 107.32 + 0.0317 * (i % n), south = 34.55 + 0.0271 * (i / n);
        push_square(shape, west, south, 0.025, i % 2 == 0);
        if (i % 3 == 0) push_square(shape, west + 0.01, south + 0.01, 0.005, i % 2 == 0);  // same winding as the shell: must be turned
        shape.end_part();
        shape.end_row();
    }
    shape.end_row();
    push_square(shape, 107.9, 34.8, 1e-7);
    shape.end_part();
    shape.end_row();
    for (std::size_t i = 0; i < shape.size(); ++i) {
        households.push_back(static_cast<std::int64_t>(i * i % 97));
        codes.push_back("61032900" + std::to_string(100 + i));
        scores.push_back(0.1 * static_cast<double>(i % 5) - 0.1);
        has_score.push_back(i % 7 != 0);
    }
    Table table;
    table.columns = {{"code", codes, {}}, {"households", households, {}}, {"score", scores, has_score}, {"officer", codes, {}}};
    return release_layer({"units", std::move(table), std::move(shape), "EPSG:4490"}, "leadership", {"code", "households", "score", "officer"});
}

ReleasedLayer sites() {
    Points<Lonlat> points{{107.4, 107.5, std::numeric_limits<double>::quiet_NaN()}, {34.6, 34.7, 34.7}};
    Table          table;
    table.columns = {{"kind", Column::Texts{"screen", "banner", "none"}, {}}};
    return release_layer({"sites", std::move(table), std::move(points), "EPSG:4490"}, "leadership", {"kind"});
}

MemorySink build(const ReleasedLayer& units, const ReleasedLayer& points, VectorTileOptions options, unsigned threads = 1) {
    const std::vector<VectorTileLayer> layers = {
        {.name = "unit", .source = &units, .attributes = {"code", "households", "score"}, .id_field = "code", .min_zoom = 8, .points_name = "unit_points"},
        {.name = "sites", .source = &points, .attributes = {"kind"}}};
    MemorySink sink;
    const TileSetInfo info = build_vector_tiles(layers, options, sink, Execution{threads});
    CHECK(info.layers.size() == 3);
    CHECK(info.layers[0].fields == std::vector<std::pair<std::string, std::string>>{{"code", "String"}, {"households", "Number"}, {"score", "Number"}});
    return sink;
}

}  // namespace

TEST_CASE("every tile decodes, with the allowed attributes and stable ids only") {
    const auto                 units = county(3);
    const auto                 sink  = build(units, sites(), {});
    std::set<std::string>      names;
    const std::set<std::string> allowed = {"code", "households", "score"};
    for (const auto& [tile, bytes] : sink.tiles) {
        for (const auto& [name, layer] : mvt::decode(bytes)) {
            names.insert(name);
            CHECK(layer.version == 2);
            CHECK(layer.extent == 4096);
            CHECK(std::set<std::string>(layer.keys.begin(), layer.keys.end()).size() == layer.keys.size());
            CHECK(std::set<mvt::Value>(layer.values.begin(), layer.values.end()).size() == layer.values.size());
            if (name == "sites") continue;
            for (const auto& feature : layer.features) {
                for (const auto& [key, value] : feature.values) CHECK(allowed.contains(key));
                CHECK(std::to_string(feature.id) == std::get<std::string>(feature.values.at("code")));
            }
        }
    }
    CHECK(names == std::set<std::string>{"unit", "unit_points", "sites"});
}

TEST_CASE("the sum of households over a level's points is the input's on every zoom, tiny units included") {
    const auto   units    = county(4);
    const auto&  expected = std::get<Column::Integers>(units.layer().table.at("households").data);
    std::int64_t sum      = 0;
    const std::size_t null_row = expected.size() - 2;
    for (std::size_t i = 0; i < expected.size(); ++i) sum += i == null_row ? 0 : expected[i];
    std::map<int, double>                    by_zoom;
    std::map<int, int>                       places;
    std::map<int, std::set<std::uint64_t>>   ids, drawn;
    for (const auto& [tile, bytes] : build(units, sites(), {}).tiles) {
        const auto layers = mvt::decode(bytes);
        if (layers.contains("sites")) places[tile.z] += static_cast<int>(layers.at("sites").features.size());
        if (layers.contains("unit")) for (const auto& f : layers.at("unit").features) drawn[tile.z].insert(f.id);
        if (!layers.contains("unit_points")) continue;
        for (const auto& f : layers.at("unit_points").features) {
            by_zoom[tile.z] += f.number("households");
            CHECK(ids[tile.z].insert(f.id).second);
            REQUIRE(f.rings.size() == 1);
            const auto [x, y] = f.rings[0].at(0);
            CHECK((x >= 0 && x < 4096 && y >= 0 && y < 4096));
        }
    }
    for (int z = 6; z <= 14; ++z) {
        CAPTURE(z);
        CHECK(by_zoom[z] == static_cast<double>(sum));
        CHECK(places[z] == 2);
        CHECK(drawn[z].size() == (z < 8 ? 0 : 16));  // the tiny one is a point only
    }
}

TEST_CASE("shells wind one way and holes the other, whatever the source did") {
    int holes = 0;
    for (const auto& [tile, bytes] : build(county(4), sites(), {}).tiles) {
        const auto layers = mvt::decode(bytes);
        if (!layers.contains("unit")) continue;
        for (const auto& f : layers.at("unit").features) {
            REQUIRE(!f.rings.empty());
            CHECK(mvt::twice_area(f.rings[0]) > 0);
            for (std::size_t q = 1; q < f.rings.size(); ++q) {
                CHECK(mvt::twice_area(f.rings[q]) < 0);
                ++holes;
            }
        }
    }
    CHECK(holes > 0);
}

TEST_CASE("without buffer, the pieces of a polygon add up to its area on every zoom") {
    const auto  units = county(3);
    std::map<int, std::map<std::uint64_t, double>> area;
    for (const auto& [tile, bytes] : build(units, sites(), {.min_zoom = 8, .max_zoom = 15, .buffer = 0, .simplify = 1}).tiles) {
        const auto layers = mvt::decode(bytes);
        if (!layers.contains("unit")) continue;
        for (const auto& f : layers.at("unit").features) {
            for (const auto& ring : f.rings) area[tile.z][f.id] += mvt::twice_area(ring) / 2 / std::exp2(2 * tile.z);
        }
    }
    const auto& finest = area.at(15);
    for (int z = 8; z <= 15; ++z) {
        REQUIRE(area[z].size() == 9);
        for (const auto& [id, a] : area[z]) {
            CAPTURE(z);
            // Rounding moves each of the at most 8 sides by half a step at most.
            const double side = std::sqrt(finest.at(id)) * 2, step = std::exp2(-z);
            CHECK(std::abs(a - finest.at(id)) <= 8 * side * step);
        }
    }
}

TEST_CASE("vector tiles are the same bytes for any number of threads") {
    const auto units = county(5);
    const auto one   = build(units, sites(), {.max_zoom = 12}, 1).tiles;
    CHECK(one.size() > 15);
    CHECK(build(units, sites(), {.max_zoom = 12}, 2).tiles == one);
    CHECK(build(units, sites(), {.max_zoom = 12}, 3).tiles == one);
}

TEST_CASE("an attribute that is not there and impossible zooms are refused") {
    const auto                         units = county(2);
    MemorySink                         sink;
    const std::vector<VectorTileLayer> wrong = {{.name = "unit", .source = &units, .attributes = {"salary"}}};
    CHECK_THROWS_AS((void)build_vector_tiles(wrong, {}, sink, {}), InputError);
    const std::vector<VectorTileLayer> right = {{.name = "unit", .source = &units, .attributes = {"code"}}};
    CHECK_THROWS_AS((void)build_vector_tiles(right, {.min_zoom = 9, .max_zoom = 8}, sink, {}), UsageError);
    CHECK_THROWS_AS((void)build_vector_tiles(right, {.max_zoom = 30}, sink, {}), UsageError);
    CHECK_THROWS_AS((void)build_vector_tiles(right, {.simplify = 0}, sink, {}), UsageError);
    CHECK_THROWS_AS((void)build_vector_tiles(right, {.min_area = -1}, sink, {}), UsageError);
}
