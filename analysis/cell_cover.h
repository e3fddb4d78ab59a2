#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/shape/polygons.h"

namespace gapmap {

/// A grid of equal cells in the plane, turned or sheared as it may be: cell (row, column) starts at origin + column * (column_x, column_y) + row * (row_x, row_y).
/// North up: column_x > 0, row_y < 0, the other two 0. REQUIRES that the two steps span an area.
struct CellGrid {
    double x0 = 0, y0 = 0;
    double column_x = 1, column_y = 0, row_x = 0, row_y = -1;
    int    width = 0, height = 0;  ///< columns, rows

    [[nodiscard]] std::size_t cells() const noexcept { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
    bool operator==(const CellGrid&) const = default;
};

/// A block of a grid's cells.
struct CellWindow {
    int column = 0, row = 0, width = 0, height = 0;
    bool operator==(const CellWindow&) const = default;
};

/// The part of a grid that a window of it holds, as a grid of its own.
[[nodiscard]] CellGrid crop(const CellGrid& grid, const CellWindow& window) noexcept;

/// The least window that holds every cell that the polygons touch, give or take one cell a side; empty (width and height 0) where they touch none.
/// Vertices that are not finite do not count.
[[nodiscard]] CellWindow window_of(const PolygonsView<Planar>& polygons, const CellGrid& grid);

/// Which cells belong to a polygon, and how much of each.
enum class CellRule {
    fraction,  ///< every cell that shares an area with the polygon, weighed by the share of the cell
    centre,    ///< the cells whose centre lies inside, each with weight 1
};

/// Cells [begin, end) of a row, all with the same share in the polygon, in (0, 1].
struct CoverRun {
    int    row = 0, begin = 0, end = 0;
    double fraction = 1;
    bool operator==(const CoverRun&) const = default;
};

/// The cells that polygons cover, one polygon after the other. Keeps its working memory between calls: one object a thread.
///
/// Meaning, `fraction`: area of cell and polygon in common, divided by the area of the cell. Rings are taken as shells and holes by their place in the part, whatever their
/// winding. `centre`: even-odd; a centre on a border belongs to the side east and south of it, so that polygons that tile the plane have each centre once.
/// Unit: shares of a cell. Domain: finite coordinates; a row with another one covers nothing.
/// Error: fractions, about 1e-12 plus what the rounding of the coordinates is worth in cells. A vertex closer to a cell's border or middle than that rounding is taken to lie on it,
/// so no cell is touched by rounding alone; a share below 1e-13 is none.
/// Cost: O(edges + cells on the boundary + rows), whatever the number of cells inside; memory likewise.
/// Source: accumulated signed areas as in scan conversion of outlines (Levien, font-rs; Turner, FreeType), with row coordinates on a binary lattice, so that the coverage carried
/// from cell to cell is a sum without rounding: cells inside have exactly 1, cells outside exactly 0.
class CellCover {
public:
    explicit CellCover(const CellGrid& grid);

    /// The cover of row `r` within grid rows [first, last), ordered by row, then column. Valid until the next call. What it says of a grid row does not depend on first and last.
    std::span<const CoverRun> of(const PolygonsView<Planar>& polygons, std::size_t r, CellRule rule, int first, int last);

    /// True where the last polygon was seen to overlap itself (a cell was covered twice, or less than not at all): its shares were cut to [0, 1] and mean little. Always false for `centre`.
    [[nodiscard]] bool overlaps_itself() const noexcept { return overlaps_; }

    /// Grid rows [first, last) that row `r` can touch; empty (first >= last) where there are none.
    struct Rows {
        int first = 0, last = 0;
    };
    [[nodiscard]] Rows rows_of(const PolygonsView<Planar>& polygons, std::size_t r) const;

private:
    /// What one edge leaves in one cell: `cover`, the height it spans, and `area`, the part of the cell to the right of it; signed by direction.
    /// For `centre`, `area` is the column coordinate where the edge crosses the middle of the row.
    struct Mark {
        std::int32_t row, column;
        double       cover, area;
    };
    struct Edge {
        double u0, v0, u1, v1, sign;  ///< v0 < v1
    };

    void to_cells(const PolygonsView<Planar>& polygons, std::size_t r, Rows reach);
    void mark_rings(const PolygonsView<Planar>& polygons, std::size_t r, CellRule rule);
    void mark_areas(const Edge& edge);
    void mark_section(int row, double ua, double va, double ub, double vb, double sign);
    void mark_crossings(const Edge& edge);
    void put(int row, int column, double cover, double area);
    template <class Before>
    void sort_marks(Before before);
    void sweep_fractions();
    void sweep_centres();

    CellGrid grid_;
    double   u_x_, u_y_, v_x_, v_y_;      ///< from the plane to columns and rows
    double   u_snap_, v_snap_;            ///< what rounding is worth, in cells
    double   u_limit_ = 0, lattice_ = 0;  ///< width; adding and taking away `lattice_` rounds to the lattice
    int      base_ = 0, first_ = 0, last_ = 0;
    bool     finite_ = true, overlaps_ = false;

    std::vector<double>        u_, v_;
    std::vector<Mark>          marks_, sorted_;
    std::vector<std::uint32_t> starts_;
    std::vector<CoverRun>      runs_;
};

}  // namespace gapmap
