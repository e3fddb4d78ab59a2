#pragma once
#include <memory>
#include <string>

#include "geo/raster/cell_source.h"

namespace gapmap {

struct RasterSourceOptions {
    int         band = 0;        ///< from 1: this band's values alone; 0: the picture, where the bands make one, and the first band's values
    std::string crs{};           ///< of a raster that states none; empty: such a raster is refused
    std::size_t cache_bytes = std::size_t{128} << 20;  ///< decoded blocks that GDAL keeps
};

/// A raster file as cells for tiles.
/// A picture is: three bands of bytes or of 16 bits (full range) for red, green and blue, with a fourth for opacity or without; one for grey, with or without one for opacity;
/// one with a colour table (its entries are classes, as are those of a category raster). Of other rasters the first band's values are given, which need a palette.
/// No data in a picture: opacity 0, what the mask says, and cells where each band of colour has its no-data value. For values: as RasterFile, where scale and offset apply.
/// Throws InputError in one line: no such file, not a raster, no place in the world, no coordinate system, a colour table that does not say a colour for a value met,
/// complex numbers, a file that cannot be read to its end.
[[nodiscard]] std::unique_ptr<CellSource> open_raster_source(const std::string& path, const RasterSourceOptions& options = {});

/// Whether GDAL opens the file as a raster with bands; false where there is none, or it holds only shapes.
[[nodiscard]] bool is_raster_file(const std::string& path);

}  // namespace gapmap
