#pragma once
#include <cstddef>
#include <functional>
#include <span>

#include "analysis/density_sweep.h"
#include "geo/core/exec.h"

namespace gapmap {

/// Sums of Gaussians on a grid, without binning the points:
/// out[row][c] = sum_i w_i exp(-((c - x_i) / sx)^2 / 2 - ((row - y_i) / sy)^2 / 2), sigmas in cells.
/// How: for sigmas of 2 cells and more the points of a box (at most one sigma wide) are replaced by their Hermite moments about
/// the box centre, which then act on rows and columns separately (fast Gauss transform); below that, point by point.
/// Error: each point is cut off beyond 7 sigma (2.3e-11 of its peak); the Hermite series of 15 terms an axis is good to 1e-10
/// of its peak. Values are never below 0 and exactly 0 beyond the cut-off.
/// Cost: O(points + cells), about 500 multiplications a cell, whatever sigma; below 2 cells O(points x 14 sx 14 sy).
/// Source: Greengard & Strain 1991.
/// Calls `row_done(row, values)` once for each row, from several threads at once.
void gaussian_rows(const RowOrder& points, double sigma_x_cells, double sigma_y_cells, int width, int height,
                   const Execution& exec, const std::function<void(int row, std::span<double> values)>& row_done);

/// How far from the grid a point still counts, in cells.
[[nodiscard]] double gaussian_reach_cells(double sigma_cells) noexcept;

}  // namespace gapmap
