#pragma once
#include <string>

namespace gapmap {

/// The name of the system that GDAL read in a file: "EPSG:n" where it can be identified, else WKT, else empty. `srs`: an OGRSpatialReferenceH, may be null.
[[nodiscard]] std::string crs_of(void* srs);

}  // namespace gapmap
