#include "analysis/proportion.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_back_check = 201;

double share(std::int64_t k, std::int64_t n) { return static_cast<double>(k) / static_cast<double>(n); }

/// Half a count towards the middle: the bootstrap of a share of exactly 0 or 1 would otherwise never move.
DiscreteSampler share_sampler(std::int64_t k, std::int64_t n) {
    return DiscreteSampler(binomial_pmf(n, (static_cast<double>(k) + 0.5) / (static_cast<double>(n) + 1)));
}

/// Sensitivity and specificity say something only where they beat a coin together.
bool informative(double se, double sp) { return se + sp > 1; }

double corrected_share(double observed, double se, double sp) { return (observed + sp - 1) / (se + sp - 1); }

/// The k-th smallest with the share `tail` of the values at or below it.
double quantile(std::vector<double>& values, double tail) {
    const auto last = static_cast<double>(values.size() - 1);
    const auto at   = static_cast<std::size_t>(std::clamp(std::floor(tail * (last + 1)), 0.0, last));
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(at));
    return values[at];
}

Interval bootstrap(std::int64_t k, std::int64_t n, const BackCheck& check, const CorrectionOptions& options, std::uint32_t& undefined) {
    const std::int64_t    visited = check.true_yes + check.false_no, unvisited = check.true_no + check.false_yes;
    const DiscreteSampler yes = share_sampler(check.true_yes, visited), no = share_sampler(check.true_no, unvisited);
    const DiscreteSampler seen = options.register_counted_whole ? DiscreteSampler(std::vector<double>{1.0}) : share_sampler(k, n);
    std::vector<double>   low, high;
    for (std::uint32_t replicate = 0; replicate < options.replicates; ++replicate) {
        Draws        draws(options.seed, stream_back_check, options.row, replicate);
        const double se = share(yes.draw(draws), visited), sp = share(no.draw(draws), unvisited);
        const double observed = options.register_counted_whole ? share(k, n) : share(seen.draw(draws), n);
        const bool   defined  = informative(se, sp);
        undefined += defined ? 0 : 1;
        low.push_back(defined ? std::clamp(corrected_share(observed, se, sp), 0.0, 1.0) : 0.0);
        high.push_back(defined ? low.back() : 1.0);
    }
    const double tail = (1 - options.confidence) / 2;
    return {quantile(low, tail), quantile(high, 1 - tail)};
}

}  // namespace

std::optional<Proportion> wilson(std::int64_t k, std::int64_t n, const WilsonOptions& options) {
    GEO_EXPECTS(k >= 0 && k <= n);
    GEO_EXPECTS(options.confidence > 0 && options.confidence < 1);
    GEO_EXPECTS(options.population == 0 || options.population >= n);
    if (n == 0) return std::nullopt;
    const double p = share(k, n), size = static_cast<double>(n);
    if (options.population == n) return Proportion{p, {p, p}};
    const double z      = normal_quantile(0.5 + options.confidence / 2);
    const auto   all    = static_cast<double>(options.population);
    const double square = z * z * (options.population == 0 ? 1 : (all - size) / (all - 1));
    const double centre = (p + square / (2 * size)) / (1 + square / size);
    const double half   = std::sqrt(square * (p * (1 - p) / size + square / (4 * size * size))) / (1 + square / size);
    // At the ends centre and half differ by rounding only; the exact ends are known.
    return Proportion{p, {k == 0 ? 0.0 : std::max(0.0, centre - half), k == n ? 1.0 : std::min(1.0, centre + half)}};
}

std::optional<Interval> bounds_with_unplaced(std::int64_t matched, std::int64_t unplaced, std::int64_t denominator) {
    GEO_EXPECTS(matched >= 0 && unplaced >= 0 && matched <= denominator);
    if (denominator == 0) return std::nullopt;
    const std::int64_t room = denominator - matched;
    return Interval{share(matched, denominator), share(matched + std::min(unplaced, room), denominator)};
}

CorrectedProportion rogan_gladen(std::int64_t k, std::int64_t n, const BackCheck& check, const CorrectionOptions& options) {
    GEO_EXPECTS(k >= 0 && k <= n);
    GEO_EXPECTS(check.true_yes >= 0 && check.false_yes >= 0 && check.false_no >= 0 && check.true_no >= 0);
    GEO_EXPECTS(options.confidence > 0 && options.confidence < 1 && options.replicates >= 99);
    CorrectedProportion out;
    const std::int64_t  visited = check.true_yes + check.false_no, unvisited = check.true_no + check.false_yes;
    if (n > 0) out.uncorrected = share(k, n);
    if (visited > 0) out.sensitivity = share(check.true_yes, visited);
    if (unvisited > 0) out.specificity = share(check.true_no, unvisited);
    if (!out.uncorrected || !out.sensitivity || !out.specificity) return out;
    out.uninformative = !informative(*out.sensitivity, *out.specificity);
    if (out.uninformative) return out;
    const double raw = corrected_share(*out.uncorrected, *out.sensitivity, *out.specificity);
    out.clamped      = raw < 0 || raw > 1;
    out.corrected    = std::clamp(raw, 0.0, 1.0);
    out.interval     = bootstrap(k, n, check, options, out.undefined_replicates);
    return out;
}

}  // namespace gapmap
