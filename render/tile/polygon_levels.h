#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "render/tile/mvt_encode.h"
#include "render/tile/polygon_source.h"

namespace gapmap {

/// How polygons are drawn on a level.
struct PolygonDrawing {
    std::uint32_t buffer   = 64;  ///< steps that shapes reach beyond a tile's edge
    std::uint32_t simplify = 1;   ///< below the highest level, vertices are snapped to every simplify-th step: a divisor of the extent
    double        min_area = 0;   ///< squares of a step; a row smaller than that on a level is not drawn there
};

/// The polygons of one layer, level by level, snapped so that each is valid and a coverage stays one (see SnappedTile).
class PolygonLevels {
public:
    /// `source`, `attributes` and `ids` (a number a row) must outlive this.
    PolygonLevels(std::string name, const PolygonSource& source, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, PolygonDrawing drawing);

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
    struct Level {
        int                z    = 0;
        std::uint32_t      step = 1;      ///< of the lattice, in steps of the grid
        double             scale = 1;     ///< lattice units in a step of the highest level
        std::vector<Tile>  tiles{};       ///< in rising order of their numbers
        std::vector<Entry> entries{};
        Pieces             pieces{};
        std::uint64_t      rows = 0, vertices = 0;  ///< of the source, inside the set
    };
    [[nodiscard]] Level level(int z) const;

    /// What came out of the encoding of one tile.
    struct Drawn {
        std::vector<std::uint32_t> rows{};
        std::uint64_t              vertices = 0;
    };
    /// Appends the layer of one tile (a `layers` field of a Mapbox Vector Tile, version 2.1) to `bytes`, nothing where no row has an area in it.
    /// Rows smaller than `least_area` (squares of a step of the level) are left out; their neighbours look the same.
    Drawn encode(const Level& level, const Tile& tile, double least_area, std::string& bytes) const;

    /// Area of a row on a level, in squares of a step.
    [[nodiscard]] double        area(const Level& level, std::uint32_t row) const noexcept;
    [[nodiscard]] std::uint32_t rows() const noexcept { return static_cast<std::uint32_t>(source_.size()); }

private:
    [[nodiscard]] std::uint32_t step_of(int z) const noexcept { return z == source_.max_zoom() ? 1 : drawing_.simplify; }

    std::string                    name_;
    const PolygonSource&           source_;
    const MvtAttributes&           attributes_;
    std::span<const std::uint64_t> ids_;
    PolygonDrawing                 drawing_;
    TileOrder                      order_;
};

}  // namespace gapmap
