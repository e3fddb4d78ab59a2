#pragma once
#include <cstdint>
#include <optional>

#include "geo/core/draws.h"

namespace gapmap {

/// A range, both ends belong to it.
struct Interval {
    double low = 0, high = 0;
    bool   operator==(const Interval&) const = default;
};

/// A share with its interval.
struct Proportion {
    double   value = 0;
    Interval interval;
};

struct WilsonOptions {
    double       confidence = 0.95;  ///< REQUIRES in (0, 1), two-sided
    /// Units that the n were drawn from without replacement; 0: so many that it does not matter. REQUIRES 0 or >= n.
    std::int64_t population = 0;
};

/// Wilson's score interval of k among n. Nothing where n = 0 (undefined is not zero). With a population N the variance carries the
/// factor (N - n) / (N - 1): a register that was counted whole (N = n) has no sampling error and its interval is the point; what is
/// wrong with it is its denominator and its false rows, which no interval shows. Visits cluster by team: where they are a sample,
/// the interval is too narrow by the root of the design effect. REQUIRES 0 <= k <= n. Cost: O(1). Source: Wilson 1927.
[[nodiscard]] std::optional<Proportion> wilson(std::int64_t k, std::int64_t n, const WilsonOptions& options = {});

/// A share known from below and above, because some rows could not be placed.
/// `at_least` takes none of the unplaced rows, `at_most` each as one more unit of the numerator, up to all.
/// Nothing where the denominator is 0. REQUIRES counts >= 0 and matched <= denominator.
[[nodiscard]] std::optional<Interval> bounds_with_unplaced(std::int64_t matched, std::int64_t unplaced, std::int64_t denominator);

/// A back-check: households chosen at random whatever was reported of them, asked again.
struct BackCheck {
    std::int64_t true_yes = 0;   ///< reported visited, and it is so
    std::int64_t false_yes = 0;  ///< reported visited, and it is not so
    std::int64_t false_no = 0;   ///< not reported, yet visited
    std::int64_t true_no = 0;    ///< not reported, and not visited
};

struct CorrectionOptions {
    double        confidence = 0.95;  ///< REQUIRES in (0, 1)
    std::uint32_t replicates = 2000;  ///< REQUIRES >= 99
    bool          register_counted_whole = true;  ///< false: k of n is a sample itself, and its error enters the interval
    Seed          seed{};
    std::uint64_t row = 0;  ///< address of the unit, so that units draw apart
};

/// Coverage with the misclassification taken out, the uncorrected beside it.
struct CorrectedProportion {
    std::optional<double>   uncorrected;               ///< k / n
    std::optional<double>   sensitivity, specificity;  ///< from the back-check; nothing where it met nobody of that kind
    std::optional<double>   corrected;                 ///< nothing where undefined
    std::optional<Interval> interval;                  ///< nothing where `corrected` is nothing
    bool                    clamped       = false;     ///< the formula left [0, 1]: the back-check and the report contradict each other
    bool                    uninformative = false;     ///< sensitivity + specificity <= 1: the report says nothing about the truth
    std::uint32_t           undefined_replicates = 0;  ///< of `replicates`; each stretches the interval at both ends
};

/// p = (p_obs + Sp - 1) / (Se + Sp - 1), clamped to [0, 1]. The interval is a percentile interval of a parametric bootstrap: Se and
/// Sp (and p_obs, where it is a sample) are drawn again as binomials, at shares moved by half a count from 0 and 1 so that a perfect
/// back-check of twenty does not pass for certainty. A replicate that is undefined counts as 0 for the lower end and 1 for the
/// upper. Valid where the back-check was drawn at random whatever was reported; for a sample among the reported only, Se is
/// unknown. Draws are addressed by (seed, row, replicate). REQUIRES 0 <= k <= n, counts >= 0. Source: Rogan & Gladen 1978.
[[nodiscard]] CorrectedProportion rogan_gladen(std::int64_t k, std::int64_t n, const BackCheck& check, const CorrectionOptions& options = {});

}  // namespace gapmap
