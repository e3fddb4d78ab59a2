#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "geo/shape/points.h"
#include "geo/tile/tile_id.h"

namespace gapmap {

/// One level of a tile matrix set.
struct TileMatrix {
    double        resolution = 1;           ///< units of the CRS in one pixel
    std::uint32_t columns = 1, rows = 1;    ///< tiles that the level holds
};

/// How a plane is cut into tiles: data, so that a set can also come from a file.
/// Coordinates are in the set's CRS in the order (east, north), degrees where it is geographic.
/// Source: OGC 17-083r4, Two Dimensional Tile Matrix Set.
struct TileMatrixSet {
    std::string             id, crs;
    double                  x_origin = 0, y_origin = 0;  ///< top left corner of every level
    std::uint32_t           tile_size = 256;             ///< pixels along an edge
    std::vector<TileMatrix> levels;

    /// Length of a tile's edge on level z. REQUIRES z < levels.size().
    [[nodiscard]] double span(int z) const;
    /// The tile that holds a coordinate. A tile owns its west and north edge but not its east and south edge, so that every
    /// coordinate has one tile on a level. Nothing for NaN and outside the set.
    [[nodiscard]] std::optional<TileId> tile_at(int z, double x, double y) const;
    /// The outer edge of a tile.
    [[nodiscard]] Box<Planar> box(TileId tile) const;
};

/// EPSG:3857, one tile on level 0, levels 0 to 24.
[[nodiscard]] const TileMatrixSet& web_mercator_quad();

/// OGC:CRS84 in degrees, two tiles side by side on level 0, levels 0 to 23.
[[nodiscard]] const TileMatrixSet& world_crs84_quad();

}  // namespace gapmap
