#include "app/toolbox/tiles_words.h"

#include "geo/core/error.h"

namespace gapmap {

std::optional<TileInputs> earlier_tiles(const TilesWords& c) {
    if (!c.update) return std::nullopt;
    if (!c.output.ends_with(".pmtiles")) throw UsageError("--update takes over the tiles of an earlier *.pmtiles; other containers are built anew");
    return std::optional<TileInputs>(std::in_place, c.output);
}

}  // namespace gapmap
