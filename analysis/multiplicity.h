#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace gapmap {

/// p of a statistic by permutation: (1 + at_least) / (1 + permutations), so never 0. One-sided; REQUIRES at_least <= permutations.
[[nodiscard]] constexpr double rank_p(std::int64_t at_least, std::int64_t permutations) noexcept {
    return static_cast<double>(1 + at_least) / static_cast<double>(1 + permutations);
}

/// Two-sided p of one-sided counts by doubling the smaller: min(1, 2 (1 + min) / (1 + permutations)).
[[nodiscard]] constexpr double doubled_p(std::int64_t at_least, std::int64_t at_most, std::int64_t permutations) noexcept {
    const double p = 2 * rank_p(at_least < at_most ? at_least : at_most, permutations);
    return p < 1 ? p : 1;
}

/// How many discoveries are expected to be false.
enum class FalseDiscovery {
    none,                 ///< p as it is
    benjamini_hochberg,   ///< holds for independent and for positively dependent tests
    benjamini_yekutieli,  ///< holds for any dependence, at the price of a factor of 1 + 1/2 + ... + 1/n
};

/// Adjusted p: the least rate of false discoveries at which the test is still a discovery, over all tests that have a p.
/// Domain: p in [0, 1]; NaN is a test that was not made: it stays NaN and is not counted. Cost: O(n log n).
/// Source: Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001. Equal to R's p.adjust "fdr" and "BY".
[[nodiscard]] std::vector<double> adjusted_p(std::span<const double> p, FalseDiscovery method);

}  // namespace gapmap
