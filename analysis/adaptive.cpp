#include "analysis/adaptive.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <tuple>

#include "analysis/adaptive_mass.h"
#include "analysis/gauss_sums.h"
#include "analysis/cell_ground.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double missing     = std::numeric_limits<double>::quiet_NaN();
constexpr double pilot_reach = 7.5;  // sigmas: what is beyond is 6e-13 of a point's own share of the pilot where it stands
constexpr double cut_sigmas  = 7;    // of the surface, as in density_gauss.h
constexpr int    chunk_rows  = 32;

DensityOptions pilot_options(const AdaptiveOptions& o) {
    DensityOptions pilot = o.density;
    pilot.bandwidth      = o.pilot;
    pilot.scale          = 1;
    return pilot;
}

/// Points that count, in buckets as wide as the pilot reaches, for sums of one bandwidth.
class PilotSums {
public:
    PilotSums(PointsView<Planar> points, std::span<const double> effective, const DensityOptions& pilot) : pilot_(pilot) {
        const double reach = pilot.kernel == Kernel::gaussian ? pilot_reach : 1;
        struct Item {
            double x, y, weight;
        };
        std::vector<Item> items;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (effective[i] > 0) items.push_back({points.x[i] / pilot.bandwidth.x, points.y[i] / pilot.bandwidth.y, effective[i]});
        }
        if (items.empty()) return;
        const auto [west, east]   = std::ranges::minmax(items, {}, &Item::x);
        const auto [south, north] = std::ranges::minmax(items, {}, &Item::y);
        x_min_ = west.x;
        y_min_ = south.y;
        side_  = std::max({reach, (east.x - x_min_) / 1024, (north.y - y_min_) / 1024});
        columns_ = static_cast<int>((east.x - x_min_) / side_) + 1;
        lines_   = static_cast<int>((north.y - y_min_) / side_) + 1;
        // By bucket, then by place, so that sums do not hang on the order of the rows.
        std::ranges::sort(items, {}, [&](const Item& p) { return std::tuple{bucket(column(p.x), line(p.y)), p.x, p.y, p.weight}; });
        starts_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(lines_) + 1, 0);
        for (const Item& p : items) {
            starts_[bucket(column(p.x), line(p.y)) + 1] += 1;
            x_.push_back(p.x);
            y_.push_back(p.y);
            weight_.push_back(p.weight);
        }
        for (std::size_t b = 1; b < starts_.size(); ++b) starts_[b] += starts_[b - 1];
        narrowing_.assign(x_.size(), 1.0);
    }
    /// Without edge factor of the place.
    [[nodiscard]] double at(Point<Planar> u) const noexcept {
        if (x_.empty()) return 0;
        const double x = u.x / pilot_.bandwidth.x, y = u.y / pilot_.bandwidth.y;
        double       sum = 0;
        const int    c = column(x), l = line(y);
        for (int ll = std::max(0, l - 1); ll <= std::min(lines_ - 1, l + 1); ++ll) {
            const std::size_t from = starts_[bucket(std::max(0, c - 1), ll)], n = starts_[bucket(std::min(columns_ - 1, c + 1), ll) + 1] - from;
            sum += kernel_sum(pilot_.kernel, {std::span(x_).subspan(from, n), std::span(y_).subspan(from, n), std::span(narrowing_).subspan(from, n), std::span(weight_).subspan(from, n)}, {x, y});
        }
        return sum * kernel_norm(pilot_.kernel) / (pilot_.bandwidth.x * pilot_.bandwidth.y);
    }

private:
    // Places beyond the points look into the nearest bucket: all that reaches them lies there or next to it.
    [[nodiscard]] int column(double x) const noexcept { return static_cast<int>(std::clamp(std::floor((x - x_min_) / side_), 0.0, columns_ - 1.0)); }
    [[nodiscard]] int line(double y) const noexcept { return static_cast<int>(std::clamp(std::floor((y - y_min_) / side_), 0.0, lines_ - 1.0)); }
    [[nodiscard]] std::size_t bucket(int c, int l) const noexcept { return static_cast<std::size_t>(l) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(c); }

    const DensityOptions&    pilot_;
    double                   x_min_ = 0, y_min_ = 0, side_ = 1;
    int                      columns_ = 0, lines_ = 0;
    std::vector<std::size_t> starts_;
    std::vector<double>      x_, y_, weight_, narrowing_;
};

/// The pilot at places; NaN for missing ones and those outside the window.
std::vector<double> pilot_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places, const AdaptiveOptions& options,
                             const Execution& exec) {
    const DensityOptions pilot = pilot_options(options);
    const auto           effective = effective_weights(points, weights, pilot, exec);
    const Points<Planar> centred = pilot.cells != nullptr ? pilot.cells->centred(points) : Points<Planar>{};
    const PilotSums      sums(pilot.cells != nullptr ? centred.view() : points, effective, pilot);
    const auto           mass = pilot.edge == EdgeCorrection::uniform ? std::make_unique<WindowMass>(*pilot.window, pilot.kernel, pilot.bandwidth) : nullptr;
    std::vector<double>  out(places.size(), missing);
    parallel_chunks(exec, places.size(), 256, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const Point<Planar> u = places[i];
            if (!std::isfinite(u.x) || !std::isfinite(u.y) || (pilot.window != nullptr && !pilot.window->contains(u))) continue;
            out[i] = sums.at(u) / (mass ? std::max(mass->at(u), least_edge_factor) : 1);
        }
    });
    return out;
}

void check(PointsView<Planar> points, const AdaptiveFactors& factors, const AdaptiveOptions& o) {
    GEO_EXPECTS(factors.factor.size() == points.size());
    GEO_EXPECTS(o.density.bandwidth.x > 0 && o.density.bandwidth.y > 0 && o.pilot.x > 0 && o.pilot.y > 0 && o.trim > 0);
}

/// What enters the sums: weight over factor squared, edge-corrected for `diggle`; 0 for points that do not count.
std::vector<double> adaptive_weights(PointsView<Planar> points, std::span<const double> weights, const AdaptiveFactors& factors, const AdaptiveOptions& o,
                                     const Execution& exec) {
    DensityOptions plain = o.density;
    plain.edge           = EdgeCorrection::none;
    auto       out  = effective_weights(points, weights, plain, exec);
    const auto mass = o.density.edge == EdgeCorrection::diggle ? std::make_unique<AdaptiveMass>(*o.density.window, o.density.kernel, o.density.bandwidth, factors.factor) : nullptr;
    parallel_chunks(exec, out.size(), 1024, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const double f = factors.factor[i];
            if (out[i] > 0) out[i] /= f * f * (mass ? std::max(mass->at(points[i], f), least_edge_factor) : 1);
        }
    });
    return out;
}

struct Columns {
    std::vector<double> x, y, factor, weight;
};

/// The points that count, in units of `unit` from `origin`, ordered by place.
Columns ordered(PointsView<Planar> points, const std::vector<double>& weights, const AdaptiveFactors& factors, Point<Planar> origin, Bandwidth unit) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (weights[i] > 0) order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::tuple{points.y[i], points.x[i], weights[i], i}; });
    Columns out;
    for (const std::size_t i : order) {
        out.x.push_back((points.x[i] - origin.x) / unit.x);
        out.y.push_back((points.y[i] - origin.y) / unit.y);
        out.factor.push_back(factors.factor[i]);
        out.weight.push_back(weights[i]);
    }
    return out;
}

double factor_of(const DensityOptions& o) { return kernel_norm(o.kernel) * o.scale / (o.bandwidth.x * o.bandwidth.y); }

/// Adds all kernels to rows [first, last). In cells, y downwards.
void stamp(const Columns& points, Kernel kernel, double hx, double hy, int width, int first, int last, std::span<double> values, std::vector<double>& across) {
    const bool   gaussian = kernel == Kernel::gaussian;
    const double reach    = gaussian ? cut_sigmas : 1;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        const double rx = hx * points.factor[i], ry = hy * points.factor[i];
        const int    top = static_cast<int>(std::max<double>(first, std::ceil(points.y[i] - reach * ry))), bottom = static_cast<int>(std::min<double>(last - 1, std::floor(points.y[i] + reach * ry)));
        const int    west = static_cast<int>(std::max(0.0, std::ceil(points.x[i] - reach * rx))), east = static_cast<int>(std::min(width - 1.0, std::floor(points.x[i] + reach * rx)));
        if (top > bottom || west > east) continue;
        const auto n = static_cast<std::size_t>(east - west + 1);
        if (gaussian) gauss_row(std::span(across).first(n), west, points.x[i], rx);
        for (int row = top; row <= bottom; ++row) {
            const auto   to = values.subspan(static_cast<std::size_t>(row - first) * static_cast<std::size_t>(width) + static_cast<std::size_t>(west), n);
            const double dy = (row - points.y[i]) / ry;
            if (gaussian) add_scaled(to, std::span<const double>(across).first(n), points.weight[i] * exp_below_zero(-0.5 * dy * dy));
            else add_compact_row(to, west, points.x[i], rx, 1 - dy * dy, kernel_power(kernel), points.weight[i]);
        }
    }
}

/// Factors at the centres of a grid's cells; NaN outside the window. Empty where no correction asks for them.
std::vector<double> factors_on(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid, const AdaptiveFactors& factors,
                               const AdaptiveOptions& options, const Execution& exec) {
    if (options.density.edge != EdgeCorrection::uniform) return {};
    const auto          pilot = density_surface(points, weights, grid, pilot_options(options), exec).raster.values;
    std::vector<double> out(pilot.size());
    for (std::size_t k = 0; k < out.size(); ++k) out[k] = std::isnan(pilot[k]) ? missing : factors.at(pilot[k]);
    return out;
}

}  // namespace

double AdaptiveFactors::at(double pilot) const noexcept { return pilot > 0 && geometric > 0 ? std::min(trim, 1 / (std::sqrt(pilot) * geometric)) : trim; }

AdaptiveFactors adaptive_factors(PointsView<Planar> points, std::span<const double> weights, const AdaptiveOptions& options, const Execution& exec) {
    GEO_EXPECTS(options.trim > 0 && options.pilot.x > 0 && options.pilot.y > 0);
    AdaptiveFactors out{std::vector<double>(points.size(), missing), 0, options.trim, 0};
    const CellGround*    cells    = options.density.cells;
    const Points<Planar> grounded = cells != nullptr ? cells->grounded(points) : Points<Planar>{};
    const auto      pilot = pilot_at(points, weights, cells != nullptr ? grounded.view() : points, options, exec);
    DensityOptions  plain = options.density;
    plain.edge            = EdgeCorrection::none;
    const auto counts     = effective_weights(points, weights, plain, exec);
    double     logs = 0, total = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (counts[i] > 0) logs -= counts[i] * std::log(pilot[i]) / 2, total += counts[i];
    }
    if (total == 0) return out;
    out.geometric = std::exp(logs / total);
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (counts[i] > 0) out.factor[i] = out.at(pilot[i]);
        out.trimmed += out.factor[i] == options.trim ? 1U : 0U;
    }
    return out;
}

std::vector<double> adaptive_factors_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places, const AdaptiveFactors& factors,
                                        const AdaptiveOptions& options, const Execution& exec) {
    auto out = pilot_at(points, weights, places, options, exec);
    for (double& v : out) v = std::isnan(v) ? missing : factors.at(v);
    return out;
}

std::vector<double> adaptive_density_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places, const AdaptiveFactors& factors,
                                        const AdaptiveOptions& options, const Execution& exec) {
    check(points, factors, options);
    const DensityOptions& o = options.density;
    const Columns         used = ordered(points, adaptive_weights(points, weights, factors, options, exec), factors, {0, 0}, o.bandwidth);
    std::vector<double>   narrowing;
    for (const double f : used.factor) narrowing.push_back(1 / (f * f));
    const bool uniform = o.edge == EdgeCorrection::uniform;
    const auto here    = uniform ? adaptive_factors_at(points, weights, places, factors, options, exec) : std::vector<double>{};
    const auto          mass   = uniform ? std::make_unique<AdaptiveMass>(*o.window, o.kernel, o.bandwidth, here) : nullptr;
    const double        factor = factor_of(o);
    std::vector<double> out(places.size(), missing);
    parallel_chunks(exec, places.size(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const Point<Planar> u = places[i];
            if (!std::isfinite(u.x) || !std::isfinite(u.y) || (o.window != nullptr && !o.window->contains(u))) continue;
            out[i] = factor * kernel_sum(o.kernel, {used.x, used.y, narrowing, used.weight}, {u.x / o.bandwidth.x, u.y / o.bandwidth.y});
            if (mass) out[i] /= std::max(mass->at(u, here[i]), least_edge_factor);
        }
    });
    return out;
}

DensitySurface adaptive_density_surface(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid, const AdaptiveFactors& factors,
                                        const AdaptiveOptions& options, const Execution& exec) {
    check(points, factors, options);
    GEO_EXPECTS(grid.width > 0 && grid.height > 0 && grid.cell_x > 0 && grid.cell_y > 0);
    const DensityOptions& o    = options.density;
    Columns               used = ordered(points, adaptive_weights(points, weights, factors, options, exec), factors, {grid.x_min, grid.y_max}, {grid.cell_x, -grid.cell_y});
    for (double& x : used.x) x -= 0.5;
    for (double& y : used.y) y -= 0.5;
    const auto          here = factors_on(points, weights, grid, factors, options, exec);
    const auto          mass = here.empty() ? nullptr : std::make_unique<AdaptiveMass>(*o.window, o.kernel, o.bandwidth, here);
    const auto          width = static_cast<std::size_t>(grid.width), height = static_cast<std::size_t>(grid.height);
    DensitySurface      surface{{grid, std::vector<float>(grid.cells())}};
    std::vector<double> sums(height, 0.0), tops(height, 0.0);
    const double        factor = factor_of(o);
    parallel_chunks(exec, height, chunk_rows, [&](std::size_t begin, std::size_t end) {
        std::vector<double> values(width * (end - begin)), across(width);
        stamp(used, o.kernel, o.bandwidth.x / grid.cell_x, o.bandwidth.y / grid.cell_y, grid.width, static_cast<int>(begin), static_cast<int>(end), values, across);
        for (std::size_t row = begin; row < end; ++row) {
            for (std::size_t c = 0; c < width; ++c) {
                const Point<Planar> u{grid.x_centre(static_cast<int>(c)), grid.y_centre(static_cast<int>(row))};
                double              value = factor * values[(row - begin) * width + c];
                if (o.window != nullptr && !o.window->contains(u)) value = missing;
                else if (mass) value /= std::max(mass->at(u, here[row * width + c]), least_edge_factor);
                surface.raster.values[row * width + c] = static_cast<float>(value);
                if (std::isnan(value)) continue;
                sums[row] += value;
                tops[row] = std::max(tops[row], value);
            }
        }
    });
    for (std::size_t r = 0; r < height; ++r) {
        surface.integral += sums[r];
        surface.max = std::max(surface.max, tops[r]);
    }
    surface.integral *= grid.cell_x * grid.cell_y / o.scale;
    return surface;
}

}  // namespace gapmap
