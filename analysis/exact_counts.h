#pragma once
#include <cstdint>

#include "analysis/proportion.h"

namespace gapmap {

/// P(X <= k) and P(X >= k) of a Poisson count. Domain: count >= 0 (a fraction is interpolated by the gamma function), mean >= 0.
/// Error: about 1e-14 relative, in both far tails. Cost: O(1).
[[nodiscard]] double poisson_at_most(double count, double mean);
[[nodiscard]] double poisson_at_least(double count, double mean);

/// P(X <= k) and P(X >= k) of a binomial count among n. REQUIRES 0 <= k <= n, share in [0, 1]. Error as above. Cost: O(1).
[[nodiscard]] double binomial_at_most(std::int64_t k, std::int64_t n, double share);
[[nodiscard]] double binomial_at_least(std::int64_t k, std::int64_t n, double share);

/// Exact interval of the mean of a Poisson count: each tail holds at most (1 - confidence) / 2. At a count of 0 it starts at 0.
/// REQUIRES count >= 0, confidence in (0, 1). Cost: O(1). Source: Garwood 1936 (Biometrika 28, 437-442).
[[nodiscard]] Interval poisson_interval(double count, double confidence = 0.95);

/// Exact interval of a share, k among n; [0, 1] for n = 0. Covers at least `confidence`, usually more.
/// REQUIRES 0 <= k <= n, confidence in (0, 1). Cost: O(1). Source: Clopper & Pearson 1934 (Biometrika 26, 404-413).
[[nodiscard]] Interval binomial_interval(std::int64_t k, std::int64_t n, double confidence = 0.95);

}  // namespace gapmap
