#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// Where a point lies among polygons.
struct Located {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t row       = none;   ///< the lowest row that covers the point
    bool          on_border = false;  ///< the point lies exactly on a border of that row
    [[nodiscard]] bool found() const noexcept { return row != none; }
};

/// Answers "which polygon covers this point" for many points over few polygons.
///
/// Meaning: the lowest row r with covers(polygons, r, p): even-odd over the row's rings, borders count as inside. So a
/// point on a shared border belongs to exactly one polygon, the lower row, whatever the order of points or threads.
/// Error: none; every decision is an exact orientation sign (geo/shape/orientation.h).
/// Cost: build O(edges + cells touched by polygons); a query looks at one grid cell, which either lies wholly inside
/// one polygon (no arithmetic at all) or lists the few edges that cross it.
/// How: per cell and candidate polygon the parity at the cell's lower left corner is stored; a query walks from that
/// corner along the cell's lower side and then straight up to the point, and flips the parity at each edge it passes.
template <class Space>
class PolygonLocator {
public:
    /// The view is only read during construction.
    explicit PolygonLocator(const PolygonsView<Space>& polygons, const Execution& exec = {});

    /// NaN coordinates are found nowhere.
    [[nodiscard]] Located locate(Point<Space> p) const noexcept;

    // For many points: look up where p lies, visit points ordered by cell, and ask for a cell's memory some points ahead.
    // Points of one cell, or of near ones, share what locate() reads, and a look-up is bound by memory, not by arithmetic.
    /// The cell of a point, in [0, cells()); a point outside all gets an arbitrary one.
    [[nodiscard]] std::uint32_t cell_of(Point<Space> p) const noexcept;
    [[nodiscard]] std::size_t   cells() const noexcept { return cells_.size(); }
    /// locate(p), given cell_of(p).
    [[nodiscard]] Located locate_in(std::uint32_t cell, Point<Space> p) const noexcept;
    /// Three steps, each to be taken a while after the one before.
    void prefetch_cell(std::uint32_t cell) const noexcept { __builtin_prefetch(&cells_[cell]); }
    void prefetch_list(std::uint32_t cell) const noexcept {
        if (!is_crossed(cells_[cell])) return;
        __builtin_prefetch(&lists_[cells_[cell] & ~crossed]);
        __builtin_prefetch(&lists_[cells_[cell] & ~crossed] + 16);  // the next line: a hint beyond the end does no harm
    }
    void prefetch_edges(std::uint32_t cell) const noexcept {
        if (!is_crossed(cells_[cell])) return;
        const std::uint32_t* list = &lists_[cells_[cell] & ~crossed];
        if ((list[1] & ~last_flag) == 0) return;
        __builtin_prefetch(&vertices_[list[2]]);
        __builtin_prefetch(&vertices_[list[2]] + 4);
    }

private:
    struct Vertex {
        double x, y;
    };
    /// One polygon in one crossed cell. Edge e joins vertices e and e + 1.
    struct Candidate {
        std::uint32_t                  row;
        bool                           corner_inside;
        std::span<const std::uint32_t> edges;
    };
    struct Pieces;
    enum class Side { outside, inside, border };

    static bool is_crossed(std::uint32_t cell) noexcept { return cell != Located::none && (cell & crossed) != 0; }
    void choose_grid(const PolygonsView<Space>& polygons);
    void trace_row(const PolygonsView<Space>& polygons, std::size_t row, Pieces& out) const;
    void collect(const std::vector<Pieces>& pieces);
    [[nodiscard]] Side side_in_cell(const Candidate& c, Point<Space> p, Vertex corner) const noexcept;
    [[nodiscard]] Side side_by_all_edges(std::uint32_t row, Point<Space> p) const noexcept;
    [[nodiscard]] int column_of(double x) const noexcept;
    [[nodiscard]] int line_of(double y) const noexcept;
    [[nodiscard]] Vertex corner_of(int column, int line) const noexcept { return {x_min_ + column * cell_, y_min_ + line * cell_}; }

    static constexpr std::uint32_t crossed = 0x80000000U;  // flag: the rest is a place in lists_
    static constexpr std::uint32_t inside_flag = 0x80000000U, last_flag = 0x80000000U;

    double x_min_ = 0, y_min_ = 0, x_max_ = -1, y_max_ = -1, cell_ = 1, per_cell_ = 1, slack_ = 0;
    int    columns_ = 0, lines_ = 0;
    std::vector<Vertex>        vertices_;
    std::vector<std::uint32_t> row_vertices_;     // vertices of row r: [row_vertices_[r], row_vertices_[r + 1])
    std::vector<bool>          ring_end_;         // the last vertex of a ring starts no edge
    std::vector<std::uint32_t> cells_;            // none, a row, or crossed | place
    // Of each crossed cell in turn, its candidates in row order, each as: row | inside_flag, number of edges | last_flag, edges.
    std::vector<std::uint32_t> lists_;
};

extern template class PolygonLocator<Lonlat>;
extern template class PolygonLocator<Planar>;

}  // namespace gapmap
