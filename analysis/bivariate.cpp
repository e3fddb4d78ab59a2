#include "analysis/bivariate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "analysis/empirical_bayes.h"
#include "analysis/evidence_order.h"
#include "analysis/posterior.h"
#include "analysis/quantiles.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double        undefined        = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t stream_bivariate = 433;

int class_of(double value, std::span<const double> breaks) {
    return static_cast<int>(std::ranges::lower_bound(breaks, value) - breaks.begin()) + 1;
}

}  // namespace

std::vector<double> quantile_breaks(std::span<const double> values, int k) {
    GEO_EXPECTS(k >= 1);
    std::vector<double> sorted, breaks;
    for (const double v : values) {
        if (std::isfinite(v)) sorted.push_back(v);
    }
    std::ranges::sort(sorted);
    for (int c = 1; c < k && !sorted.empty(); ++c) breaks.push_back(sorted_quantile(sorted, static_cast<double>(c) / k));
    return breaks;
}

std::vector<int> quantile_classes(std::span<const double> values, int k) {
    const auto       breaks = quantile_breaks(values, k);
    std::vector<int> out;
    for (const double v : values) out.push_back(std::isfinite(v) ? class_of(v, breaks) : 0);
    return out;
}

Bivariate bivariate_classes(const GapEvidence& e, const BivariateOptions& options, const Execution& exec) {
    const std::size_t n = e.cases.size();
    GEO_EXPECTS(e.people.size() == n && e.coverage.size() == n && e.households.size() == n);
    GEO_EXPECTS(options.classes >= 2 && options.stability > 0 && options.stability <= 1 && options.draws.draws >= 99);
    Bivariate out{std::vector<int>(n), std::vector<int>(n), std::vector<double>(n, undefined), std::vector<bool>(n, true), {}, {}, std::vector<Status>(n, Status::missing), true};
    std::vector<bool> usable(n);
    for (std::size_t i = 0; i < n; ++i) {
        usable[i] = e.people[i] > 0 && e.households[i] > 0 && std::isfinite(e.people[i]) && std::isfinite(e.households[i]) && std::isfinite(e.cases[i]) && std::isfinite(e.coverage[i]);
    }
    const EvidenceOrder order = order_by_evidence(usable, std::array{e.cases, e.people, e.coverage, e.households});
    const auto c = in_order(e.cases, order), p = in_order(e.people, order), v = in_order(e.coverage, order), h = in_order(e.households, order);
    const GammaPrior    prior = gamma_prior(c, p);
    const auto          rate  = empirical_bayes(c, p).smoothed;
    std::vector<double> gap;
    for (const double share : v) gap.push_back(1 - share);
    out.risk_breaks = quantile_breaks(rate, options.classes);
    out.gap_breaks  = quantile_breaks(gap, options.classes);
    out.told_apart  = prior.variance > 0;
    std::vector<std::uint32_t> same(c.size());
    parallel_chunks(exec, c.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const int risk = class_of(rate[i], out.risk_breaks), uncovered = class_of(gap[i], out.gap_breaks);
            for (std::uint32_t r = 0; r < options.draws.draws; ++r) {
                Draws      draws(options.draws.seed, stream_bivariate, i, r);
                const bool risk_kept = class_of(draw_rate(draws, prior, c[i], p[i]), out.risk_breaks) == risk;
                same[i] += risk_kept && class_of(1 - draw_coverage(draws, v[i], h[i]), out.gap_breaks) == uncovered ? 1 : 0;
            }
        }
    });
    for (std::size_t g = 0; g + 1 < order.groups.size(); ++g) {
        double kept = 0;
        for (std::size_t i = order.groups[g]; i < order.groups[g + 1]; ++i) kept += same[i];
        kept /= static_cast<double>(order.groups[g + 1] - order.groups[g]) * options.draws.draws;
        for (std::size_t i = order.groups[g]; i < order.groups[g + 1]; ++i) {
            const std::uint32_t row = order.rows[i];
            out.status[row] = Status::ok;
            out.risk[row]   = class_of(rate[i], out.risk_breaks);
            out.gap[row]    = class_of(gap[i], out.gap_breaks);
            out.kept[row]   = kept;
            out.masked[row] = !out.told_apart || kept < options.stability;
        }
    }
    return out;
}

}  // namespace gapmap
