#pragma once
#include <span>
#include <string>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/released.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_reuse.h"
#include "geo/tile/tile_sink.h"
#include "render/tile/point_levels.h"

namespace gapmap {

/// A released layer of polygons or points on its way into vector tiles.
struct VectorTileLayer {
    std::string              name;
    const ReleasedLayer*     source = nullptr;  ///< not owned
    std::vector<std::string> attributes{};      ///< the only columns that go into tiles
    std::string              id_field{};        ///< column that feature ids are made from; empty: the row, from 1
    int                      min_zoom = 0, max_zoom = 30;  ///< within those of the options
    /// Of polygons: a layer with one point inside each row, with the same attributes, on every level of the options. A row's
    /// point is in exactly one tile of a level, so sums over this layer are those of the source on every level, also where a
    /// polygon spans many tiles or is too small to draw. Empty: none.
    std::string              points_name{};
    PointThinning            thinning{};  ///< of the points, or of the points inside polygons
    bool                     with_ids = true;
};

struct VectorTileOptions {
    std::string          name{}, description{}, attribution{};
    int                  min_zoom = 6, max_zoom = 14;
    std::uint32_t        extent      = 4096;  ///< steps along a tile's edge
    std::uint32_t        buffer      = 64;    ///< steps that shapes reach beyond the edge, so that borders are not drawn along it
    int                  compression = 6;     ///< 1 to 12
    const TileMatrixSet* set         = &web_mercator_quad();
    EarlierTiles*        earlier     = nullptr;  ///< given: tiles of an earlier build that are made of the same are taken over. Not owned
};

/// Puts every tile that is not empty (Mapbox Vector Tiles 2.1, gzip) into the sink, in rising order of tile_number(). The caller
/// finishes the sink with what is returned. The bytes do not depend on the number of threads.
/// Polygons are rounded to the level's grid; what has no area there is drawn only as its point. A row without geometry, or with
/// a coordinate that the set's CRS does not have, is in no tile.
[[nodiscard]] TileSetInfo build_vector_tiles(std::span<const VectorTileLayer> layers, const VectorTileOptions& options, TileSink& sink, const Execution& exec);

}  // namespace gapmap
