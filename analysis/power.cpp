#include "analysis/power.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <vector>

#include "analysis/exact_counts.h"
#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

double tail_level(const PowerOptions& options) {
    GEO_EXPECTS(options.alpha > 0 && options.alpha < 1 && (options.sided == 1 || options.sided == 2) && options.tests >= 1);
    GEO_EXPECTS(options.power > options.alpha && options.power < 1);
    return options.alpha / options.sided / static_cast<double>(options.tests);
}

/// The least k in [low, high] for which `holds`, which is false before it and true from it on; high where it never holds.
template <class Holds>
std::int64_t first_where(std::int64_t low, std::int64_t high, const Holds& holds) {
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (holds(middle)) high = middle;
        else low = middle + 1;
    }
    return low;
}

std::int64_t least_high_count(std::int64_t n, double share, double level) {
    return first_where(0, n + 1, [&](std::int64_t k) { return k == n + 1 || binomial_at_least(k, n, share) <= level; });
}

/// -1 where not even 0 is significantly low.
std::int64_t most_low_count(std::int64_t n, double share, double level) {
    return first_where(0, n + 1, [&](std::int64_t k) { return k == n + 1 || binomial_at_most(k, n, share) > level; }) - 1;
}

double odds_ratio(double share, double null_share) { return share * (1 - null_share) / (null_share * (1 - share)); }

/// The test of a change, for every count before that can come: from which count of now on it finds a rise, up to which a fall.
struct ChangeTest {
    std::int64_t              first = 0;
    std::vector<double>       weight;
    std::vector<std::int64_t> least_high, most_low;
};

std::int64_t poisson_quantile(double mean, double p) {
    auto high = static_cast<std::int64_t>(mean) + 16;
    while (poisson_at_most(static_cast<double>(high), mean) < p) high *= 2;
    return first_where(0, high, [&](std::int64_t k) { return poisson_at_most(static_cast<double>(k), mean) >= p; });
}

ChangeTest change_test(double expected_before, double base_ratio, double level) {
    const double share = base_ratio / (1 + base_ratio);
    ChangeTest   out{poisson_quantile(expected_before, 1e-13), {}, {}, {}};
    const std::int64_t last = poisson_quantile(expected_before, 1 - 1e-13);
    for (std::int64_t before = out.first; before <= last; ++before) {
        const auto high = [&](std::int64_t now) { return binomial_at_least(now, before + now, share) <= level; };
        const auto low  = [&](std::int64_t now) { return binomial_at_most(now, before + now, share) > level; };
        std::int64_t bound = std::max<std::int64_t>(16, before);
        while (!high(bound) || !low(bound)) bound *= 2;
        out.weight.push_back(std::exp(static_cast<double>(before) * std::log(expected_before) - expected_before - log_gamma(static_cast<double>(before) + 1)));
        out.least_high.push_back(first_where(0, bound, high));
        out.most_low.push_back(first_where(0, bound, low) - 1);
    }
    return out;
}

double power_of(const ChangeTest& test, double expected_now, bool rise) {
    double power = 0;
    for (std::size_t k = 0; k < test.weight.size(); ++k) {
        const std::int64_t low = test.most_low[k];
        if (rise) power += test.weight[k] * poisson_at_least(static_cast<double>(test.least_high[k]), expected_now);
        else if (low >= 0) power += test.weight[k] * poisson_at_most(static_cast<double>(low), expected_now);
    }
    return std::min(power, 1.0);
}

/// Where the power passes the one asked for, between a ratio that has it and one that has not.
template <class Power>
double crossing(double without, double with, double wanted, const Power& power) {
    while (std::abs(with - without) > 1e-9 * with) {
        const double middle = without + (with - without) / 2;
        (power(middle) >= wanted ? with : without) = middle;
    }
    return with;
}

}  // namespace

Detectable detectable_ratio(double expected, std::int64_t cases, const PowerOptions& options) {
    const auto all = static_cast<double>(cases);
    GEO_EXPECTS(expected > 0 && expected < all);
    const double null_share = expected / all;
    Detectable   out;
    out.level                = tail_level(options);
    const std::int64_t high  = least_high_count(cases, null_share, out.level), low = most_low_count(cases, null_share, out.level);
    if (high <= cases) {
        out.least_high = high;
        out.higher     = odds_ratio(boost::math::ibeta_inv(static_cast<double>(high), all - static_cast<double>(high) + 1, options.power), null_share);
    }
    if (low >= 0) {
        out.most_low = low;
        out.lower    = odds_ratio(boost::math::ibetac_inv(static_cast<double>(low) + 1, all - static_cast<double>(low), options.power), null_share);
    }
    return out;
}

double power_of_ratio(double expected, std::int64_t cases, double ratio, const PowerOptions& options) {
    const auto all = static_cast<double>(cases);
    GEO_EXPECTS(expected > 0 && expected < all && ratio >= 0);
    const double null_share = expected / all, level = tail_level(options), share = ratio * null_share / (ratio * null_share + 1 - null_share);
    if (ratio >= 1) {
        const std::int64_t high = least_high_count(cases, null_share, level);
        return high > cases ? 0 : binomial_at_least(high, cases, share);
    }
    const std::int64_t low = most_low_count(cases, null_share, level);
    return low < 0 ? 0 : binomial_at_most(low, cases, share);
}

double power_of_change(double expected_before, double ratio, double base_ratio, const PowerOptions& options) {
    GEO_EXPECTS(expected_before > 0 && base_ratio > 0 && ratio >= 0);
    return power_of(change_test(expected_before, base_ratio, tail_level(options)), expected_before * base_ratio * ratio, ratio >= 1);
}

Detectable detectable_change(double expected_before, double base_ratio, const PowerOptions& options) {
    GEO_EXPECTS(expected_before > 0 && base_ratio > 0);
    Detectable out;
    out.level             = tail_level(options);
    const ChangeTest test = change_test(expected_before, base_ratio, out.level);
    const double     same = expected_before * base_ratio;
    const auto       rise = [&](double ratio) { return power_of(test, same * ratio, true); };
    const auto       fall = [&](double ratio) { return power_of(test, same * ratio, false); };
    double           top = 2;
    while (top < 1e6 && rise(top) < options.power) top *= 2;
    if (top < 1e6) out.higher = crossing(1, top, options.power, rise);
    if (fall(0) >= options.power) {
        // A fall to a ratio of 0 is found; search on 1 - ratio, so that the precision is that of the fall.
        out.lower = 1 - crossing(0, 1, options.power, [&](double fallen) { return fall(1 - fallen); });
    }
    return out;
}

}  // namespace gapmap
