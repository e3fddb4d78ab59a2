// Sums over polygons are those of the source on every level, whatever is too small to draw or has to give way.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "geo/core/error.h"
#include "mvt_decode.h"
#include "render/tile/vector_tiles.h"
#include "tile_memory.h"

using namespace gapmap;
using namespace tiles;

namespace {

struct Ground {
    Polygons<Lonlat>     shapes;
    Column::Integers     codes, people;
    Column::Reals        losses;
    std::vector<bool>    known;  ///< whether a row's loss is known
};
void add_square(Ground& to, double west, double south, double side, std::int64_t people, double loss, bool known = true) {
    for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {side, 0.0}, {side, side}, {0.0, side}, {0.0, 0.0}}) to.shapes.push_point(west + dx, south + dy);
    to.shapes.end_ring();
    to.shapes.end_part();
    to.shapes.end_row();
    to.codes.push_back(static_cast<std::int64_t>(to.codes.size()) + 1);
    to.people.push_back(people);
    to.losses.push_back(loss);
    to.known.push_back(known);
}
/// A lattice of villages of 3 km, between which lie buildings of 20 m, and buildings far from anything.
Ground county() {
    std::mt19937 random(3);
    const auto   share = [&] { return static_cast<double>(random() % 100000) / 100000; };
    Ground       out;
    for (int i = 0; i < 100; ++i) add_square(out, 107.2 + 0.03 * (i % 10), 34.4 + 0.03 * (i / 10), 0.03, 100 + i, 0.25 * i, i % 9 != 0);
    for (int i = 0; i < 600; ++i) add_square(out, 107.2 + 0.3 * share(), 34.4 + 0.3 * share(), 0.0002, 1 + i % 5, 0.5, i % 2 == 0);
    for (int i = 0; i < 20; ++i) add_square(out, 90 + 0.001 * i, 20 + 0.5 * (i % 3), 0.0002, 7, 1);
    return out;
}

struct Level {
    std::int64_t                          people = 0, rows = 0;
    double                                losses = 0;
    std::set<std::uint64_t>               ids, with_loss;
};
std::map<int, Level> levels_of(const Tiles& tiles) {
    std::map<int, Level> out;
    std::map<std::pair<int, std::uint64_t>, std::array<double, 3>> seen;
    for (const auto& [id, bytes] : tiles) {
        const auto drawn = mvt::decode(bytes).at("ground");
        for (const auto& f : drawn.features) {
            const double                loss = f.values.contains("loss") ? f.number("loss") : std::nan("");
            const std::array<double, 3> now{f.number("people"), loss, f.number("polygon_count")};
            const auto [place, is_new] = seen.try_emplace({id.z, f.id}, now);
            for (std::size_t k = 0; k < 3; ++k) CHECK((place->second[k] == now[k] || (std::isnan(now[k]) && std::isnan(place->second[k]))));  // the same in every tile
            if (!is_new) continue;
            Level& level = out[id.z];
            level.ids.insert(f.id);
            level.people += static_cast<std::int64_t>(now[0]);
            level.rows += static_cast<std::int64_t>(now[2]);
            if (std::isnan(loss)) continue;
            level.losses += loss;
            level.with_loss.insert(f.id);
        }
    }
    return out;
}

Tiles tiles_of(const Ground& ground, unsigned threads = 1, std::uint64_t max_bytes = 0, std::vector<LevelReport>* report = nullptr, bool labels = false) {
    Table table;
    table.columns   = {{"code", ground.codes, {}}, {"people", ground.people, {}}, {"loss", ground.losses, ground.known}};
    const auto layer = release_layer({"ground", table, ground.shapes, "EPSG:4490"}, "leadership", {"code", "people", "loss"});
    const std::vector<VectorTileLayer> layers = {{.name = "ground", .source = &layer, .attributes = {"code", "people", "loss"}, .id_field = "code", .points_name = labels ? "labels" : "", .sums = {"people", "loss"}}};
    Tiles      made;
    MemorySink sink(made);
    sink.finish(build_vector_tiles(layers, {.min_zoom = 0, .max_zoom = 13, .compression = 1, .max_bytes = max_bytes}, sink, {.threads = threads}, report));
    return made;
}

}  // namespace

TEST_CASE("the totals of summed columns over a level's polygons are those of the source on every level, though most are too small to draw") {
    const Ground       ground = county();
    const std::int64_t people = std::accumulate(ground.people.begin(), ground.people.end(), std::int64_t{0});
    double             losses = 0;
    for (std::size_t i = 0; i < ground.losses.size(); ++i) losses += ground.known[i] ? ground.losses[i] : 0;
    std::vector<LevelReport> report;
    const auto               levels = levels_of(tiles_of(ground, 1, 0, &report));
    REQUIRE(levels.size() == 14);
    for (const auto& [z, level] : levels) {
        CHECK(level.people == people);
        CHECK(level.rows == static_cast<std::int64_t>(ground.codes.size()));
        CHECK(level.losses == doctest::Approx(losses).epsilon(1e-12));
        const LevelReport& r = report[static_cast<std::size_t>(z)];
        CHECK(r.rows_drawn == level.ids.size());
        CHECK(r.rows_drawn + r.rows_carried == ground.codes.size());
    }
    CHECK(levels.at(0).ids.size() == 1);  // one village rounds to a square of the lattice, and stands for all
    CHECK(report[0].rows_marked == 0);
    CHECK(report[6].rows_marked >= 1);    // nothing within a tile's width of the far buildings
    CHECK(levels.at(13).ids.size() > 700);
}

TEST_CASE("values go to the row nearest by, and a row without a value carries none unless another's comes to it") {
    Ground ground;
    add_square(ground, 107.0, 34.0, 0.5, 1000, 0, false);
    add_square(ground, 107.5, 34.0, 0.5, 2000, 0, false);
    add_square(ground, 107.9, 34.2, 0.00002, 5, 8);
    const auto tiles = tiles_of(ground);
    for (const auto& [id, bytes] : tiles) {
        if (id.z != 8) continue;
        const auto drawn = mvt::decode(bytes).at("ground");
        for (const auto& f : drawn.features) {
            CHECK(f.number("people") == (f.id == 1 ? 1000 : 2005));
            CHECK(f.values.contains("loss") == (f.id == 2));
        }
    }
}

TEST_CASE("tiles are the same for 1, 2, 3 and 8 threads, with sums and a limit on bytes") {
    const Ground ground = county();
    const auto   one    = tiles_of(ground, 1, 3000);
    for (const unsigned threads : {2U, 3U, 8U}) CHECK(tiles_of(ground, threads, 3000) == one);
}

TEST_CASE("under a limit on bytes the smallest polygons give way, their values go to those that stay, and the report counts it") {
    const Ground             ground = county();
    const std::int64_t       people = std::accumulate(ground.people.begin(), ground.people.end(), std::int64_t{0});
    std::vector<LevelReport> report;
    const auto               tiles = tiles_of(ground, 2, 2000, &report);
    for (const auto& [id, bytes] : tiles) CHECK(bytes.size() <= 2000);
    for (const auto& [z, level] : levels_of(tiles)) CHECK(level.people == people);
    CHECK(std::ranges::any_of(report, [](const LevelReport& r) { return r.rows_left_out > 0; }));
    for (const LevelReport& r : report) {
        CHECK(r.tiles_over_limit == 0);
        CHECK(r.largest_tile <= 2000);
    }
}

TEST_CASE("under a limit on bytes points merge by coarser squares and keep their sums, also on the highest level; where polygons and labels share a tile both give way") {
    std::mt19937     random(9);
    const auto       share = [&] { return static_cast<double>(random() % 1000000) / 1000000; };
    Points<Lonlat>   points;
    Column::Integers cases;
    for (int i = 0; i < 5000; ++i) points.push_back({107.2 + 0.01 * share(), 34.4 + 0.01 * share()}), cases.push_back(i % 7);
    Table table;
    table.columns   = {{"cases", cases, {}}};
    const auto layer = release_layer({"events", table, points, "EPSG:4490"}, "leadership", {"cases"});
    const std::vector<VectorTileLayer> layers = {{.name = "events", .source = &layer, .attributes = {"cases"}, .sums = {"cases"}}};
    Tiles                    made;
    MemorySink               sink(made);
    std::vector<LevelReport> report;
    sink.finish(build_vector_tiles(layers, {.min_zoom = 8, .max_zoom = 12, .max_bytes = 4000}, sink, {}, &report));
    std::map<int, std::pair<double, double>> told;
    for (const auto& [id, bytes] : made) {
        CHECK(bytes.size() <= 4000);
        const auto drawn = mvt::decode(bytes).at("events");
        for (const auto& f : drawn.features) {
            told[id.z].first += f.number("cases");
            told[id.z].second += f.values.contains("point_count") ? f.number("point_count") : 1;
        }
    }
    for (int z = 8; z <= 12; ++z) {
        CHECK(told[z].first == std::accumulate(cases.begin(), cases.end(), 0.0));
        CHECK(told[z].second == 5000);
        CHECK(report[static_cast<std::size_t>(z - 8)].points_merged > 0);
    }
    const Ground ground = county();
    for (const auto& [id, bytes] : tiles_of(ground, 1, 3000, nullptr, true)) CHECK(bytes.size() <= 3000);
}

TEST_CASE("a limit that not even one feature meets is counted, and nothing is lost for it") {
    Ground ground;
    add_square(ground, 107.0, 34.0, 0.5, 1000, 1);
    std::vector<LevelReport> report;
    const auto               tiles = tiles_of(ground, 1, 10, &report);
    CHECK(std::ranges::all_of(report, [](const LevelReport& r) { return r.tiles == 0 || r.tiles_over_limit == r.tiles; }));
    for (const auto& [z, level] : levels_of(tiles)) CHECK(level.people == 1000);
}

TEST_CASE("units and patterns: metadata name the unit, the attribute hatch names the pattern of a status") {
    Ground ground;
    for (int i = 0; i < 4; ++i) add_square(ground, 107.0 + i, 34.0, 1, 1, 1);
    Table table;
    table.columns   = {{"people", ground.people, {}}, {"status", Column::Texts{"ok", "missing", "zero", "suppressed"}, {}}};
    const auto layer = release_layer({"ground", table, ground.shapes, "EPSG:4490"}, "leadership", {"people", "status"});
    const std::vector<VectorTileLayer> layers = {{.name = "ground", .source = &layer, .attributes = {"people"}, .squares = 8, .hatch_field = "status", .units = {{"people", "residents"}}}};
    Tiles      made;
    MemorySink sink(made);
    const auto info = build_vector_tiles(layers, {.min_zoom = 5, .max_zoom = 5}, sink, {});
    CHECK(info.layers.at(0).fields == std::vector<std::pair<std::string, std::string>>{{"people", "Number"}, {"hatch", "String"}});
    CHECK(info.layers.at(0).units == std::vector<std::pair<std::string, std::string>>{{"people", "residents"}});
    std::map<std::uint64_t, std::string> names;
    for (const auto& [id, bytes] : made) {
        const auto drawn = mvt::decode(bytes).at("ground");
        for (const auto& f : drawn.features) names[f.id] = f.values.contains("hatch") ? std::get<std::string>(f.values.at("hatch")) : "";
    }
    CHECK(names == std::map<std::uint64_t, std::string>{{1, ""}, {2, "hatch-missing"}, {3, "hatch-zero"}, {4, "hatch-suppressed"}});
}
