#pragma once
#include <vector>

#include "geo/raster/grid.h"

namespace gapmap {

class Transform;

/// Where the pixel centres of a window fall in a raster, in columns and rows from its outer top left corner.
struct PixelWindow {
    double x_first = 0, y_first = 0;  ///< centre of the top left pixel, in the tile set's CRS
    double resolution = 1;            ///< units a pixel; y falls from row to row
    int    width = 0, height = 0;
};

/// Places in the raster's cell units of all pixels of a window, row by row; NaN where the transformation has no value.
struct CellPlaces {
    std::vector<double> column, row;
};

/// Between points that are transformed exactly places are interpolated, so closely that they are off by no more than `max_error` cells (measured half-way between the points, where the
/// error is largest).
[[nodiscard]] CellPlaces cell_places(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, double max_error);

}  // namespace gapmap
