#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace gapmap {

/// Counts that may leave the house, and those that may not.
struct Withheld {
    std::vector<bool>   hidden;  ///< the count must not be shown
    std::vector<double> pooled;  ///< a count for calculation: own where shown, else the hidden sum shared by `base`
};

/// Withholds counts below `threshold` (zero included: "fewer than 3" says nothing about a single household), and as many more
/// as are needed so that no hidden count can be worked out from its group's total: a group (`group[i]`, e.g. the town of a
/// village, or -1) with hidden counts must hide at least two, and their sum must leave each of them more than one possible value.
/// For calculation, hidden counts are pooled over all units, in proportion to `base`: whoever inverts a published rate finds the
/// pool, not a unit. REQUIRES equal lengths, counts whole and >= 0, base >= 0.
[[nodiscard]] Withheld withhold_small_counts(std::span<const std::int64_t> counts, std::span<const double> base,
                                             std::span<const std::int32_t> group, std::int64_t threshold);

}  // namespace gapmap
