#pragma once
#include <span>
#include <vector>

#include "analysis/proportion.h"
#include "geo/core/status.h"

namespace gapmap {

/// Each unit against what it would have at the rate of all units together.
struct ExcessRisk {
    double                mean = 0;    ///< rate of all units with data; NaN where none has
    std::vector<double>   expected;    ///< base * mean; NaN where status is not ok, as in all that follows
    std::vector<double>   ratio;       ///< cases / expected, 1 = as expected; NaN also where expected is 0
    std::vector<double>   low, high;   ///< exact interval of the ratio
    std::vector<double>   at_most;     ///< P(X <= cases), X Poisson with the expected mean
    std::vector<double>   at_least;    ///< P(X >= cases)
    std::vector<double>   choynowski;  ///< at_most where cases < expected, else at_least: the probability map. One-sided
    std::vector<Status>   status;      ///< ok; missing where base is not > 0 or cases is NaN
};

/// Excess risk and probability map. The expected counts hold the unit's own cases: a unit with most of the cases looks milder than
/// it is. REQUIRES equal lengths, cases and base >= 0 where not NaN, confidence in (0, 1). Cost: O(n).
/// Source: Choynowski 1959 (JASA 54, 385-388); interval: Garwood 1936.
[[nodiscard]] ExcessRisk excess_risk(std::span<const double> cases, std::span<const double> base, double confidence = 0.95);

/// Rates of stable variance: sqrt(per) (sqrt(c / b) + sqrt((c + 1) / b)); NaN where base is not > 0. The standard deviation is about
/// sqrt(per / b) for any rate that is not tiny. REQUIRES equal lengths, per > 0. Source: Freeman & Tukey 1950; Cressie & Read 1985.
[[nodiscard]] std::vector<double> freeman_tukey(std::span<const double> cases, std::span<const double> base, double per = 1000);

}  // namespace gapmap
