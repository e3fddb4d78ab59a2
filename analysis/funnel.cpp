#include "analysis/funnel.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

#include "analysis/exact_counts.h"
#include "analysis/quantiles.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

/// The count at which the Poisson distribution reaches p, between the two whole counts around it.
double smooth_quantile(double p, double mean) {
    double low = -1, high = 1 + mean;
    while (poisson_at_most(std::floor(high), mean) < p) high *= 2;
    high = std::floor(high);
    while (high - low > 1) {
        const double middle = std::floor((low + high) / 2);
        (poisson_at_most(middle, mean) < p ? low : high) = middle;
    }
    const double at = poisson_at_most(high, mean), below = high == 0 ? 0 : poisson_at_most(high - 1, mean);
    return high - (at - p) / (at - below);
}

double winsorised_phi(std::vector<double> z, double share) {
    if (z.size() < 2) return undefined;
    std::ranges::sort(z);
    const double low = sorted_quantile(z, share), high = sorted_quantile(z, 1 - share);
    double       sum = 0;
    for (const double value : z) {
        const double drawn_in = std::clamp(value, low, high);
        sum += drawn_in * drawn_in;
    }
    return sum / static_cast<double>(z.size());
}

int place_of(double ratio, double low998, double low95, double high95, double high998) {
    if (ratio < low998) return -2;
    if (ratio < low95) return -1;
    if (ratio > high998) return 2;
    return ratio > high95 ? 1 : 0;
}

}  // namespace

Funnel funnel(std::span<const double> cases, std::span<const double> expected, const FunnelOptions& options) {
    GEO_EXPECTS(cases.size() == expected.size() && options.winsorise >= 0 && options.winsorise < 0.5);
    const std::size_t         n = cases.size();
    const std::vector<double> blank(n, undefined);
    Funnel out{undefined, undefined, 1, undefined, blank, blank, blank, blank, blank, blank, std::vector<int>(n, 0), std::vector<Status>(n, Status::missing)};
    double all_cases = 0, all_expected = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!(expected[i] > 0) || !std::isfinite(expected[i]) || !std::isfinite(cases[i])) continue;
        out.status[i] = Status::ok;
        out.ratio[i]  = cases[i] / expected[i];
        all_cases += cases[i];
        all_expected += expected[i];
    }
    if (all_expected == 0) return out;
    out.target = all_cases / all_expected;
    if (out.target == 0) return out;
    std::vector<double> z;
    for (std::size_t i = 0; i < n; ++i) {
        if (out.status[i] == Status::ok) z.push_back(out.z[i] = (out.ratio[i] - out.target) * std::sqrt(expected[i] / out.target));
    }
    out.phi = winsorised_phi(z, options.winsorise);
    if (std::isfinite(out.phi)) out.phi_p = boost::math::gamma_q(static_cast<double>(z.size()) / 2, static_cast<double>(z.size()) * out.phi / 2);
    if (options.over_dispersion && out.phi > 1) out.phi_used = out.phi;
    const double stretch = std::sqrt(out.phi_used);
    const auto   limit   = [&](double p, double mean) {
        return std::max(0.0, out.target + (smooth_quantile(p, mean) / mean * out.target - out.target) * stretch);
    };
    for (std::size_t i = 0; i < n; ++i) {
        if (out.status[i] != Status::ok) continue;
        const double mean = out.target * expected[i];
        out.z[i] /= stretch;
        out.low95[i]   = limit(0.025, mean);
        out.high95[i]  = limit(0.975, mean);
        out.low998[i]  = limit(0.001, mean);
        out.high998[i] = limit(0.999, mean);
        out.place[i]   = place_of(out.ratio[i], out.low998[i], out.low95[i], out.high95[i], out.high998[i]);
    }
    return out;
}

}  // namespace gapmap
