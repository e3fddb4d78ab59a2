#pragma once
#include <cstddef>

namespace gapmap {

/// What the variance of a sum over pairs under relabelling needs of one symmetric n x n matrix without diagonal, centred on its mean over pairs.
struct PairSums {
    double total   = 0;  ///< sum over the n (n - 1) / 2 pairs
    double squares = 0;  ///< sum over pairs of (value - mean)^2
    double margins = 0;  ///< sum over rows of (row sum - mean row sum)^2
};

struct RelabelMoments {
    double mean = 0, variance = 0;
};

/// Exact mean and variance of sum_{i<j} a(i, j) b(pi(i), pi(j)) over all n! relabellings pi.
/// Meaning: with centred a, b the square of the sum falls into pairs of pairs that are the same, share one point, or are disjoint; each kind is
/// one product. Centring first keeps the digits that subtracting E(X)^2 from E(X^2) would lose.
/// Domain: n >= 2 (fewer points have no pair: 0, 0). Error: a few ulp of the largest product. Cost: O(1).
/// Source: Barton & David 1966 (Research Papers in Statistics, 377-384); Mantel 1967 (Cancer Research 27, 209-220).
[[nodiscard]] RelabelMoments relabel_moments(std::size_t n, const PairSums& a, const PairSums& b) noexcept;

}  // namespace gapmap
