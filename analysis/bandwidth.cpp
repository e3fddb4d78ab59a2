#include "analysis/bandwidth.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "analysis/gauss_sums.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr double least_p   = 1e-300;

Points<Planar> finite(PointsView<Planar> points, const Window* window) {
    Points<Planar> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point<Planar> p = points[i];
        if (std::isfinite(p.x) && std::isfinite(p.y) && (window == nullptr || window->contains(p))) out.push_back(p);
    }
    return out;
}

/// R's type 7. REQUIRES sorted, not empty.
double quantile(const std::vector<double>& sorted, double share) {
    const double at = share * static_cast<double>(sorted.size() - 1), below = std::floor(at);
    const auto   k  = static_cast<std::size_t>(below);
    return k + 1 < sorted.size() ? sorted[k] + (at - below) * (sorted[k + 1] - sorted[k]) : sorted[k];
}

struct Spread {
    double deviation, range;  // standard deviation; interquartile range / 1.34
};
Spread spread_of(std::vector<double> values) {
    std::ranges::sort(values);
    double mean = 0, squares = 0;
    for (const double v : values) mean += v;
    mean /= static_cast<double>(values.size());
    for (const double v : values) squares += (v - mean) * (v - mean);
    return {std::sqrt(squares / static_cast<double>(values.size() - 1)), (quantile(values, 0.75) - quantile(values, 0.25)) / 1.34};
}

double robust_scale(const Points<Planar>& points) {
    if (points.size() < 2) return undefined;
    const Spread x = spread_of(points.x), y = spread_of(points.y);
    const double deviation = (x.deviation + y.deviation) / 2, range = (x.range + y.range) / 2;
    return range > 0 ? std::min(deviation, range) : deviation;
}

/// The least distance > 0 from a point to its nearest neighbour; of points that share their place only where there are no others.
double least_spacing(const Points<Planar>& points) {
    std::vector<std::pair<double, double>> places;
    for (std::size_t i = 0; i < points.size(); ++i) places.emplace_back(points.x[i], points.y[i]);
    std::ranges::sort(places);
    double best[2] = {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};  // with a single point in the pair, and of any
    std::vector<std::pair<double, double>> unique;
    std::vector<bool>                      single;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!unique.empty() && unique.back() == places[i]) single.back() = false;
        else unique.push_back(places[i]), single.push_back(true);
    }
    for (std::size_t i = 0; i < unique.size(); ++i) {
        for (std::size_t j = i + 1; j < unique.size() && unique[j].first - unique[i].first < best[0]; ++j) {
            const double d = std::hypot(unique[j].first - unique[i].first, unique[j].second - unique[i].second);
            best[1] = std::min(best[1], d);
            if (single[i] || single[j]) best[0] = std::min(best[0], d);
        }
    }
    const double least = std::isfinite(best[0]) ? best[0] : best[1];
    return std::isfinite(least) ? least : 0;
}

/// The greatest distance between two points of the window: between corners of its convex hull.
double diameter(const Window& window) {
    const PolygonsView<Planar>             p = window.polygons();
    std::vector<std::pair<double, double>> corners, hull;
    for (std::size_t i = 0; i < p.x.size(); ++i) corners.emplace_back(p.x[i], p.y[i]);
    std::ranges::sort(corners);
    const auto turn = [](const auto& o, const auto& a, const auto& b) { return (a.first - o.first) * (b.second - o.second) - (a.second - o.second) * (b.first - o.first); };
    for (int side = 0; side < 2; ++side) {
        const std::size_t start = hull.size();
        for (const auto& c : corners) {
            while (hull.size() >= start + 2 && turn(hull[hull.size() - 2], hull.back(), c) <= 0) hull.pop_back();
            hull.push_back(c);
        }
        hull.pop_back();
        std::ranges::reverse(corners);
    }
    double greatest = 0;
    for (const auto& a : hull) {
        for (const auto& b : hull) greatest = std::max(greatest, std::hypot(a.first - b.first, a.second - b.second));
    }
    return greatest;
}

/// Tries all candidates over all points at once; `term(i, sigma)` is what point i adds to the criterion.
template <class Term>
std::vector<double> sums_over_points(std::size_t n, std::span<const double> candidates, const Execution& exec, const Term& term) {
    const std::size_t   steps = candidates.size();
    std::vector<double> terms(n * steps), sums(steps, 0.0);
    parallel_chunks(exec, n, 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            for (std::size_t k = 0; k < steps; ++k) terms[i * steps + k] = term(i, k);
        }
    });
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < steps; ++k) sums[k] += terms[i * steps + k];
    }
    return sums;
}

BandwidthSearch best_of(std::span<const double> candidates, std::vector<double> criterion, bool largest) {
    BandwidthSearch out{undefined, false, {candidates.begin(), candidates.end()}, std::move(criterion)};
    std::size_t     best = candidates.size();
    for (std::size_t k = 0; k < candidates.size(); ++k) {
        const double c = out.criterion[k];
        if (!std::isfinite(c)) continue;
        if (best == candidates.size() || (largest ? c > out.criterion[best] : c < out.criterion[best])) best = k;
    }
    if (best == candidates.size()) return out;
    out.sigma  = candidates[best];
    out.at_end = best == 0 || best + 1 == candidates.size();
    return out;
}

double sum_without(const Points<Planar>& points, std::size_t self, double sigma) {
    const Point<Planar> u{points.x[self], points.y[self]};
    const std::span     x(points.x), y(points.y);
    return gauss_sum({x.first(self), y.first(self)}, u, sigma) + gauss_sum({x.subspan(self + 1), y.subspan(self + 1)}, u, sigma);
}

}  // namespace

double silverman_sigma(PointsView<Planar> points) {
    const Points<Planar> used = finite(points, nullptr);
    return robust_scale(used) * std::pow(static_cast<double>(used.size()), -1.0 / 6.0);
}

double oversmoothed_sigma(PointsView<Planar> points, double n_star) {
    GEO_EXPECTS(n_star > 0);
    return std::pow(10'000.0 / 6144.0 / n_star, 1.0 / 6.0) * robust_scale(finite(points, nullptr));
}

std::vector<double> sigma_candidates(PointsView<Planar> points, const Window& window, std::size_t steps) {
    GEO_EXPECTS(steps >= 2);
    const double least = least_spacing(finite(points, &window)), most = diameter(window) / 2;
    if (!(least > 0)) return {};
    std::vector<double> out;
    for (std::size_t k = 0; k < steps; ++k) out.push_back(least * std::pow(most / least, static_cast<double>(k) / static_cast<double>(steps - 1)));
    return out;
}

BandwidthSearch likelihood_bandwidth(PointsView<Planar> points, const Window& window, std::span<const double> candidates, const Execution& exec) {
    const Points<Planar>    used = finite(points, &window);
    std::vector<WindowMass> masses;
    masses.reserve(candidates.size());
    for (const double sigma : candidates) masses.emplace_back(window, Kernel::gaussian, Bandwidth{sigma, sigma});
    return best_of(candidates, sums_over_points(used.size(), candidates, exec, [&](std::size_t i, std::size_t k) {
        const double sigma = candidates[k];
        return std::log(sum_without(used, i, sigma) / (2 * std::numbers::pi * sigma * sigma * masses[k].at({used.x[i], used.y[i]})));
    }), true);
}

BandwidthSearch cronie_van_lieshout_bandwidth(PointsView<Planar> points, const Window& window, std::span<const double> candidates, const Execution& exec) {
    const Points<Planar> used = finite(points, &window);
    const double         area = std::abs(window.area());
    auto                 sums = sums_over_points(used.size(), candidates, exec, [&](std::size_t i, std::size_t k) {
        return 2 * std::numbers::pi * candidates[k] * candidates[k] / gauss_sum(used.view(), {used.x[i], used.y[i]}, candidates[k]);
    });
    for (double& s : sums) s = (s - area) * (s - area);
    return best_of(candidates, used.size() == 0 ? std::vector<double>(candidates.size(), undefined) : std::move(sums), false);
}

BandwidthSearch joint_bandwidth(PointsView<Planar> cases, PointsView<Planar> controls, std::span<const double> candidates, const Execution& exec) {
    const Points<Planar> kinds[2] = {finite(cases, nullptr), finite(controls, nullptr)};
    const std::size_t    first    = kinds[0].size(), n = first + kinds[1].size();
    return best_of(candidates, sums_over_points(n, candidates, exec, [&](std::size_t i, std::size_t k) {
        const bool          control = i >= first;
        const auto&         own = kinds[control ? 1 : 0], &others = kinds[control ? 0 : 1];
        const std::size_t   self = control ? i - first : i;
        const double        same = sum_without(own, self, candidates[k]), other = gauss_sum(others.view(), {own.x[self], own.y[self]}, candidates[k]);
        const double        share = same + other > 0 ? same / (same + other) : 0;
        return std::log(std::max(share, least_p));
    }), true);
}

}  // namespace gapmap
