#include "analysis/change.h"

#include <boost/math/special_functions/beta.hpp>

#include <algorithm>
#include <cmath>

#include "analysis/exact_counts.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

double binomial_mass(std::int64_t k, std::int64_t n, double share) {
    return boost::math::ibeta_derivative(static_cast<double>(k) + 1, static_cast<double>(n - k) + 1, share) / (static_cast<double>(n) + 1);
}

/// Sum of all counts that are no more likely than k. The mass falls away from its mode on both sides, so the far side begins at one count.
double likelihood_p(std::int64_t k, std::int64_t n, double share) {
    const double limit = binomial_mass(k, n, share) * (1 + 1e-7);  // ties that rounding would tell apart, as R has it
    const auto   mode  = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor((static_cast<double>(n) + 1) * share)), 0, n);
    if (binomial_mass(mode, n, share) <= limit) return 1;
    const bool   lower = k < mode;
    std::int64_t in = lower ? n + 1 : -1, out = mode;  // `out` is more likely than k, `in` not, or beyond the end
    while (std::abs(in - out) > 1) {
        const std::int64_t middle = out + (in - out) / 2;
        (binomial_mass(middle, n, share) <= limit ? in : out) = middle;
    }
    if (lower) return std::min(1.0, binomial_at_most(k, n, share) + (in > n ? 0 : binomial_at_least(in, n, share)));
    return std::min(1.0, binomial_at_least(k, n, share) + (in < 0 ? 0 : binomial_at_most(in, n, share)));
}

// Divisions of whole numbers that round down and up, for a positive divisor.
std::int64_t floor_of(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
std::int64_t ceiling_of(std::int64_t a, std::int64_t b) { return a / b + (a % b > 0 ? 1 : 0); }

}  // namespace

std::optional<RateRatio> rate_ratio(const TwoCounts& c, double confidence) {
    GEO_EXPECTS(c.before >= 0 && c.now >= 0 && c.base_before > 0 && c.base_now > 0 && confidence > 0 && confidence < 1);
    const std::int64_t n = c.before + c.now;
    if (n == 0) return std::nullopt;
    const double   bases = c.base_before / c.base_now, share = c.base_now / (c.base_before + c.base_now);
    const Interval now = binomial_interval(c.now, n, confidence);
    RateRatio      out;
    if (c.before > 0) {
        out.ratio = static_cast<double>(c.now) / static_cast<double>(c.before) * bases;
        // The share of before is taken from the other end: 1 - high would lose its digits where high is near 1.
        out.high = now.high / binomial_interval(c.before, n, confidence).low * bases;
    }
    out.low          = now.low == 0 ? 0 : now.low / binomial_interval(c.before, n, confidence).high * bases;
    out.p_lower      = binomial_at_most(c.now, n, share);
    out.p_higher     = binomial_at_least(c.now, n, share);
    out.p            = std::min(1.0, 2 * std::min(out.p_lower, out.p_higher));
    out.p_likelihood = likelihood_p(c.now, n, share);
    return out;
}

std::vector<CountPair> pairs_of_percent(const Percent& percent, std::int64_t bound) {
    GEO_EXPECTS(percent.decimals >= 0 && percent.decimals <= 6 && bound >= 1 && bound <= 1'000'000);
    GEO_EXPECTS(std::abs(percent.scaled) <= 1'000'000'000'000);
    std::int64_t whole = 100;  // 100 % in units of the last decimal
    for (int i = 0; i < percent.decimals; ++i) whole *= 10;
    std::vector<CountPair> out;
    for (std::int64_t before = 1; before <= bound; ++before) {
        // |whole (now - before) - scaled before| <= before / 2
        const std::int64_t centre = 2 * (whole + percent.scaled);
        const std::int64_t low = std::max<std::int64_t>(0, ceiling_of(before * (centre - 1), 2 * whole)), high = floor_of(before * (centre + 1), 2 * whole);
        for (std::int64_t now = low; now <= high; ++now) out.push_back({before, now});
    }
    return out;
}

}  // namespace gapmap
