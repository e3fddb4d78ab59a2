// GridMass: the edge factor on a whole grid.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "analysis/window.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {
constexpr int    nodes_a_side = 12;
constexpr double least_sigma  = 16;  // in cells; below, a block has hardly more cells than nodes
}  // namespace

GridMass::Axis GridMass::make_axis(double sigma_cells, int cells) {
    Axis axis;
    axis.side   = static_cast<int>(std::min(sigma_cells, 4096.0));
    axis.blocks = (cells + axis.side - 1) / axis.side;
    // Chebyshev nodes of the first kind over the block's cells, from the first cell's outer edge to the last one's.
    for (int k = 0; k < nodes_a_side; ++k) {
        axis.nodes.push_back((std::cos(std::numbers::pi * (2 * k + 1) / (2 * nodes_a_side)) + 1) / 2 * axis.side - 0.5);
    }
    for (int c = 0; c < axis.side; ++c) {
        for (int k = 0; k < nodes_a_side; ++k) {
            double product = 1;
            for (int m = 0; m < nodes_a_side; ++m) {
                const auto km = static_cast<std::size_t>(m), kk = static_cast<std::size_t>(k);
                if (m != k) product *= (c - axis.nodes[km]) / (axis.nodes[kk] - axis.nodes[km]);
            }
            axis.basis.push_back(product);
        }
    }
    return axis;
}

GridMass::GridMass(const WindowMass& mass, Kernel kernel, Bandwidth bandwidth, const Grid<Planar>& grid, const Execution& exec)
    : mass_(mass), grid_(grid) {
    const double sigma_x = bandwidth.x / grid.cell_x, sigma_y = bandwidth.y / grid.cell_y;
    if (kernel != Kernel::gaussian || sigma_x < least_sigma || sigma_y < least_sigma) return;
    x_ = make_axis(sigma_x, grid.width);
    y_ = make_axis(sigma_y, grid.height);
    const auto blocks = static_cast<std::size_t>(x_.blocks) * static_cast<std::size_t>(y_.blocks);
    values_.resize(blocks * nodes_a_side * nodes_a_side);
    parallel_chunks(exec, blocks, 1, [&](std::size_t b, std::size_t) {
        const int line = static_cast<int>(b) / x_.blocks, column = static_cast<int>(b) % x_.blocks;
        double*   to   = values_.data() + b * nodes_a_side * nodes_a_side;
        for (const double ny : y_.nodes) {
            for (const double nx : x_.nodes) {
                *to++ = mass_.at({grid_.x_min + (column * x_.side + nx + 0.5) * grid_.cell_x, grid_.y_max - (line * y_.side + ny + 0.5) * grid_.cell_y});
            }
        }
    });
}

void GridMass::row(int row, std::span<double> out, const std::vector<bool>& skip) const {
    GEO_EXPECTS(out.size() == static_cast<std::size_t>(grid_.width));
    if (values_.empty()) {
        for (std::size_t c = 0; c < out.size(); ++c) {
            if (!skip[c]) out[c] = mass_.at({grid_.x_centre(static_cast<int>(c)), grid_.y_centre(row)});
        }
        return;
    }
    const int     line = row / y_.side;
    const double* by   = y_.basis.data() + static_cast<std::size_t>(row % y_.side) * nodes_a_side;
    for (int column = 0; column < x_.blocks; ++column) {
        double        along[nodes_a_side] = {};
        const double* from = values_.data() + (static_cast<std::size_t>(line) * static_cast<std::size_t>(x_.blocks) + static_cast<std::size_t>(column)) * nodes_a_side * nodes_a_side;
        for (int j = 0; j < nodes_a_side; ++j) {
            for (int k = 0; k < nodes_a_side; ++k) along[k] += by[j] * from[j * nodes_a_side + k];
        }
        for (int c = column * x_.side; c < std::min(grid_.width, (column + 1) * x_.side); ++c) {
            const double* bx  = x_.basis.data() + static_cast<std::size_t>(c - column * x_.side) * nodes_a_side;
            double        sum = 0;
            for (int k = 0; k < nodes_a_side; ++k) sum += bx[k] * along[k];
            out[static_cast<std::size_t>(c)] = sum;
        }
    }
}

}  // namespace gapmap
