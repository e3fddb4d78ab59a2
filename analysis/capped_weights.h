#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace gapmap {

/// Weights of which no single one decides.
struct CappedWeights {
    std::vector<double> weights;       ///< min(weight, cap); NaN stays
    double              cap = 0;       ///< 0 where there is no weight at all
    std::size_t         capped = 0;    ///< how many were above
    double              taken  = 0;    ///< sum of what was taken away
    double              total  = 0;    ///< sum before
    double              largest_share_before = 0, largest_share_after = 0;
};

/// The largest cap under which no weight is more than `share` of the capped total (winsorising by share of the sum).
/// Unit: that of the weights. Domain: weights >= 0, NaN for missing; share in (0, 1]. Fewer than 1 / share weights above 0 cannot obey: then the cap is the smallest of them, all are
/// equal, and largest_share_after says what share that is. Cost: O(n log n).
[[nodiscard]] CappedWeights cap_weights(std::span<const double> weights, double share);

}  // namespace gapmap
