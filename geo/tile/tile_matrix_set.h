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
    std::uint32_t columns = 1, rows = 1;    ///< tiles that the level holds; 0 on levels below the first
    std::string   identifier{};             ///< its name where that is not its number

    bool operator==(const TileMatrix&) const = default;
};

/// How a plane is cut into tiles: data, so that a set can also come from a file.
/// Coordinates are in the set's CRS in the order (east, north), degrees where it is geographic.
/// Source: OGC 17-083r4, Two Dimensional Tile Matrix Set.
struct TileMatrixSet {
    std::string             id, crs;
    double                  x_origin = 0, y_origin = 0;  ///< top left corner of every level
    std::uint32_t           tile_size = 256;             ///< pixels along an edge
    std::vector<TileMatrix> levels;           ///< by number, so that the set's own numbers are those of TileId
    std::string             title{};
    int                     first_level = 0;  ///< levels below it do not exist (Tianditu counts from 1); their columns and rows are 0

    bool operator==(const TileMatrixSet&) const = default;

    /// Length of a tile's edge on level z. REQUIRES first_level <= z < levels.size().
    [[nodiscard]] double span(int z) const;
    /// Name of level z: what a portal calls it. REQUIRES as span().
    [[nodiscard]] std::string identifier(int z) const;
    [[nodiscard]] int last_level() const noexcept { return static_cast<int>(levels.size()) - 1; }
    /// The tile that holds a coordinate. A tile owns its west and north edge but not its east and south edge, so that every
    /// coordinate has one tile on a level. Nothing for NaN and outside the set.
    [[nodiscard]] std::optional<TileId> tile_at(int z, double x, double y) const;
    /// The outer edge of a tile.
    [[nodiscard]] Box<Planar> box(TileId tile) const;
    /// All tiles of level z together. REQUIRES as span().
    [[nodiscard]] Box<Planar> extent(int z) const;
};

/// True where the tiles lie as those of WebMercatorQuad with the same numbers, whatever their size in pixels: what PMTiles and MBTiles hold.
[[nodiscard]] bool is_web_mercator_quad(const TileMatrixSet& set);

/// The place of a set's tiles in an order that keeps neighbours together: levels one after the other, each along a Hilbert curve.
/// Equals tile_number() where no level has more than 2^z columns or rows; else levels are counted as finer ones, by the same number for all.
class TileOrder {
public:
    explicit TileOrder(const TileMatrixSet& set);  ///< throws InputError where a level has more tiles than 62 bits can number
    [[nodiscard]] std::uint64_t number(TileId tile) const;      ///< REQUIRES a tile of the set
    [[nodiscard]] TileId        tile(std::uint64_t number) const;  ///< the inverse; throws InputError for a number of no level
    [[nodiscard]] int           shift() const noexcept { return shift_; }

private:
    int shift_ = 0;
};
/// TileOrder for one tile. Keep a TileOrder where there are many.
[[nodiscard]] std::uint64_t tile_order(const TileMatrixSet& set, TileId tile);

/// EPSG:3857, one tile on level 0, levels 0 to 24.
[[nodiscard]] const TileMatrixSet& web_mercator_quad();

/// OGC:CRS84 in degrees, two tiles side by side on level 0, levels 0 to 23.
[[nodiscard]] const TileMatrixSet& world_crs84_quad();

}  // namespace gapmap
