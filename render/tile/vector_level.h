#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "geo/core/exec.h"
#include "geo/core/hash128.h"
#include "geo/tile/tile_matrix_set.h"
#include "render/tile/point_levels.h"
#include "render/tile/polygon_levels.h"
#include "render/tile/tile_layer.h"
#include "render/tile/vector_tiles.h"

namespace gapmap {

/// The shapes of one layer, ready for every level; members are null where it has none.
struct TileShapes {
    std::unique_ptr<PolygonSource> source;    // before the levels, which refer to it
    std::unique_ptr<PolygonLevels> polygons;
    std::unique_ptr<PointLevels>   points;
};
/// Takes the polygons out of the layers; all else in them must outlive the result.
[[nodiscard]] std::vector<TileShapes> shapes_of(std::vector<TileLayer>& layers, const VectorTileOptions& options, const Execution& exec);

/// A tile and what is in it.
struct MadeTile {
    std::string                       bytes{};   ///< packed; empty: there is nothing to see
    Hash128                           inputs{};
    std::vector<PolygonLevels::Drawn> drawn{};   ///< of each layer; empty where the tile was taken over
    std::uint64_t                     rows_left_out = 0, points_merged = 0;  ///< for the limit on bytes
    bool                              is_over_limit = false;
};

/// One level of all layers. The layers and shapes must outlive it.
class VectorLevel {
public:
    VectorLevel(const std::vector<TileLayer>& layers, const std::vector<TileShapes>& shapes, const VectorTileOptions& options, int z, const Execution& exec);

    [[nodiscard]] int         z() const noexcept { return z_; }
    [[nodiscard]] std::size_t tiles() const noexcept { return tiles_.size(); }
    [[nodiscard]] TileId      tile(std::size_t i) const { return order_.tile(tiles_[i]); }
    [[nodiscard]] const PolygonLevels::Level& polygons(std::size_t layer) const noexcept { return levels_[layer].polygons; }

    /// Fingerprint of what encode(i) looks at. `common`: what all tiles depend on.
    [[nodiscard]] Hash128  inputs(std::size_t i, const Hash128& common) const;
    /// The i-th tile, within the limit on bytes: where it is larger, what takes most of it gives way, in turn: points to coarser squares, the smallest polygons altogether.
    [[nodiscard]] MadeTile encode(std::size_t i) const;

private:
    struct Shapes {
        PolygonLevels::Level polygons;
        PointLevels::Level   points;
    };
    /// How a tile is kept small.
    struct Fit {
        double        least_area = 0;  ///< of polygons, squares of a step
        std::uint32_t squares    = 0;  ///< that points are thinned to; 0: as the level has them
    };
    /// A tile on trial.
    struct Draft {
        MadeTile      made;
        std::size_t   polygon_bytes = 0, point_bytes = 0, points = 0;  ///< before packing
    };
    [[nodiscard]] bool           is_shown(std::size_t l) const noexcept { return z_ >= layers_[l].layer->min_zoom && z_ <= layers_[l].layer->max_zoom; }
    [[nodiscard]] bool           has_polygons(std::size_t l) const noexcept { return shapes_[l].polygons != nullptr && is_shown(l); }
    void                         find_tiles();
    void                         carry(const Execution& exec);
    [[nodiscard]] std::uint64_t  allowed() const noexcept;
    [[nodiscard]] double         least_area_for(const MadeTile& made, std::size_t keep) const;
    [[nodiscard]] std::uint32_t  most_squares_that_fit(std::size_t i, Fit fit) const;
    [[nodiscard]] bool           tighten(std::size_t i, Fit& fit, const Draft& draft) const;
    [[nodiscard]] Fit            fit(std::size_t i) const;
    void                         add_points(std::size_t i, std::size_t layer, const Fit& fit, Draft& draft, std::string& bytes) const;
    [[nodiscard]] Draft          draft(std::size_t i, const Fit& fit, bool packed) const;

    const std::vector<TileLayer>&  layers_;
    const std::vector<TileShapes>& shapes_;
    const VectorTileOptions&       options_;
    int                            z_;
    TileOrder                      order_;
    std::vector<Shapes>            levels_;
    std::vector<std::uint64_t>     tiles_;
    bool                           has_sums_ = false;  ///< of polygons
    std::vector<Fit>               fits_;              ///< of each tile, where they were found before; empty: encode() finds them
};

}  // namespace gapmap
