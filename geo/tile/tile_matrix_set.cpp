#include "geo/tile/tile_matrix_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// A set whose levels halve the pixel, with `columns` x `rows` tiles on level 0.
TileMatrixSet halving_set(const char* id, const char* title, const char* crs, Point<Planar> origin, double width, std::uint32_t columns, std::uint32_t rows, int levels) {
    TileMatrixSet set{id, crs, origin.x, origin.y, 256, {}};
    for (int z = 0; z < levels; ++z) set.levels.push_back({width / (256.0 * columns) / std::exp2(z), columns << z, rows << z});
    set.title = title;
    return set;
}

}  // namespace

double TileMatrixSet::span(int z) const {
    GEO_EXPECTS(z >= first_level && static_cast<std::size_t>(z) < levels.size());
    return levels[static_cast<std::size_t>(z)].resolution * tile_size;
}

std::string TileMatrixSet::identifier(int z) const {
    GEO_EXPECTS(z >= first_level && static_cast<std::size_t>(z) < levels.size());
    const std::string& name = levels[static_cast<std::size_t>(z)].identifier;
    return name.empty() ? std::to_string(z) : name;
}

std::optional<TileId> TileMatrixSet::tile_at(int z, double x, double y) const {
    const double      edge   = span(z);
    const TileMatrix& level  = levels[static_cast<std::size_t>(z)];
    const double      column = std::floor((x - x_origin) / edge), row = std::floor((y_origin - y) / edge);
    if (!(column >= 0 && row >= 0 && column < level.columns && row < level.rows)) return std::nullopt;
    return TileId{static_cast<std::uint8_t>(z), static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row)};
}

Box<Planar> TileMatrixSet::extent(int z) const {
    const TileMatrix& level = levels[static_cast<std::size_t>(z)];
    const auto        first = box({static_cast<std::uint8_t>(z), 0, 0}), last = box({static_cast<std::uint8_t>(z), level.columns - 1, level.rows - 1});
    return {first.x_min, last.y_min, last.x_max, first.y_max};
}

Box<Planar> TileMatrixSet::box(TileId tile) const {
    const double edge = span(tile.z);
    return {x_origin + tile.x * edge, y_origin - (tile.y + 1.0) * edge, x_origin + (tile.x + 1.0) * edge, y_origin - tile.y * edge};
}

bool is_web_mercator_quad(const TileMatrixSet& set) {
    const TileMatrixSet& quad = web_mercator_quad();
    if (set.crs != quad.crs || std::abs(set.x_origin - quad.x_origin) > 0.01 || std::abs(set.y_origin - quad.y_origin) > 0.01) return false;
    if (set.levels.size() > static_cast<std::size_t>(max_tile_level) + 1) return false;
    for (int z = set.first_level; z <= set.last_level(); ++z) {
        const TileMatrix& level = set.levels[static_cast<std::size_t>(z)];
        const double      edge  = 2 * quad.y_origin / std::exp2(z);
        if (level.columns != 1U << z || level.rows != 1U << z || std::abs(set.span(z) - edge) > 1e-9 * edge) return false;
    }
    return true;
}

TileOrder::TileOrder(const TileMatrixSet& set) {
    for (int z = set.first_level; z <= set.last_level(); ++z) {
        const TileMatrix& level = set.levels[static_cast<std::size_t>(z)];
        const int         bits  = static_cast<int>(std::bit_width(std::max(level.columns, level.rows) - 1U));
        shift_                  = std::max(shift_, bits - z);
    }
    if (shift_ + set.last_level() > max_curve_level) throw InputError(fmt::format("tile matrix set '{}': its levels have too many tiles", set.id));
}

std::uint64_t TileOrder::number(TileId tile) const { return curve_number(tile.z + shift_, tile.x, tile.y); }

TileId TileOrder::tile(std::uint64_t number) const {
    const TileId fine = tile_of_curve_number(number);
    if (fine.z < shift_) throw InputError(fmt::format("tile number {}: it is on no level of the set", number));
    return {static_cast<std::uint8_t>(fine.z - shift_), fine.x, fine.y};
}

std::uint64_t tile_order(const TileMatrixSet& set, TileId tile) { return TileOrder(set).number(tile); }

const TileMatrixSet& web_mercator_quad() {
    constexpr double           half = 20037508.342789244;  // pi times the radius of WGS 84
    static const TileMatrixSet set  = halving_set("WebMercatorQuad", "Google Maps Compatible for the World", "EPSG:3857", {-half, half}, 2 * half, 1, 1, 25);
    return set;
}

const TileMatrixSet& world_crs84_quad() {
    static const TileMatrixSet set = halving_set("WorldCRS84Quad", "CRS84 for the World", "OGC:CRS84", {-180, 90}, 360, 2, 1, 24);
    return set;
}

}  // namespace gapmap
