#pragma once
#include <map>
#include <string>

#include "data/tile/tile_sinks.h"

namespace gapmap {

/// What the metadata of a folder of tiles tell.
struct TileFolder {
    struct Limits {
        std::uint32_t x_min = 0, x_max = 0, y_min = 0, y_max = 0;  ///< columns and rows that hold tiles
    };
    TileMatrixSet         set;
    TileSinkOptions       options;
    TileSetInfo           info;
    std::map<int, Limits> limits;  ///< by level

    void add(TileId tile);  ///< widens the limits
    /// First and last level with tiles; those of `info` where there is none.
    [[nodiscard]] int min_level() const;
    [[nodiscard]] int max_level() const;
    /// What links begin with: the base URL with its version, else relative to the file that holds them. `is_root`: of the files in OUT beside a version.
    [[nodiscard]] std::string link(bool is_root) const;
};

/// TileJSON 3.0. Only for the tiles of WebMercatorQuad under their own numbers. Source: mapbox/tilejson-spec, 3.0.0.
[[nodiscard]] std::string tilejson(const TileFolder& folder, bool is_root);

/// Capabilities of a RESTful WMTS 1.0.0 that is nothing but files: one layer, the levels from the first to the last that holds tiles. Source: OGC 07-057r7.
[[nodiscard]] std::string wmts_capabilities(const TileFolder& folder, bool is_root);

/// The metadata of OGC API Tiles (a tile set), with a link to the matrix set beside it. Source: OGC 17-083r4, clause 7; OGC 20-057.
[[nodiscard]] std::string ogc_tileset_json(const TileFolder& folder, bool is_root);

}  // namespace gapmap
