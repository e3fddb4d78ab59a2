#include "analysis/relative_risk.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>

#include "analysis/adaptive_mass.h"
#include "analysis/cell_ground.h"
#include "analysis/gauss_sums.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double undefined     = std::numeric_limits<double>::quiet_NaN();
constexpr double adaptive_part = 2.5;  // 2 K^2 + L^2 / 2 of the Gaussian, in parts of K^2: what its own bandwidth adds to a point's variance

AdaptiveOptions adaptive_of(const RiskOptions& o) { return {o.density, *o.pilot, o.trim}; }

/// Points that count and their effective number, (sum w)^2 / sum w^2.
struct Kind {
    double number = 0, weight = 0;
};
Kind kind_of(PointsView<Planar> points, std::span<const double> weights, const RiskOptions& o, const Execution& exec) {
    DensityOptions plain = o.density;
    plain.edge           = EdgeCorrection::none;
    double sum = 0, squares = 0;
    for (const double w : effective_weights(points, weights, plain, exec)) sum += w, squares += w * w;
    return {squares > 0 ? sum * sum / squares : 0, sum};
}

/// A kind's density at places or on a grid, the factors of bandwidth there (adaptive), gamma of the pilot in weight per area.
struct Smoothed {
    std::vector<double> density, factor;
    double              geometric = 0;
};

Smoothed smooth_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places, const RiskOptions& o, const Execution& exec) {
    if (!o.pilot) return {density_at(points, weights, places, o.density, exec), {}, 0};
    const AdaptiveFactors factors = adaptive_factors(points, weights, adaptive_of(o), exec);
    return {adaptive_density_at(points, weights, places, factors, adaptive_of(o), exec), adaptive_factors_at(points, weights, places, factors, adaptive_of(o), exec), factors.geometric};
}

std::vector<double> doubles(const Raster<Planar>& raster) { return {raster.values.begin(), raster.values.end()}; }

/// Whether a sum over the cells comes near the integral of a kernel: centres too far apart miss it or hit its peak.
bool resolves(const Grid<Planar>& grid, Kernel kernel, Bandwidth h) {
    const double cells = kernel == Kernel::gaussian ? 1 : 2;
    return h.x >= cells * grid.cell_x && h.y >= cells * grid.cell_y;
}

/// mass: sum over the cells, the weight of the points where the cells are too wide for that; pilot_mass likewise.
Smoothed smooth_on(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid, const RiskOptions& o, double& mass, double& pilot_mass,
                   const Execution& exec) {
    const double weight = kind_of(points, weights, o, exec).weight;
    const auto   sum_of = [&](const DensitySurface& surface, Bandwidth h) { return resolves(grid, o.density.kernel, h) ? surface.integral : weight; };
    if (!o.pilot) {
        const DensitySurface surface = density_surface(points, weights, grid, o.density, exec);
        mass = sum_of(surface, o.density.bandwidth);
        return {doubles(surface.raster), {}, 0};
    }
    DensityOptions pilot = o.density;
    pilot.bandwidth      = *o.pilot;
    const Points<Planar>  centred = pilot.cells != nullptr ? pilot.cells->centred(points) : Points<Planar>{};
    const AdaptiveFactors factors = adaptive_factors(points, weights, adaptive_of(o), exec);
    const DensitySurface  first = density_surface(pilot.cells != nullptr ? centred.view() : points, weights, grid, pilot, exec), surface = adaptive_density_surface(points, weights, grid, factors, adaptive_of(o), exec);
    Smoothed out{doubles(surface.raster), doubles(first.raster), factors.geometric};
    for (double& v : out.factor) v = std::isnan(v) ? undefined : factors.at(v);
    mass       = sum_of(surface, o.density.bandwidth);
    pilot_mass = sum_of(first, *o.pilot);
    return out;
}

/// Shares of the kernel, and of the squared one, in the window: about one place, for one kind.
struct Shares {
    double kernel = 1, squared = 1;
};

/// What the place's numbers say.
struct Verdict {
    double log_risk = undefined, standard_error = undefined, p = undefined, here = undefined;
    Status status   = Status::missing;
};

class Judge {
public:
    Judge(const RiskOptions& options, const Kind& cases, const Kind& controls, const RiskMasses& masses, double case_geometric, double control_geometric)
        : o_(options), cases_(cases), controls_(controls), masses_(masses),
          case_gamma_(case_geometric * std::sqrt(masses.case_pilot)), control_gamma_(control_geometric * std::sqrt(masses.control_pilot)) {}

    /// Densities in weight per area, factors of bandwidth (1 where fixed).
    [[nodiscard]] Verdict at(double f, double g, double control_factor, const Shares& case_shares, const Shares& control_shares) const noexcept {
        Verdict v;
        if (std::isnan(f) || std::isnan(g)) return v;
        const double area = o_.density.bandwidth.x * o_.density.bandwidth.y, roughness = kernel_roughness(o_.density.kernel);
        v.here = controls_.weight > 0 ? g * controls_.number / controls_.weight * area * control_factor * control_factor / roughness : 0;
        if (!(v.here >= o_.least_controls) || g == 0 || masses_.cases == 0) {
            v.status = Status::too_few;
            return v;
        }
        v.status = Status::ok;
        const auto spread = [&](const Shares& s) { return roughness * s.squared / (s.kernel * s.kernel) / area; };
        if (!o_.pilot) {
            const double reference = o_.reference == RiskReference::control ? g / masses_.controls : (f + g) / (masses_.cases + masses_.controls);
            v.standard_error = std::sqrt(spread(case_shares) * (1 / cases_.number + 1 / controls_.number) / reference);
        } else if (o_.density.kernel == Kernel::gaussian) {
            v.standard_error = std::sqrt(adaptive_part * (spread(case_shares) * case_gamma_ * case_gamma_ / cases_.number + spread(control_shares) * control_gamma_ * control_gamma_ / controls_.number));
        }
        if (f == 0) {
            v.p = std::isnan(v.standard_error) ? undefined : 1;
            return v;
        }
        v.log_risk = std::log(f / masses_.cases) - std::log(g / masses_.controls);
        v.p        = std::erfc(v.log_risk / v.standard_error / std::numbers::sqrt2) / 2;
        return v;
    }

private:
    const RiskOptions& o_;
    Kind               cases_, controls_;
    RiskMasses         masses_;
    double             case_gamma_, control_gamma_;
};

/// Shares at any place and factor; 1 without a window.
class PlaceShares {
public:
    PlaceShares(const RiskOptions& o, const std::vector<double>& factors) {
        if (o.density.window == nullptr) return;
        const std::vector<double> one{1.0};
        const auto&               used = o.pilot ? factors : one;
        kernel_  = std::make_unique<AdaptiveMass>(*o.density.window, o.density.kernel, o.density.bandwidth, used);
        squared_ = std::make_unique<AdaptiveMass>(*o.density.window, o.density.kernel, o.density.bandwidth, used, true);
    }
    [[nodiscard]] Shares at(Point<Planar> u, double factor) const noexcept {
        if (!kernel_ || std::isnan(factor)) return {};
        return {std::max(kernel_->at(u, factor), least_edge_factor), squared_->at(u, factor)};
    }

private:
    std::unique_ptr<AdaptiveMass> kernel_, squared_;
};

void check(PointsView<Planar> controls, std::span<const double> weights, const RiskOptions& o) {
    GEO_EXPECTS(weights.empty() || weights.size() == controls.size());
    GEO_EXPECTS(o.density.bandwidth.x > 0 && o.density.bandwidth.y > 0);
}

RiskOptions unscaled(RiskOptions o) {
    o.density.scale = 1;
    return o;
}

/// Fixed bandwidth: the shares of a whole row, by interpolation where the kernel is smooth (GridMass).
class RowShares {
public:
    RowShares(const RiskOptions& o, const Grid<Planar>& grid, const Execution& exec) : grid_(grid) {
        if (o.density.window == nullptr) return;
        const Bandwidth h = o.density.bandwidth;
        const bool      gaussian = o.density.kernel == Kernel::gaussian;
        kernel_mass_  = std::make_unique<WindowMass>(*o.density.window, o.density.kernel, h);
        squared_mass_ = std::make_unique<WindowMass>(WindowMass::of_square(*o.density.window, o.density.kernel, h));
        kernel_       = std::make_unique<GridMass>(*kernel_mass_, o.density.kernel, h, grid, exec);
        squared_      = std::make_unique<GridMass>(*squared_mass_, o.density.kernel, gaussian ? Bandwidth{h.x / std::numbers::sqrt2, h.y / std::numbers::sqrt2} : h, grid, exec);
    }
    [[nodiscard]] std::vector<Shares> row(int row, const std::vector<bool>& skip) const {
        std::vector<Shares> out(skip.size());
        if (!kernel_) return out;
        std::vector<double> kernel(skip.size(), 1.0), squared(skip.size(), 1.0);
        kernel_->row(row, kernel, skip);
        squared_->row(row, squared, skip);
        for (std::size_t c = 0; c < out.size(); ++c) out[c] = {std::max(kernel[c], least_edge_factor), squared[c]};
        return out;
    }

private:
    Grid<Planar>                grid_;
    std::unique_ptr<WindowMass> kernel_mass_, squared_mass_;
    std::unique_ptr<GridMass>   kernel_, squared_;
};

}  // namespace

RiskAt relative_risk_at(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights, PointsView<Planar> places,
                        const RiskOptions& given, const RiskMasses& masses, const Execution& exec) {
    check(controls, control_weights, given);
    const RiskOptions o = unscaled(given);
    const Smoothed    f = smooth_at(cases, {}, places, o, exec), g = smooth_at(controls, control_weights, places, o, exec);
    const Judge       judge(o, kind_of(cases, {}, o, exec), kind_of(controls, control_weights, o, exec), masses, f.geometric, g.geometric);
    const PlaceShares case_shares(o, f.factor), control_shares(o, g.factor);
    const std::size_t n = places.size();
    RiskAt out{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<double>(n), std::vector<Status>(n)};
    parallel_chunks(exec, n, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const double  case_factor = o.pilot ? f.factor[i] : 1, control_factor = o.pilot ? g.factor[i] : 1;
            const bool    there = !std::isnan(f.density[i]);
            const Verdict v = judge.at(f.density[i], g.density[i], control_factor, there ? case_shares.at(places[i], case_factor) : Shares{}, there ? control_shares.at(places[i], control_factor) : Shares{});
            out.case_density[i]    = masses.cases > 0 ? f.density[i] / masses.cases : undefined;
            out.control_density[i] = masses.controls > 0 ? g.density[i] / masses.controls : undefined;
            out.log_risk[i]        = v.log_risk;
            out.standard_error[i]  = v.standard_error;
            out.p[i]               = v.p;
            out.p_case[i]          = f.density[i] + g.density[i] > 0 ? f.density[i] / (f.density[i] + g.density[i]) : undefined;
            out.controls_here[i]   = v.here;
            out.status[i]          = v.status;
        }
    });
    return out;
}

RiskMasses risk_masses(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights, const Grid<Planar>& grid, const RiskOptions& given,
                       const Execution& exec) {
    check(controls, control_weights, given);
    const RiskOptions o = unscaled(given);
    const double      n = kind_of(cases, {}, o, exec).weight, m = kind_of(controls, control_weights, o, exec).weight;
    RiskMasses        out{n, m, n, m};
    if (o.density.window == nullptr) return out;
    (void)smooth_on(cases, {}, grid, o, out.cases, out.case_pilot, exec);
    (void)smooth_on(controls, control_weights, grid, o, out.controls, out.control_pilot, exec);
    return out;
}

RiskSurface relative_risk_surface(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights, const Grid<Planar>& grid,
                                  const RiskOptions& given, const Execution& exec) {
    check(controls, control_weights, given);
    const RiskOptions o = unscaled(given);
    const Kind        n = kind_of(cases, {}, o, exec), m = kind_of(controls, control_weights, o, exec);
    RiskSurface       out{{grid, std::vector<float>(grid.cells())}, {grid, std::vector<float>(grid.cells())}, {}, 0, 0, undefined};
    const Smoothed    f = smooth_on(cases, {}, grid, o, out.masses.cases, out.masses.case_pilot, exec);
    const Smoothed    g = smooth_on(controls, control_weights, grid, o, out.masses.controls, out.masses.control_pilot, exec);
    if (o.density.window == nullptr) out.masses = {n.weight, m.weight, n.weight, m.weight};
    const Judge       judge(o, n, m, out.masses, f.geometric, g.geometric);
    const auto        rows = o.pilot ? nullptr : std::make_unique<RowShares>(o, grid, exec);
    const PlaceShares case_shares(o, f.factor), control_shares(o, g.factor);
    const auto        width = static_cast<std::size_t>(grid.width);
    std::vector<std::size_t> cells(static_cast<std::size_t>(grid.height), 0), too_few(cells);
    std::vector<double>      tops(cells.size(), undefined);
    parallel_chunks(exec, cells.size(), 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            std::vector<bool> outside(width);
            for (std::size_t c = 0; c < width; ++c) outside[c] = std::isnan(f.density[row * width + c]);
            const auto shares = rows ? rows->row(static_cast<int>(row), outside) : std::vector<Shares>();
            for (std::size_t c = 0; c < width; ++c) {
                const std::size_t   k = row * width + c;
                const Point<Planar> u{grid.x_centre(static_cast<int>(c)), grid.y_centre(static_cast<int>(row))};
                Verdict             v;
                if (outside[c]) v = {};
                else if (rows) v = judge.at(f.density[k], g.density[k], 1, shares[c], shares[c]);
                else v = judge.at(f.density[k], g.density[k], g.factor[k], case_shares.at(u, f.factor[k]), control_shares.at(u, g.factor[k]));
                out.log_risk.values[k] = static_cast<float>(v.log_risk);
                out.p.values[k]        = static_cast<float>(v.p);
                cells[row] += v.status != Status::missing ? 1U : 0U;
                too_few[row] += v.status == Status::too_few ? 1U : 0U;
                if (!(v.log_risk <= tops[row]) && !std::isnan(v.log_risk)) tops[row] = v.log_risk;
            }
        }
    });
    for (std::size_t row = 0; row < cells.size(); ++row) {
        out.cells += cells[row];
        out.too_few += too_few[row];
        if (!(tops[row] <= out.max_log_risk) && !std::isnan(tops[row])) out.max_log_risk = tops[row];
    }
    return out;
}

std::vector<double> case_share_without_self(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights, const DensityOptions& options,
                                            const Execution& exec) {
    GEO_EXPECTS(control_weights.empty() || control_weights.size() == controls.size());
    DensityOptions o = options;
    if (o.edge == EdgeCorrection::uniform) o.edge = EdgeCorrection::none;  // it cancels
    const auto case_weights = effective_weights(cases, {}, o, exec), others = effective_weights(controls, control_weights, o, exec);
    std::vector<double> x, y, weight[2];  // of all that count; the second weights are those of the cases alone
    std::vector<std::size_t> rows;
    const auto add = [&](PointsView<Planar> points, const std::vector<double>& effective, bool is_case, std::size_t first) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (effective[i] == 0) continue;
            x.push_back(points.x[i] / o.bandwidth.x);
            y.push_back(points.y[i] / o.bandwidth.y);
            weight[0].push_back(effective[i]);
            weight[1].push_back(is_case ? effective[i] : 0);
            rows.push_back(first + i);
        }
    };
    add(cases, case_weights, true, 0);
    add(controls, others, false, cases.size());
    const std::vector<double> narrowing(x.size(), 1.0);
    std::vector<double>       out(cases.size() + controls.size(), undefined);
    parallel_chunks(exec, rows.size(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) {
            const double all = kernel_sum_without(o.kernel, {x, y, narrowing, weight[0]}, {x[k], y[k]}, k);
            if (all > 0) out[rows[k]] = kernel_sum_without(o.kernel, {x, y, narrowing, weight[1]}, {x[k], y[k]}, k) / all;
        }
    });
    return out;
}

}  // namespace gapmap
