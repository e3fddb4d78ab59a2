#include "render/tile/vector_tiles.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numeric>

#include "geo/core/error.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"
#include "render/tile/antimeridian.h"
#include "render/tile/mvt_encode.h"
#include "render/tile/polygon_levels.h"
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

/// Many coordinates are transformed by several threads, each with a transform of its own; a coordinate comes out the same in any company.
void transform_all(const Transform& transform, const std::string& from, const std::string& to, std::vector<double>& x, std::vector<double>& y, const Execution& exec) {
    constexpr std::size_t chunk = std::size_t{1} << 19;
    if (x.size() <= chunk || exec.threads == 1) return transform.apply(x, y);
    parallel_chunks(exec, x.size(), chunk, [&](std::size_t begin, std::size_t end) {
        Transform(from, to).apply(std::span(x).subspan(begin, end - begin), std::span(y).subspan(begin, end - begin));
    });
}

template <class Space>
void take(const Polygons<Space>& from, Prepared& out) {
    out.polygons    = {from.x, from.y, from.rings, from.parts, from.rows};
    out.is_polygons = true;
}
template <class Space>
void take(const Points<Space>& from, Prepared& out) {
    out.points = {from.x, from.y};
}
void take(std::monostate, Prepared&) {}

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

/// Whether x of the set's CRS is a straight function of longitude all around.
bool is_world(const TileMatrixSet& set) { return set.crs == "EPSG:3857" || is_geographic(set.crs); }

Prepared prepare(const VectorTileLayer& layer, const Transform& transform, const TileMatrixSet& set, const Execution& exec) {
    const Layer& source = layer.source->layer();
    Prepared     out{.layer = &layer, .attributes = MvtAttributes(source.table, layer.attributes)};
    std::visit([&](const auto& geometry) { take(geometry, out); }, source.geometry);
    if (out.is_polygons) {
        const bool         degrees = std::holds_alternative<Polygons<Lonlat>>(source.geometry) && is_world(set);
        const Antimeridian turned(degrees ? std::span(out.polygons.x) : std::span<double>());
        transform_all(transform, source.crs, set.crs, out.polygons.x, out.polygons.y, exec);
        turned.restore(transform, out.polygons);
        drop_broken_rows(out.polygons);
        if (!layer.points_name.empty()) out.points = inner_points(out.polygons.view());
        for (double& x : out.points.x) x = turned.inside(transform, x);
    } else {
        transform_all(transform, source.crs, set.crs, out.points.x, out.points.y, exec);
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
    constexpr std::uint64_t engine = 2;
    Hasher128               hasher;
    for (const std::uint64_t v : {engine, std::uint64_t{o.extent}, std::uint64_t{o.buffer}, static_cast<std::uint64_t>(o.compression), static_cast<std::uint64_t>(o.max_zoom), std::uint64_t{o.simplify}, o.max_bytes}) hasher.add(v);
    hasher.add(o.min_area);
    hasher.add(o.set->id);
    hasher.add(o.set->crs);
    for (const Prepared& p : layers) {
        hasher.add(p.layer->name);
        for (const auto& [name, type] : p.attributes.fields()) hasher.add(name), hasher.add(type);
    }
    return hasher.value();
}

std::vector<Prepared> prepare_all(std::span<const VectorTileLayer> layers, const TileMatrixSet& set, const Execution& exec) {
    std::map<std::string, Transform> transforms;  // making one takes PROJ longer than using it
    std::vector<Prepared>            out;
    for (const VectorTileLayer& layer : layers) {
        const std::string& crs = layer.source->layer().crs;
        out.push_back(prepare(layer, transforms.try_emplace(crs, crs, set.crs).first->second, set, exec));
    }
    return out;
}

/// The points of each layer, as PointLevels; null where a layer has none.
using AllPoints = std::vector<std::unique_ptr<PointLevels>>;

/// The polygons of a layer; both null where it has none.
struct LayerPolygons {
    std::unique_ptr<PolygonSource> source;  // before the levels, which refer to it
    std::unique_ptr<PolygonLevels> levels;
};
using AllPolygons = std::vector<LayerPolygons>;

/// What one level holds of one layer.
struct LevelShapes {
    PolygonLevels::Level polygons;
    PointLevels::Level   points;
};

/// A tile and what is in it.
struct Made {
    std::string                       bytes{};
    Hash128                           inputs{};
    std::vector<PolygonLevels::Drawn> drawn{};         ///< of each layer; empty where the tile was taken over
    std::uint64_t                     rows_left_out = 0;
};

class Level {
public:
    Level(const std::vector<Prepared>& layers, const AllPolygons& polygons, const AllPoints& points, const VectorTileOptions& options, int z)
        : layers_(layers), polygons_(polygons), points_(points), options_(options), z_(z), order_(*options.set), shapes_(layers.size()) {
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const bool here = z >= layers[l].layer->min_zoom && z <= layers[l].layer->max_zoom;
            if (polygons[l].levels != nullptr && here) shapes_[l].polygons = polygons[l].levels->level(z);
            if (points[l] != nullptr && (layers[l].is_polygons || here)) shapes_[l].points = points[l]->level(z);
            for (const PolygonLevels::Tile& t : shapes_[l].polygons.tiles) tiles_.push_back(t.number);
            for (const PointLevels::Tile& t : shapes_[l].points.tiles) tiles_.push_back(t.number);
        }
        std::ranges::sort(tiles_);
        tiles_.erase(std::ranges::unique(tiles_).begin(), tiles_.end());
    }

    [[nodiscard]] int         z() const noexcept { return z_; }
    [[nodiscard]] std::size_t tiles() const noexcept { return tiles_.size(); }
    [[nodiscard]] TileId      tile(std::size_t i) const { return order_.tile(tiles_[i]); }
    [[nodiscard]] const PolygonLevels::Level& polygons(std::size_t layer) const noexcept { return shapes_[layer].polygons; }

    /// Fingerprint of what encode(i) looks at.
    [[nodiscard]] Hash128 inputs(std::size_t i, const Hash128& common) const {
        Hasher128 hasher;
        hasher.add(common);
        hasher.add(tiles_[i]);
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto& level = shapes_[l].polygons;
            const auto  at    = std::ranges::lower_bound(level.tiles, tiles_[i], {}, &PolygonLevels::Tile::number);
            if (at == level.tiles.end() || at->number != tiles_[i]) continue;
            hasher.add(std::uint64_t{l});
            for (std::uint32_t e = at->first; e < at->last; ++e) hasher.add(layers_[l].row_inputs[level.entries[e].row]);
        }
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto& level = shapes_[l].points;
            const auto  at    = std::ranges::lower_bound(level.tiles, tiles_[i], {}, &PointLevels::Tile::number);
            if (at != level.tiles.end() && at->number == tiles_[i]) points_[l]->add_inputs(level, *at, layers_[l].row_inputs, hasher);
        }
        return hasher.value();
    }

    /// The i-th tile, packed; empty where nothing of the shapes near it is left. Where it is larger than allowed, the smallest polygons are left out.
    [[nodiscard]] Made encode(std::size_t i) const {
        Made        made  = encode_from(i, 0);
        std::size_t count = rows_of(made);
        const std::size_t all = count;
        for (double least = 0; options_.max_bytes > 0 && made.bytes.size() > options_.max_bytes && count > 0; count = rows_of(made)) {
            least = std::max(least_area_for(made, count * options_.max_bytes / made.bytes.size()), std::nextafter(least, std::numeric_limits<double>::infinity()));
            made  = encode_from(i, least);
        }
        made.rows_left_out = all - count;
        return made;
    }

private:
    static std::size_t rows_of(const Made& made) {
        return std::accumulate(made.drawn.begin(), made.drawn.end(), std::size_t{0}, [](std::size_t n, const PolygonLevels::Drawn& d) { return n + d.rows.size(); });
    }

    /// The area from which no more than nine tenths of `keep` of the rows drawn are left.
    [[nodiscard]] double least_area_for(const Made& made, std::size_t keep) const {
        std::vector<double> areas;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            for (const std::uint32_t row : made.drawn[l].rows) areas.push_back(polygons_[l].levels->area(shapes_[l].polygons, row));
        }
        std::ranges::sort(areas, std::greater{});
        return std::nextafter(areas[std::min(keep * 9 / 10, areas.size() - 1)], std::numeric_limits<double>::infinity());
    }

    [[nodiscard]] Made encode_from(std::size_t i, double least_area) const {
        Made made;
        made.drawn.resize(layers_.size());
        std::string bytes;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto& level = shapes_[l].polygons;
            const auto  at    = std::ranges::lower_bound(level.tiles, tiles_[i], {}, &PolygonLevels::Tile::number);
            if (at != level.tiles.end() && at->number == tiles_[i]) made.drawn[l] = polygons_[l].levels->encode(level, *at, least_area, bytes);
        }
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            const auto& level = shapes_[l].points;
            const auto  at    = std::ranges::lower_bound(level.tiles, tiles_[i], {}, &PointLevels::Tile::number);
            if (at != level.tiles.end() && at->number == tiles_[i]) points_[l]->encode(level, *at, bytes);
        }
        if (!bytes.empty()) made.bytes = gzip_tile(bytes, options_.compression);
        return made;
    }

    const std::vector<Prepared>& layers_;
    const AllPolygons&           polygons_;
    const AllPoints&             points_;
    const VectorTileOptions&     options_;
    int                          z_;
    TileOrder                    order_;
    std::vector<LevelShapes>     shapes_;
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

TileSetInfo info_of(const std::vector<Prepared>& layers, const Box<Lonlat>& bounds, const VectorTileOptions& options) {
    TileSetInfo info{options.name, options.description, options.attribution, TileKind::mvt_gzip, options.min_zoom, options.max_zoom, bounds, {}};
    for (const Prepared& p : layers) {
        info.layers.push_back({p.layer->name, std::max(p.layer->min_zoom, options.min_zoom), std::min(p.layer->max_zoom, options.max_zoom), p.attributes.fields()});
        if (p.is_polygons && !p.layer->points_name.empty()) info.layers.push_back({p.layer->points_name, options.min_zoom, options.max_zoom, p.attributes.fields()});
        if (p.layer->thinning.on()) info.layers.back().fields.emplace_back(point_count_name, "Number");
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

/// Takes the polygons out of the layers.
AllPolygons polygons_of(std::vector<Prepared>& layers, const VectorTileOptions& o, const Execution& exec) {
    AllPolygons          out(layers.size());
    const PolygonDrawing drawing{o.buffer, std::gcd(o.simplify, o.extent), o.min_area};
    for (std::size_t l = 0; l < layers.size(); ++l) {
        Prepared& p = layers[l];
        if (!p.is_polygons) continue;
        out[l].source = std::make_unique<PolygonSource>(std::move(p.polygons), *o.set, o.max_zoom, o.extent, exec);
        out[l].levels = std::make_unique<PolygonLevels>(p.layer->name, *out[l].source, p.attributes, p.ids, drawing);
    }
    return out;
}

/// Counts what the tiles of one level hold.
class LevelCount {
public:
    LevelCount(const Level& level, const AllPolygons& polygons) : report_{.level = level.z()} {
        for (std::size_t l = 0; l < polygons.size(); ++l) {
            rows_ += level.polygons(l).rows;
            report_.vertices_in += level.polygons(l).vertices;
            drawn_.emplace_back(polygons[l].levels == nullptr || level.polygons(l).rows == 0 ? 0 : polygons[l].levels->rows(), false);
        }
    }
    void add(const Made& made) {
        for (std::size_t l = 0; l < made.drawn.size(); ++l) {
            report_.vertices_out += made.drawn[l].vertices;
            for (const std::uint32_t row : made.drawn[l].rows) {
                if (!drawn_[l][row]) ++report_.rows_drawn;
                drawn_[l][row] = true;
            }
        }
        report_.rows_left_out += made.rows_left_out;
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
void build_levels(const std::vector<Level>& levels, std::vector<LevelCount>& counts, const VectorTileOptions& options, const Hash128& common, TileSink& sink, const Execution& exec) {
    std::vector<std::pair<std::size_t, std::size_t>> tiles;
    for (std::size_t l = 0; l < levels.size(); ++l) {
        for (std::size_t i = 0; i < levels[l].tiles(); ++i) tiles.emplace_back(l, i);
    }
    ordered_pipeline<Made>(
        exec, tiles.size(),
        [&](std::size_t at) {
            const auto [l, i] = tiles[at];
            if (options.earlier == nullptr) return levels[l].encode(i);
            const Hash128 inputs = levels[l].inputs(i, common);
            auto          kept   = options.earlier->find(levels[l].tile(i), inputs);
            Made          made   = kept ? Made{.bytes = std::move(*kept)} : levels[l].encode(i);
            made.inputs          = inputs;
            return made;
        },
        [&](std::size_t at, Made&& made) {
            const auto [l, i] = tiles[at];
            const TileId tile = levels[l].tile(i);
            if (options.earlier != nullptr) options.earlier->note(tile, made.inputs, made.bytes);
            if (!made.bytes.empty()) sink.put(tile, made.bytes);
            counts[l].add(made);
        });
}

}  // namespace

TileSetInfo build_vector_tiles(std::span<const VectorTileLayer> layers, const VectorTileOptions& options, TileSink& sink, const Execution& exec, std::vector<LevelReport>* report) {
    constexpr std::size_t few_tiles = 256;
    check(options);
    std::vector<Prepared> prepared = prepare_all(layers, *options.set, exec);
    if (options.earlier != nullptr) {
        for (Prepared& p : prepared) fingerprint_rows(p, exec);
    }
    const Hash128     common   = common_inputs(prepared, options);
    const Box<Lonlat> bounds   = bounds_of(prepared, *options.set);
    const AllPoints   points   = points_of(prepared, options);
    const AllPolygons polygons = polygons_of(prepared, options, exec);
    for (int z = options.min_zoom; z <= options.max_zoom;) {
        std::vector<Level>      levels;
        std::vector<LevelCount> counts;
        for (std::size_t tiles = 0; z <= options.max_zoom && tiles < few_tiles; ++z) {
            levels.emplace_back(prepared, polygons, points, options, z);
            counts.emplace_back(levels.back(), polygons);
            tiles += levels.back().tiles();
        }
        build_levels(levels, counts, options, common, sink, exec);
        if (report == nullptr) continue;
        for (const LevelCount& count : counts) report->push_back(count.report());
    }
    return info_of(prepared, bounds, options);
}

}  // namespace gapmap
