#include "analysis/cusum.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Poisson probabilities of 0 .. size - 1 and of at least each.
struct PoissonTable {
    std::vector<double> at, at_least;

    PoissonTable(double mu, std::size_t size) : at(size), at_least(size) {
        for (std::size_t x = 0; x < size; ++x) at[x] = probability(mu, x);
        double rest = 0;  // beyond the table, smallest first
        for (std::size_t x = size + static_cast<std::size_t>(mu + 40 * std::sqrt(mu) + 60); x >= size; --x) rest += probability(mu, x);
        for (std::size_t x = size; x > 0; --x) at_least[x - 1] = rest += at[x - 1];
    }
    static double probability(double mu, std::size_t x) { return std::exp(static_cast<double>(x) * std::log(mu) - mu - log_gamma(static_cast<double>(x) + 1)); }
};

/// Mean length of an excursion above 0, and the chance that it ends in an alarm, by the state it is in.
struct Excursion {
    double length = 0, alarm = 0;
};

}  // namespace

double cusum_arl(double mu, std::int64_t k_steps, std::int64_t h_steps, std::int64_t steps) {
    GEO_EXPECTS(mu >= 0 && k_steps >= 1 && h_steps >= 1 && steps >= 1);
    if (mu == 0) return std::numeric_limits<double>::infinity();
    const PoissonTable     poisson(mu, static_cast<std::size_t>((h_steps + k_steps) / steps + 2));
    std::vector<Excursion> from(static_cast<std::size_t>(h_steps));
    const auto renewed = [&](std::int64_t state) {
        Excursion    out{1, 0};
        std::int64_t to = state - k_steps;
        std::size_t  x  = 0;
        if (to < 1) {  // counts that end at 0, where the next cycle starts
            x = static_cast<std::size_t>(-to / steps + 1);
            to += static_cast<std::int64_t>(x) * steps;
        }
        for (; to < h_steps; to += steps, ++x) {
            out.length += poisson.at[x] * from[static_cast<std::size_t>(to)].length;
            out.alarm += poisson.at[x] * from[static_cast<std::size_t>(to)].alarm;
        }
        out.alarm += poisson.at_least[x];
        return out;
    };
    // Gauss-Seidel from below: most moves lead down, so that their targets are already new.
    constexpr int most_sweeps = 100'000;
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
        double change = 0;
        for (std::int64_t state = 1; state < h_steps; ++state) {
            Excursion&      old = from[static_cast<std::size_t>(state)];
            const Excursion now = renewed(state);
            change = std::max({change, std::abs(now.length - old.length) / now.length, now.alarm > 0 ? std::abs(now.alarm - old.alarm) / now.alarm : 0.0});
            old    = now;
        }
        if (change < 1e-13) break;
    }
    const Excursion cycle = renewed(0);
    return cycle.alarm > 0 ? cycle.length / cycle.alarm : std::numeric_limits<double>::infinity();
}

CusumPlan plan_cusum(double mu0, double mu1, double target_arl0) {
    GEO_EXPECTS(mu0 > 0 && mu1 > mu0 && target_arl0 > 1);
    CusumPlan    plan{.mu0 = mu0, .mu1 = mu1};
    const double k = (mu1 - mu0) / (std::log(mu1) - std::log(mu0)), near = 0.01 * (mu1 - mu0);
    plan.steps = 0;
    do {
        ++plan.steps;
        plan.k_steps = std::llround(k * static_cast<double>(plan.steps));
    } while (plan.k_steps < 1 || std::abs(plan.k() - k) > near);
    const auto   enough = [&](std::int64_t h) { return cusum_arl(mu0, plan.k_steps, h, plan.steps) >= target_arl0; };
    std::int64_t low = 0, high = 1;
    while (!enough(high)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (enough(middle) ? high : low) = middle;
    }
    plan.h_steps = high;
    plan.arl0    = cusum_arl(mu0, plan.k_steps, high, plan.steps);
    plan.arl1    = cusum_arl(mu1, plan.k_steps, high, plan.steps);
    return plan;
}

std::vector<CusumStep> poisson_cusum(std::span<const double> counts, const CusumPlan& plan, bool restart) {
    std::vector<CusumStep> out;
    double                 sum = 0;  // in lattice steps: whole numbers, so that S >= h is exact
    for (const double count : counts) {
        if (!std::isnan(count)) sum = std::max(0.0, sum + count * static_cast<double>(plan.steps) - static_cast<double>(plan.k_steps));
        const bool alarm = !std::isnan(count) && sum >= static_cast<double>(plan.h_steps);
        out.push_back({sum / static_cast<double>(plan.steps), alarm});
        if (alarm && restart) sum = 0;
    }
    return out;
}

CusumWatch watch_counts(std::span<const double> counts, const CusumOptions& options) {
    GEO_EXPECTS(options.ratio > 1 && options.target_arl0 > 1);
    CusumWatch out;
    if (std::ranges::all_of(counts, [](double c) { return std::isnan(c); })) {
        out.status = Status::missing;
        return out;
    }
    double mu0 = options.mu0;
    if (mu0 == 0) {
        out.first = std::min(counts.size(), options.baseline > 0 ? options.baseline : counts.size() / 2);
        for (std::size_t t = 0; t < out.first; ++t) {
            if (std::isnan(counts[t])) continue;
            out.baseline_cases += counts[t];
            ++out.baseline_steps;
        }
        if (out.baseline_steps == 0 || out.baseline_cases == 0 || out.baseline_cases < options.least_cases || out.first == counts.size()) {
            out.status = Status::too_few;
            return out;
        }
        mu0 = out.baseline_cases / static_cast<double>(out.baseline_steps);
    }
    out.plan  = plan_cusum(mu0, options.mu1 > 0 ? options.mu1 : options.ratio * mu0, options.target_arl0);
    out.steps = poisson_cusum(counts.subspan(out.first), *out.plan, options.restart);
    return out;
}

}  // namespace gapmap
