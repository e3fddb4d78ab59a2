#pragma once
#include <string>

#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// Writes a layer as *.gpkg, *.geojson / *.json or *.shp; the layer is named after the file. Whole or not at all: it is
/// written in a folder beside the target and moved. GCJ02 and BD09 have no code that a file could state: the system is left out.
/// Throws OutputError, and UsageError for another ending.
void write_vector_file(const std::string& path, const Layer& layer, const Execution& exec = {});

}  // namespace gapmap
