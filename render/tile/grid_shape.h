#pragma once
#include <cstdint>
#include <vector>

#include "geo/shape/polygons.h"
#include "geo/tile/tile_matrix_set.h"

namespace gapmap {

/// Whole-number coordinates of one level: x to the east and y to the SOUTH from the set's origin, `extent` steps a tile.
/// All tiles of a level share them, so a border that two shapes share is rounded once and stays shared.
struct GridPoint {
    std::int64_t x = 0, y = 0;
    bool         operator==(const GridPoint&) const = default;
};

struct GridBox {
    std::int64_t x_min = 0, y_min = 0, x_max = -1, y_max = -1;  ///< ends included; empty where x_min > x_max
    [[nodiscard]] bool is_empty() const noexcept { return x_min > x_max; }
};

/// One (multi)polygon on the grid. Rings are open (the last point is not the first again). A shell has a positive area in
/// these y-down coordinates and its holes, which follow it, a negative one: the winding that vector tiles ask for.
struct GridPolygon {
    std::vector<GridPoint>     points;
    std::vector<std::uint32_t> ring_ends;  ///< ring q ends before points[ring_ends[q]]
    std::vector<bool>          is_shell;   ///< one flag a ring

    [[nodiscard]] bool    is_empty() const noexcept { return ring_ends.empty(); }
    [[nodiscard]] GridBox box() const noexcept;
    /// Signed: shells minus holes. Unit: squares of the grid.
    [[nodiscard]] double area() const noexcept;
};

/// From the coordinates of a set's CRS to the grid of a level.
class GridScale {
public:
    GridScale(const TileMatrixSet& set, int z, std::uint32_t extent);
    /// The nearest grid point. REQUIRES finite coordinates.
    [[nodiscard]] GridPoint nearest(double x, double y) const noexcept;
    /// The grid square that holds a coordinate (squares own their west and north edge). REQUIRES finite coordinates.
    [[nodiscard]] GridPoint square(double x, double y) const noexcept;

private:
    double x_origin_, y_origin_, steps_;
};

/// Row `r` rounded to the grid. Repeated points, points on a straight line and spikes go; rings without area go, and a shell
/// takes its holes with it. A row that is null or has a coordinate that is not finite gives an empty polygon.
[[nodiscard]] GridPolygon to_grid(const PolygonsView<Planar>& polygons, std::size_t r, const GridScale& scale);

/// The part of a polygon inside a box, cleaned like to_grid(). Along the box's edge the parts of one shell may be joined by
/// lines of no width. Crossings are rounded to the grid, the same for both directions of an edge.
/// Cost: O(points). Source: Sutherland & Hodgman 1974.
[[nodiscard]] GridPolygon clip_to_box(const GridPolygon& polygon, const GridBox& box);

}  // namespace gapmap
