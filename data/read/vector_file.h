#pragma once
#include <string>

#include "geo/shape/layer.h"

namespace gapmap {

struct ReadLayerOptions {
    std::string layer;     ///< empty: the first
    std::string encoding;  ///< of a Shapefile's attributes where the file does not say; empty or "auto": GDAL decides
};

/// Reads a layer of anything GDAL opens: attributes as typed columns with validity, points or (multi)polygons as columns.
/// Curves and lines are refused. `crs` of the result: "EPSG:n" where the system can be identified, else WKT, else empty.
/// Throws InputError for a missing file, one GDAL cannot open, a layer that is not there (naming those that are), a damaged one.
[[nodiscard]] Layer read_layer(const std::string& path, const ReadLayerOptions& options = {});

}  // namespace gapmap
