#include "analysis/trend.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// The values there are, and when.
struct Series {
    std::vector<double> value, time;
};

Series present(std::span<const double> values, std::span<const double> times) {
    GEO_EXPECTS(times.empty() || times.size() == values.size());
    Series out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        GEO_EXPECTS(i == 0 || times.empty() || times[i - 1] < times[i]);
        if (std::isnan(values[i])) continue;
        out.value.push_back(values[i]);
        out.time.push_back(times.empty() ? static_cast<double>(i) : times[i]);
    }
    return out;
}

std::int64_t score(std::span<const double> x) {
    std::int64_t s = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (std::size_t j = i + 1; j < x.size(); ++j) s += (x[j] > x[i] ? 1 : 0) - (x[j] < x[i] ? 1 : 0);
    }
    return s;
}

struct Ties {
    std::size_t groups = 0;
    double      pairs = 0, variance = 0;  ///< sums over groups of t (t - 1) / 2 and t (t - 1) (2t + 5)
};

Ties ties_of(std::vector<double> x) {
    std::ranges::sort(x);
    Ties out;
    for (std::size_t i = 0; i < x.size();) {
        std::size_t end = i;
        while (end < x.size() && x[end] == x[i]) ++end;
        const auto t = static_cast<double>(end - i);
        out.groups += t > 1 ? 1U : 0U;
        out.pairs += t * (t - 1) / 2;
        out.variance += t * (t - 1) * (2 * t + 5);
        i = end;
    }
    return out;
}

std::vector<double> slopes_of(const Series& series) {
    const std::size_t   n = series.value.size();
    std::vector<double> out;
    out.reserve(n * (n - 1) / 2);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = i + 1; j < n; ++j) out.push_back((series.value[j] - series.value[i]) / (series.time[j] - series.time[i]));
    }
    return out;
}

double ranked(std::vector<double>& values, std::size_t k) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(k));
    return values[k];
}

double median(std::vector<double>& values) {
    const std::size_t half  = values.size() / 2;
    const double      upper = ranked(values, half);
    if (values.size() % 2 == 1) return upper;
    return (*std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half)) + upper) / 2;
}

Interval interval_of(std::vector<double>& slopes, double width) {
    const auto count = static_cast<double>(slopes.size());
    const auto at    = [&](double rank) { return ranked(slopes, static_cast<std::size_t>(std::clamp(rank, 1.0, count)) - 1); };
    return {at(std::nearbyint((count - width) / 2)), at(std::nearbyint((count + width) / 2) + 1)};
}

/// Ranks, equal values share their mean rank. What differs by rounding only counts as equal: a detrended straight line is flat.
std::vector<double> mean_ranks(std::span<const double> x, double rounding) {
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return x[i]; });
    std::vector<double> out(x.size());
    for (std::size_t i = 0; i < order.size();) {
        std::size_t end = i + 1;
        while (end < order.size() && x[order[end]] - x[order[end - 1]] <= rounding) ++end;
        for (std::size_t k = i; k < end; ++k) out[order[k]] = static_cast<double>(i + end + 1) / 2;
        i = end;
    }
    return out;
}

/// n / n*: how much the autocorrelation of the ranks of the detrended values widens S.
double hamed_rao_factor(const Series& series, double slope, double confidence) {
    const std::size_t   n = series.value.size();
    std::vector<double> rest(n);
    double              size = 0;
    for (std::size_t i = 0; i < n; ++i) {
        rest[i] = series.value[i] - slope * series.time[i];
        size    = std::max({size, std::abs(series.value[i]), std::abs(slope * series.time[i])});
    }
    const auto   rank = mean_ranks(rest, 1e-14 * size);
    const auto   count = static_cast<double>(n), mean = (count + 1) / 2, limit = normal_quantile((1 + confidence) / 2) / std::sqrt(count);
    const auto   lagged = [&](std::size_t lag) {
        double sum = 0;
        for (std::size_t i = 0; i + lag < n; ++i) sum += (rank[i] - mean) * (rank[i + lag] - mean);
        return sum;
    };
    const double all = lagged(0);
    if (n < 3 || !(all > 0)) return 1;
    double sum = 0;
    for (std::size_t lag = 1; lag < n; ++lag) {
        const double rho = lagged(lag) / all, left = static_cast<double>(n - lag);
        if (std::abs(rho) > limit) sum += left * (left - 1) * (left - 2) * rho;
    }
    return 1 + 2 * sum / (count * (count - 1) * (count - 2));
}

void test_score(Trend& out, bool continuity) {
    if (out.var_s == 0 || out.s == 0) return;  // 0 and 1
    if (!(out.var_s > 0)) {
        out.z = out.p = nan_value;
        out.status = Status::too_few;
        return;
    }
    const double size = static_cast<double>(std::abs(out.s)) - (continuity ? 1 : 0);
    if (size > 0) out.z = std::copysign(size / std::sqrt(out.var_s), static_cast<double>(out.s));
    out.p = std::erfc(std::abs(out.z) / std::sqrt(2.0));
}

}  // namespace

Trend mann_kendall(std::span<const double> values, std::span<const double> times, const TrendOptions& options) {
    GEO_EXPECTS(options.confidence > 0 && options.confidence < 1 && options.alpha > 0 && options.alpha < 1);
    const Series series = present(values, times);
    Trend        out{.n = series.value.size(), .missing = values.size() - series.value.size()};
    out.tau_a = out.tau_b = out.slope = nan_value;
    out.slope_interval    = {nan_value, nan_value};
    out.status            = out.n == 0 ? Status::missing : out.n < std::max<std::size_t>(2, options.least_steps) ? Status::too_few : Status::ok;
    if (out.n < 2) return out;
    const auto   n = static_cast<double>(out.n), pairs = n * (n - 1) / 2;
    const Ties   ties = ties_of(series.value);
    const double s    = static_cast<double>(out.s = score(series.value));
    out.tie_groups    = ties.groups;
    out.var_s         = (n * (n - 1) * (2 * n + 5) - ties.variance) / 18;
    out.tau_a         = s / pairs;
    if (pairs > ties.pairs) out.tau_b = s / std::sqrt((pairs - ties.pairs) * pairs);
    std::vector<double> slopes;
    if (options.sen || options.correction == Autocorrelation::hamed_rao) {
        slopes    = slopes_of(series);
        out.slope = median(slopes);
    }
    if (options.correction == Autocorrelation::hamed_rao) {
        out.factor = hamed_rao_factor(series, out.slope, options.confidence);
        out.var_s *= out.factor;
    }
    test_score(out, options.continuity);
    if (options.sen && out.var_s >= 0) out.slope_interval = interval_of(slopes, normal_quantile((1 + options.confidence) / 2) * std::sqrt(out.var_s));
    if (out.status == Status::ok && out.p < options.alpha) out.trend = out.s > 0 ? TrendClass::rising : TrendClass::falling;
    return out;
}

}  // namespace gapmap
