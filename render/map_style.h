#pragma once
#include <string>

#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Where a map style finds what it draws.
struct MapStyleLinks {
    std::string archive{};   ///< "pmtiles://..." of one file; empty: `tiles`
    std::string tiles{};     ///< address of a tile with {z}, {x}, {y}
    std::string sprite{};    ///< address of the sprite, without ending; MapLibre wants it whole, with its host
    bool        tms = false; ///< rows count from the south
};

/// A style for MapLibre (style specification, version 8) that shows a set of vector tiles in plain tones, to be edited: a fill, an outline and dots a layer, and over the fill the pattern
/// that the attribute `hatch` names, where a layer has it. Dots grow with point_count where a layer has that.
[[nodiscard]] std::string map_style_json(const TileSetInfo& info, const MapStyleLinks& links);

/// The patterns of hatch_pixel() side by side as a sprite: the picture, and the JSON that says where each is. `pixel_ratio` 1 or 2 ("@2x").
[[nodiscard]] std::string hatch_sprite_png(int pixel_ratio);
[[nodiscard]] std::string hatch_sprite_json(int pixel_ratio);

}  // namespace gapmap
