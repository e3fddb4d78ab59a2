#pragma once
#include <cstdint>
#include <vector>

#include "render/tile/polygon_levels.h"

namespace gapmap {

/// Tiles of a level, ends included; empty where x_min > x_max or y_min > y_max.
struct TileRange {
    std::int64_t              x_min = 0, y_min = 0, x_max = -1, y_max = -1;
    [[nodiscard]] bool        is_empty() const noexcept { return x_min > x_max || y_min > y_max; }
    [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(x_max - x_min + 1) * static_cast<std::size_t>(y_max - y_min + 1); }
};

/// The lattice of a level: tiles of `extent` units with a buffer around each.
struct LevelLattice {
    double        scale = 1;  ///< lattice units in a coordinate of the source
    std::int64_t  extent = 0, buffer = 0, columns = 1, rows = 1;
    TileOrder     order;
    [[nodiscard]] TileRange tiles_of(const PolygonSource::RowBox& box) const noexcept;
};

/// Finds the tiles that rows may be in.
class PolygonPlaces {
public:
    PolygonPlaces(const PolygonSource& source, const LevelLattice& lattice) : view_(source.view()), lattice_(lattice) {}
    /// A row over many tiles is cut up by halves, so that none of its tiles looks at all its vertices: runs of vertices on the far side of a line
    /// shrink to their ends, which moves nothing on the near side. Cost: O(vertices x log tiles + tiles it is in).
    void place(std::uint32_t row, const TileRange& range);
    /// Tiles in rising order of their numbers on level `z`, each with its entries in order of rows.
    void finish(PolygonLevels::Level& to);

private:
    struct Part {
        std::vector<std::uint32_t> vertices{}, ring_ends{};
        std::vector<std::uint8_t>  is_shell{};
    };
    struct Placed {
        std::int64_t         x = 0, y = 0;
        PolygonLevels::Entry entry{};
    };
    void               put(const TileRange& range, std::uint32_t row, std::uint32_t piece);
    void               split(const TileRange& range, std::uint32_t row, const Part& part);
    [[nodiscard]] Part near(const Part& part, bool along_x, double at, double sign) const;
    void               keep(const TileRange& range, std::uint32_t row, const Part& part);
    void               sort();

    PolygonsView<Planar>  view_;
    LevelLattice          lattice_;
    std::vector<Placed>   placed_;
    PolygonLevels::Pieces pieces_;
};

}  // namespace gapmap
