#include "analysis/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_bootstrap = 434;

double normal_share(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

std::vector<double> replicate_values(std::span<const std::size_t> strata, std::size_t n, const WeightedStatistic& statistic, const BootstrapOptions& options,
                                     const Execution& exec) {
    std::vector<double> values(options.replicates);
    parallel_chunks(exec, options.replicates, 16, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> times(n);
        for (std::size_t r = begin; r < end; ++r) {
            std::ranges::fill(times, 0U);
            Draws       draws(options.seed, stream_bootstrap, options.row, static_cast<std::uint32_t>(r));
            std::size_t first = 0;
            for (const std::size_t size : strata) {
                for (std::size_t k = 0; k < size; ++k) times[first + draws.below(static_cast<std::uint32_t>(size))] += 1;
                first += size;
            }
            values[r] = statistic(times);
        }
    });
    return values;
}

/// NaN where leaving out one case leaves nothing to work out.
double acceleration_of(std::span<const std::size_t> strata, std::size_t n, const WeightedStatistic& statistic) {
    std::vector<std::uint32_t> times(n, 1);
    double                     cubes = 0, squares = 0;
    std::size_t                first = 0;
    for (const std::size_t size : strata) {
        std::vector<double> without;
        for (std::size_t i = first; i < first + size; ++i) {
            times[i] = 0;
            without.push_back(statistic(times));
            times[i] = 1;
        }
        const double count = static_cast<double>(size), mean = std::accumulate(without.begin(), without.end(), 0.0) / count;
        for (const double value : without) {
            const double influence = (count - 1) * (mean - value) / count;
            squares += influence * influence;
            cubes += influence * influence * influence;
        }
        first += size;
    }
    return squares == 0 ? 0 : cubes / (6 * std::pow(squares, 1.5));
}

/// The replicate at share p, between two of them on the normal scale.
double replicate_quantile(std::span<const double> ascending, double p) {
    const double count = static_cast<double>(ascending.size()) + 1, at = std::floor(count * p);
    if (at < 1) return ascending.front();
    if (at >= count - 1) return ascending.back();
    const auto   k    = static_cast<std::size_t>(at);
    const double from = normal_quantile(at / count), to = normal_quantile((at + 1) / count);
    if (ascending[k - 1] == ascending[k]) return ascending[k];
    return ascending[k - 1] + (normal_quantile(p) - from) / (to - from) * (ascending[k] - ascending[k - 1]);
}

}  // namespace

BcaInterval bca(std::span<const std::size_t> strata, const WeightedStatistic& statistic, const BootstrapOptions& options, const Execution& exec) {
    GEO_EXPECTS(options.replicates >= 99 && options.confidence > 0 && options.confidence < 1);
    const std::size_t n = std::accumulate(strata.begin(), strata.end(), std::size_t{0});
    BcaInterval       out;
    out.estimate = n == 0 ? std::numeric_limits<double>::quiet_NaN() : statistic(std::vector<std::uint32_t>(n, 1));
    if (std::ranges::any_of(strata, [](std::size_t size) { return size < 2; }) || n < 2 || !std::isfinite(out.estimate)) return out;
    std::vector<double> values = replicate_values(strata, n, statistic, options, exec);
    const auto          left   = std::ranges::remove_if(values, [](double value) { return std::isnan(value); });
    out.undefined_replicates   = static_cast<std::uint32_t>(left.size());
    values.erase(left.begin(), left.end());
    out.acceleration = acceleration_of(strata, n, statistic);
    if (values.size() < 99 || !std::isfinite(out.acceleration)) return out;
    std::ranges::sort(values);
    if (values.front() == values.back()) {
        out.interval = Interval{values.front(), values.front()};
        return out;
    }
    const auto   equal = std::ranges::equal_range(values, out.estimate);
    const double below = (static_cast<double>(equal.begin() - values.begin()) + static_cast<double>(equal.size()) / 2) / static_cast<double>(values.size());
    if (below <= 0 || below >= 1) return out;
    out.bias         = normal_quantile(below);
    const auto shift = [&](double tail) {
        const double z = out.bias + normal_quantile(tail);
        return std::clamp(normal_share(out.bias + z / (1 - out.acceleration * z)), 1e-12, 1 - 1e-12);
    };
    const double tail = (1 - options.confidence) / 2;
    out.interval      = Interval{replicate_quantile(values, shift(tail)), replicate_quantile(values, shift(1 - tail))};
    return out;
}

}  // namespace gapmap
