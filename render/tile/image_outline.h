#pragma once
#include <limits>

#include "geo/raster/cell_source.h"
#include "geo/shape/points.h"
#include "geo/tile/tile_matrix_set.h"

namespace gapmap {

/// Where a raster lies in a set's system, and how fine it is there.
struct ImageOutline {
    Box<Planar> box;                                               ///< cut where the set ends
    double      finest = std::numeric_limits<double>::infinity();  ///< smallest size of a cell, in units of the set
};
/// By 65 x 65 places of the raster. Throws InputError where none lies on the set.
[[nodiscard]] ImageOutline image_outline(const CellSourceInfo& info, const TileMatrixSet& set);

}  // namespace gapmap
