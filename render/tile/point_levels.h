#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "geo/core/hash128.h"
#include "geo/shape/layer.h"
#include "geo/shape/points.h"
#include "geo/tile/tile_matrix_set.h"
#include "render/tile/mvt_encode.h"
#include "render/tile/summed_columns.h"

namespace gapmap {

/// How points thin out below the highest level.
struct PointThinning {
    std::uint32_t            squares = 0;  ///< along a tile's edge, a power of two: of each square the first row by order stays; 0: every point stays on every level
    std::vector<std::string> sums{};       ///< numeric attributes whose values go to the point that stays: their totals are equal on every level
    [[nodiscard]] bool on() const noexcept { return squares > 0; }
};

/// Name of the attribute that says for how many rows a point stands, on the levels below the highest of a layer that is thinned.
inline constexpr const char* point_count_name = "point_count";

/// The points of one layer, level by level. A point that stays on a level stays on all finer ones.
class PointLevels {
public:
    /// `points` in the set's coordinates, a row each; rows that are not finite or outside the set are in no tile. `attributes` and `ids` must outlive this.
    /// Throws InputError where a column of `sums` is missing, UsageError where one is not a number or not among the attributes, or `squares` is not a power of two.
    PointLevels(std::string name, PointsView<Planar> points, const Table& table, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, PointThinning thinning,
                const TileMatrixSet& set, std::uint32_t extent, int max_zoom);

    struct Tile {
        std::uint64_t number = 0;              ///< by the set's TileOrder
        std::uint32_t first = 0, last = 0;     ///< of the level's points
    };
    /// What a level holds.
    struct Level {
        int                              z = 0;
        bool                             thinned = false;
        std::vector<Tile>                tiles;   ///< in rising order of their numbers
        std::vector<std::uint32_t>       rows;    ///< points, those of a tile side by side, near ones near
        std::vector<std::uint32_t>       counts;  ///< rows that each stands for; empty where not thinned
        std::vector<double>              sums;    ///< point by point, a value a column of PointThinning::sums, NaN where no row has one; empty where not thinned
    };
    [[nodiscard]] Level level(int z) const;
    /// One tile of a level, as if it had been thinned by `squares` (a power of two) along its edge: fewer points, the same sums.
    [[nodiscard]] Level coarser(const Level& level, const Tile& tile, std::uint32_t squares) const;

    /// Appends the layer of one tile (a `layers` field of a Mapbox Vector Tile, version 2.1) to `bytes`.
    void encode(const Level& level, const Tile& tile, std::string& bytes) const;
    /// Adds all that encode() looks at. `row_inputs`: fingerprints of the rows' own attributes, ids and shapes (a place inside a polygon is added beside its shape).
    void add_inputs(const Level& level, const Tile& tile, std::span<const Hash128> row_inputs, Hasher128& to) const;

private:
    struct Key {
        std::uint64_t place = 0;  ///< Morton number on the finest lattice
        std::uint32_t row   = 0;
    };
    /// The points of a level along a Morton curve.
    struct Order {
        std::vector<Key>        own;         ///< where the level has an order of its own
        const std::vector<Key>* keys;        ///< those of the highest level; null: own
        int                     tile_bits, square_bits;  ///< to be dropped, an axis, for the numbers of tiles and of squares
    };
    [[nodiscard]] std::vector<Key> keys(int z) const;
    [[nodiscard]] Order            order_of(int z) const;
    [[nodiscard]] bool             nested() const noexcept;
    void                           stand_for(std::span<const Key> group, Level& to) const;

    std::string                      name_;
    PointsView<Planar>               points_;
    const MvtAttributes&             attributes_;
    std::span<const std::uint64_t>   ids_;
    PointThinning                    thinning_;
    const TileMatrixSet&             set_;
    std::uint32_t                    extent_;
    int                              max_zoom_;
    TileOrder                        order_;
    SummedColumns                    sums_;
    std::vector<Key>                 finest_;     // of the highest level, sorted
};

}  // namespace gapmap
