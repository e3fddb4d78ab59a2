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

/// Some points, as columns.
struct CellPoints {
    std::span<const double> x, y, weight;
    [[nodiscard]] std::size_t size() const noexcept { return x.size(); }
};

/// Points ordered by (floor(y), floor(x), original place): the order in which a row adds them, whatever the threads.
class RowOrder {
public:
    /// Keeps points with weight != 0 within `reach_x`, `reach_y` cells of the grid.
    RowOrder(std::vector<CellPoint> points, int width, int height, double reach_x, double reach_y);
    [[nodiscard]] int first_row() const noexcept { return first_row_; }
    [[nodiscard]] int last_row() const noexcept { return first_row_ + static_cast<int>(starts_.size()) - 1; }
    /// Points with floor(y) in [first, last].
    [[nodiscard]] CellPoints rows(int first, int last) const noexcept;
    /// Of the points with floor(y) = row, those with floor(x) in [first_column, last_column].
    [[nodiscard]] CellPoints row_part(int row, int first_column, int last_column) const noexcept;

private:
    [[nodiscard]] std::size_t start_of(int row) const noexcept;
    [[nodiscard]] CellPoints  part(std::size_t begin, std::size_t end) const noexcept;

    int                        first_row_ = 0;
    std::vector<std::uint32_t> starts_;
    std::vector<double>        x_, y_, weight_;
};

/// Rows of sums of compact kernels (1 - r^2)^k, without binning.
/// Meaning: out[c] = sum_i w_i (1 - ((c - x_i) / rx)^2 - ((row - y_i) / ry)^2)^k over the points in support.
/// How: within a row a point's kernel is a polynomial of degree 2k in the column, from the column where its support
/// starts to the one where it ends. So each point adds its 2k + 1 coefficients at the one and takes them away at the
/// other, and one pass along the row keeps the running polynomial and evaluates it. This is done in tiles of columns
/// about 16 rx wide, small enough for the fast caches and for coefficients about the tile's middle: their
/// powers stay below 9^2k, so cancellation costs at most 4 digits (quartic) or 6 (triweight): error 1e-11 and 1e-9 of
/// the tile's largest sum, far below the float that the values end in.
/// The number of points in support runs along too: where it is 0 the polynomial is set to 0, so no residue is left.
/// Cost: O(points in the band + columns), whatever the radius. Source: sweep-line KDE, Chan, U, Choi, Xu 2022 (SLAM).
class DensitySweep {
public:
    DensitySweep(int power, double radius_x_cells, double radius_y_cells, int width);
    /// Rows [first, last) into out, width values a row.
    void rows(const RowOrder& points, int first, int last, std::span<double> out);

private:
    int                 power_, width_, tile_;
    double              rx_, ry_;
    std::vector<double> changes_;  // per column of a tile the change of the coefficients and of the count
    std::vector<CellPoints> parts_;  // what each row of points has within reach of the tile
};

}  // namespace gapmap
