#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"

namespace gapmap {

/// A weighted point in cell units: the centre of cell (row, column) lies at (x = column, y = row).
struct CellPoint {
    double x, y, weight;
};

/// Points ordered by (floor(y), floor(x), original place): the order in which a row adds them, whatever the threads.
class RowOrder {
public:
    /// Keeps points with weight != 0 within `reach_x`, `reach_y` cells of the grid.
    RowOrder(std::vector<CellPoint> points, int width, int height, double reach_x, double reach_y);
    /// Points with floor(y) in [first, last].
    [[nodiscard]] std::span<const CellPoint> rows(int first, int last) const noexcept;

private:
    int                        first_row_ = 0;
    std::vector<std::uint32_t> starts_;
    std::vector<CellPoint>     points_;
};

/// One row of sums of compact kernels (1 - r^2)^k, without binning.
/// Meaning: out[c] = sum_i w_i (1 - ((c - x_i) / rx)^2 - ((row - y_i) / ry)^2)^k over the points in support.
/// How: within a row a point's kernel is a polynomial of degree 2k in the column, from the column where its support
/// starts to the one where it ends. So each point adds its 2k + 1 coefficients at the one and takes them away at the
/// other, and one pass along the row keeps the running polynomial and evaluates it. Coefficients refer to the start of a
/// block of columns no wider than rx, and the running ones are shifted from block to block, so no power ever
/// exceeds (about) 3^2k and cancellation costs at most about 3 digits: error 1e-12 of the row's largest sum.
/// The number of points in support runs along too: where it is 0 the polynomial is set to 0, so no residue is left.
/// Cost: O(points in the band + columns), whatever the radius. Source: sweep-line KDE, Chan, U, Choi, Xu 2022 (SLAM).
class DensitySweep {
public:
    DensitySweep(int power, double radius_x_cells, double radius_y_cells, int width);
    void row(const RowOrder& points, int row, std::span<double> out);

private:
    int                 power_, width_, block_;
    double              rx_, ry_;
    std::vector<double> changes_;  // per column the change of the coefficients and of the count
};

}  // namespace gapmap
