#include "render/tile/vector_tiles.h"

#include <algorithm>

#include "geo/core/error.h"
#include "render/hatch.h"
#include "render/tile/tile_layer.h"
#include "render/tile/vector_level.h"

namespace gapmap {
namespace {

/// All that every tile depends on beside its rows. `engine` rises with each change of what this code makes of the same input.
Hash128 common_inputs(const std::vector<TileLayer>& layers, const VectorTileOptions& o) {
    constexpr std::uint64_t engine = 4;
    Hasher128               hasher;
    for (const std::uint64_t v : {engine, std::uint64_t{o.extent}, std::uint64_t{o.buffer}, static_cast<std::uint64_t>(o.compression), static_cast<std::uint64_t>(o.max_zoom), std::uint64_t{o.simplify}, o.max_bytes}) hasher.add(v);
    hasher.add(o.min_area);
    hasher.add(o.set->id);
    hasher.add(o.set->crs);
    for (const TileLayer& p : layers) {
        hasher.add(p.layer->name);
        for (const auto& [name, type] : p.attributes.fields()) hasher.add(name), hasher.add(type);
    }
    return hasher.value();
}

TileSetInfo info_of(const std::vector<TileLayer>& layers, const Box<Lonlat>& bounds, const VectorTileOptions& options) {
    TileSetInfo info{options.name, options.description, options.attribution, TileKind::mvt_gzip, options.min_zoom, options.max_zoom, bounds, {}};
    for (const TileLayer& p : layers) {
        const VectorTileLayer& layer = *p.layer;
        info.layers.push_back({layer.name, std::max(layer.min_zoom, options.min_zoom), std::min(layer.max_zoom, options.max_zoom), p.attributes.fields(), layer.units});
        if (p.is_polygons && !layer.sums.empty()) info.layers.back().fields.emplace_back(polygon_count_name, "Number");
        if (p.is_polygons && !layer.points_name.empty()) info.layers.push_back({layer.points_name, options.min_zoom, options.max_zoom, p.attributes.fields(), layer.units});
        const bool has_points = !p.is_polygons || !layer.points_name.empty();
        if (has_points && (layer.squares > 0 || options.max_bytes > 0)) info.layers.back().fields.emplace_back(point_count_name, "Number");
    }
    return info;
}

void check(const VectorTileOptions& o) {
    const auto levels = static_cast<int>(o.set->levels.size());
    if (o.min_zoom < o.set->first_level || o.min_zoom > o.max_zoom || o.max_zoom >= levels || o.max_zoom > max_tile_level) {
        throw UsageError("zoom levels of tiles: expected " + std::to_string(o.set->first_level) + " <= lowest <= highest < " + std::to_string(levels));
    }
    if (o.extent < 1 || o.extent > 65536 || o.buffer > o.extent) throw UsageError("tile extent: expected 1 to 65536, and a buffer no larger");
    if (o.compression < 1 || o.compression > 12) throw UsageError("tile compression: expected 1 to 12");
    if (o.simplify < 1 || o.simplify > 64) throw UsageError("simplifying of tiles: expected 1 to 64 steps of a tile's grid");
    if (!(o.min_area >= 0)) throw UsageError("least area in tiles: expected a number of squares of a tile's grid, 0 or more");
}

/// Counts what the tiles of one level hold.
class LevelCount {
public:
    LevelCount(const VectorLevel& level, const std::vector<TileShapes>& shapes) : report_{.level = level.z()} {
        for (std::size_t l = 0; l < shapes.size(); ++l) {
            const PolygonLevels::Level& polygons = level.polygons(l);
            rows_ += polygons.rows;
            report_.vertices_in += polygons.vertices;
            report_.rows_carried += polygons.carried.rows;
            report_.rows_marked += polygons.carried.marks.size();
            drawn_.emplace_back(shapes[l].polygons == nullptr || polygons.rows == 0 ? 0 : shapes[l].polygons->rows(), false);
        }
    }
    void add(const MadeTile& made) {
        for (std::size_t l = 0; l < made.drawn.size(); ++l) {
            report_.vertices_out += made.drawn[l].vertices;
            for (const std::uint32_t row : made.drawn[l].rows) {
                if (!drawn_[l][row]) ++report_.rows_drawn;
                drawn_[l][row] = true;
            }
        }
        report_.rows_left_out += made.rows_left_out;
        report_.points_merged += made.points_merged;
        report_.tiles_over_limit += made.is_over_limit ? 1U : 0U;
        if (made.bytes.empty()) return;
        ++report_.tiles;
        report_.bytes += made.bytes.size();
        report_.largest_tile = std::max<std::uint64_t>(report_.largest_tile, made.bytes.size());
        if (made.drawn.empty()) ++report_.tiles_taken_over;
    }
    [[nodiscard]] LevelReport report() const {
        LevelReport out    = report_;
        out.rows_too_small = out.tiles_taken_over > 0 ? 0 : rows_ - out.rows_drawn;
        return out;
    }

private:
    LevelReport                    report_;
    std::uint64_t                  rows_ = 0;
    std::vector<std::vector<bool>> drawn_;
};

/// Levels of few tiles are made together, so that the threads share them out.
void build_levels(const std::vector<VectorLevel>& levels, std::vector<LevelCount>& counts, const VectorTileOptions& options, const Hash128& common, TileSink& sink, const Execution& exec) {
    std::vector<std::pair<std::size_t, std::size_t>> tiles;
    for (std::size_t l = 0; l < levels.size(); ++l) {
        for (std::size_t i = 0; i < levels[l].tiles(); ++i) tiles.emplace_back(l, i);
    }
    ordered_pipeline<MadeTile>(
        exec, tiles.size(),
        [&](std::size_t at) {
            const auto [l, i] = tiles[at];
            if (options.earlier == nullptr) return levels[l].encode(i);
            const Hash128 inputs = levels[l].inputs(i, common);
            auto          kept   = options.earlier->find(levels[l].tile(i), inputs);
            MadeTile      made   = kept ? MadeTile{.bytes = std::move(*kept)} : levels[l].encode(i);
            made.inputs          = inputs;
            return made;
        },
        [&](std::size_t at, MadeTile&& made) {
            const auto [l, i] = tiles[at];
            const TileId tile = levels[l].tile(i);
            if (options.earlier != nullptr) options.earlier->note(tile, made.inputs, made.bytes);
            if (!made.bytes.empty()) sink.put(tile, made.bytes);
            exec.report("tiles", at + 1, tiles.size());
            counts[l].add(made);
        });
}

}  // namespace

TileSetInfo build_vector_tiles(std::span<const VectorTileLayer> layers, const VectorTileOptions& options, TileSink& sink, const Execution& exec, std::vector<LevelReport>* report) {
    constexpr std::size_t few_tiles = 256;
    check(options);
    std::vector<TileLayer> prepared = prepare_layers(layers, *options.set, exec);
    if (options.earlier != nullptr) {
        for (TileLayer& p : prepared) fingerprint_rows(p, exec);
    }
    const Hash128                 common = common_inputs(prepared, options);
    const Box<Lonlat>             bounds = bounds_of(prepared, *options.set);
    const std::vector<TileShapes> shapes = shapes_of(prepared, options, exec);
    for (int z = options.min_zoom; z <= options.max_zoom;) {
        std::vector<VectorLevel> levels;
        std::vector<LevelCount>  counts;
        for (std::size_t tiles = 0; z <= options.max_zoom && tiles < few_tiles; ++z) {
            exec.report("tile levels", static_cast<std::size_t>(z - options.min_zoom), static_cast<std::size_t>(options.max_zoom - options.min_zoom + 1));
            levels.emplace_back(prepared, shapes, options, z, exec);
            counts.emplace_back(levels.back(), shapes);
            tiles += levels.back().tiles();
        }
        build_levels(levels, counts, options, common, sink, exec);
        if (report == nullptr) continue;
        for (const LevelCount& count : counts) {
            report->push_back(count.report());
            for (const TileLayer& p : prepared) report->back().rows_outside += p.rows_outside;
        }
    }
    return info_of(prepared, bounds, options);
}

}  // namespace gapmap
