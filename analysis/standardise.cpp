#include "analysis/standardise.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <limits>

#include "analysis/exact_counts.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

Interval gamma_interval(double rate, double variance, double largest_weight, double confidence) {
    const double tail = (1 - confidence) / 2, up = rate + largest_weight, up_variance = variance + largest_weight * largest_weight;
    const double low = rate == 0 ? 0 : variance / rate * boost::math::gamma_p_inv(rate * rate / variance, tail);
    return {low, up_variance / up * boost::math::gamma_q_inv(up * up / up_variance, tail)};
}

}  // namespace

StandardRate direct_rate(std::span<const double> cases, std::span<const double> base, std::span<const double> standard, double confidence) {
    GEO_EXPECTS(cases.size() == base.size() && cases.size() == standard.size() && confidence > 0 && confidence < 1);
    StandardRate out{undefined, {undefined, undefined}, Status::missing};
    double       all = 0, rate = 0, variance = 0, largest = 0;
    for (const double s : standard) all += s;
    if (!(all > 0) || !std::isfinite(all)) return out;
    for (std::size_t j = 0; j < cases.size(); ++j) {
        if (standard[j] == 0) continue;
        if (!(base[j] > 0) || !std::isfinite(base[j]) || !std::isfinite(cases[j])) return out;
        const double weight = standard[j] / all / base[j];
        rate += weight * cases[j];
        variance += weight * weight * cases[j];
        largest = std::max(largest, weight);
    }
    return {rate, gamma_interval(rate, variance, largest, confidence), Status::ok};
}

StandardRatio indirect_ratio(double cases, std::span<const double> base, std::span<const double> standard_rate, double confidence) {
    GEO_EXPECTS(base.size() == standard_rate.size() && confidence > 0 && confidence < 1);
    StandardRatio out{0, undefined, {undefined, undefined}, Status::missing};
    for (std::size_t j = 0; j < base.size(); ++j) {
        // A stratum in which nobody lives expects nobody, whatever is known of its rate.
        if (base[j] != 0) out.expected += base[j] * standard_rate[j];
    }
    if (!std::isfinite(cases) || !std::isfinite(out.expected)) {
        out.expected = undefined;
        return out;
    }
    out.status = out.expected > 0 ? Status::ok : Status::too_few;
    if (out.status != Status::ok) return out;
    const Interval interval = poisson_interval(cases, confidence);
    out.ratio    = cases / out.expected;
    out.interval = {interval.low / out.expected, interval.high / out.expected};
    return out;
}

}  // namespace gapmap
