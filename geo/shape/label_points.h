#pragma once
#include "geo/core/exec.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// A place for each row's label: the pole of inaccessibility, the point inside that is farthest from the boundary, over all parts and holes by the even-odd rule.
/// Error: its distance to the boundary is at least 99 % of the greatest there is (less for shapes so ragged that 2,000 squares do not settle it). NaN for a null row or one with a
/// coordinate that is not finite; a vertex where no square finds an inside.
/// Unit: that of the space, taken as planar. Cost: O(vertices x squares looked at), some dozens for plain shapes. The same for any number of threads.
/// Source: best-first search over a quad tree, bounded by distance plus half a diagonal (Garcia-Castellanos & Lombardo 2007 pose the problem).
template <class Space>
[[nodiscard]] Points<Space> label_points(const PolygonsView<Space>& polygons, const Execution& exec = {});

}  // namespace gapmap
