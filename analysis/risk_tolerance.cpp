// The relative risk under equal risk, simulated.
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <tuple>

#include "analysis/multiplicity.h"
#include "analysis/relative_risk.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_tolerance = 4401;
constexpr double        nothing          = -std::numeric_limits<double>::infinity();
constexpr double        tie              = 1e-6;  // rasters are float: closer than this is equal

/// Points that count, ordered by place, so that the draws do not hang on the order of the rows.
struct Pool {
    Points<Planar>      points;
    std::vector<double> weights;
};
void add_to(Pool& pool, PointsView<Planar> points, const std::vector<double>& weights) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (weights[i] > 0) pool.points.push_back(points[i]), pool.weights.push_back(weights[i]);
    }
}
Pool ordered(const Pool& pool) {
    std::vector<std::size_t> order(pool.weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::tuple{pool.points.x[i], pool.points.y[i], pool.weights[i]}; });
    Pool out;
    for (const std::size_t i : order) {
        out.points.push_back(pool.points.view()[i]);
        out.weights.push_back(pool.weights[i]);
    }
    return out;
}

struct Simulated {
    Points<Planar> cases, controls;
};

/// As many cases as there were, dealt over all points.
Simulated dealt(const Pool& pool, std::size_t cases, Draws draws) {
    std::vector<std::uint32_t> order(pool.points.size());
    std::iota(order.begin(), order.end(), 0U);
    Simulated out;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i < cases) std::swap(order[i], order[i + draws.below(static_cast<std::uint32_t>(order.size() - i))]);
        (i < cases ? out.cases : out.controls).push_back(pool.points.view()[order[i]]);
    }
    return out;
}

/// Cases drawn from the controls by weight.
Points<Planar> drawn(const Pool& controls, const std::vector<double>& running, std::size_t cases, Draws draws) {
    Points<Planar> out;
    for (std::size_t i = 0; i < cases; ++i) {
        const auto at = std::ranges::upper_bound(running, draws.uniform() * running.back()) - running.begin();
        out.push_back(controls.points.view()[std::min(static_cast<std::size_t>(at), running.size() - 1)]);
    }
    return out;
}

/// A density as the surface makes it, and what it is divided by: its sum over the cells, or all weight where there is no window.
struct Side {
    std::vector<float> values;
    double             mass = 0;
};
Side side_of(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid, const RiskOptions& o) {
    const double all = o.density.window != nullptr ? 0 : weights.empty() ? static_cast<double>(points.size()) : std::accumulate(weights.begin(), weights.end(), 0.0);
    if (!o.pilot) {
        DensitySurface s = density_surface(points, weights, grid, o.density);
        return {std::move(s.raster.values), all > 0 ? all : s.integral};
    }
    const AdaptiveOptions adaptive{o.density, *o.pilot, o.trim};
    DensitySurface        s = adaptive_density_surface(points, weights, grid, adaptive_factors(points, weights, adaptive), adaptive);
    return {std::move(s.raster.values), all > 0 ? all : s.integral};
}

double log_ratio(double f, double g, double f_mass, double g_mass) noexcept {
    if (f <= 0) return nothing;
    return g <= 0 ? -nothing : std::log(f / f_mass) - std::log(g / g_mass);
}

}  // namespace

Raster<Planar> relative_risk_tolerance(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> control_weights, const RiskSurface& observed,
                                       const RiskOptions& given, std::uint32_t permutations, Seed seed, const Execution& exec) {
    GEO_EXPECTS(permutations > 0);
    RiskOptions o   = given;
    o.density.scale = 1;
    DensityOptions plain = o.density;
    plain.edge           = EdgeCorrection::none;
    const auto case_counts = effective_weights(cases, {}, plain, exec), control_counts = effective_weights(controls, control_weights, plain, exec);
    const auto n_cases = static_cast<std::size_t>(std::ranges::count_if(case_counts, [](double w) { return w > 0; }));
    const bool drawing = !control_weights.empty();
    Pool       pool;
    if (!drawing) add_to(pool, cases, case_counts);
    add_to(pool, controls, control_counts);
    pool = ordered(pool);
    std::vector<double> running(pool.weights.size());
    std::partial_sum(pool.weights.begin(), pool.weights.end(), running.begin());

    const Grid<Planar>& grid = observed.log_risk.grid;
    Raster<Planar>      out{grid, std::vector<float>(grid.cells(), std::numeric_limits<float>::quiet_NaN())};
    if (n_cases == 0 || pool.points.size() == 0) return out;
    const Side                 base = drawing ? side_of(pool.points.view(), pool.weights, grid, o) : Side{};
    std::vector<std::uint32_t> at_least(grid.cells(), 0);
    std::mutex                 adding;
    parallel_chunks(exec, permutations, 4, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> mine(grid.cells(), 0);
        for (std::size_t m = begin; m < end; ++m) {
            const Draws     draws(seed, stream_tolerance, m);
            const Simulated sample = drawing ? Simulated{drawn(pool, running, n_cases, draws), {}} : dealt(pool, n_cases, draws);
            const Side      f      = side_of(sample.cases.view(), {}, grid, o);
            const Side      other  = drawing ? Side{} : side_of(sample.controls.view(), {}, grid, o);
            const Side&     g      = drawing ? base : other;
            for (std::size_t k = 0; k < mine.size(); ++k) {
                const double was = std::isnan(observed.log_risk.values[k]) ? nothing : static_cast<double>(observed.log_risk.values[k]);
                mine[k] += log_ratio(f.values[k], g.values[k], f.mass, g.mass) >= was - tie ? 1U : 0U;
            }
        }
        const std::scoped_lock lock(adding);  // whole numbers: the order of adding does not matter
        for (std::size_t k = 0; k < mine.size(); ++k) at_least[k] += mine[k];
    });
    for (std::size_t k = 0; k < at_least.size(); ++k) {
        // The asymptotic p is missing only where there is no verdict at all; for kernels without one, the risk tells.
        const bool judged = !std::isnan(observed.p.values[k]) || !std::isnan(observed.log_risk.values[k]);
        if (judged) out.values[k] = static_cast<float>(rank_p(at_least[k], permutations));
    }
    return out;
}

}  // namespace gapmap
