#pragma once
#include <span>
#include <vector>

#include "geo/raster/grid.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// The ground of a raster by bands of value: row k is where breaks[k-1] <= v < breaks[k]; the first row is what is below all breaks, the last what is at or above all of them, so
/// there is one row more than breaks. A band without ground is a null row.
/// Meaning: values stand at cell centres. Halfway to a neighbour the value is the mean of the two, at the corner of four that of the four (of those that have data and hang together
/// there): along lines between centres values are linear, and a saddle is decided by the mean of its cells. In between each cell is eight triangles, on which values are linear,
/// so there are no ambiguous cases. The ground is that of the cells with data, whole: the bands tile it. A value equal to a break is above it.
/// Unit: that of the grid. Rows are multipolygons, valid (OGC), shells counter-clockwise, parts in the order of their first cell from the north-west.
/// Error: a border that would run exactly through a centre or corner passes it at a millionth of half a cell, so that rings do not touch themselves.
/// Domain: values that are not finite are no data. REQUIRES breaks rising and finite. Cost: O(cells (1 + breaks crossed)), about 200 bytes a cell.
/// Source: meandering triangles, after Lorensen & Cline 1987 (marching squares in the plane).
[[nodiscard]] Polygons<Planar> isobands(const Raster<Planar>& raster, std::span<const double> breaks);

}  // namespace gapmap
