#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "geo/core/hash128.h"
#include "geo/tile/tile_matrix_set.h"
#include "render/tile/mvt_encode.h"
#include "render/tile/mvt_layer_writer.h"
#include "render/tile/polygon_source.h"
#include "render/tile/summed_columns.h"

namespace gapmap {

struct LevelLattice;

/// How polygons are drawn on a level.
struct PolygonDrawing {
    std::uint32_t buffer   = 64;  ///< steps that shapes reach beyond a tile's edge
    std::uint32_t simplify = 1;   ///< below the highest level, vertices are snapped to every simplify-th step: a divisor of the extent
    double        min_area = 0;   ///< squares of a step; a row smaller than that on a level is not drawn there
};

/// Name of the attribute that says for how many rows a polygon stands, in layers with sums.
inline constexpr const char* polygon_count_name = "polygon_count";

/// The polygons of one layer, level by level, snapped so that each is valid and a coverage stays one (see SnappedTile).
class PolygonLevels {
public:
    /// `source`, `attributes` and `ids` (a number a row) must outlive this. `sums`: columns whose totals are to be equal on every level, see carry(). Throws as SummedColumns.
    PolygonLevels(std::string name, const PolygonSource& source, const Table& table, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, std::span<const std::string> sums,
                  PolygonDrawing drawing);

    struct Tile {
        std::uint64_t number = 0;           ///< by the set's TileOrder
        std::uint32_t first = 0, last = 0;  ///< of the level's entries
    };
    /// A row that may have something in a tile. Of a row that spans many tiles only the part near this one is looked at.
    struct Entry {
        std::uint32_t row = 0, piece = 0;
    };
    static constexpr std::uint32_t whole = ~std::uint32_t{0};
    /// Parts of rows: rings as numbers of vertices.
    struct Pieces {
        std::vector<std::uint32_t> vertices{}, ring_ends{}, piece_ends{};  ///< a ring ends before vertices[ring_ends[q]], a piece before ring piece_ends[p]
        std::vector<std::uint8_t>  is_shell{};                             ///< a flag a ring
    };
    /// A row that is drawn as one square of the lattice, in one tile.
    struct Mark {
        std::uint64_t tile = 0;  ///< number
        std::uint32_t row  = 0;
        std::int32_t  x = 0, y = 0;  ///< lattice units from the tile's corner
    };
    /// Who carries what of the rows that are too small; empty before carry().
    struct Carried {
        std::vector<std::uint32_t> counts{};  ///< rows that each row stands for; 0: another row stands for it
        std::vector<double>        sums{};    ///< row by row, a value a column; NaN: none
        std::vector<Mark>          marks{};   ///< in rising order of tiles
        std::uint64_t              rows = 0;  ///< that another stands for
    };
    struct Level {
        int                z    = 0;
        std::uint32_t      step = 1;      ///< of the lattice, in steps of the grid
        double             scale = 1;     ///< lattice units in a step of the highest level
        std::vector<Tile>  tiles{};       ///< in rising order of their numbers
        std::vector<Entry> entries{};
        Pieces             pieces{};
        std::uint64_t      rows = 0, vertices = 0;  ///< of the source, inside the set
        Carried            carried{};
    };
    [[nodiscard]] Level level(int z) const;

    [[nodiscard]] bool has_sums() const noexcept { return sums_.size() > 0; }
    /// Gives the values of each row that is not `drawn` (a flag a row: it has an area in some tile of the level) to the nearest that is, by the centres of their boxes, within the width of a tile. Where there
    /// is none, the rows of one tile go to the largest of them, which is marked: drawn as one square of the lattice. REQUIRES has_sums(). Cost: O(n log n).
    void carry(Level& level, const std::vector<bool>& drawn, const Execution& exec) const;

    /// What came out of the encoding of one tile.
    struct Drawn {
        std::vector<std::uint32_t> rows{};
        std::uint64_t              vertices = 0;
    };
    /// Appends the layer of one tile (a `layers` field of a Mapbox Vector Tile, version 2.1) to `bytes`, nothing where no row has an area in it.
    /// Rows smaller than `least_area` (squares of a step of the level) are left out; their neighbours look the same.
    Drawn encode(const Level& level, const Tile& tile, double least_area, std::string& bytes) const;

    /// Adds all that encode() looks at. `row_inputs`: fingerprints of the rows' own attributes, ids and shapes.
    void add_inputs(const Level& level, const Tile& tile, std::span<const Hash128> row_inputs, Hasher128& to) const;

    /// Area of a row on a level, in squares of a step.
    [[nodiscard]] double        area(const Level& level, std::uint32_t row) const noexcept;
    [[nodiscard]] std::uint32_t rows() const noexcept { return static_cast<std::uint32_t>(source_.size()); }

private:
    [[nodiscard]] LevelLattice  lattice_of(const Level& level) const;
    [[nodiscard]] std::span<const Mark> marks_of(const Level& level, const Tile& tile) const;
    void                        begin_feature(const Level& level, std::uint32_t row, std::uint32_t count_key, MvtLayerWriter& writer) const;
    [[nodiscard]] std::uint32_t step_of(int z) const noexcept { return z == source_.max_zoom() ? 1 : drawing_.simplify; }

    std::string                    name_;
    const PolygonSource&           source_;
    const MvtAttributes&           attributes_;
    std::span<const std::uint64_t> ids_;
    SummedColumns                  sums_;
    PolygonDrawing                 drawing_;
    TileOrder                      order_;
};

}  // namespace gapmap
