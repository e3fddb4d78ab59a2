#include "analysis/cell_ground.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

CellGround::CellGround(const Grid<Planar>& grid, const Window& window) : grid_(grid), inside_(grid.cells()) {
    for (int row = 0; row < grid.height; ++row) {
        for (int c = 0; c < grid.width; ++c) {
            const bool in = window.contains({grid.x_centre(c), grid.y_centre(row)});
            inside_[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(c)] = in;
            cells_ += in ? 1U : 0U;
        }
    }
}

bool CellGround::inside(int row, int column) const noexcept {
    if (row < 0 || column < 0 || row >= grid_.height || column >= grid_.width) return false;
    return inside_[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid_.width) + static_cast<std::size_t>(column)];
}

Window CellGround::window(const Execution& exec) const {
    GEO_EXPECTS(!is_empty());
    Polygons<Planar> out;
    const auto       x = [&](int c) { return grid_.x_min + c * grid_.cell_x; };
    const auto       y = [&](int r) { return grid_.y_max - r * grid_.cell_y; };
    for (int row = 0; row < grid_.height; ++row) {
        for (int c = 0; c < grid_.width; ++c) {
            if (!inside(row, c)) continue;
            // Cell by cell, not run by run: borders that two cells share are then equal and cancel in the edge factor.
            for (const auto& [dx, dy] : {std::pair{0, 1}, {1, 1}, {1, 0}, {0, 0}, {0, 1}}) out.push_point(x(c + dx), y(row + dy));
            out.end_ring();
            out.end_part();
            out.end_row();
        }
    }
    return Window(std::move(out), exec);
}

std::pair<int, int> CellGround::cell_of(Point<Planar> p) const noexcept {
    return {static_cast<int>(std::clamp(std::floor((grid_.y_max - p.y) / grid_.cell_y), 0.0, grid_.height - 1.0)),
            static_cast<int>(std::clamp(std::floor((p.x - grid_.x_min) / grid_.cell_x), 0.0, grid_.width - 1.0))};
}

Point<Planar> CellGround::nearest(Point<Planar> p) const noexcept {
    const auto [row, column] = cell_of(p);
    if (inside(row, column)) return {grid_.x_centre(column), grid_.y_centre(row)};
    Point<Planar> best{missing, missing};
    double        least = std::numeric_limits<double>::infinity();
    // Rings of cells, outwards, until what follows is farther than the best.
    for (int ring = 1; ring <= std::max(grid_.width, grid_.height) && (ring - 0.5) * std::min(grid_.cell_x, grid_.cell_y) <= least; ++ring) {
        for (int r = row - ring; r <= row + ring; ++r) {
            const int step = r == row - ring || r == row + ring ? 1 : 2 * ring;
            for (int c = column - ring; c <= column + ring; c += step) {
                if (!inside(r, c)) continue;
                const Point<Planar> centre{grid_.x_centre(c), grid_.y_centre(r)};
                const double        distance = std::hypot(centre.x - p.x, centre.y - p.y);
                if (distance < least) least = distance, best = centre;
            }
        }
    }
    return best;
}

Points<Planar> CellGround::centred(PointsView<Planar> points) const {
    Points<Planar> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point<Planar> p = points[i];
        if (!std::isfinite(p.x) || !std::isfinite(p.y)) {
            out.push_back({missing, missing});
            continue;
        }
        const auto [row, column] = cell_of(p);
        out.push_back({grid_.x_centre(column), grid_.y_centre(row)});
    }
    return out;
}

Points<Planar> CellGround::grounded(PointsView<Planar> points) const {
    Points<Planar> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point<Planar> p = points[i];
        out.push_back(std::isfinite(p.x) && std::isfinite(p.y) ? nearest(p) : Point<Planar>{missing, missing});
    }
    return out;
}

}  // namespace gapmap
