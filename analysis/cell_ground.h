#pragma once
#include <utility>
#include <vector>

#include "analysis/window.h"
#include "geo/raster/grid.h"
#include "geo/shape/points.h"

namespace gapmap {

/// A study area as the cells of a raster: those whose centre lies in it. Other programs estimate densities from such cells; taken so, their surfaces can be compared with ours.
/// With cells far narrower than the bandwidth nothing changes; with wide ones a point moves by up to half a cell (more at the border), and the estimate with it.
class CellGround {
public:
    CellGround(const Grid<Planar>& grid, const Window& window);

    [[nodiscard]] bool is_empty() const noexcept { return cells_ == 0; }
    /// The cells as one area. REQUIRES !is_empty()
    [[nodiscard]] Window window(const Execution& exec = {}) const;
    /// Every point at the centre of its cell, whether that is of the ground or not; beyond the raster, of the nearest. Missing points stay missing.
    [[nodiscard]] Points<Planar> centred(PointsView<Planar> points) const;
    /// Every point at the centre of the nearest cell of the ground; of equally near ones the first by row, then column. Cost: for points off the ground, the cells around them.
    [[nodiscard]] Points<Planar> grounded(PointsView<Planar> points) const;

private:
    [[nodiscard]] bool inside(int row, int column) const noexcept;
    [[nodiscard]] std::pair<int, int> cell_of(Point<Planar> p) const noexcept;  // row, column
    [[nodiscard]] Point<Planar> nearest(Point<Planar> p) const noexcept;

    Grid<Planar>      grid_;
    std::vector<bool> inside_;
    std::size_t       cells_ = 0;
};

}  // namespace gapmap
