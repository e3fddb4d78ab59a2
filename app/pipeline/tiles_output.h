#pragma once
#include "app/pipeline/outputs.h"

namespace gapmap {

/// Vector tiles of the units with their gaps and of the sites, raster tiles of the case surfaces, each as PMTiles and MBTiles with
/// the same bytes a tile; and for each set of `[tiles] portal_sets` a folder `tiles/SET/NAME` as a portal serves it, whose path changes with its content. No column goes into tiles that is not listed here.
void write_tiles(OutFolder& out, const Results& results, const Execution& exec);

/// Sets up what write_tiles() transforms by, for Transform to find: PROJ takes 20 to 40 ms for each, which can pass beside other work.
void prepare_tiles(const Scene& scene) noexcept;

}  // namespace gapmap
