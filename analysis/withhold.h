#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace gapmap {

/// Counts that may leave the house, and those that may not.
struct Withheld {
    std::vector<bool>        hidden;  ///< the count must not be shown
    std::vector<std::size_t> pool;    ///< what may be calculated with: the units of a pool as one. A shown unit is a pool of its own.
    std::vector<double>      pool_counts, pool_base;  ///< sums of each pool
};

/// One level of a table of counts that are published with the levels above it.
struct CountLevel {
    std::span<const std::int64_t> counts;  ///< >= 0
    std::span<const double>       base;    ///< >= 0
    std::span<const std::int32_t> parent;  ///< row of the level above, or -1
};

/// What may be shown of villages, of their towns, and of the county's total.
struct WithheldTable {
    Withheld lower, upper;
    bool     total_hidden = false;
};

/// Withholds counts below `threshold` (zero included: "fewer than 3" says nothing about a single household), and the smallest of the others, until
/// no sum that a reader can form tells a hidden count, or a count below the threshold of a group of units:
/// - where a total is shown, the parts hidden below it are at least two and sum to the threshold or more, and are not all at the top of what
///   "below the threshold" allows; where its parts cannot be hidden so, the total is hidden as well;
/// - a hidden town has hidden villages in the same way, so that it does not follow from those shown;
/// - a county's total below the threshold, but not zero, is hidden, with everything else.
/// `total` is the county's count, which may exceed the sum of the towns. For calculation, hidden counts are pooled:
/// the villages of a town that shows its total among themselves, all others together. A pool's sum is one that the totals tell anyway.
/// REQUIRES equal lengths, upper.parent unused. Cost: O(n log n). Source: complementary suppression, Cox 1980.
[[nodiscard]] WithheldTable withhold_small_counts(const CountLevel& lower, const CountLevel& upper, std::int64_t total, std::int64_t threshold);

}  // namespace gapmap
