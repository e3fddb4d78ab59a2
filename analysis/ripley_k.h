#pragma once
#include <vector>

#include "analysis/window.h"
#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

/// How pairs near the border stand in for the partners that nobody saw.
enum class KCorrection {
    none,
    isotropic,    ///< a pair weighs 1 / (share of the circle about the one through the other that lies in the window), at most 100
    translation,  ///< area / area of the window where the pair could lie
    border,       ///< only points farther than r from the border look for partners
};

/// What the number of points affords: isotropic below 1,000, translation below 3,000, border below 100,000, else none.
[[nodiscard]] KCorrection affordable_correction(std::size_t points) noexcept;

/// Ripley's K at r = k / (steps - 1) * r_max: K(r) = area / (n (n - 1)) times the weighted number of ordered pairs at most r apart.
/// Unit: square planar units. Points outside the window and missing ones do not count; fewer than 2: empty. `border`: 0 / 0 where no point is far enough is NaN.
/// Error: isotropic exact; translation exact in a rectangle, else by the covariogram of 256 x 256 cells (below 1 %).
/// Cost: pairs within r_max; isotropic times the edges within reach. Source: Ripley 1977; Ohser 1983.
/// REQUIRES steps >= 2, r_max > 0.
[[nodiscard]] std::vector<double> ripley_k(PointsView<Planar> points, const Window& window, double r_max, std::size_t steps, KCorrection correction,
                                           const Execution& exec = {});

}  // namespace gapmap
