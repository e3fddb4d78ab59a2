#pragma once
#include <string>

#include "geo/tile/tile_sink.h"

namespace gapmap {

/// {"vector_layers": [...]}, as both containers carry it; an empty object where the tiles are pictures.
[[nodiscard]] std::string vector_layers_json(const TileSetInfo& info);

/// The JSON metadata of a PMTiles file: name, description, attribution, vector_layers.
[[nodiscard]] std::string pmtiles_metadata_json(const TileSetInfo& info);

}  // namespace gapmap
