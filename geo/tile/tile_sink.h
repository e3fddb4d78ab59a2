#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geo/shape/points.h"
#include "geo/tile/tile_id.h"

namespace gapmap {

enum class TileKind { mvt_gzip, png, webp };

/// A layer inside vector tiles, for the reader of the container.
struct TileLayerInfo {
    std::string                                      id;
    int                                              min_zoom = 0, max_zoom = 0;
    std::vector<std::pair<std::string, std::string>> fields{};  ///< name and "Number" or "String"
    std::vector<std::pair<std::string, std::string>> units{};   ///< of fields that have one
};

/// What a container says about its tiles.
struct TileSetInfo {
    std::string                name{}, description{}, attribution{};
    TileKind                   kind = TileKind::png;
    int                        min_zoom = 0, max_zoom = 0;
    Box<Lonlat>                bounds{};
    std::vector<TileLayerInfo> layers{};  ///< vector tiles only
};

/// Where tiles go. put() is called from one thread, in rising order of tile_order() of the set, at most once a tile.
/// A container becomes visible with finish(), whole; without it nothing is left behind.
class TileSink {
public:
    virtual ~TileSink()                              = default;
    virtual void put(TileId tile, std::string_view bytes) = 0;
    virtual void finish(const TileSetInfo& info)          = 0;
};

}  // namespace gapmap
