#include "analysis/losses.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "analysis/quantiles.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

// Ascending: neither sums nor draws then depend on the order in which cases come.
std::vector<double> known_sorted(std::span<const double> losses) {
    std::vector<double> out;
    for (const double loss : losses) {
        GEO_EXPECTS(std::isnan(loss) || (loss >= 0 && std::isfinite(loss)));
        if (!std::isnan(loss)) out.push_back(loss);
    }
    std::ranges::sort(out);
    return out;
}

double sum(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

double weighted_sum(std::span<const double> values, std::span<const std::uint32_t> times) {
    double total = 0;
    for (std::size_t i = 0; i < values.size(); ++i) total += times[i] * values[i];
    return total;
}

double weighted_mean(std::span<const double> values, std::span<const std::uint32_t> times) {
    double count = 0;
    for (const std::uint32_t t : times) count += t;
    return weighted_sum(values, times) / count;
}

/// Infinite where only the denominator is 0, NaN where both are.
double quotient(double above, double below) {
    if (below > 0) return above / below;
    return above > 0 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
}

std::optional<double> geometric_mean(std::span<const double> sorted) {
    double      logs = 0;
    std::size_t n    = 0;
    for (const double loss : sorted) {
        if (loss > 0) logs += std::log(loss), ++n;
    }
    if (n == 0) return std::nullopt;
    return std::exp(logs / static_cast<double>(n));
}

void put_together(std::optional<Interval>& range, double value) {
    range = range ? Interval{std::min(range->low, value), std::max(range->high, value)} : Interval{value, value};
}

std::optional<Interval> leave_one_out(std::span<const double> before, std::span<const double> now) {
    const double            total_before = sum(before), total_now = sum(now);
    std::optional<Interval> range;
    for (const double loss : now) put_together(range, quotient(std::max(0.0, total_now - loss), total_before));
    for (const double loss : before) {
        // What is left of a total of one case is 0, whatever rounding says.
        const double left = before.size() == 1 ? 0 : total_before - loss;
        if (!(left > 0)) return std::nullopt;
        put_together(range, total_now / left);
    }
    return range;
}

}  // namespace

LossSummary summarise_losses(std::span<const double> losses, const LossOptions& options, const Execution& exec) {
    GEO_EXPECTS(options.trim >= 0 && options.trim < 0.5);
    const std::vector<double> sorted = known_sorted(losses);
    const std::size_t         n      = sorted.size();
    LossSummary               out;
    out.cases         = static_cast<std::int64_t>(n);
    out.unknown       = static_cast<std::int64_t>(losses.size() - n);
    out.zero          = std::ranges::count(sorted, 0.0);
    out.mean_interval = bca(std::array{n}, [&](auto times) { return weighted_mean(sorted, times); }, options.bootstrap, exec);
    if (n == 0) return out;
    out.total   = sum(sorted);
    out.mean    = out.total / static_cast<double>(n);
    out.median  = sorted_quantile(sorted, 0.5);
    out.largest = sorted.back();
    const auto cut = static_cast<std::size_t>(std::floor(options.trim * static_cast<double>(n)));
    if (n > 2 * cut) out.trimmed_mean = sum(std::span(sorted).subspan(cut, n - 2 * cut)) / static_cast<double>(n - 2 * cut);
    out.log_mean = geometric_mean(sorted);
    if (out.total > 0) out.largest_share = sorted.back() / out.total;
    return out;
}

LossChange change_of_losses(std::span<const double> before, std::span<const double> now, const LossOptions& options, const Execution& exec) {
    const std::vector<double> past = known_sorted(before), present = known_sorted(now);
    const std::size_t         n = past.size(), m = present.size();
    LossChange                out;
    out.interval.estimate = out.mean_interval.estimate = std::numeric_limits<double>::quiet_NaN();
    if (n == 0 || !(sum(past) > 0)) return out;
    out.ratio = sum(present) / sum(past);
    if (m > 0) out.mean_ratio = *out.ratio * static_cast<double>(n) / static_cast<double>(m);
    out.leave_one_out = leave_one_out(past, present);
    // One case or none of a period cannot show how much that period varies.
    if (n < 2 || m < 2) return out;
    const auto totals = [&](auto times) { return quotient(weighted_sum(present, times.subspan(n)), weighted_sum(past, times.first(n))); };
    const auto means  = [&](auto times) { return quotient(weighted_mean(present, times.subspan(n)), weighted_mean(past, times.first(n))); };
    out.interval      = bca(std::array{n + m}, totals, options.bootstrap, exec);
    out.mean_interval = bca(std::array{n, m}, means, options.bootstrap, exec);
    return out;
}

}  // namespace gapmap
