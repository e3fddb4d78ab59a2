#pragma once
#include <string>

#include "app/command.h"
#include "app/toolbox/tiles_words.h"
#include "geo/tile/tile_matrix_set.h"

namespace gapmap {

/// Whether GDAL opens it as a raster and not as layers of shapes.
[[nodiscard]] bool is_raster_input(const std::string& path);

/// `gapmap tiles` of one raster.
void run_raster_tiles(const TilesWords& words, const TileMatrixSet& set, const CommandContext& context);

/// Names for --help.
[[nodiscard]] std::string palette_words();
[[nodiscard]] std::string tile_set_words();

}  // namespace gapmap
