#pragma once
#include <cstdint>
#include <optional>

namespace gapmap {

struct PowerOptions {
    double       alpha = 0.05;  ///< REQUIRES in (0, 1)
    int          sided = 2;     ///< REQUIRES 1 or 2; two-sided gives each tail alpha / 2
    double       power = 0.8;   ///< REQUIRES in (0, 1), larger than alpha
    /// Tests made at once. The level becomes alpha / tests (Bonferroni): the worst case of a false discovery rate, where a single
    /// unit differs. So the gate never promises more than Benjamini-Hochberg finds. REQUIRES >= 1
    std::int64_t tests = 1;
};

/// The smallest effect that data of this size show with the power asked for.
struct Detectable {
    std::optional<double>       higher;         ///< rate ratio > 1; nothing where no increase however large is found
    std::optional<double>       lower;          ///< rate ratio < 1; nothing where no decrease is found, not even to zero
    std::optional<std::int64_t> least_high;     ///< counts from here on are significantly high
    std::optional<std::int64_t> most_low;       ///< counts up to here are significantly low
    double                      level = 0;      ///< of each tail, after `sided` and `tests`
};

/// For one unit (or group) with `expected` of `cases` at equal rates. Given all cases, the unit's count is binomial with share
/// expected / cases; the rate ratio is the unit's rate over the rate outside it: share q = r s / (r s + 1 - s). Exact: the power at
/// `higher` is the one asked for, to rounding. With sided = 1 both directions are given, each as its own one-sided test.
/// REQUIRES 0 < expected < cases. Cost: O(log cases). Source: Przyborowski & Wilenski 1940; Krishnamoorthy & Thomson 2004 for the power.
[[nodiscard]] Detectable detectable_ratio(double expected, std::int64_t cases, const PowerOptions& options = {});

/// Probability that the test finds a unit whose rate is `ratio` times that outside, in the direction of the ratio (`ratio` = 1: the
/// size of the upper tail). REQUIRES as above; ratio >= 0.
[[nodiscard]] double power_of_ratio(double expected, std::int64_t cases, double ratio, const PowerOptions& options = {});

/// Before against now, by the conditional test of analysis/change.h: `expected_before` cases before, now `ratio` times the rate on
/// `base_ratio` (now / before) times the base. Both counts are Poisson, the power is their exact sum (tails below 1e-12 left out).
/// Monotone in ratio on either side of 1. REQUIRES expected_before > 0, base_ratio > 0, ratio >= 0. Cost: O(m) for means of m.
[[nodiscard]] double     power_of_change(double expected_before, double ratio, double base_ratio = 1, const PowerOptions& options = {});
/// Bisection to 1e-9 relative; ratios above 1e6 count as not found. Critical counts stay empty: they depend on the total.
[[nodiscard]] Detectable detectable_change(double expected_before, double base_ratio = 1, const PowerOptions& options = {});

}  // namespace gapmap
