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
    /// Throws InputError where a column of `sums` is missing or holds text, UsageError where `squares` is not a power of two.
    PointLevels(std::string name, PointsView<Planar> points, const Table& table, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, PointThinning thinning,
                const TileMatrixSet& set, std::uint32_t extent, int max_zoom);

    struct Tile {
        std::uint64_t number = 0;              ///< tile_number()
        std::uint32_t first = 0, last = 0;     ///< of the level's points
    };
    /// What a level holds.
    struct Level {
        int                              z = 0;
        bool                             thinned = false;
        std::vector<Tile>                tiles;   ///< in rising order of their numbers
        std::vector<std::uint32_t>       rows;    ///< points, those of a tile side by side, near ones near
        std::vector<std::uint32_t>       counts;  ///< rows that each stands for; empty where not thinned
        std::vector<std::vector<double>> sums;    ///< of each column of PointThinning::sums, a value a point; empty where not thinned
    };
    [[nodiscard]] Level level(int z) const;

    /// Appends the layer of one tile (a `layers` field of a Mapbox Vector Tile, version 2.1) to `bytes`.
    void encode(const Level& level, const Tile& tile, std::string& bytes) const;
    /// Adds all that encode() looks at but the rows' own attributes and places, which `row_inputs` has fingerprints of.
    void add_inputs(const Level& level, const Tile& tile, std::span<const Hash128> row_inputs, Hasher128& to) const;

private:
    struct Key {
        std::uint64_t place = 0;  ///< Morton number on the finest lattice
        std::uint32_t row   = 0;
    };
    [[nodiscard]] std::vector<Key> keys(int z) const;
    [[nodiscard]] bool             nested() const noexcept;

    std::string                      name_;
    PointsView<Planar>               points_;
    const MvtAttributes&             attributes_;
    std::span<const std::uint64_t>   ids_;
    PointThinning                    thinning_;
    const TileMatrixSet&             set_;
    std::uint32_t                    extent_;
    int                              max_zoom_;
    std::vector<std::vector<double>> sums_;       // by row
    std::vector<std::uint32_t>       sum_keys_;   // their keys among the attributes
    std::vector<bool>                whole_;      // whether the column holds integers
    std::vector<Key>                 finest_;     // of the highest level, sorted
};

}  // namespace gapmap
