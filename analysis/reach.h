#pragma once
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Straight-line distance from each place to its nearest site, in metres; infinity where there is no site, NaN for a missing
/// place. Exact. Cost: about O(places + sites) for sites spread evenly (buckets searched in rings).
[[nodiscard]] std::vector<double> nearest_distance_m(PointsView<Planar> places, PointsView<Planar> sites, const Execution& exec);

}  // namespace gapmap
