// After an edit only the tiles whose rows changed are made anew, and the result is that of a full build.
#include <doctest/doctest.h>

#include <map>
#include <random>

#include "render/tile/vector_tiles.h"
#include "tile_memory.h"

using namespace gapmap;
using namespace tiles;

namespace {

/// Villages in a lattice with households that visits change, and points with cases.
struct Ground {
    std::vector<std::array<double, 3>> squares;  ///< west, south, side
    std::vector<std::int64_t>          visited;
    std::vector<std::array<double, 2>> places;
    std::vector<std::int64_t>          cases;
};

Tiles tiles_of(const Ground& ground, Remembered* earlier, unsigned threads) {
    Polygons<Lonlat> shapes;
    Column::Texts    codes;
    for (std::size_t i = 0; i < ground.squares.size(); ++i) {
        const auto [w, s, side] = ground.squares[i];
        for (const auto& [dx, dy] : {std::pair{0.0, 0.0}, {side, 0.0}, {side, side}, {0.0, side}, {0.0, 0.0}}) shapes.push_point(w + dx, s + dy);
        shapes.end_ring();
        shapes.end_part();
        shapes.end_row();
        codes.push_back(std::to_string(610329000 + i));
    }
    Points<Lonlat> points;
    for (const auto& [x, y] : ground.places) points.push_back({x, y});
    Table villages, events;
    villages.columns = {{"code", codes, {}}, {"visited", ground.visited, {}}};
    events.columns   = {{"cases", ground.cases, {}}};
    const auto village = release_layer({"village", villages, shapes, "EPSG:4490"}, "leadership", {"code", "visited"});
    const auto event   = release_layer({"event", events, points, "EPSG:4490"}, "leadership", {"cases"});
    const std::vector<VectorTileLayer> layers = {
        {.name = "village", .source = &village, .attributes = {"code", "visited"}, .id_field = "code", .points_name = "village_points", .sums = {"visited"}, .squares = 8},
        {.name = "event", .source = &event, .attributes = {"cases"}, .sums = {"cases"}, .squares = 16}};
    Tiles      out;
    MemorySink sink(out);
    (void)build_vector_tiles(layers, {.min_zoom = 6, .max_zoom = 12, .compression = 1, .earlier = earlier}, sink, {.threads = threads});
    return out;
}

}  // namespace

TEST_CASE("over 100 random edits an update gives the tiles of a full build, byte for byte, and keeps most of them") {
    std::mt19937 random(11);
    const auto   below = [&](std::size_t n) { return random() % n; };
    const auto   share = [&] { return static_cast<double>(random() % 100000) / 100000; };
    Ground       ground;
    for (int i = 0; i < 64; ++i) ground.squares.push_back({107.3 + 0.03 * (i % 8), 34.5 + 0.03 * (i / 8), 0.03}), ground.visited.push_back(i % 7);
    for (int i = 0; i < 300; ++i) ground.places.push_back({107.3 + 0.24 * share(), 34.5 + 0.24 * share()}), ground.cases.push_back(i % 4);
    Remembered memory;
    (void)tiles_of(ground, &memory, 2);
    std::size_t kept = 0, all = 0;
    for (int edit = 0; edit < 100; ++edit) {
        memory.next_week();
        switch (below(6)) {
            case 0: ground.visited[below(64)] += 1; break;
            case 1: ground.places[below(ground.places.size())] = {107.3 + 0.24 * share(), 34.5 + 0.24 * share()}; break;
            case 2: ground.cases[below(ground.cases.size())] += 1; break;
            case 3: ground.squares[below(64)][2] = 0.02 + 0.01 * share(); break;
            case 4:
                ground.places.push_back({107.3 + 0.24 * share(), 34.5 + 0.24 * share()});
                ground.cases.push_back(1);
                break;
            default:
                ground.places.pop_back();
                ground.cases.pop_back();
        }
        const Tiles updated = tiles_of(ground, &memory, 1 + static_cast<unsigned>(edit % 3));
        CHECK(updated == tiles_of(ground, nullptr, 1));
        kept += memory.taken;
        all += memory.now.size();
    }
    CHECK(kept > all * 6 / 10);
    CHECK(kept < all);
}
