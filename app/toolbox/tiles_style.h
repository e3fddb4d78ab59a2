#pragma once
#include "app/toolbox/tiles_words.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Refuses --style before any work, where MapLibre could not show the tiles. Throws UsageError.
void check_style(const TilesWords& words, const TileMatrixSet& set);
/// Writes style.json, sprite.png, sprite.json, sprite@2x.png and sprite@2x.json into the folder of --style.
void write_style(const TilesWords& words, const TileSetInfo& info);

}  // namespace gapmap
