#pragma once
#include <span>
#include <vector>

#include "geo/core/status.h"

namespace gapmap {

struct FunnelOptions {
    double winsorise       = 0.1;   ///< share of the z at each end that is drawn in before phi is worked out. REQUIRES in [0, 0.5)
    bool   over_dispersion = true;  ///< false: Poisson limits as they are
};

/// A funnel plot of counts against expectations, without its picture.
struct Funnel {
    double              target     = 0;  ///< ratio of all cases to all expected; NaN where nothing is expected
    double              phi        = 0;  ///< winsorised mean of z^2; NaN below two units
    double              phi_used   = 1;  ///< what stretches the limits: max(1, phi)
    double              phi_p      = 0;  ///< one-sided: P(chi2_n >= n phi), as if nothing had been winsorised, so it errs to large p
    std::vector<double> ratio, z;        ///< cases / expected; (ratio - target) sqrt(expected / target) / sqrt(phi_used)
    std::vector<double> low95, high95, low998, high998;  ///< limits around the target at this unit's expected count
    std::vector<int>    place;           ///< -2, -1, 0, 1, 2: below the 99.8 % limit, below the 95 %, inside, above, above
    std::vector<Status> status;          ///< ok; missing where expected is not > 0 or cases is NaN
};

/// Limits: the Poisson quantile of p at mean target * expected, interpolated between the two counts around it, so that limits run
/// smoothly; stretched by sqrt(phi_used) around the target where there is over-dispersion, and never below 0. Quantiles for
/// winsorising by linear interpolation (type 7). REQUIRES equal lengths, all >= 0 where not NaN. Cost: O(n log n).
/// Source: Spiegelhalter 2005 (Statistics in Medicine 24, 1185-1202).
[[nodiscard]] Funnel funnel(std::span<const double> cases, std::span<const double> expected, const FunnelOptions& options = {});

}  // namespace gapmap
