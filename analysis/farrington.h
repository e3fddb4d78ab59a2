#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "geo/core/status.h"

namespace gapmap {

/// Defaults are those of Noufaily et al. 2013.
struct FarringtonOptions {
    std::size_t years       = 5;      ///< back from the step judged. REQUIRES >= 1
    std::size_t season      = 52;     ///< steps a year. REQUIRES > 2 half_window + 1
    std::size_t half_window = 3;      ///< steps each side of the same step of earlier years that form the reference level
    std::size_t levels      = 10;     ///< of the seasonal factor, the reference level one of them. 1: only the reference windows are used, without factor. REQUIRES >= 1
    std::size_t skip_recent = 26;     ///< last steps before the one judged that are not used, lest an outbreak teach the model
    double      alpha       = 0.05;   ///< one-sided: the bound is the quantile 1 - alpha. REQUIRES in (0, 1)
    double      reweight_above = 2.58;///< Anscombe residuals above it are weighed down; infinite: none. REQUIRES > 0
    bool        trend       = true;   ///< fitted over 3 years or more, dropped where it predicts more than was ever seen
    double      trend_p     = 1;      ///< dropped, too, where its p is not below this
    std::size_t least_cases = 5, in_last = 4;  ///< no alarm where the last `in_last` steps, this one included, have fewer cases
};

/// The verdict on one step.
struct FarringtonStep {
    double observed = 0;
    double expected = 0;     ///< mean predicted; NaN where status is not ok
    double dispersion = 0;   ///< at least 1
    double bound    = 0;     ///< quantile 1 - alpha of the negative binomial (Poisson at dispersion 1) of that mean and dispersion
    double score    = 0;     ///< (observed - expected) / (bound - expected); NaN where bound = expected
    double p        = 1;     ///< P(count >= observed), one-sided
    bool   trend    = false; ///< was kept
    bool   enough   = false; ///< `least_cases` were reached
    bool   alarm    = false; ///< observed > bound, and enough
    Status status   = Status::ok;  ///< too_few: not enough steps before it, no case among them, or the model does not settle; missing: NaN
};

/// The improved Farrington algorithm, for the steps [first, counts.size()).
/// Meaning: for each step a quasi-Poisson log-linear model of the steps before it (seasonal factor, trend), past outbreaks weighed down by their Anscombe
/// residuals, then a quantile of the negative binomial with the predicted mean and the dispersion. The factor: `half_window` steps each side of the same
/// step of every year are one level; what lies between is cut into `levels` - 1 runs of equal length, the first ones longer by one.
/// Domain: counts >= 0, NaN missing. A step needs years x season + half_window steps before it. Cost: O(steps^2 / season x levels^2) a step judged.
/// Source: Farrington et al. 1996 (JRSS A 159, 547-563); Noufaily et al. 2013 (Statistics in Medicine 32, 1206-1222).
[[nodiscard]] std::vector<FarringtonStep> farrington(std::span<const double> counts, std::size_t first, const FarringtonOptions& options = {});

}  // namespace gapmap
