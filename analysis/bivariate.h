#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/rank_intervals.h"

namespace gapmap {

/// Quantile classes 1 .. k, equal values in one class: class of v = the least c with v <= the c/k quantile (type 7: linear
/// interpolation). NaN has class 0. Fewer than k different values give fewer classes. REQUIRES k >= 1. Cost: O(n log n).
[[nodiscard]] std::vector<int> quantile_classes(std::span<const double> values, int k);

/// Its breaks, the k - 1 inner quantiles, ascending; empty where no value is finite.
[[nodiscard]] std::vector<double> quantile_breaks(std::span<const double> values, int k);

struct BivariateOptions {
    int         classes   = 3;
    double      stability = 0.8;  ///< REQUIRES in (0, 1]. A class that fewer draws keep is masked
    RankOptions draws{};
};

/// Risk by gap of coverage, each in quantile classes, with what the data cannot tell masked.
struct Bivariate {
    std::vector<int>    risk, gap;        ///< 1 (low) .. classes (high); 0 where status is not ok
    std::vector<double> kept;             ///< share of draws that fall into the unit's own pair of classes; NaN where status is not ok
    std::vector<bool>   masked;           ///< true where `kept` is below the asked stability, and where there are no data
    std::vector<double> risk_breaks, gap_breaks;
    std::vector<Status> status;           ///< ok; missing
    bool                told_apart = true;  ///< false: rates differ by no more than chance; all units are masked
};

/// Classes of the empirical-Bayes rate and of 1 - coverage; draws of both posteriors are put into the published classes (fixed
/// breaks). Coverage is of the same time as cases where the caller takes it so; visits follow cases, so lag it where that matters.
/// REQUIRES as gap_ranks(); classes >= 2. Cost: O(draws n).
[[nodiscard]] Bivariate bivariate_classes(const GapEvidence& evidence, const BivariateOptions& options = {}, const Execution& exec = {});

}  // namespace gapmap
