#include "analysis/isobands.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <unordered_map>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double least_step = 1e-6;  // of an edge, between two crossings and to its ends

/// Half-cell coordinates: centres are odd in both, corners even in both, midpoints of sides odd in one.
struct Node {
    int  row = 0, column = 0;
    bool second = false;  ///< at a corner where two cells meet diagonally across missing ones: the southern one's copy
};

struct Corner {
    Node        node;
    double      value = 0;
    std::size_t band  = 0;
};

/// The raster as a net of triangles.
class Net {
public:
    Net(const Raster<Planar>& raster, std::span<const double> breaks) : raster_(raster), breaks_(breaks) {}

    [[nodiscard]] int    width() const noexcept { return raster_.grid.width; }
    [[nodiscard]] int    height() const noexcept { return raster_.grid.height; }
    [[nodiscard]] bool   has(int row, int column) const noexcept {
        return row >= 0 && column >= 0 && row < height() && column < width() && std::isfinite(at(row, column));
    }
    [[nodiscard]] double at(int row, int column) const noexcept {
        return static_cast<double>(raster_.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(width()) + static_cast<std::size_t>(column)]);
    }
    [[nodiscard]] Corner corner(Node node, double value) const {
        return {node, value, static_cast<std::size_t>(std::ranges::upper_bound(breaks_, value) - breaks_.begin())};
    }
    /// The midpoint or corner of cell (row, column) in a direction.
    [[nodiscard]] Corner around(int row, int column, int down, int right) const {
        const Node node{2 * row + 1 + down, 2 * column + 1 + right};
        if (down == 0 || right == 0) {
            const bool there = has(row + down, column + right);
            return corner(node, there ? (at(row, column) + at(row + down, column + right)) / 2 : at(row, column));
        }
        const bool beside = has(row, column + right), below = has(row + down, column), across = has(row + down, column + right);
        if (across && !beside && !below) return corner({node.row, node.column, down < 0}, at(row, column));
        // Summed from the north-west, so that all cells around find the same bits.
        double sum = 0;
        int    n   = 0;
        for (const int r : {std::min(row, row + down), std::max(row, row + down)}) {
            for (const int c : {std::min(column, column + right), std::max(column, column + right)}) {
                if (!has(r, c)) continue;
                sum += at(r, c);
                ++n;
            }
        }
        return corner(node, sum / n);
    }
    [[nodiscard]] Point<Planar> place(double row, double column) const noexcept {
        const Grid<Planar>& g = raster_.grid;
        return {g.x_min + column / 2 * g.cell_x, g.y_max - row / 2 * g.cell_y};
    }
    [[nodiscard]] std::span<const double> breaks() const noexcept { return breaks_; }

private:
    const Raster<Planar>&   raster_;
    std::span<const double> breaks_;
};

/// A vertex of a band's border: a node, or where a break crosses an edge. The key is the same from both sides of the edge.
struct Vertex {
    std::uint64_t key = 0;
    Point<Planar> place{};
};

class Borders {
public:
    explicit Borders(const Net& net) : net_(net), bands_(net.breaks().size() + 1), lines_(bands_) {}

    void add_cells() {
        for (int row = 0; row < net_.height(); ++row) {
            for (int column = 0; column < net_.width(); ++column) {
                if (net_.has(row, column)) add_cell(row, column);
            }
        }
    }
    [[nodiscard]] Polygons<Planar> polygons();

private:
    struct Line {
        std::uint64_t from = 0, to = 0;
        Point<Planar> start{};
        std::uint32_t piece = 0;  ///< of ground that it bounds
    };
    struct Ring {
        std::vector<Point<Planar>> points;
        double                     area  = 0;
        std::uint32_t              piece = 0;
    };

    [[nodiscard]] std::uint64_t node_key(Node n) const noexcept {
        return (static_cast<std::uint64_t>(n.row) * static_cast<std::uint64_t>(2 * net_.width() + 1) + static_cast<std::uint64_t>(n.column)) * 5 * key_step();
    }
    [[nodiscard]] std::uint64_t key_step() const noexcept { return bands_ + 2; }
    [[nodiscard]] Vertex        at_node(const Corner& c) const { return {node_key(c.node) + (c.node.second ? 1U : 0U), net_.place(c.node.row, c.node.column)}; }

    /// Where break `b` crosses the edge from p to q. Shares are worked out from the northern (then western) end, whichever way the edge is walked.
    [[nodiscard]] Vertex crossing(Corner p, Corner q, std::size_t b) const {
        if (std::pair(q.node.row, q.node.column) < std::pair(p.node.row, p.node.column)) std::swap(p, q);
        const int           down = q.node.row - p.node.row, right = q.node.column - p.node.column;
        const std::uint64_t way = down == 0 ? 1 : right < 0 ? 2 : right == 0 ? 3 : 4;
        const double        t   = share(p, q, b);
        return {node_key(p.node) + way * key_step() + b, net_.place(p.node.row + t * down, p.node.column + t * right)};
    }
    /// Breaks that cross one edge keep their order and a distance.
    [[nodiscard]] double share(const Corner& p, const Corner& q, std::size_t b) const {
        const auto        breaks = net_.breaks();
        const bool        rises = p.band < q.band;
        const std::size_t n = rises ? q.band - p.band : p.band - q.band, k = rises ? b - p.band : p.band - 1 - b;
        double            t = 0;
        const double      step = std::min(least_step, 0.5 / static_cast<double>(n + 1));
        for (std::size_t i = 0; i <= k; ++i) {
            const double exact = (breaks[rises ? p.band + i : p.band - 1 - i] - p.value) / (q.value - p.value);
            t = std::clamp(exact, t + step, 1 - step * static_cast<double>(n - i));
        }
        return t;
    }

    /// The eight triangles of a cell, counter-clockwise on a map with north up.
    void add_cell(int row, int column) {
        static constexpr std::array<std::pair<int, int>, 8> ring{{{-1, 0}, {-1, -1}, {0, -1}, {1, -1}, {1, 0}, {1, 1}, {0, 1}, {-1, 1}}};
        std::array<Corner, 8>                               around;
        for (std::size_t i = 0; i < 8; ++i) around[i] = net_.around(row, column, ring[i].first, ring[i].second);
        const Corner centre = net_.corner({2 * row + 1, 2 * column + 1}, net_.at(row, column));
        for (std::size_t i = 0; i < 8; ++i) {
            const std::size_t j   = (i + 1) % 8;
            const auto&       mid = ring[i % 2 == 0 ? i : j];
            const bool        open = !net_.has(row + mid.first, column + mid.second);
            add_triangle({centre, around[i], around[j]}, open);
        }
    }

    /// `open`: beyond the side from the second corner to the third there is no data.
    void add_triangle(const std::array<Corner, 3>& c, bool open) {
        const auto [low, high] = std::minmax({c[0].band, c[1].band, c[2].band});
        for (std::size_t band = low; band <= high; ++band) {
            const auto piece = static_cast<std::uint32_t>(parents_.size());
            parents_.push_back(piece);
            add_piece(c, open, band, piece);
        }
    }

    /// The part of a side, walked from p to q, that lies in a band.
    struct Stretch {
        bool   any = false;
        Vertex from{}, to{};
    };
    [[nodiscard]] Stretch stretch(const Corner& p, const Corner& q, std::size_t band) const {
        if ((p.band < band && q.band < band) || (p.band > band && q.band > band)) return {};
        const auto end = [&](const Corner& c) { return c.band == band ? at_node(c) : crossing(p, q, c.band < band ? band - 1 : band); };
        return {true, end(p), end(q)};
    }

    void add_piece(const std::array<Corner, 3>& c, bool open, std::size_t band, std::uint32_t piece) {
        std::array<Stretch, 3> sides;
        int                    found = 0;
        std::array<int, 3>     order{};
        for (int s = 0; s < 3; ++s) {
            const auto k = static_cast<std::size_t>(s);
            sides[k]     = stretch(c[k], c[(k + 1) % 3], band);
            if (!sides[k].any) continue;
            order[static_cast<std::size_t>(found++)] = s;
            if (s == 1 && open) lines_[band].push_back({sides[k].from.key, sides[k].to.key, sides[k].from.place, piece});
            else join(c[k], c[(k + 1) % 3], band, piece);
        }
        for (int i = 0; i < found; ++i) {
            const Stretch& a = sides[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])];
            const Stretch& b = sides[static_cast<std::size_t>(order[static_cast<std::size_t>((i + 1) % found)])];
            if (a.to.key != b.from.key) lines_[band].push_back({a.to.key, b.from.key, a.to.place, piece});
        }
    }

    /// Pieces of one band on both sides of an edge hang together.
    void join(const Corner& p, const Corner& q, std::size_t band, std::uint32_t piece) {
        const bool          turned = std::pair(q.node.row, q.node.column) < std::pair(p.node.row, p.node.column);
        const Node          from = turned ? q.node : p.node, to = turned ? p.node : q.node;
        const int           down = to.row - from.row, right = to.column - from.column;
        const std::uint64_t way = down == 0 ? 1 : right < 0 ? 2 : right == 0 ? 3 : 4;
        const auto [it, fresh]  = open_edges_.try_emplace(node_key(from) + way * key_step() + band, piece);
        if (fresh) return;
        parents_[root(piece)] = root(it->second);
        open_edges_.erase(it);  // an edge has two sides
    }
    std::uint32_t root(std::uint32_t i) {
        while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
        return i;
    }

    std::vector<Ring> rings_of(std::vector<Line>& lines);
    static void       cut_off(std::vector<Point<Planar>> points, std::uint32_t piece, std::vector<Ring>& out);

    const Net&                                       net_;
    std::size_t                                      bands_;
    std::vector<std::vector<Line>>                   lines_;       // a band
    std::vector<std::uint32_t>                       parents_;     // of pieces: a forest of those that hang together
    std::unordered_map<std::uint64_t, std::uint32_t> open_edges_;  // edges of which one side has been seen
};

/// Follows lines into rings. A ring that comes back to a place (where missing cells meet at a corner) is cut in two there.
std::vector<Borders::Ring> Borders::rings_of(std::vector<Line>& lines) {
    std::ranges::sort(lines, {}, &Line::from);
    std::vector<bool> used(lines.size());
    std::vector<Ring> out;
    for (std::size_t first = 0; first < lines.size(); ++first) {
        std::vector<Point<Planar>> points;
        for (std::size_t at = first; !used[at];) {
            used[at] = true;
            points.push_back(lines[at].start);
            at = static_cast<std::size_t>(std::ranges::lower_bound(lines, lines[at].to, {}, &Line::from) - lines.begin());
            GEO_EXPECTS(at < lines.size());
        }
        if (!points.empty()) cut_off(std::move(points), root(lines[first].piece), out);
    }
    return out;
}

void Borders::cut_off(std::vector<Point<Planar>> points, std::uint32_t piece, std::vector<Ring>& out) {
    const auto                              less = [](const Point<Planar>& a, const Point<Planar>& b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); };
    std::vector<std::size_t>                order(points.size()), seen_at(points.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return less(points[a], points[b]) || (!less(points[b], points[a]) && a < b); });
    std::vector<std::size_t> name(points.size());  // equal for equal places
    for (std::size_t i = 0; i < order.size(); ++i) {
        const bool same = i > 0 && !less(points[order[i - 1]], points[order[i]]);
        name[order[i]]  = same ? name[order[i - 1]] : order[i];
    }
    constexpr std::size_t nowhere = ~std::size_t{0};
    std::ranges::fill(seen_at, nowhere);
    std::vector<std::size_t> path;
    const auto               finish = [&](std::size_t from) {
        Ring ring;
        ring.piece = piece;
        for (std::size_t i = from; i < path.size(); ++i) {
            ring.points.push_back(points[path[i]]);
            seen_at[name[path[i]]] = nowhere;
        }
        path.resize(from);
        if (ring.points.size() < 3) return;
        ring.points.push_back(ring.points.front());
        for (std::size_t i = 1; i + 2 < ring.points.size(); ++i) {
            const auto &o = ring.points[0], &a = ring.points[i], &b = ring.points[i + 1];
            ring.area += ((a.x - o.x) * (b.y - o.y) - (b.x - o.x) * (a.y - o.y)) / 2;
        }
        if (ring.area != 0) out.push_back(std::move(ring));
    };
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (seen_at[name[i]] != nowhere) finish(seen_at[name[i]]);
        seen_at[name[i]] = path.size();
        path.push_back(i);
    }
    finish(0);
}

Polygons<Planar> Borders::polygons() {
    Polygons<Planar> out;
    for (auto& lines : lines_) {
        std::vector<Ring> rings = rings_of(lines);
        lines                   = {};
        // Rings of one piece of ground: its shell, the only one that is counter-clockwise, before its holes.
        std::ranges::stable_sort(rings, [](const Ring& a, const Ring& b) { return std::pair(a.piece, a.area < 0) < std::pair(b.piece, b.area < 0); });
        for (std::size_t i = 0; i < rings.size(); ++i) {
            for (const Point<Planar>& p : rings[i].points) out.push_point(p.x, p.y);
            out.end_ring();
            if (i + 1 == rings.size() || rings[i + 1].piece != rings[i].piece || rings[i + 1].area > 0) out.end_part();
        }
        out.end_row();
    }
    return out;
}

}  // namespace

Polygons<Planar> isobands(const Raster<Planar>& raster, std::span<const double> breaks) {
    GEO_EXPECTS(raster.values.size() == raster.grid.cells());
    for (std::size_t i = 0; i < breaks.size(); ++i) GEO_EXPECTS(std::isfinite(breaks[i]) && (i == 0 || breaks[i - 1] < breaks[i]));
    const Net net(raster, breaks);
    Borders   borders(net);
    borders.add_cells();
    return borders.polygons();
}

}  // namespace gapmap
