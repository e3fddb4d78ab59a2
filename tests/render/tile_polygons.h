#pragma once
// Polygons out of decoded tiles, and coverages to put into them, for tests.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "geo/core/draws.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"
#include "mvt_decode.h"
#include "render/tile/vector_tiles.h"

namespace tiles {

using namespace gapmap;

/// Keeps tiles in memory.
class MapSink final : public TileSink {
public:
    void put(TileId tile, std::string_view bytes) override { tiles[tile] = std::string(bytes); }
    void finish(const TileSetInfo&) override {}
    std::map<TileId, std::string> tiles;
};

inline ReleasedLayer layer_of(Polygons<Lonlat> shapes) {
    Column::Integers numbers;
    for (std::size_t r = 0; r < shapes.size(); ++r) numbers.push_back(static_cast<std::int64_t>(r));
    Table table;
    table.columns = {{"number", std::move(numbers), {}}};
    return release_layer({"shapes", std::move(table), std::move(shapes), "EPSG:4326"}, "public", {"number"});
}

inline MapSink build(const ReleasedLayer& layer, VectorTileOptions options, unsigned threads = 2, std::vector<LevelReport>* report = nullptr) {
    MapSink                            sink;
    const std::vector<VectorTileLayer> layers = {{.name = "shapes", .source = &layer, .attributes = {"number"}}};
    sink.finish(build_vector_tiles(layers, options, sink, Execution{threads}, report));
    return sink;
}

/// One row; a ring with an area above zero begins a part.
inline Polygons<Planar> shape_of(const mvt::Feature& f) {
    Polygons<Planar> out;
    for (std::size_t q = 0; q < f.rings.size(); ++q) {
        if (q > 0 && mvt::twice_area(f.rings[q]) > 0) out.end_part();
        for (std::size_t i = 0; i <= f.rings[q].size(); ++i) {
            const auto& [x, y] = f.rings[q][i % f.rings[q].size()];
            out.push_point(static_cast<double>(x), static_cast<double>(y));
        }
        out.end_ring();
    }
    out.end_part();
    out.end_row();
    return out;
}

inline double twice_area(const mvt::Feature& f) {
    double sum = 0;
    for (const mvt::Ring& ring : f.rings) sum += mvt::twice_area(ring);
    return sum;
}

/// Every polygon valid, first ring a shell, every corner a corner. The number of polygons looked at.
inline int check_valid(const MapSink& sink) {
    int looked_at = 0;
    for (const auto& [tile, bytes] : sink.tiles) {
        for (const auto& [name, layer] : mvt::decode(bytes)) {
            for (const mvt::Feature& f : layer.features) {
                ++looked_at;
                REQUIRE(!f.rings.empty());
                bool good = mvt::twice_area(f.rings[0]) > 0;
                for (const mvt::Ring& ring : f.rings) good = good && ring.size() >= 3 && mvt::twice_area(ring) != 0;
                const auto shape    = shape_of(f);
                const auto validity = check_validity(PolygonRow<Planar>{shape.view(), 0});
                if (good && validity.valid) continue;
                const std::string where = to_string(tile) + " feature " + std::to_string(f.id) + ": " + validity.reason + " at " + std::to_string(validity.where.x) + " " + std::to_string(validity.where.y);
                FAIL_CHECK(where);
            }
        }
    }
    return looked_at;
}

/// Tiles whose box is filled exactly; each other one is counted in `partly`, and none may be filled more than once over.
inline int count_full(const MapSink& sink, const VectorTileOptions& o, int* partly) {
    int          full = 0;
    const double edge = o.extent + 2.0 * o.buffer;
    for (const auto& [tile, bytes] : sink.tiles) {
        double sum = 0;
        for (const auto& [name, layer] : mvt::decode(bytes)) {
            for (const mvt::Feature& f : layer.features) sum += twice_area(f);
        }
        CHECK(sum <= 2 * edge * edge);
        if (sum == 2 * edge * edge) ++full;
        else ++*partly;
    }
    return full;
}

/// A coverage of [west, west + columns * size] x ... by cells with jittered corners and shared, ragged borders of `pieces` pieces; outer borders straight.
struct RaggedGrid {
    int    columns, rows, pieces;
    double west, south, width, height;
    Seed   seed{1};

    [[nodiscard]] std::pair<double, double> corner(int i, int j) const {
        Draws        draws{seed, 1, static_cast<std::uint64_t>(j) * 10000 + static_cast<std::uint64_t>(i)};
        const double dx = i == 0 || i == columns ? 0 : 0.4 * (draws.uniform() - 0.5), dy = j == 0 || j == rows ? 0 : 0.4 * (draws.uniform() - 0.5);
        return {west + width * (i + dx) / columns, south + height * (j + dy) / rows};
    }
    /// The border from a corner to the next one east (down = 0) or north of it, without its last point.
    [[nodiscard]] std::vector<std::pair<double, double>> border(int i, int j, int north) const {
        const auto [ax, ay] = corner(i, j);
        const auto [bx, by] = north == 1 ? corner(i, j + 1) : corner(i + 1, j);
        const bool outer    = north == 1 ? i == 0 || i == columns : j == 0 || j == rows;
        std::vector<std::pair<double, double>> out{{ax, ay}};
        Draws draws{seed, 2, static_cast<std::uint64_t>(j) * 10000 + static_cast<std::uint64_t>(i), static_cast<std::uint32_t>(north)};
        for (int k = 1; k < pieces; ++k) {
            const double t = static_cast<double>(k) / pieces, off = outer ? 0 : 0.08 * (draws.uniform() - 0.5);
            out.emplace_back(ax + (bx - ax) * t - (by - ay) * off, ay + (by - ay) * t + (bx - ax) * off);
        }
        return out;
    }
    [[nodiscard]] Polygons<Lonlat> shapes() const {
        Polygons<Lonlat> out;
        for (int j = 0; j < rows; ++j) {
            for (int i = 0; i < columns; ++i) {
                const auto push = [&](std::vector<std::pair<double, double>> points, std::pair<double, double> last, bool reverse) {
                    points.push_back(last);
                    if (reverse) std::ranges::reverse(points);
                    points.pop_back();
                    for (const auto& [x, y] : points) out.push_point(x, y);
                };
                push(border(i, j, 0), corner(i + 1, j), false);
                push(border(i + 1, j, 1), corner(i + 1, j + 1), false);
                push(border(i, j + 1, 0), corner(i + 1, j + 1), true);
                push(border(i, j, 1), corner(i, j + 1), true);
                const auto [x, y] = corner(i, j);
                out.push_point(x, y);
                out.end_ring();
                out.end_part();
                out.end_row();
            }
        }
        return out;
    }
};

}  // namespace tiles
