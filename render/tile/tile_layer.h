#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/core/hash128.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"
#include "geo/tile/tile_matrix_set.h"
#include "render/tile/mvt_encode.h"
#include "render/tile/vector_tiles.h"

namespace gapmap {

/// A layer on its way into tiles: in the coordinates of the set.
struct TileLayer {
    const VectorTileLayer*     layer = nullptr;  ///< not owned
    MvtAttributes              attributes;
    std::vector<std::uint64_t> ids{};            ///< a number a row
    Polygons<Planar>           polygons{};
    Points<Planar>             points{};         ///< the rows themselves, or the label points of polygons where they are wanted
    bool                       is_polygons = false;
    std::uint64_t              rows_outside = 0;  ///< null, or nowhere on the set
    std::vector<Hash128>       row_inputs{};     ///< of each row: its shape, its id and its attributes; empty before fingerprint_rows()
};

/// Transforms the layers. `layers` must outlive the result. Rows without geometry, or with a coordinate that the set's CRS does not have, are null.
/// Throws InputError naming a column that is not there.
[[nodiscard]] std::vector<TileLayer> prepare_layers(std::span<const VectorTileLayer> layers, const TileMatrixSet& set, const Execution& exec);

void fingerprint_rows(TileLayer& layer, const Execution& exec);

/// What all layers cover, in degrees; empty where there is nothing.
[[nodiscard]] Box<Lonlat> bounds_of(const std::vector<TileLayer>& layers, const TileMatrixSet& set);

}  // namespace gapmap
