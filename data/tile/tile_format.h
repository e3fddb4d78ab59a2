#pragma once
#include <string_view>

#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Ending of a file that holds one tile, and its media type.
[[nodiscard]] constexpr std::string_view tile_ending(TileKind kind) noexcept {
    return kind == TileKind::mvt_gzip ? "mvt" : kind == TileKind::png ? "png" : "webp";
}
[[nodiscard]] constexpr std::string_view tile_media_type(TileKind kind) noexcept {
    return kind == TileKind::mvt_gzip ? "application/vnd.mapbox-vector-tile" : kind == TileKind::png ? "image/png" : "image/webp";
}

}  // namespace gapmap
