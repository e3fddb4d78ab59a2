#include "analysis/lqas.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_sample = 202;

void check(const LqasOptions& o) {
    GEO_EXPECTS(o.p_low >= 0 && o.p_low < o.p_high && o.p_high <= 1);
    GEO_EXPECTS(o.alpha > 0 && o.alpha < 1 && o.beta > 0 && o.beta < 1);
    GEO_EXPECTS(o.lot >= 0 && o.n_max >= 1);
}

/// A share of a lot in whole households; 0.8 of 35 is 28 although the product is a bit above.
std::int64_t whole_down(double share, std::int64_t lot) { return static_cast<std::int64_t>(std::floor(share * static_cast<double>(lot) + 1e-9)); }
std::int64_t whole_up(double share, std::int64_t lot) { return static_cast<std::int64_t>(std::ceil(share * static_cast<double>(lot) - 1e-9)); }

std::vector<double> at_low(const LqasOptions& o, std::int64_t n) {
    return o.lot == 0 ? binomial_pmf(n, o.p_low) : hypergeometric_pmf(n, whole_down(o.p_low, o.lot), o.lot);
}
std::vector<double> at_high(const LqasOptions& o, std::int64_t n) {
    return o.lot == 0 ? binomial_pmf(n, o.p_high) : hypergeometric_pmf(n, whole_up(o.p_high, o.lot), o.lot);
}

/// The best d for one n, where one keeps both risks.
std::optional<LqasPlan> best_rule(const LqasOptions& o, std::int64_t n, std::span<const double> low, std::span<const double> high) {
    std::optional<LqasPlan> best;
    double                  worst = 1;
    for (std::int64_t d = 1; d <= n; ++d) {
        const LqasPlan plan{n, d, lower_tail(high, d - 1), upper_tail(low, d)};
        if (plan.alpha > o.alpha) break;  // the risk of failing a good lot only grows with d
        const double larger = std::max(plan.alpha / o.alpha, plan.beta / o.beta);
        if (larger > 1 || (best && larger >= worst)) continue;
        best  = plan;
        worst = larger;
    }
    return best;
}

std::uint64_t hash_of(const std::string& code) {
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a: the same on every machine
    for (const char c : code) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return hash;
}

}  // namespace

std::optional<LqasPlan> plan_lqas(const LqasOptions& options) {
    check(options);
    const std::int64_t last = options.lot == 0 ? options.n_max : std::min(options.n_max, options.lot);
    for (std::int64_t n = 1; n <= last; ++n) {
        if (const auto plan = best_rule(options, n, at_low(options, n), at_high(options, n))) return plan;
    }
    return std::nullopt;
}

std::vector<double> pass_probability(const LqasPlan& plan, std::span<const double> shares, std::int64_t lot) {
    GEO_EXPECTS(lot == 0 || plan.n <= lot);
    std::vector<double> out;
    for (const double share : shares) {
        GEO_EXPECTS(share >= 0 && share <= 1);
        const auto positives = static_cast<std::int64_t>(std::llround(share * static_cast<double>(lot)));
        out.push_back(upper_tail(lot == 0 ? binomial_pmf(plan.n, share) : hypergeometric_pmf(plan.n, positives, lot), plan.d));
    }
    return out;
}

std::vector<double> cluster_pmf(std::int64_t clusters, std::int64_t per_cluster, double p, double icc) {
    GEO_EXPECTS(clusters >= 0 && per_cluster >= 1);
    const std::vector<double> one = beta_binomial_pmf(per_cluster, p, icc);
    std::vector<double>       sum = {1};
    for (std::int64_t c = 0; c < clusters; ++c) {
        std::vector<double> next(sum.size() + one.size() - 1);
        for (std::size_t i = 0; i < sum.size(); ++i) {
            for (std::size_t j = 0; j < one.size(); ++j) next[i + j] += sum[i] * one[j];
        }
        sum = std::move(next);
    }
    return sum;
}

std::optional<ClusterLqasPlan> plan_cluster_lqas(const ClusterLqasOptions& options) {
    const LqasOptions& risks = options.risks;
    check(risks);
    GEO_EXPECTS(options.per_cluster >= 1 && options.icc >= 0 && options.icc <= 1);
    for (std::int64_t clusters = 1; clusters * options.per_cluster <= risks.n_max; ++clusters) {
        const auto low  = cluster_pmf(clusters, options.per_cluster, risks.p_low, options.icc);
        const auto high = cluster_pmf(clusters, options.per_cluster, risks.p_high, options.icc);
        if (const auto plan = best_rule(risks, clusters * options.per_cluster, low, high)) return ClusterLqasPlan{clusters, *plan};
    }
    return std::nullopt;
}

std::vector<std::uint32_t> sample_households(std::span<const std::int32_t> unit, std::span<const std::string> code, std::int64_t n, Seed seed) {
    GEO_EXPECTS(unit.size() == code.size() && n >= 0);
    struct Place {
        std::int32_t  unit;
        double        priority;
        std::uint32_t row;
    };
    std::vector<Place> line;
    for (std::uint32_t row = 0; row < unit.size(); ++row) {
        if (unit[row] >= 0) line.push_back({unit[row], Draws(seed, stream_sample, hash_of(code[row])).uniform(), row});
    }
    std::ranges::sort(line, [&](const Place& a, const Place& b) {
        return std::tie(a.unit, a.priority, code[a.row]) < std::tie(b.unit, b.priority, code[b.row]);
    });
    std::vector<std::uint32_t> out;
    std::int64_t               taken = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        taken = i > 0 && line[i].unit == line[i - 1].unit ? taken + 1 : 1;
        if (taken <= n) out.push_back(line[i].row);
    }
    return out;
}

}  // namespace gapmap
