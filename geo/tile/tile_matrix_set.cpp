#include "geo/tile/tile_matrix_set.h"

#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// A set whose levels halve the pixel, with `columns` x `rows` tiles on level 0.
TileMatrixSet halving_set(const char* id, const char* crs, Point<Planar> origin, double width, std::uint32_t columns, std::uint32_t rows, int levels) {
    TileMatrixSet set{id, crs, origin.x, origin.y, 256, {}};
    for (int z = 0; z < levels; ++z) set.levels.push_back({width / (256.0 * columns) / std::exp2(z), columns << z, rows << z});
    return set;
}

}  // namespace

double TileMatrixSet::span(int z) const {
    GEO_EXPECTS(z >= 0 && static_cast<std::size_t>(z) < levels.size());
    return levels[static_cast<std::size_t>(z)].resolution * tile_size;
}

std::optional<TileId> TileMatrixSet::tile_at(int z, double x, double y) const {
    const double      edge   = span(z);
    const TileMatrix& level  = levels[static_cast<std::size_t>(z)];
    const double      column = std::floor((x - x_origin) / edge), row = std::floor((y_origin - y) / edge);
    if (!(column >= 0 && row >= 0 && column < level.columns && row < level.rows)) return std::nullopt;
    return TileId{static_cast<std::uint8_t>(z), static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row)};
}

Box<Planar> TileMatrixSet::box(TileId tile) const {
    const double edge = span(tile.z);
    return {x_origin + tile.x * edge, y_origin - (tile.y + 1.0) * edge, x_origin + (tile.x + 1.0) * edge, y_origin - tile.y * edge};
}

const TileMatrixSet& web_mercator_quad() {
    constexpr double           half = 20037508.342789244;  // pi times the radius of WGS 84
    static const TileMatrixSet set  = halving_set("WebMercatorQuad", "EPSG:3857", {-half, half}, 2 * half, 1, 1, 25);
    return set;
}

const TileMatrixSet& world_crs84_quad() {
    static const TileMatrixSet set = halving_set("WorldCRS84Quad", "OGC:CRS84", {-180, 90}, 360, 2, 1, 24);
    return set;
}

}  // namespace gapmap
