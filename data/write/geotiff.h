#pragma once
#include <span>
#include <string>

#include "geo/core/exec.h"
#include "geo/raster/grid.h"

namespace gapmap {

/// Writes one band of float32 as a GeoTIFF: tiles of 256 x 256, DEFLATE, NaN as "no data", pixel is area; BigTIFF where
/// 4 GB could be passed. `crs`: "EPSG:n" or WKT; empty, GCJ02 and BD09 state none.
/// Tiles are compressed in parallel; the bytes do not depend on the number of threads. A tile whose sample does not shrink by
/// a fifth, as smooth floats over a busy area do not, is stored (DEFLATE has a block for that) instead of squeezed in vain.
/// Whole or not at all; throws OutputError. Source: TIFF 6.0, TIFF Technical Note 2 (DEFLATE), OGC 19-008r4 (GeoTIFF 1.1).
void write_geotiff(const std::string& path, const Raster<Planar>& raster, const std::string& crs, const Execution& exec = {});

/// One of several bands; its name is written as GDAL reads it (the band's description).
struct RasterBand {
    std::string           name;
    const Raster<Planar>* raster;  ///< not owned
};
/// The same with bands beside one another, each with its tiles. REQUIRES one grid for all.
void write_geotiff(const std::string& path, std::span<const RasterBand> bands, const std::string& crs, const Execution& exec = {});

}  // namespace gapmap
