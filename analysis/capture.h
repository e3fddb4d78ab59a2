#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "analysis/proportion.h"

namespace gapmap {

/// Two lists of the same households, compared by key.
struct ListMatch {
    std::int64_t first = 0, second = 0;                   ///< distinct keys of each list
    std::int64_t both  = 0;                               ///< keys on both
    std::int64_t first_repeats = 0, second_repeats = 0;   ///< further rows of a key that the list already had
    std::int64_t first_without = 0, second_without = 0;   ///< rows without key: they match nothing and are not counted
    [[nodiscard]] std::int64_t seen() const noexcept { return first + second - both; }  ///< distinct keys on either
    bool operator==(const ListMatch&) const = default;
};

/// Exact counts; a key is equal or it is not. The order of rows does not matter. Cost: O(n log n).
[[nodiscard]] ListMatch match_lists(std::span<const std::string> first, std::span<const std::string> second);

/// How many there are, from how the lists overlap.
struct CaptureEstimate {
    double   total = 0, variance = 0;
    double   unseen = 0;  ///< total - seen: on neither list
    Interval normal;      ///< total +- z s, cut below at `seen`: that many are known
    Interval log_normal;  ///< of the unseen on a log scale, plus `seen`: never below it, and lopsided as the error is
};

/// Chapman's nearly unbiased estimate (n1 + 1)(n2 + 1) / (m + 1) - 1 with Seber's variance. Nothing where both lists are empty.
/// Stands on independent lists of a closed population with exact keys: lists that find the same households (the easy ones) bias it
/// low, keys that fail to match bias it high. REQUIRES 0 <= both <= first, second; confidence in (0, 1). Cost: O(1).
/// Source: Chapman 1951; Seber 1970; log-normal interval: Burnham et al. 1987.
[[nodiscard]] std::optional<CaptureEstimate> chapman(std::int64_t first, std::int64_t second, std::int64_t both, double confidence = 0.95);

}  // namespace gapmap
