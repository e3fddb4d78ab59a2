#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/proportion.h"

namespace gapmap {

/// Counts of two periods and what each stands on.
struct TwoCounts {
    std::int64_t before = 0, now = 0;         ///< REQUIRES >= 0
    double       base_before = 1, base_now = 1;  ///< people, days, or their product. REQUIRES > 0
};

/// How far two counts differ.
struct RateRatio {
    std::optional<double> ratio;        ///< (now / base_now) / (before / base_before); nothing where before is 0
    double                low = 0;      ///< exact interval of the ratio
    std::optional<double> high;         ///< nothing: without bound (before is 0)
    double p_lower = 1, p_higher = 1;   ///< one-sided: P of a count now this low (high) or lower (higher), given the total
    double p = 1;                       ///< two-sided by doubling, agrees with the interval
    double p_likelihood = 1;            ///< two-sided: all counts no more likely than the one seen (R's binom.test and poisson.test)
};

/// Given the total, the count of now is binomial with share base_now / (base_before + base_now) where nothing has changed. The
/// interval is Clopper-Pearson's of that share, carried over. Nothing where both counts are 0. Cost: O(1), p_likelihood O(log n).
/// Source: Przyborowski & Wilenski 1940 (Biometrika 31, 313-323); Clopper & Pearson 1934.
[[nodiscard]] std::optional<RateRatio> rate_ratio(const TwoCounts& counts, double confidence = 0.95);

/// A pair of counts behind a published percentage.
struct CountPair {
    std::int64_t before = 0, now = 0;
    bool operator==(const CountPair&) const = default;
};

/// A published change: `scaled` / 10^decimals percent, so -47.92 is {-4792, 2}. REQUIRES at most 10^12 in size
struct Percent {
    std::int64_t scaled   = 0;
    int          decimals = 0;  ///< REQUIRES in [0, 6]
};

/// Every pair with before <= bound whose change (now / before - 1) rounds to the percentage (a half either way), ordered by before,
/// then now. Whole-number arithmetic, exact. Empty where the change is below -100 % or no pair fits. REQUIRES 1 <= bound <= 10^6.
/// Cost: O(bound).
[[nodiscard]] std::vector<CountPair> pairs_of_percent(const Percent& percent, std::int64_t bound);

}  // namespace gapmap
