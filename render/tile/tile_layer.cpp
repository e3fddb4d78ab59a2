#include "render/tile/tile_layer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "geo/crs/transform.h"
#include "geo/shape/label_points.h"
#include "render/hatch.h"
#include "render/tile/antimeridian.h"

namespace gapmap {
namespace {

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
void take(const Polygons<Space>& from, TileLayer& out) {
    out.polygons    = {from.x, from.y, from.rings, from.parts, from.rows};
    out.is_polygons = true;
}
template <class Space>
void take(const Points<Space>& from, TileLayer& out) {
    out.points = {from.x, from.y};
}
void take(std::monostate, TileLayer&) {}

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

/// Shapes and label points of a layer of polygons.
void place_polygons(const VectorTileLayer& layer, const Transform& transform, const TileMatrixSet& set, const Execution& exec, TileLayer& out) {
    const Layer&       source  = layer.source->layer();
    const bool         degrees = std::holds_alternative<Polygons<Lonlat>>(source.geometry) && is_world(set);
    const Antimeridian turned(degrees ? std::span(out.polygons.x) : std::span<double>());
    transform_all(transform, source.crs, set.crs, out.polygons.x, out.polygons.y, exec);
    turned.restore(transform, out.polygons);
    drop_broken_rows(out.polygons);
    if (layer.points_name.empty()) return;
    out.points = label_points(out.polygons.view(), exec);
    for (double& x : out.points.x) x = turned.inside(transform, x);
}

/// The pattern of each row's status, by the names of hatch.h.
void add_hatches(const Column& statuses, MvtAttributes& to) {
    std::vector<std::string> names;
    for (std::size_t row = 0; row < statuses.size(); ++row) names.emplace_back(hatch_of_word(statuses.text(row)));
    to.add_texts(hatch_property, names);
}

/// Rows without a place on the set.
std::uint64_t count_outside(const TileLayer& layer, const TileMatrixSet& set) {
    const Box<Planar> on      = set.extent(set.first_level);
    const auto        touches = [&](double x0, double y0, double x1, double y1) { return x1 >= on.x_min && x0 <= on.x_max && y1 >= on.y_min && y0 <= on.y_max; };  // false for NaN
    std::uint64_t     outside = 0;
    for (std::size_t r = 0; !layer.is_polygons && r < layer.points.size(); ++r) outside += touches(layer.points.x[r], layer.points.y[r], layer.points.x[r], layer.points.y[r]) ? 0U : 1U;
    if (!layer.is_polygons) return outside;
    const auto& p = layer.polygons;
    for (std::size_t r = 0; r < p.size(); ++r) {
        const std::size_t begin = p.rings[p.parts[p.rows[r]]], end = p.rings[p.parts[p.rows[r + 1]]];
        if (begin == end) {
            ++outside;
            continue;
        }
        const auto [x0, x1] = std::minmax_element(p.x.begin() + static_cast<std::ptrdiff_t>(begin), p.x.begin() + static_cast<std::ptrdiff_t>(end));
        const auto [y0, y1] = std::minmax_element(p.y.begin() + static_cast<std::ptrdiff_t>(begin), p.y.begin() + static_cast<std::ptrdiff_t>(end));
        outside += touches(*x0, *y0, *x1, *y1) ? 0U : 1U;
    }
    return outside;
}

TileLayer prepare(const VectorTileLayer& layer, const Transform& transform, const TileMatrixSet& set, const Execution& exec) {
    const Layer& source = layer.source->layer();
    TileLayer    out{.layer = &layer, .attributes = MvtAttributes(source.table, layer.attributes)};
    if (!layer.hatch_field.empty()) add_hatches(source.table.at(layer.hatch_field), out.attributes);
    std::visit([&](const auto& geometry) { take(geometry, out); }, source.geometry);
    if (out.is_polygons) place_polygons(layer, transform, set, exec, out);
    else transform_all(transform, source.crs, set.crs, out.points.x, out.points.y, exec);
    out.rows_outside = count_outside(out, set);
    const Column* codes = layer.id_field.empty() ? nullptr : &source.table.at(layer.id_field);
    for (std::size_t r = 0; r < source.rows(); ++r) out.ids.push_back(!layer.with_ids ? no_feature_id : codes != nullptr ? id_of(codes->text(r)) : r + 1);
    return out;
}

}  // namespace

std::vector<TileLayer> prepare_layers(std::span<const VectorTileLayer> layers, const TileMatrixSet& set, const Execution& exec) {
    std::map<std::string, Transform> transforms;  // making one takes PROJ longer than using it
    std::vector<TileLayer>            out;
    for (const VectorTileLayer& layer : layers) {
        const std::string& crs = layer.source->layer().crs;
        out.push_back(prepare(layer, transforms.try_emplace(crs, crs, set.crs).first->second, set, exec));
    }
    return out;
}

void fingerprint_rows(TileLayer& layer, const Execution& exec) {
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

Box<Lonlat> bounds_of(const std::vector<TileLayer>& layers, const TileMatrixSet& set) {
    constexpr double far = std::numeric_limits<double>::infinity();
    Box<Planar>      box{far, far, -far, -far};
    for (const TileLayer& layer : layers) {
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

}  // namespace gapmap
