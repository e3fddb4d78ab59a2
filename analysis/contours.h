#pragma once
#include "geo/raster/grid.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// The ground where a raster is at most `level`, one row a piece, holes cut out.
/// Meaning: values stand at cell centres and are interpolated along the lines between neighbours (marching squares); where a neighbour is missing or beyond the raster, the
/// border lies halfway to it. The saddle of four is open where their mean is at most `level`; with a missing one it is closed.
/// Unit: that of the grid. Rows ordered by their first cell from the north-west. Cost: O(cells). Source: Lorensen & Cline 1987, in the plane.
[[nodiscard]] Polygons<Planar> ground_at_most(const Raster<Planar>& raster, double level);

}  // namespace gapmap
