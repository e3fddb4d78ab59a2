#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/draws.h"

namespace gapmap {

/// Logarithm of the gamma function. Domain: x > 0. Error: a few ulp. Unlike std::lgamma it writes no global (signgam), so any
/// thread may call it. Source: Stirling's series after the recurrence has moved x above 12.
[[nodiscard]] double log_gamma(double x);

/// z with Phi(z) = p for the standard normal. Domain: 0 < p < 1. Error: about 1e-14.
[[nodiscard]] double normal_quantile(double p);

/// P(X = k) for k = 0 .. n. Each sums to 1 within about n ulp. REQUIRES n >= 0.
[[nodiscard]] std::vector<double> binomial_pmf(std::int64_t n, double p);                                             ///< p in [0, 1]
[[nodiscard]] std::vector<double> hypergeometric_pmf(std::int64_t n, std::int64_t positives, std::int64_t population);///< 0 <= positives, n <= population
/// `icc` is the intra-class correlation 1 / (a + b + 1) of the beta mixture: 0 is the binomial, 1 all or none. REQUIRES in [0, 1].
[[nodiscard]] std::vector<double> beta_binomial_pmf(std::int64_t n, double p, double icc);

/// Sum of pmf[k ..], smallest terms first; 1 for k <= 0, 0 beyond the end.
[[nodiscard]] double upper_tail(std::span<const double> pmf, std::int64_t k);
/// Sum of pmf[.. k]; 0 for k < 0.
[[nodiscard]] double lower_tail(std::span<const double> pmf, std::int64_t k);

/// Draws from a distribution over 0 .. n by inversion of its running sum: one uniform a draw, O(log n).
class DiscreteSampler {
public:
    explicit DiscreteSampler(std::span<const double> pmf);
    [[nodiscard]] std::int64_t draw(Draws& draws) const;

private:
    std::vector<double> cumulative_;
};

}  // namespace gapmap
