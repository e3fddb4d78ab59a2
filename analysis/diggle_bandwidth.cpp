// Diggle's rule, apart from the other searches: it works on Ripley's K, they on the points.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "analysis/bandwidth.h"
#include "analysis/ripley_k.h"

namespace gapmap {
namespace {

constexpr std::size_t steps = 512;

/// Area that two discs of radius h share whose centres are r apart.
double overlap(double r, double h) noexcept {
    const double y = std::clamp(r / (2 * h), 0.0, 1.0);
    return 2 * h * h * (std::acos(y) - y * std::sqrt(1 - y * y));
}

std::size_t count_inside(PointsView<Planar> points, const Window& window) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < points.size(); ++i) n += std::isfinite(points.x[i]) && std::isfinite(points.y[i]) && window.contains(points[i]) ? 1U : 0U;
    return n;
}

}  // namespace

BandwidthSearch diggle_bandwidth(PointsView<Planar> points, const Window& window, const Execution& exec) {
    const std::size_t n = count_inside(points, window);
    BandwidthSearch   out{std::numeric_limits<double>::quiet_NaN(), false, {}, {}};
    if (n < 2) return out;
    const Box<Planar>& box = window.box();
    if (!(std::min(box.x_max - box.x_min, box.y_max - box.y_min) > 0)) return out;  // no ground to count on
    const double intensity = static_cast<double>(n) / std::abs(window.area());
    const double r_max     = std::min(std::sqrt(1000 / (std::numbers::pi * intensity)), std::min(box.x_max - box.x_min, box.y_max - box.y_min) / 4);
    const auto   k         = ripley_k(points, window, r_max, steps, affordable_correction(n), exec);
    const auto   r         = [&](std::size_t i) { return r_max * static_cast<double>(i) / static_cast<double>(steps - 1); };
    std::size_t  best      = 0;
    // K is needed up to twice h.
    for (std::size_t i = 1; 2 * i < steps; ++i) {
        const double h = r(i), disc = std::numbers::pi * h * h;
        double       shared = 0;
        for (std::size_t m = 0; m + 1 < steps && r(m) <= 2 * h; ++m) shared += overlap(r(m), h) * (k[m + 1] - k[m]);
        out.candidates.push_back(h / 2);
        out.criterion.push_back((1 / intensity - 2 * k[i]) / disc + shared / (disc * disc));
        if (std::isfinite(out.criterion.back()) && (!std::isfinite(out.criterion[best]) || out.criterion.back() < out.criterion[best])) best = i - 1;
    }
    if (!std::isfinite(out.criterion[best])) return out;
    out.sigma  = out.candidates[best];
    out.at_end = best == 0 || best + 1 == out.candidates.size();
    return out;
}

}  // namespace gapmap
