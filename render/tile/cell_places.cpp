#include "render/tile/cell_places.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

/// Exact places at (steps + 1)^2 nodes spread evenly over a window, in cells of the raster.
struct Nodes {
    int                 steps_x = 1, steps_y = 1;
    std::vector<double> column, row;
    [[nodiscard]] std::size_t at(int i, int j) const noexcept { return static_cast<std::size_t>(j) * static_cast<std::size_t>(steps_x + 1) + static_cast<std::size_t>(i); }
};

Nodes exact_nodes(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, int steps_x, int steps_y) {
    Nodes nodes{steps_x, steps_y, {}, {}};
    for (int j = 0; j <= steps_y; ++j) {
        for (int i = 0; i <= steps_x; ++i) {
            nodes.column.push_back(window.x_first + window.resolution * (window.width - 1) * i / steps_x);
            nodes.row.push_back(window.y_first - window.resolution * (window.height - 1) * j / steps_y);
        }
    }
    to_raster.apply(nodes.column, nodes.row);
    for (double& x : nodes.column) x = (x - grid.x_min) / grid.cell_x;
    for (double& y : nodes.row) y = (grid.y_max - y) / grid.cell_y;
    return nodes;
}

/// Largest distance, in cells, between `fine`'s nodes and what `coarse` with half the steps interpolates there; infinite for NaN.
double half_way_error(const Nodes& coarse, const Nodes& fine) {
    double worst = 0;
    for (int j = 0; j <= fine.steps_y; ++j) {
        for (int i = 0; i <= fine.steps_x; ++i) {
            const int  i0 = i / 2, i1 = (i + 1) / 2, j0 = j / 2, j1 = (j + 1) / 2;
            const auto mean = [&](const std::vector<double>& v) {
                return (v[coarse.at(i0, j0)] + v[coarse.at(i1, j0)] + v[coarse.at(i0, j1)] + v[coarse.at(i1, j1)]) / 4;
            };
            const std::size_t at    = fine.at(i, j);
            const double      error = std::hypot(mean(coarse.column) - fine.column[at], mean(coarse.row) - fine.row[at]);
            if (!(error <= worst)) worst = std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
        }
    }
    return worst;
}

/// Nodes dense enough for the error asked for; at the densest every pixel is a node.
Nodes dense_enough(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, double max_error) {
    const int  most_x = std::max(1, window.width - 1), most_y = std::max(1, window.height - 1);
    Nodes      nodes  = exact_nodes(window, to_raster, grid, std::min(8, most_x), std::min(8, most_y));
    while (nodes.steps_x < most_x || nodes.steps_y < most_y) {
        if (nodes.steps_x * 2 >= most_x || nodes.steps_y * 2 >= most_y) return exact_nodes(window, to_raster, grid, most_x, most_y);
        Nodes        finer = exact_nodes(window, to_raster, grid, nodes.steps_x * 2, nodes.steps_y * 2);
        const double error = half_way_error(nodes, finer);
        nodes              = std::move(finer);
        if (error <= max_error) break;  // the finer nodes are better still by a factor of about four
    }
    return nodes;
}

/// For each pixel along an axis: the node before it and how far it is on the way to the next.
struct Between {
    int    node  = 0;
    double share = 0;
};
std::vector<Between> between_nodes(int pixels, int steps) {
    std::vector<Between> out;
    for (int p = 0; p < pixels; ++p) {
        const double along = pixels == 1 ? 0 : static_cast<double>(p) * steps / (pixels - 1);
        const int    node  = std::min(static_cast<int>(along), steps - 1);
        out.push_back({node, along - node});
    }
    return out;
}

}  // namespace

CellPlaces cell_places(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, double max_error) {
    GEO_EXPECTS(window.width > 0 && window.height > 0);
    const Nodes nodes   = dense_enough(window, to_raster, grid, max_error);
    const auto  columns = between_nodes(window.width, nodes.steps_x), rows = between_nodes(window.height, nodes.steps_y);
    CellPlaces  out;
    const std::size_t pixels = static_cast<std::size_t>(window.width) * static_cast<std::size_t>(window.height);
    out.column.resize(pixels);
    out.row.resize(pixels);
    const auto          nodes_wide = static_cast<std::size_t>(nodes.steps_x) + 1;
    std::vector<double> line_column(nodes_wide), line_row(nodes_wide);
    std::size_t         at = 0;
    for (const Between& y : rows) {
        for (std::size_t i = 0; i < nodes_wide; ++i) {
            const std::size_t above = nodes.at(static_cast<int>(i), y.node), below = above + nodes_wide;
            line_column[i] = nodes.column[above] + y.share * (nodes.column[below] - nodes.column[above]);
            line_row[i]    = nodes.row[above] + y.share * (nodes.row[below] - nodes.row[above]);
        }
        for (const Between& x : columns) {
            const auto i   = static_cast<std::size_t>(x.node);
            out.column[at] = line_column[i] + x.share * (line_column[i + 1] - line_column[i]);
            out.row[at]    = line_row[i] + x.share * (line_row[i + 1] - line_row[i]);
            ++at;
        }
    }
    return out;
}

}  // namespace gapmap
