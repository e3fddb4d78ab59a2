#pragma once
#include "app/pipeline/outputs.h"

namespace gapmap {

/// Vector tiles of the units with their gaps and of the sites, raster tiles of the case surfaces, each as PMTiles and MBTiles with
/// the same bytes a tile. No column goes into tiles that is not listed here.
void write_tiles(OutFolder& out, const Results& results, const Execution& exec);

}  // namespace gapmap
