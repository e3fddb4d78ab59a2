#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "analysis/proportion.h"
#include "geo/core/exec.h"

namespace gapmap {

struct BootstrapOptions {
    std::uint32_t replicates = 1999;  ///< REQUIRES >= 99
    double        confidence = 0.95;  ///< REQUIRES in (0, 1)
    Seed          seed{};
    std::uint64_t row = 0;            ///< address of the sample, so that samples draw apart
};

/// Draws of a sample of n with replacement: how often each case is taken, to a statistic. NaN: undefined for these weights.
using WeightedStatistic = std::function<double(std::span<const std::uint32_t> times)>;

/// A bias-corrected and accelerated interval.
struct BcaInterval {
    double                  estimate = 0;
    std::optional<Interval> interval;      ///< nothing where undefined: fewer than 2 cases, or fewer than 99 defined replicates, or a jackknife value undefined
    double                  bias = 0;      ///< z0
    double                  acceleration = 0;
    std::uint32_t           undefined_replicates = 0;  ///< left out
};

/// Cases of all strata stand one after the other, `strata` their sizes; each stratum is drawn with replacement within itself (one
/// stratum: the whole). z0 is the normal quantile of the share of replicates below the estimate, ties counted half; the acceleration
/// comes from leaving out each case: sum_k n_k^-3 sum l^3 / (6 (sum_k n_k^-2 sum l^2)^1.5), l = (n_k - 1)(mean - value). Quantiles
/// are interpolated on the normal scale. Replicates that are all equal give a point. Draws are addressed by (seed, row, replicate).
/// Cost: O(replicates n). Source: Efron 1987 (JASA 82, 171-185); Davison & Hinkley 1997, ch. 5.
[[nodiscard]] BcaInterval bca(std::span<const std::size_t> strata, const WeightedStatistic& statistic, const BootstrapOptions& options = {}, const Execution& exec = {});

}  // namespace gapmap
