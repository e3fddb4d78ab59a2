#pragma once
#include <optional>
#include <span>
#include <vector>

#include "analysis/proportion.h"
#include "geo/core/status.h"

namespace gapmap {

/// A directly standardised rate: what the unit's rate would be with the standard's mix of strata.
struct StandardRate {
    double   rate = 0;
    Interval interval;
    Status   status = Status::missing;  ///< ok; missing where a stratum that the standard holds has no base or a NaN: the rate is undefined
};

/// rate = sum_j w_j c_j / b_j with w_j = standard_j / sum of the standard. Interval by gamma: with v = sum w_j^2 c_j / b_j^2 and
/// m = max w_j / b_j, low = v/(2y) chi2_{2y^2/v}, high = (v + m^2)/(2(y + m)) chi2_{2(y+m)^2/(v+m^2)}; it is Garwood's for one stratum,
/// and covers at least its level in practice. A stratum of weight 0 is left out. REQUIRES equal lengths; all >= 0 where not NaN;
/// confidence in (0, 1). Cost: O(strata). Source: Fay & Feuer 1997 (Statistics in Medicine 16, 791-801).
[[nodiscard]] StandardRate direct_rate(std::span<const double> cases, std::span<const double> base, std::span<const double> standard, double confidence = 0.95);

/// Indirect standardisation: cases against those expected at the standard's rate of each stratum.
struct StandardRatio {
    double   expected = 0, ratio = 0;
    Interval interval;                  ///< exact in the cases; the standard's rates count as known
    Status   status = Status::missing;  ///< ok; missing where a value is NaN; too_few where nothing is expected: the ratio is undefined
};

/// ratio = cases / sum_j b_j r_j. Ratios of two units compare each with the standard, not with one another: their mixes differ.
/// REQUIRES equal lengths, all >= 0 where not NaN. Cost: O(strata). Source: Breslow & Day 1987; interval: Garwood 1936.
[[nodiscard]] StandardRatio indirect_ratio(double cases, std::span<const double> base, std::span<const double> standard_rate, double confidence = 0.95);

}  // namespace gapmap
