#include "geo/index/polygon_locator.h"

#include "geo/core/expects.h"
#include "geo/shape/orientation.h"

#include <algorithm>
#include <cmath>

namespace gapmap {
namespace {

constexpr std::size_t rows_per_chunk = 256;

bool straddles(double a, double b, double at) noexcept { return (a > at) != (b > at); }

}  // namespace

/// What one chunk of rows contributes, in row order.
template <class Space>
struct PolygonLocator<Space>::Pieces {
    struct Piece {
        std::uint32_t cell, row, edge_count;
        bool          corner_inside;
    };
    std::vector<Piece>         pieces;
    std::vector<std::uint32_t> edges;  // of all pieces, one after the other
    // Scratch, reused from row to row.
    std::vector<std::uint8_t>                            flips;  // parity flips at (line, column) of the row's window
    std::vector<std::pair<std::uint32_t, std::uint32_t>> hits;   // (cell of the window, edge)
};

template <class Space>
PolygonLocator<Space>::PolygonLocator(const PolygonsView<Space>& polygons, const Execution& exec) {
    const std::size_t rows = polygons.size();
    GEO_EXPECTS(rows < crossed);
    vertices_.resize(polygons.x.size());
    for (std::size_t i = 0; i < vertices_.size(); ++i) vertices_[i] = {polygons.x[i], polygons.y[i]};
    ring_end_.assign(vertices_.size(), false);
    for (std::size_t q = 1; q < polygons.rings.size(); ++q) {
        if (polygons.rings[q] > polygons.rings[q - 1]) ring_end_[polygons.rings[q] - 1] = true;
    }
    row_vertices_.resize(rows + 1, 0);
    for (std::size_t r = 0; r <= rows && rows != 0; ++r) row_vertices_[r] = polygons.rings[polygons.parts[polygons.rows[r]]];
    choose_grid(polygons);
    std::vector<Pieces> pieces((rows + rows_per_chunk - 1) / rows_per_chunk);
    parallel_chunks(exec, rows, rows_per_chunk, [&](std::size_t begin, std::size_t end) {
        Pieces& mine = pieces[begin / rows_per_chunk];
        for (std::size_t r = begin; r < end; ++r) trace_row(polygons, r, mine);
        mine.flips = {};
        mine.hits  = {};
    });
    collect(pieces);
}

template <class Space>
void PolygonLocator<Space>::choose_grid(const PolygonsView<Space>& polygons) {
    Box<Space> box;
    for (const Vertex v : vertices_) {
        if (!std::isfinite(v.x) || !std::isfinite(v.y)) continue;
        if (box.is_empty()) box = {v.x, v.y, v.x, v.y};
        box = {std::min(box.x_min, v.x), std::min(box.y_min, v.y), std::max(box.x_max, v.x), std::max(box.y_max, v.y)};
    }
    if (box.is_empty()) return;
    x_min_ = box.x_min, y_min_ = box.y_min, x_max_ = box.x_max, y_max_ = box.y_max;
    const double width = x_max_ - x_min_, height = y_max_ - y_min_;
    const double reach = std::max({std::abs(x_min_), std::abs(x_max_), std::abs(y_min_), std::abs(y_max_)});
    // About one cell an edge: most cells of a partition then lie inside one polygon, and a crossed one has a few edges.
    const double wanted = std::clamp(static_cast<double>(polygons.x.size()), 64.0, 4.0e6);
    cell_ = std::max({std::sqrt(width * height / wanted), std::max(width, height) / wanted, reach * 0x1p-32, 1e-290});
    per_cell_ = 1 / cell_;
    columns_  = static_cast<int>(width * per_cell_) + 1;
    lines_    = static_cast<int>(height * per_cell_) + 1;
    // Covers the rounding of cell bounds; too large only lists an edge in one cell more.
    slack_ = cell_ * 1e-9 + reach * 0x1p-49;
    cells_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(lines_), Located::none);
}

template <class Space>
int PolygonLocator<Space>::column_of(double x) const noexcept {
    return std::clamp(static_cast<int>((x - x_min_) * per_cell_), 0, columns_ - 1);
}

template <class Space>
int PolygonLocator<Space>::line_of(double y) const noexcept {
    return std::clamp(static_cast<int>((y - y_min_) * per_cell_), 0, lines_ - 1);
}

/// Lists the cells that the row's edges cross, and scans each grid line for the parity at the cell corners.
template <class Space>
void PolygonLocator<Space>::trace_row(const PolygonsView<Space>& polygons, std::size_t row, Pieces& out) const {
    const Box<Space> box = polygon_box(polygons, row);
    if (box.is_empty() || cells_.empty()) return;
    const int column0 = column_of(box.x_min - slack_), column1 = column_of(box.x_max + slack_);
    const int line0 = line_of(box.y_min - slack_), line1 = line_of(box.y_max + slack_);
    const auto width = static_cast<std::size_t>(column1 - column0) + 1;
    out.flips.assign(width * static_cast<std::size_t>(line1 - line0 + 1), 0);
    out.hits.clear();
    const double reach_error = slack_;
    for (std::uint32_t e = row_vertices_[row]; e + 1 < row_vertices_[row + 1]; ++e) {
        if (ring_end_[e]) continue;
        const Vertex a = vertices_[e], b = vertices_[e + 1];
        const double dx = b.x - a.x, dy = b.y - a.y;
        const double low = std::min(a.y, b.y), high = std::max(a.y, b.y), west = std::min(a.x, b.x), east = std::max(a.x, b.x);
        const bool   flat  = std::abs(dy) < cell_ * 1e-3;
        const double slack = flat ? slack_ : slack_ + 4 * reach_error * std::abs(dx / dy);
        for (int line = line_of(low - slack_); line <= line_of(high + slack_); ++line) {
            const double y0 = std::max(low, y_min_ + line * cell_ - slack_), y1 = std::min(high, y_min_ + (line + 1) * cell_ + slack_);
            double       x0 = west, x1 = east;
            if (!flat) {
                const double xa = a.x + (y0 - a.y) / dy * dx, xb = a.x + (y1 - a.y) / dy * dx;
                x0 = std::max(west, std::min(xa, xb) - slack);
                x1 = std::min(east, std::max(xa, xb) + slack);
            }
            const auto base = static_cast<std::size_t>(line - line0) * width;
            for (int column = column_of(x0 - slack_); column <= column_of(x1 + slack_); ++column) {
                out.hits.emplace_back(static_cast<std::uint32_t>(base + static_cast<std::size_t>(column - column0)), e);
            }
            const double corner_y = y_min_ + line * cell_;
            if (!straddles(a.y, b.y, corner_y)) continue;
            // First corner strictly to the right of the edge: guess, then decide exactly.
            const auto is_right = [&](int column) {
                const int side = orientation(a.x, a.y, b.x, b.y, corner_of(column, line).x, corner_y);
                return b.y > a.y ? side < 0 : side > 0;
            };
            int column = std::clamp(static_cast<int>((a.x + (corner_y - a.y) / dy * dx - x_min_) * per_cell_), column0, column1 + 1);
            while (column > column0 && is_right(column - 1)) --column;
            while (column <= column1 && !is_right(column)) ++column;
            if (column <= column1) out.flips[base + static_cast<std::size_t>(column - column0)] ^= 1U;
        }
    }
    std::ranges::sort(out.hits);
    auto hit = out.hits.begin();
    for (std::size_t k = 0; k < out.flips.size(); ++k) {
        const bool inside = (out.flips[k] ^ (k % width == 0 ? 0U : out.flips[k - 1])) != 0;
        out.flips[k] = inside ? 1 : 0;  // from flips to parity, running along the line
        const auto first = hit;
        for (; hit != out.hits.end() && hit->first == k; ++hit) out.edges.push_back(hit->second);
        if (first == hit && !inside) continue;
        const auto cell = static_cast<std::size_t>(line0 + static_cast<int>(k / width)) * static_cast<std::size_t>(columns_) +
                          static_cast<std::size_t>(column0) + k % width;
        out.pieces.push_back({static_cast<std::uint32_t>(cell), static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(hit - first), inside});
    }
}

/// Orders the pieces by cell (and by row within it), and settles the cells that need no edges.
template <class Space>
void PolygonLocator<Space>::collect(const std::vector<Pieces>& pieces) {
    struct Tally {
        std::uint32_t candidates = 0, words = 0;
        bool          closed = false;  // a polygon covers the whole cell: no later row can win there
    };
    std::vector<Tally> tally(cells_.size());
    const auto for_each_piece = [&](auto&& visit) {
        for (const Pieces& chunk : pieces) {
            std::size_t edge = 0;
            for (const auto& piece : chunk.pieces) {
                visit(piece, std::span(chunk.edges).subspan(edge, piece.edge_count));
                edge += piece.edge_count;
            }
        }
    };
    for_each_piece([&](const auto& piece, std::span<const std::uint32_t>) {
        Tally& t = tally[piece.cell];
        if (t.closed) return;
        t.closed = piece.edge_count == 0;
        if (t.closed && t.candidates == 0) {
            cells_[piece.cell] = piece.row;
            return;
        }
        t.candidates += 1;
        t.words += 2 + piece.edge_count;
    });
    std::uint32_t              words = 0;
    std::vector<std::uint32_t> next(cells_.size());
    for (std::size_t c = 0; c < cells_.size(); ++c) {
        if (tally[c].candidates == 0) continue;
        cells_[c] = crossed | words;
        next[c]   = words;
        words += tally[c].words;
        GEO_EXPECTS(words < crossed);
    }
    lists_.resize(words);
    for_each_piece([&](const auto& piece, std::span<const std::uint32_t> list) {
        Tally& t = tally[piece.cell];
        if (t.candidates == 0) return;
        t.candidates -= 1;
        std::uint32_t* to = lists_.data() + next[piece.cell];
        to[0] = piece.row | (piece.corner_inside ? inside_flag : 0U);
        to[1] = piece.edge_count | (t.candidates == 0 ? last_flag : 0U);
        std::ranges::copy(list, to + 2);
        next[piece.cell] += 2 + piece.edge_count;
    });
}

template <class Space>
std::uint32_t PolygonLocator<Space>::cell_of(Point<Space> p) const noexcept {
    if (!(p.x >= x_min_ && p.x <= x_max_ && p.y >= y_min_ && p.y <= y_max_)) return 0;
    return static_cast<std::uint32_t>(line_of(p.y)) * static_cast<std::uint32_t>(columns_) + static_cast<std::uint32_t>(column_of(p.x));
}

template <class Space>
Located PolygonLocator<Space>::locate(Point<Space> p) const noexcept {
    return locate_in(cell_of(p), p);
}

template <class Space>
Located PolygonLocator<Space>::locate_in(std::uint32_t index, Point<Space> p) const noexcept {
    if (!(p.x >= x_min_ && p.x <= x_max_ && p.y >= y_min_ && p.y <= y_max_)) return {};
    const std::uint32_t cell = cells_[index];
    if (!is_crossed(cell)) return {cell, false};
    const auto           columns = static_cast<std::uint32_t>(columns_);
    const Vertex         corner = corner_of(static_cast<int>(index % columns), static_cast<int>(index / columns));
    const std::uint32_t* list   = lists_.data() + (cell & ~crossed);
    for (bool last = false; !last;) {
        const std::uint32_t row = list[0] & ~inside_flag, edges = list[1] & ~last_flag;
        last = (list[1] & last_flag) != 0;
        const Side side = side_in_cell({row, (list[0] & inside_flag) != 0, {list + 2, edges}}, p, corner);
        if (side != Side::outside) return {row, side == Side::border};
        list += 2 + edges;
    }
    return {};
}

template <class Space>
typename PolygonLocator<Space>::Side PolygonLocator<Space>::side_in_cell(const Candidate& c, Point<Space> p, Vertex corner) const noexcept {
    bool         inside = c.corner_inside;
    const double foot_x = p.x, foot_y = corner.y;  // the walk turns here
    for (const std::uint32_t e : c.edges) {
        const Vertex a = vertices_[e], b = vertices_[e + 1];
        const double west = std::min(a.x, b.x), east = std::max(a.x, b.x), low = std::min(a.y, b.y), high = std::max(a.y, b.y);
        if (west <= p.x && p.x <= east && high >= std::min(foot_y, p.y) && low <= std::max(foot_y, p.y)) {
            const int at_p = orientation(a.x, a.y, b.x, b.y, p.x, p.y);
            if (at_p == 0 && low <= p.y && p.y <= high) return Side::border;
            const int at_foot = orientation(a.x, a.y, b.x, b.y, foot_x, foot_y);
            // A corner of the walk on an edge has no parity: ask all edges instead.
            if (at_foot == 0 && low <= foot_y && foot_y <= high) return side_by_all_edges(c.row, p);
            if (straddles(a.x, b.x, p.x) && at_p != at_foot) inside = !inside;
        }
        if (straddles(a.y, b.y, foot_y) && east >= std::min(corner.x, foot_x) && west <= std::max(corner.x, foot_x)) {
            const int at_foot = orientation(a.x, a.y, b.x, b.y, foot_x, foot_y);
            if (at_foot == 0) return side_by_all_edges(c.row, p);
            const int  at_corner    = orientation(a.x, a.y, b.x, b.y, corner.x, corner.y);
            const int  right        = b.y > a.y ? -1 : 1;
            if ((at_foot == right) != (at_corner == right)) inside = !inside;
        }
    }
    return inside ? Side::inside : Side::outside;
}

template <class Space>
typename PolygonLocator<Space>::Side PolygonLocator<Space>::side_by_all_edges(std::uint32_t row, Point<Space> p) const noexcept {
    bool inside = false;
    for (std::uint32_t e = row_vertices_[row]; e + 1 < row_vertices_[row + 1]; ++e) {
        if (ring_end_[e]) continue;
        const Vertex a = vertices_[e], b = vertices_[e + 1];
        if (std::max(a.y, b.y) < p.y || std::min(a.y, b.y) > p.y) continue;
        const int side = orientation(a.x, a.y, b.x, b.y, p.x, p.y);
        if (side == 0 && std::min(a.x, b.x) <= p.x && p.x <= std::max(a.x, b.x)) return Side::border;
        if (straddles(a.y, b.y, p.y) && (side > 0) == (b.y > a.y)) inside = !inside;
    }
    return inside ? Side::inside : Side::outside;
}

template class PolygonLocator<Lonlat>;
template class PolygonLocator<Planar>;

}  // namespace gapmap
