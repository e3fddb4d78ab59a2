#include "analysis/rank_intervals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "analysis/evidence_order.h"
#include "analysis/posterior.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double        undefined    = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t stream_rates = 431, stream_gaps = 432;

using DrawScore = std::function<double(std::size_t position, std::uint32_t replicate)>;

RankIntervals blank(std::size_t n) {
    const std::vector<double> none(n, undefined);
    return {none, none, none, none, std::vector<Status>(n, Status::missing), true};
}

/// Rank of each unit in each draw, one block of units a draw.
std::vector<std::uint32_t> ranks_of_draws(std::size_t units, const DrawScore& draw, const RankOptions& options, const Execution& exec) {
    std::vector<std::uint32_t> ranks(units * options.draws);
    parallel_chunks(exec, options.draws, 8, [&](std::size_t begin, std::size_t end) {
        std::vector<double>        score(units);
        std::vector<std::uint32_t> order(units);
        for (std::size_t r = begin; r < end; ++r) {
            for (std::size_t i = 0; i < units; ++i) score[i] = draw(i, static_cast<std::uint32_t>(r));
            std::iota(order.begin(), order.end(), 0U);
            std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return score[a] != score[b] ? score[a] > score[b] : a < b; });
            for (std::size_t k = 0; k < units; ++k) ranks[r * units + order[k]] = static_cast<std::uint32_t>(k + 1);
        }
    });
    return ranks;
}

struct Summary {
    double mean, low, high, top;
};

Summary summarise(std::vector<std::uint32_t>& ranks, double confidence) {
    std::ranges::sort(ranks);
    const double tail = (1 - confidence) / 2, last = static_cast<double>(ranks.size() - 1);
    double       sum = 0, first = 0;
    for (const std::uint32_t rank : ranks) sum += rank, first += rank == 1 ? 1 : 0;
    return {sum / (last + 1), static_cast<double>(ranks[static_cast<std::size_t>(std::floor(tail * last))]),
            static_cast<double>(ranks[static_cast<std::size_t>(std::ceil((1 - tail) * last))]), first / (last + 1)};
}

/// Puts one summary at every row of each group of equal rows.
void fill(RankIntervals& out, const EvidenceOrder& order, const std::vector<std::uint32_t>& ranks, const RankOptions& options) {
    const std::size_t          units = order.rows.size();
    std::vector<std::uint32_t> pooled;
    for (std::size_t g = 0; g + 1 < order.groups.size(); ++g) {
        pooled.clear();
        for (std::size_t i = order.groups[g]; i < order.groups[g + 1]; ++i) {
            for (std::size_t r = 0; r < options.draws; ++r) pooled.push_back(ranks[r * units + i]);
        }
        const Summary summary = summarise(pooled, options.confidence);
        for (std::size_t i = order.groups[g]; i < order.groups[g + 1]; ++i) {
            const std::uint32_t row = order.rows[i];
            out.mean[row] = summary.mean;
            out.low[row]  = summary.low;
            out.high[row] = summary.high;
            out.top[row]  = summary.top;
        }
    }
}

void fill_alike(RankIntervals& out, const EvidenceOrder& order) {
    const auto units = static_cast<double>(order.rows.size());
    out.told_apart   = false;
    for (const std::uint32_t row : order.rows) {
        out.mean[row] = (units + 1) / 2;
        out.low[row]  = 1;
        out.high[row] = units;
        out.top[row]  = 1 / units;
    }
}

void check(const RankOptions& options) { GEO_EXPECTS(options.draws >= 99 && options.confidence > 0 && options.confidence < 1); }

}  // namespace

RankIntervals rate_ranks(std::span<const double> cases, std::span<const double> base, const RankOptions& options, const Execution& exec) {
    GEO_EXPECTS(cases.size() == base.size());
    check(options);
    RankIntervals     out = blank(cases.size());
    std::vector<bool> usable(cases.size());
    for (std::size_t i = 0; i < usable.size(); ++i) {
        usable[i] = base[i] > 0 && std::isfinite(base[i]) && std::isfinite(cases[i]);
        if (usable[i]) out.status[i] = Status::ok;
    }
    const EvidenceOrder order = order_by_evidence(usable, std::array{cases, base});
    const auto          c = in_order(cases, order), b = in_order(base, order);
    const GammaPrior    prior = gamma_prior(c, b);
    if (prior.variance == 0) {
        fill_alike(out, order);
        return out;
    }
    const auto draw = [&](std::size_t i, std::uint32_t replicate) {
        Draws draws(options.seed, stream_rates, i, replicate);
        return draw_rate(draws, prior, c[i], b[i]);
    };
    fill(out, order, ranks_of_draws(order.rows.size(), draw, options, exec), options);
    return out;
}

RankIntervals gap_ranks(const GapEvidence& e, const RankOptions& options, const Execution& exec) {
    const std::size_t n = e.cases.size();
    GEO_EXPECTS(e.people.size() == n && e.coverage.size() == n && e.households.size() == n);
    check(options);
    RankIntervals     out = blank(n);
    std::vector<bool> usable(n);
    for (std::size_t i = 0; i < n; ++i) {
        usable[i] = e.people[i] > 0 && e.households[i] > 0 && std::isfinite(e.people[i]) && std::isfinite(e.households[i]) && std::isfinite(e.cases[i]) && std::isfinite(e.coverage[i]);
        if (usable[i]) out.status[i] = Status::ok;
    }
    const EvidenceOrder order = order_by_evidence(usable, std::array{e.cases, e.people, e.coverage, e.households});
    const auto c = in_order(e.cases, order), p = in_order(e.people, order), v = in_order(e.coverage, order), h = in_order(e.households, order);
    const GammaPrior prior = gamma_prior(c, p);
    out.told_apart         = prior.variance > 0;
    if (prior.mean == 0) {
        fill_alike(out, order);
        return out;
    }
    const auto draw = [&](std::size_t i, std::uint32_t replicate) {
        Draws        draws(options.seed, stream_gaps, i, replicate);
        const double rate = draw_rate(draws, prior, c[i], p[i]);
        return rate * p[i] * (1 - draw_coverage(draws, v[i], h[i]));
    };
    fill(out, order, ranks_of_draws(order.rows.size(), draw, options, exec), options);
    return out;
}

}  // namespace gapmap
