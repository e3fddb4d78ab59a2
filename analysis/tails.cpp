#include "analysis/tails.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

double log_choose(std::int64_t n, std::int64_t k) {
    return log_gamma(static_cast<double>(n) + 1) - log_gamma(static_cast<double>(k) + 1) - log_gamma(static_cast<double>(n - k) + 1);
}

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

std::vector<double> point_mass(std::int64_t n, std::int64_t at) {
    std::vector<double> pmf(static_cast<std::size_t>(n) + 1);
    pmf[static_cast<std::size_t>(at)] = 1;
    return pmf;
}

double sum_ascending(std::span<const double> terms) {
    std::vector<double> sorted(terms.begin(), terms.end());
    std::ranges::sort(sorted);
    double sum = 0;
    for (const double term : sorted) sum += term;
    return std::min(sum, 1.0);
}

}  // namespace

double log_gamma(double x) {
    GEO_EXPECTS(x > 0);
    double below = 1;  // product of the factors that the recurrence passed
    while (x < 12) below *= x++;
    const double inverse = 1 / x, square = inverse * inverse;
    const double series  = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * (691.0 / 360360))))));
    return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2 * std::numbers::pi) + series - std::log(below);
}

double normal_quantile(double p) {
    GEO_EXPECTS(p > 0 && p < 1);
    if (p > 0.5) return -normal_quantile(1 - p);
    double low = -40, high = 0;
    while (true) {  // the lower tail is accurate in erfc, so bisection ends at neighbouring doubles
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return high;
        (0.5 * std::erfc(-middle / std::numbers::sqrt2) < p ? low : high) = middle;
    }
}

std::vector<double> binomial_pmf(std::int64_t n, double p) {
    GEO_EXPECTS(n >= 0 && p >= 0 && p <= 1);
    if (p == 0) return point_mass(n, 0);
    if (p == 1) return point_mass(n, n);
    std::vector<double> pmf(static_cast<std::size_t>(n) + 1);
    for (std::int64_t k = 0; k <= n; ++k) {
        pmf[static_cast<std::size_t>(k)] = std::exp(log_choose(n, k) + static_cast<double>(k) * std::log(p) + static_cast<double>(n - k) * std::log1p(-p));
    }
    return pmf;
}

std::vector<double> hypergeometric_pmf(std::int64_t n, std::int64_t positives, std::int64_t population) {
    GEO_EXPECTS(n >= 0 && positives >= 0 && n <= population && positives <= population);
    std::vector<double> pmf(static_cast<std::size_t>(n) + 1);
    const double        all = log_choose(population, n);
    for (std::int64_t k = std::max<std::int64_t>(0, n - (population - positives)); k <= std::min(n, positives); ++k) {
        pmf[static_cast<std::size_t>(k)] = std::exp(log_choose(positives, k) + log_choose(population - positives, n - k) - all);
    }
    return pmf;
}

std::vector<double> beta_binomial_pmf(std::int64_t n, double p, double icc) {
    GEO_EXPECTS(n >= 0 && p >= 0 && p <= 1 && icc >= 0 && icc <= 1);
    if (icc == 0 || p == 0 || p == 1) return binomial_pmf(n, p);
    if (icc == 1) {
        std::vector<double> pmf(static_cast<std::size_t>(n) + 1);
        pmf.front() += 1 - p;
        pmf.back() += p;
        return pmf;
    }
    const double        weight = 1 / icc - 1, a = p * weight, b = (1 - p) * weight;
    std::vector<double> pmf(static_cast<std::size_t>(n) + 1);
    for (std::int64_t k = 0; k <= n; ++k) {
        pmf[static_cast<std::size_t>(k)] = std::exp(log_choose(n, k) + log_beta(a + static_cast<double>(k), b + static_cast<double>(n - k)) - log_beta(a, b));
    }
    return pmf;
}

double upper_tail(std::span<const double> pmf, std::int64_t k) {
    if (k <= 0) return 1;
    return static_cast<std::size_t>(k) >= pmf.size() ? 0 : sum_ascending(pmf.subspan(static_cast<std::size_t>(k)));
}

double lower_tail(std::span<const double> pmf, std::int64_t k) {
    if (k < 0) return 0;
    return static_cast<std::size_t>(k) + 1 >= pmf.size() ? 1 : sum_ascending(pmf.first(static_cast<std::size_t>(k) + 1));
}

DiscreteSampler::DiscreteSampler(std::span<const double> pmf) {
    GEO_EXPECTS(!pmf.empty());
    double sum = 0;
    for (const double p : pmf) cumulative_.push_back(sum += p);
}

std::int64_t DiscreteSampler::draw(Draws& draws) const {
    const double u  = draws.uniform() * cumulative_.back();
    const auto   at = std::ranges::upper_bound(cumulative_, u);
    return std::min<std::int64_t>(at - cumulative_.begin(), static_cast<std::int64_t>(cumulative_.size()) - 1);
}

}  // namespace gapmap
