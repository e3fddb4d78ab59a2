#pragma once
#include <string>

#include "geo/core/exec.h"
#include "geo/raster/grid.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_sink.h"
#include "render/palette.h"

namespace gapmap {

struct RasterTileOptions {
    std::string          name{}, description{}, attribution{};
    int                  min_zoom = 6, max_zoom = 13;
    int                  compression = 6;    ///< of PNG, 1 to 12
    double               max_error   = 0.1;  ///< REQUIRES > 0. How far a pixel may be off its true place, in cells of the raster
    const TileMatrixSet* set         = &web_mercator_quad();
};

/// Puts a classed surface into the sink as indexed PNG tiles, in rising order of tile_number(). A pixel shows the class of the
/// cell under its centre; it is transparent outside the raster, where the raster has no data and in classes of opacity 0.
/// Tiles without a visible pixel are left out. The caller finishes the sink with what is returned.
/// `crs` is the raster's; between points that are transformed exactly places are interpolated, so closely that they are off by no
/// more than options.max_error cells (measured half-way between the points, where the error is largest).
[[nodiscard]] TileSetInfo build_raster_tiles(const Raster<Planar>& raster, const std::string& crs, const ClassScale& scale, const RasterTileOptions& options,
                                             TileSink& sink, const Execution& exec);

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

class Transform;
[[nodiscard]] CellPlaces cell_places(const PixelWindow& window, const Transform& to_raster, const Grid<Planar>& grid, double max_error);

}  // namespace gapmap
