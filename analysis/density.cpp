#include "analysis/density.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/density_gauss.h"
#include "analysis/density_sweep.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// exp(-r^2 / 2) is 0 in double beyond this many sigmas.
constexpr double gaussian_underflow = 38.7;

/// Points in a grid of buckets as wide as the kernel reaches, in bandwidths.
class Buckets {
public:
    Buckets(PointsView<Planar> points, std::span<const double> weights, Bandwidth h, double reach) : h_(h), side_(reach) {
        Box<Planar> box;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (weights[i] == 0) continue;
            const double x = points.x[i] / h.x, y = points.y[i] / h.y;
            if (box.is_empty()) box = {x, y, x, y};
            box = {std::min(box.x_min, x), std::min(box.y_min, y), std::max(box.x_max, x), std::max(box.y_max, y)};
        }
        if (box.is_empty()) return;
        low_  = {box.x_min, box.y_min};
        side_ = std::max({reach, (box.x_max - box.x_min) / 2048, (box.y_max - box.y_min) / 2048});
        columns_ = static_cast<int>((box.x_max - low_.x) / side_) + 1;
        lines_   = static_cast<int>((box.y_max - low_.y) / side_) + 1;
        starts_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(lines_) + 1, 0);
        const auto bucket = [&](std::size_t i) {
            return static_cast<std::size_t>(line(points.y[i] / h.y)) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column(points.x[i] / h.x));
        };
        for (std::size_t i = 0; i < points.size(); ++i) starts_[weights[i] == 0 ? 0 : bucket(i) + 1] += weights[i] == 0 ? 0U : 1U;
        for (std::size_t b = 1; b < starts_.size(); ++b) starts_[b] += starts_[b - 1];
        items_.resize(starts_.back());
        std::vector<std::uint32_t> next = starts_;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (weights[i] != 0) items_[next[bucket(i)]++] = {points.x[i], points.y[i], weights[i]};
        }
    }

    [[nodiscard]] double sum_at(Kernel kernel, Point<Planar> u) const noexcept {
        double    sum = 0;
        const int c   = floor_clamped((u.x / h_.x - low_.x) / side_), l = floor_clamped((u.y / h_.y - low_.y) / side_);
        for (int ll = std::max(0, l - 1); ll <= std::min(lines_ - 1, l + 1); ++ll) {
            const int c0 = std::max(0, c - 1), c1 = std::min(columns_ - 1, c + 1);
            if (c0 > c1) continue;
            const auto row = static_cast<std::size_t>(ll) * static_cast<std::size_t>(columns_);
            for (std::uint32_t k = starts_[row + static_cast<std::size_t>(c0)]; k < starts_[row + static_cast<std::size_t>(c1) + 1]; ++k) {
                const double dx = (u.x - items_[k].x) / h_.x, dy = (u.y - items_[k].y) / h_.y;
                sum += items_[k].weight * kernel_shape(kernel, dx * dx + dy * dy);
            }
        }
        return sum;
    }

private:
    static int floor_clamped(double v) noexcept { return static_cast<int>(std::floor(std::clamp(v, -1.0e6, 1.0e6))); }
    [[nodiscard]] int column(double x) const noexcept { return std::clamp(floor_clamped((x - low_.x) / side_), 0, columns_ - 1); }
    [[nodiscard]] int line(double y) const noexcept { return std::clamp(floor_clamped((y - low_.y) / side_), 0, lines_ - 1); }

    Bandwidth                  h_;
    double                     side_;
    Point<Planar>              low_{};
    int                        columns_ = 0, lines_ = 0;
    std::vector<std::uint32_t> starts_;
    std::vector<CellPoint>     items_;
};

void check(PointsView<Planar> points, std::span<const double> weights, const DensityOptions& o) {
    GEO_EXPECTS(points.x.size() == points.y.size());
    GEO_EXPECTS(weights.empty() || weights.size() == points.size());
    GEO_EXPECTS(o.bandwidth.x > 0 && o.bandwidth.y > 0);
    GEO_EXPECTS(o.edge == EdgeCorrection::none || o.window != nullptr);
}

double factor_of(const DensityOptions& o) { return kernel_norm(o.kernel) * o.scale / (o.bandwidth.x * o.bandwidth.y); }

/// 1 / e(u) for `uniform`, 1 otherwise; NaN outside the window.
double place_factor(const DensityOptions& o, const WindowMass* mass, Point<Planar> u) {
    if (o.window == nullptr) return 1;
    if (!o.window->contains(u)) return missing;
    return o.edge == EdgeCorrection::uniform ? 1 / std::max(mass->at(u), least_edge_factor) : 1;
}

/// The same for a row of cells, in place.
void correct_row(const DensityOptions& o, const GridMass* masses, const Grid<Planar>& grid, int row, std::span<double> values) {
    std::vector<bool> outside(values.size());
    for (std::size_t c = 0; c < values.size(); ++c) {
        outside[c] = !o.window->contains({grid.x_centre(static_cast<int>(c)), grid.y_centre(row)});
        if (outside[c]) values[c] = missing;
    }
    if (masses == nullptr) return;
    std::vector<double> factors(values.size(), 1.0);
    masses->row(row, factors, outside);
    for (std::size_t c = 0; c < values.size(); ++c) {
        if (!outside[c]) values[c] /= std::max(factors[c], least_edge_factor);
    }
}

std::unique_ptr<WindowMass> mass_for(const DensityOptions& o) {
    return o.edge == EdgeCorrection::none ? nullptr : std::make_unique<WindowMass>(*o.window, o.kernel, o.bandwidth);
}

}  // namespace

std::vector<double> effective_weights(PointsView<Planar> points, std::span<const double> weights, const DensityOptions& options, const Execution& exec) {
    check(points, weights, options);
    std::vector<double> out(points.size());
    const auto          mass = options.edge == EdgeCorrection::diggle ? mass_for(options) : nullptr;
    parallel_chunks(exec, points.size(), 4096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const Point<Planar> p = points[i];
            const double        w = weights.empty() ? 1.0 : weights[i];
            const bool counts = std::isfinite(p.x) && std::isfinite(p.y) && w > 0 && (options.window == nullptr || options.cells != nullptr || options.window->contains(p));
            out[i] = !counts ? 0.0 : mass ? w / std::max(mass->at(p), least_edge_factor) : w;
        }
    });
    return out;
}

std::vector<double> density_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places,
                               const DensityOptions& options, const Execution& exec) {
    const auto    effective = effective_weights(points, weights, options, exec);
    const Buckets buckets(points, effective, options.bandwidth, options.kernel == Kernel::gaussian ? gaussian_underflow : 1.0);
    const auto    mass   = options.edge == EdgeCorrection::uniform ? mass_for(options) : nullptr;
    const double  factor = factor_of(options);
    std::vector<double> out(places.size(), missing);
    parallel_chunks(exec, places.size(), 256, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (!std::isfinite(places.x[i]) || !std::isfinite(places.y[i])) continue;
            const double edge = place_factor(options, mass.get(), places[i]);
            out[i] = std::isnan(edge) ? missing : factor * edge * buckets.sum_at(options.kernel, places[i]);
        }
    });
    return out;
}

DensitySurface density_surface(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid,
                               const DensityOptions& options, const Execution& exec) {
    GEO_EXPECTS(grid.width > 0 && grid.height > 0 && grid.cell_x > 0 && grid.cell_y > 0);
    const auto   effective = effective_weights(points, weights, options, exec);
    const double rx = options.bandwidth.x / grid.cell_x, ry = options.bandwidth.y / grid.cell_y;
    const bool   gaussian = options.kernel == Kernel::gaussian;
    std::vector<CellPoint> cell_points(points.size());
    parallel_chunks(exec, points.size(), 16'384, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            cell_points[i] = {(points.x[i] - grid.x_min) / grid.cell_x - 0.5, (grid.y_max - points.y[i]) / grid.cell_y - 0.5, effective[i]};
        }
    });
    const RowOrder ordered(std::move(cell_points), grid.width, grid.height, gaussian ? gaussian_reach_cells(rx) : rx, gaussian ? gaussian_reach_cells(ry) : ry);
    const auto     width = static_cast<std::size_t>(grid.width), height = static_cast<std::size_t>(grid.height);
    DensitySurface surface{{grid, std::vector<float>(grid.cells())}};
    std::vector<double> sums(height, 0.0), tops(height, 0.0);
    const auto          mass   = options.edge == EdgeCorrection::uniform ? mass_for(options) : nullptr;
    const auto          masses = mass ? std::make_unique<GridMass>(*mass, options.kernel, options.bandwidth, grid, exec) : nullptr;
    const double        factor = factor_of(options);
    const auto finish_row = [&](int row, std::span<double> values) {
        const auto r = static_cast<std::size_t>(row);
        if (options.window != nullptr) correct_row(options, masses.get(), grid, row, values);
        float*     to = surface.raster.values.data() + r * width;
        double     sum = 0, top = 0;
        for (std::size_t c = 0; c < width; ++c) {
            const double value = factor * values[c];
            to[c] = static_cast<float>(value);
            if (std::isnan(value)) continue;
            sum += value;
            top = std::max(top, value);
        }
        sums[r] = sum;
        tops[r] = top;
    };
    if (gaussian) {
        gaussian_rows(ordered, rx, ry, grid.width, grid.height, exec, finish_row);
    } else {
        parallel_chunks(exec, height, 16, [&](std::size_t begin, std::size_t end) {
            DensitySweep        sweep(kernel_power(options.kernel), rx, ry, grid.width);
            std::vector<double> values(width * (end - begin));
            sweep.rows(ordered, static_cast<int>(begin), static_cast<int>(end), values);
            for (std::size_t row = begin; row < end; ++row) finish_row(static_cast<int>(row), std::span(values).subspan((row - begin) * width, width));
        });
    }
    for (std::size_t r = 0; r < height; ++r) {
        surface.integral += sums[r];
        surface.max = std::max(surface.max, tops[r]);
    }
    surface.integral *= grid.cell_x * grid.cell_y / options.scale;
    return surface;
}

}  // namespace gapmap
