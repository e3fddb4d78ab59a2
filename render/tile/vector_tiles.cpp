#include "render/tile/vector_tiles.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <limits>
#include <map>
#include <memory>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"
#include "render/tile/grid_shape.h"
#include "render/tile/mvt_encode.h"
#include "render/tile/tile_gzip.h"

namespace gapmap {
namespace {

/// A layer in the coordinates of the set.
struct Prepared {
    const VectorTileLayer*     layer = nullptr;
    MvtAttributes              attributes;
    std::vector<std::uint64_t> ids{};
    Polygons<Planar>           polygons{};
    Points<Planar>             points{};  ///< the rows themselves, or one inside each polygon
    bool                       is_polygons = false;
    std::vector<Hash128>       row_inputs{};  ///< of each row: its shape, its id and its attributes; empty where no earlier tiles are to be taken over
};

/// A number that a code always gives, below 2^53 so that JavaScript keeps it: the code itself where it is a number.
std::uint64_t id_of(const std::string& code) {
    constexpr std::uint64_t limit = std::uint64_t{1} << 53;
    std::uint64_t           number = 0;
    const auto [end, error]        = std::from_chars(code.data(), code.data() + code.size(), number);
    if (error == std::errc{} && end == code.data() + code.size() && number < limit) return number;
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (const char c : code) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash % limit;
}

template <class Space>
void to_set(const Transform& transform, const Polygons<Space>& from, Prepared& out) {
    out.polygons    = {from.x, from.y, from.rings, from.parts, from.rows};
    out.is_polygons = true;
    transform.apply(out.polygons.x, out.polygons.y);
}
template <class Space>
void to_set(const Transform& transform, const Points<Space>& from, Prepared& out) {
    out.points = {from.x, from.y};
    transform.apply(out.points.x, out.points.y);
}
void to_set(const Transform&, std::monostate, Prepared&) {}

/// Rows with a coordinate that is not finite become null.
void drop_broken_rows(Polygons<Planar>& polygons) {
    const auto broken = [](double v) { return !std::isfinite(v); };
    if (std::ranges::none_of(polygons.x, broken) && std::ranges::none_of(polygons.y, broken)) return;
    Polygons<Planar> kept;
    for (std::size_t r = 0; r < polygons.size(); ++r) {
        const std::size_t begin = polygons.rings[polygons.parts[polygons.rows[r]]], end = polygons.rings[polygons.parts[polygons.rows[r + 1]]];
        bool              whole = true;
        for (std::size_t i = begin; i < end; ++i) whole = whole && std::isfinite(polygons.x[i]) && std::isfinite(polygons.y[i]);
        for (std::uint32_t part = polygons.rows[r]; whole && part < polygons.rows[r + 1]; ++part) {
            for (std::uint32_t q = polygons.parts[part]; q < polygons.parts[part + 1]; ++q) {
                for (std::size_t i = polygons.rings[q]; i < polygons.rings[q + 1]; ++i) kept.push_point(polygons.x[i], polygons.y[i]);
                kept.end_ring();
            }
            kept.end_part();
        }
        kept.end_row();
    }
    polygons = std::move(kept);
}

Prepared prepare(const VectorTileLayer& layer, const Transform& transform) {
    const Layer& source = layer.source->layer();
    Prepared     out{.layer = &layer, .attributes = MvtAttributes(source.table, layer.attributes)};
    std::visit([&](const auto& geometry) { to_set(transform, geometry, out); }, source.geometry);
    if (out.is_polygons) {
        drop_broken_rows(out.polygons);
        if (!layer.points_name.empty()) out.points = inner_points(out.polygons.view());
    }
    const Column* codes = layer.id_field.empty() ? nullptr : &source.table.at(layer.id_field);
    for (std::size_t r = 0; r < source.rows(); ++r) out.ids.push_back(!layer.with_ids ? no_feature_id : codes != nullptr ? id_of(codes->text(r)) : r + 1);
    return out;
}

/// Shape, id and attributes of each row.
void fingerprint_rows(Prepared& layer, const Execution& exec) {
    layer.row_inputs.resize(layer.ids.size());
    const auto& shapes = layer.polygons;
    parallel_chunks(exec, layer.row_inputs.size(), 256, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            Hasher128 hasher;
            hasher.add(layer.ids[r]);
            for (const auto& [key, value] : layer.attributes.tags(r)) {
                hasher.add(std::uint64_t{key});
                hasher.add(layer.attributes.value(value));
            }
            for (std::uint32_t part = layer.is_polygons ? shapes.rows[r] : 0; layer.is_polygons && part < shapes.rows[r + 1]; ++part) {
                hasher.add(std::uint64_t{shapes.parts[part + 1] - shapes.parts[part]});
                for (std::uint32_t q = shapes.parts[part]; q < shapes.parts[part + 1]; ++q) {
                    hasher.add(std::uint64_t{shapes.rings[q + 1] - shapes.rings[q]});
                    for (std::size_t i = shapes.rings[q]; i < shapes.rings[q + 1]; ++i) hasher.add(shapes.x[i]), hasher.add(shapes.y[i]);
                }
            }
            layer.row_inputs[r] = hasher.value();
        }
    });
}

/// All that every tile depends on beside its rows. `engine` rises with each change of what this code makes of the same input.
Hash128 common_inputs(const std::vector<Prepared>& layers, const VectorTileOptions& o) {
    constexpr std::uint64_t engine = 1;
    Hasher128               hasher;
    for (const std::uint64_t v : {engine, std::uint64_t{o.extent}, std::uint64_t{o.buffer}, static_cast<std::uint64_t>(o.compression)}) hasher.add(v);
    hasher.add(o.set->id);
    hasher.add(o.set->crs);
    for (const Prepared& p : layers) {
        hasher.add(p.layer->name);
        for (const auto& [name, type] : p.attributes.fields()) hasher.add(name), hasher.add(type);
    }
    return hasher.value();
}

std::vector<Prepared> prepare_all(std::span<const VectorTileLayer> layers, const TileMatrixSet& set) {
    std::map<std::string, Transform> transforms;  // making one takes PROJ longer than using it
    std::vector<Prepared>            out;
    for (const VectorTileLayer& layer : layers) {
        const std::string& crs = layer.source->layer().crs;
        out.push_back(prepare(layer, transforms.try_emplace(crs, crs, set.crs).first->second));
    }
    return out;
}

/// What one level holds of one layer.
struct LevelShapes {
    std::vector<GridPolygon> polygons;  ///< empty where the layer does not draw them on this level
    PointLevels::Level       points;
};

/// A row of a layer that may have something in a tile.
struct Placed {
    std::uint64_t tile  = 0;
    std::uint32_t layer = 0, row = 0;
    auto          operator<=>(const Placed&) const = default;
};

/// The points of each layer, as PointLevels; null where a layer has none.
using AllPoints = std::vector<std::unique_ptr<PointLevels>>;

class Level {
public:
    Level(const std::vector<Prepared>& layers, const AllPoints& points, const VectorTileOptions& options, int z, const Execution& exec)
        : layers_(layers), points_(points), options_(options), z_(z), shapes_(layers.size()) {
        const GridScale scale(*options.set, z, options.extent);
        for (std::size_t l = 0; l < layers.size(); ++l) {
            place_polygons(l, scale, exec);
            if (points[l] != nullptr && (layers[l].is_polygons || (z >= layers[l].layer->min_zoom && z <= layers[l].layer->max_zoom))) shapes_[l].points = points[l]->level(z);
        }
        std::ranges::sort(placed_);
        for (const Placed& p : placed_) tiles_.push_back(p.tile);
        for (const LevelShapes& s : shapes_) {
            for (const PointLevels::Tile& t : s.points.tiles) tiles_.push_back(t.number);
        }
        std::ranges::sort(tiles_);
        tiles_.erase(std::ranges::unique(tiles_).begin(), tiles_.end());
    }

    [[nodiscard]] std::size_t tiles() const noexcept { return tiles_.size(); }
    [[nodiscard]] TileId      tile(std::size_t i) const { return tile_of_number(tiles_[i]); }

    /// Fingerprint of what encode(i) looks at.
    [[nodiscard]] Hash128 inputs(std::size_t i, const Hash128& common) const {
        Hasher128 hasher;
        hasher.add(common);
        hasher.add(tiles_[i]);
        for (auto at = std::ranges::lower_bound(placed_, tiles_[i], {}, &Placed::tile); at != placed_.end() && at->tile == tiles_[i]; ++at) {
            hasher.add(std::uint64_t{at->layer});
            hasher.add(layers_[at->layer].row_inputs[at->row]);
        }
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto& level = shapes_[l].points;
            const auto  at    = std::ranges::lower_bound(level.tiles, tiles_[i], {}, &PointLevels::Tile::number);
            if (at != level.tiles.end() && at->number == tiles_[i]) points_[l]->add_inputs(level, *at, layers_[l].row_inputs, hasher);
        }
        return hasher.value();
    }

    /// The i-th tile, packed; empty where nothing of the shapes near it is left.
    [[nodiscard]] std::string encode(std::size_t i) const {
        const TileId          id     = tile(i);
        const auto            extent = static_cast<std::int64_t>(options_.extent), buffer = static_cast<std::int64_t>(options_.buffer);
        const GridPoint       origin{id.x * extent, id.y * extent};
        const GridBox         box{origin.x - buffer, origin.y - buffer, origin.x + extent + buffer, origin.y + extent + buffer};
        std::vector<MvtLayer> out;
        for (const Prepared& layer : layers_) out.push_back({layer.layer->name, MvtGeometry::polygon, &layer.attributes});
        for (auto at = std::ranges::lower_bound(placed_, tiles_[i], {}, &Placed::tile); at != placed_.end() && at->tile == tiles_[i]; ++at) {
            MvtFeature feature{layers_[at->layer].ids[at->row], at->row};
            feature.commands = mvt_commands(clip_to_box(shapes_[at->layer].polygons[at->row], box), origin);
            if (!feature.commands.empty()) out[at->layer].features.push_back(std::move(feature));
        }
        std::string bytes = encode_tile(out, options_.extent);
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto& level = shapes_[l].points;
            const auto  at    = std::ranges::lower_bound(level.tiles, tiles_[i], {}, &PointLevels::Tile::number);
            if (at != level.tiles.end() && at->number == tiles_[i]) points_[l]->encode(level, *at, bytes);
        }
        return bytes.empty() ? bytes : gzip_tile(bytes, options_.compression);
    }

private:
    void place(std::int64_t column, std::int64_t row_of_tiles, std::size_t layer, std::size_t row) {
        const TileId id{static_cast<std::uint8_t>(z_), static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row_of_tiles)};
        placed_.push_back({tile_number(id), static_cast<std::uint32_t>(layer), static_cast<std::uint32_t>(row)});
    }

    void place_polygons(std::size_t l, const GridScale& scale, const Execution& exec) {
        const Prepared& layer = layers_[l];
        if (!layer.is_polygons || z_ < layer.layer->min_zoom || z_ > layer.layer->max_zoom) return;
        const auto view     = layer.polygons.view();
        auto&      polygons = shapes_[l].polygons;
        polygons.resize(view.size());
        parallel_chunks(exec, view.size(), 64, [&](std::size_t begin, std::size_t end) {
            for (std::size_t r = begin; r < end; ++r) polygons[r] = to_grid(view, r, scale);
        });
        const auto&        matrix = options_.set->levels[static_cast<std::size_t>(z_)];
        const std::int64_t extent = options_.extent, buffer = options_.buffer;
        const auto         tile_of = [&](std::int64_t v, std::uint32_t count) { return std::clamp<std::int64_t>(v < 0 ? -1 : v / extent, 0, count - 1); };
        for (std::size_t r = 0; r < polygons.size(); ++r) {
            const GridBox box = polygons[r].box();
            if (box.is_empty()) continue;
            for (std::int64_t y = tile_of(box.y_min - buffer, matrix.rows); y <= tile_of(box.y_max + buffer, matrix.rows); ++y) {
                for (std::int64_t x = tile_of(box.x_min - buffer, matrix.columns); x <= tile_of(box.x_max + buffer, matrix.columns); ++x) place(x, y, l, r);
            }
        }
    }

    const std::vector<Prepared>& layers_;
    const AllPoints&             points_;
    const VectorTileOptions&     options_;
    int                          z_;
    std::vector<LevelShapes>     shapes_;
    std::vector<Placed>          placed_;
    std::vector<std::uint64_t>   tiles_;
};

Box<Lonlat> bounds_of(const std::vector<Prepared>& layers, const TileMatrixSet& set) {
    constexpr double far = std::numeric_limits<double>::infinity();
    Box<Planar>      box{far, far, -far, -far};
    for (const Prepared& layer : layers) {
        for (const auto* xs : {&layer.polygons.x, &layer.points.x}) {
            for (const double x : *xs) if (std::isfinite(x)) box = {std::min(box.x_min, x), box.y_min, std::max(box.x_max, x), box.y_max};
        }
        for (const auto* ys : {&layer.polygons.y, &layer.points.y}) {
            for (const double y : *ys) if (std::isfinite(y)) box = {box.x_min, std::min(box.y_min, y), box.x_max, std::max(box.y_max, y)};
        }
    }
    if (box.is_empty()) return {};
    double x[2] = {box.x_min, box.x_max}, y[2] = {box.y_min, box.y_max};
    Transform(set.crs, "OGC:CRS84").apply(x, y);
    return {x[0], y[0], x[1], y[1]};
}

TileSetInfo info_of(const std::vector<Prepared>& layers, const VectorTileOptions& options) {
    TileSetInfo info{options.name, options.description, options.attribution, TileKind::mvt_gzip, options.min_zoom, options.max_zoom, bounds_of(layers, *options.set), {}};
    for (const Prepared& p : layers) {
        info.layers.push_back({p.layer->name, std::max(p.layer->min_zoom, options.min_zoom), std::min(p.layer->max_zoom, options.max_zoom), p.attributes.fields()});
        if (p.is_polygons && !p.layer->points_name.empty()) info.layers.push_back({p.layer->points_name, options.min_zoom, options.max_zoom, p.attributes.fields()});
        if (p.layer->thinning.on()) info.layers.back().fields.emplace_back(point_count_name, "Number");
    }
    return info;
}

void check(const VectorTileOptions& o) {
    const auto levels = static_cast<int>(o.set->levels.size());
    if (o.min_zoom < 0 || o.min_zoom > o.max_zoom || o.max_zoom >= levels || o.max_zoom > max_tile_level) {
        throw UsageError("zoom levels of tiles: expected 0 <= lowest <= highest < " + std::to_string(levels));
    }
    if (o.extent < 1 || o.extent > 65536 || o.buffer > o.extent) throw UsageError("tile extent: expected 1 to 65536, and a buffer no larger");
    if (o.compression < 1 || o.compression > 12) throw UsageError("tile compression: expected 1 to 12");
}

AllPoints points_of(const std::vector<Prepared>& layers, const VectorTileOptions& o) {
    AllPoints out;
    for (const Prepared& p : layers) {
        const VectorTileLayer& layer = *p.layer;
        const std::string&     name  = p.is_polygons ? layer.points_name : layer.name;
        const int              last  = p.is_polygons ? o.max_zoom : std::min(layer.max_zoom, o.max_zoom);
        out.push_back(p.points.size() == 0 ? nullptr
                                           : std::make_unique<PointLevels>(name, p.points.view(), layer.source->layer().table, p.attributes, p.ids, layer.thinning, *o.set, o.extent, last));
    }
    return out;
}

struct Made {
    std::string bytes;
    Hash128     inputs;
};

}  // namespace

TileSetInfo build_vector_tiles(std::span<const VectorTileLayer> layers, const VectorTileOptions& options, TileSink& sink, const Execution& exec) {
    check(options);
    std::vector<Prepared> prepared = prepare_all(layers, *options.set);
    if (options.earlier != nullptr) {
        for (Prepared& p : prepared) fingerprint_rows(p, exec);
    }
    const Hash128 common = common_inputs(prepared, options);
    const AllPoints             points   = points_of(prepared, options);
    for (int z = options.min_zoom; z <= options.max_zoom; ++z) {
        const Level level(prepared, points, options, z, exec);
        ordered_pipeline<Made>(
            exec, level.tiles(),
            [&](std::size_t i) {
                if (options.earlier == nullptr) return Made{level.encode(i), {}};
                const Hash128 inputs = level.inputs(i, common);
                auto          kept   = options.earlier->find(level.tile(i), inputs);
                return Made{kept ? std::move(*kept) : level.encode(i), inputs};
            },
            [&](std::size_t i, Made&& made) {
                if (options.earlier != nullptr) options.earlier->note(level.tile(i), made.inputs, made.bytes);
                if (!made.bytes.empty()) sink.put(level.tile(i), made.bytes);
            });
    }
    return info_of(prepared, options);
}

}  // namespace gapmap
