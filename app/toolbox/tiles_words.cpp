#include "app/toolbox/tiles_words.h"

#include <algorithm>

#include "geo/core/error.h"

namespace gapmap {

std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

bool is_polygons(const Layer& layer) { return std::holds_alternative<Polygons<Lonlat>>(layer.geometry) || std::holds_alternative<Polygons<Planar>>(layer.geometry); }

std::optional<TileInputs> earlier_tiles(const TilesWords& c) {
    if (!c.update) return std::nullopt;
    if (!c.output.ends_with(".pmtiles")) throw UsageError("--update takes over the tiles of an earlier *.pmtiles; other containers are built anew");
    return std::optional<TileInputs>(std::in_place, c.output);
}

}  // namespace gapmap
