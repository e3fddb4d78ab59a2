#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "analysis/bootstrap.h"

namespace gapmap {

/// Amounts of one period, robustly. Values that are NaN are not cases of known loss: they are counted apart.
struct LossSummary {
    std::int64_t          cases = 0, unknown = 0, zero = 0;
    double                total = 0;
    std::optional<double> mean, median;      ///< nothing where there is no case, as in all that follows
    std::optional<double> trimmed_mean;      ///< floor(share * n) left out at each end; nothing where that leaves none
    std::optional<double> log_mean;          ///< geometric mean of the amounts > 0
    std::optional<double> largest_share;     ///< of the total; nothing where the total is 0
    std::optional<double> largest;
    BcaInterval           mean_interval;
};

struct LossOptions {
    double           trim = 0.1;  ///< at each end. REQUIRES in [0, 0.5)
    BootstrapOptions bootstrap{};
};

/// REQUIRES losses >= 0 where not NaN. The order of cases does not matter, not even for the draws.
/// Source: Efron 1987 for the interval.
[[nodiscard]] LossSummary summarise_losses(std::span<const double> losses, const LossOptions& options = {}, const Execution& exec = {});

/// What happened to the total, and what one case did to it.
struct LossChange {
    std::optional<double>   ratio;        ///< total now / total before; nothing where the total before is 0
    std::optional<double>   mean_ratio;   ///< of the means
    std::optional<Interval> leave_one_out;  ///< of the ratio, over leaving out each single case of either period in turn; nothing where one of these is undefined
    BcaInterval             interval;     ///< of the ratio: cases are drawn with their period, so that the numbers of cases vary too
    BcaInterval             mean_interval;///< of the ratio of means: the numbers of cases stay as they are
};
/// REQUIRES as above. Source: Efron 1987.
[[nodiscard]] LossChange change_of_losses(std::span<const double> before, std::span<const double> now, const LossOptions& options = {}, const Execution& exec = {});

}  // namespace gapmap
