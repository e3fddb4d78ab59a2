#pragma once
#include <string>

#include "geo/core/exec.h"
#include "geo/raster/grid.h"

namespace gapmap {

/// Writes one band of float32 as a GeoTIFF: tiles of 256 x 256, DEFLATE with the floating-point predictor left out, NaN as
/// "no data", pixel is area. `crs`: "EPSG:n" or WKT; empty, GCJ02 and BD09 state none. Whole or not at all; OutputError.
/// Tiles are compressed in parallel; the bytes do not depend on the number of threads.
void write_geotiff(const std::string& path, const Raster<Planar>& raster, const std::string& crs, const Execution& exec = {});

}  // namespace gapmap
