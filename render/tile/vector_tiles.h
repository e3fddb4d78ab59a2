#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/released.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_reuse.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// A released layer of polygons or points on its way into vector tiles.
struct VectorTileLayer {
    std::string              name;
    const ReleasedLayer*     source = nullptr;  ///< not owned
    std::vector<std::string> attributes{};      ///< the only columns that go into tiles
    std::string              id_field{};        ///< column that feature ids are made from; empty: the row, from 1
    int                      min_zoom = 0, max_zoom = 30;  ///< within those of the options
    /// Of polygons: a layer with one point inside each row, farthest from its boundary (label_points()), with the same attributes, on every level of the options. A row's
    /// point is in exactly one tile of a level, so sums over this layer are those of the source on every level. Empty: none.
    std::string              points_name{};
    /// Numeric attributes whose totals are equal on every level: where points merge, or polygons are too small to draw, their values go to the one that stays, and
    /// point_count or polygon_count says for how many rows it stands. A polygon over many tiles has the same values in each: count by id.
    std::vector<std::string> sums{};
    std::uint32_t            squares  = 0;  ///< below the highest level one point stays in each of so many squares along a tile's edge, see PointThinning; 0: all stay
    bool                     with_ids = true;
    std::string              hatch_field{};  ///< column of status words: adds the attribute `hatch` that names the pattern (hatch.h); empty: none
    std::vector<std::pair<std::string, std::string>> units{};  ///< attribute and unit, for the metadata (`units` beside `fields`)
};

struct VectorTileOptions {
    std::string          name{}, description{}, attribution{};
    int                  min_zoom = 6, max_zoom = 14;
    std::uint32_t        extent      = 4096;  ///< steps along a tile's edge
    std::uint32_t        buffer      = 64;    ///< steps that shapes reach beyond the edge, so that borders are not drawn along it
    int                  compression = 6;     ///< 1 to 12
    const TileMatrixSet* set         = &web_mercator_quad();
    std::uint32_t        simplify    = 4;  ///< below the highest level polygons are snapped to every simplify-th step, 1 to 64; what does not divide the extent counts as what it shares with it
    double               min_area    = 0;  ///< squares of a step: a polygon smaller than that on a level is not drawn there
    std::uint64_t        max_bytes   = 0;  ///< of a packed tile; 0: no limit. Of a larger one what takes most gives way until it fits: points merge by coarser squares, the polygons smallest on the level are left out
    EarlierTiles*        earlier     = nullptr;  ///< given: tiles of an earlier build that are made of the same are taken over. Not owned
};

/// What became of the polygons on one level. Rows are counted over all layers.
struct LevelReport {
    int           level         = 0;
    std::uint64_t rows_outside  = 0;      ///< rows, points too, without geometry or nowhere on the set: the same on every level
    std::uint64_t rows_drawn    = 0;      ///< rows with an area in at least one tile
    std::uint64_t rows_too_small = 0;     ///< rows inside the set that no tile of the level shows; 0 where tiles were taken over
    std::uint64_t rows_carried = 0;       ///< rows whose values another row carries (layers with sums)
    std::uint64_t rows_marked = 0;        ///< rows drawn as one square of the grid to carry values where nothing else is near (layers with sums)
    std::uint64_t rows_left_out = 0, points_merged = 0;  ///< for the limit on bytes: rows, and points, of one tile that gave way, summed over the tiles
    std::uint64_t tiles_over_limit = 0;   ///< larger than the limit although nothing more can give way
    std::uint64_t vertices_in = 0, vertices_out = 0;  ///< of the source; of all tiles together
    std::uint64_t tiles = 0, tiles_taken_over = 0, bytes = 0, largest_tile = 0;
};

/// Puts every tile that is not empty (Mapbox Vector Tiles 2.1, gzip) into the sink, in rising order of tile_order(). The caller
/// finishes the sink with what is returned. The bytes do not depend on the number of threads.
/// Polygons are snapped to the level's grid so that each is valid in each tile and a coverage stays one (see SnappedTile); rows that are not valid are
/// mended first. What has no area on the grid is not drawn; see VectorTileLayer::sums and points_name for what becomes of it. A row without geometry, or with a coordinate that the set's CRS does not
/// have, is in no tile. `report`: a line is appended for each level.
[[nodiscard]] TileSetInfo build_vector_tiles(std::span<const VectorTileLayer> layers, const VectorTileOptions& options, TileSink& sink, const Execution& exec,
                                             std::vector<LevelReport>* report = nullptr);

}  // namespace gapmap
