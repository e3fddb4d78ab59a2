#include "data/store/rtree_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

namespace gapmap {
namespace {

// Of a two-dimensional tree: SQLite puts at most 51 cells of 24 bytes into a node, and reads the node's size from the root.
constexpr std::size_t most_cells = 51, cell_bytes = 24, head_bytes = 4, node_bytes = head_bytes + most_cells * cell_bytes;

/// What a node holds: rows at the bottom, nodes above. Bounds are 32-bit floats that enclose the exact ones.
struct Cell {
    std::int64_t id = 0;
    float        x_min = 0, x_max = 0, y_min = 0, y_max = 0;
};

float rounded_down(double v) noexcept {
    const auto f = static_cast<float>(v);
    return static_cast<double>(f) > v ? std::nextafter(f, -std::numeric_limits<float>::infinity()) : f;
}
float rounded_up(double v) noexcept {
    const auto f = static_cast<float>(v);
    return static_cast<double>(f) < v ? std::nextafter(f, std::numeric_limits<float>::infinity()) : f;
}

template <class Unsigned>
void put_big_endian(std::string& out, Unsigned value) {
    for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
}

void set_node(std::string& out, std::uint16_t depth, const std::vector<Cell>& cells, std::size_t first, std::size_t last) {
    out.clear();
    put_big_endian(out, depth);
    put_big_endian(out, static_cast<std::uint16_t>(last - first));
    for (std::size_t i = first; i < last; ++i) {
        put_big_endian(out, static_cast<std::uint64_t>(cells[i].id));
        for (const float bound : {cells[i].x_min, cells[i].x_max, cells[i].y_min, cells[i].y_max}) put_big_endian(out, std::bit_cast<std::uint32_t>(bound));
    }
    out.resize(node_bytes, '\0');
}

/// Sorts the points so that each run of `most_cells` lies close together: strips by x, within a strip by y. Ties go by row.
void sort_tiles(std::vector<IndexedPoint>& points) {
    const std::size_t nodes  = (points.size() + most_cells - 1) / most_cells;
    const auto        strips = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(nodes))));
    const std::size_t strip  = (nodes + strips - 1) / std::max<std::size_t>(strips, 1) * most_cells;
    std::ranges::sort(points, [](const IndexedPoint& a, const IndexedPoint& b) { return a.x != b.x ? a.x < b.x : a.row < b.row; });
    for (std::size_t from = 0; from < points.size(); from += strip) {
        const auto first = points.begin() + static_cast<std::ptrdiff_t>(from);
        const auto last  = points.begin() + static_cast<std::ptrdiff_t>(std::min(from + strip, points.size()));
        std::sort(first, last, [](const IndexedPoint& a, const IndexedPoint& b) { return a.y != b.y ? a.y < b.y : a.row < b.row; });
    }
}

Cell around(const std::vector<Cell>& cells, std::size_t first, std::size_t last, std::int64_t node) {
    Cell out = cells[first];
    out.id   = node;
    for (std::size_t i = first + 1; i < last; ++i) {
        out.x_min = std::min(out.x_min, cells[i].x_min);
        out.x_max = std::max(out.x_max, cells[i].x_max);
        out.y_min = std::min(out.y_min, cells[i].y_min);
        out.y_max = std::max(out.y_max, cells[i].y_max);
    }
    return out;
}

class Packer {
public:
    Packer(const Database& db, const std::string& index)
        : node_(db, fmt::format("INSERT INTO {}_node (nodeno, data) VALUES (?, ?)", index)),
          rowid_(db, fmt::format("INSERT INTO {}_rowid (rowid, nodeno) VALUES (?, ?)", index)),
          parent_(db, fmt::format("INSERT INTO {}_parent (nodeno, parentnode) VALUES (?, ?)", index)) {}

    /// Writes the levels from the bottom up; the last one, a single node, is the root, which has number 1.
    void write(std::vector<Cell> cells) {
        std::int64_t  next  = 2;
        std::uint16_t depth = 0;
        while (cells.size() > most_cells) {
            cells = write_level(cells, depth == 0, next);
            ++depth;
        }
        set_node(bytes_, depth, cells, 0, cells.size());
        put_node(1);
        for (const Cell& cell : cells) hang(cell.id, 1, depth == 0);
        write_rows();
    }

private:
    std::vector<Cell> write_level(const std::vector<Cell>& cells, bool bottom, std::int64_t& next) {
        std::vector<Cell> above;
        const std::size_t nodes = (cells.size() + most_cells - 1) / most_cells;
        above.reserve(nodes);
        for (std::size_t first = 0; first < cells.size(); first += most_cells) {
            const std::size_t last = std::min(first + most_cells, cells.size());
            set_node(bytes_, 0, cells, first, last);
            put_node(next);
            for (std::size_t i = first; i < last; ++i) hang(cells[i].id, next, bottom);
            above.push_back(around(cells, first, last, next++));
        }
        return above;
    }

    void put_node(std::int64_t number) {
        node_.bind(1, number);
        node_.bind_blob(2, bytes_);
        node_.run();
    }

    void hang(std::int64_t id, std::int64_t node, bool is_row) {
        if (is_row) return rows_.push_back({id, node});
        parent_.bind(1, id);
        parent_.bind(2, node);
        parent_.run();
    }

    /// In order of rows: appending to a B-tree is several times faster than inserting anywhere.
    void write_rows() {
        std::ranges::sort(rows_);
        for (const auto& [row, node] : rows_) {
            rowid_.bind(1, row);
            rowid_.bind(2, node);
            rowid_.run();
        }
    }

    Statement                                          node_, rowid_, parent_;
    std::string                                        bytes_;
    std::vector<std::pair<std::int64_t, std::int64_t>> rows_;
};

}  // namespace

void pack_rtree(const Database& db, const std::string& index, std::vector<IndexedPoint> points) {
    for (const char* table : {"node", "rowid", "parent"}) Statement(db, fmt::format("DELETE FROM {}_{}", index, table)).run();
    sort_tiles(points);
    std::vector<Cell> cells;
    cells.reserve(points.size());
    for (const IndexedPoint& p : points) cells.push_back({p.row, rounded_down(p.x), rounded_up(p.x), rounded_down(p.y), rounded_up(p.y)});
    points = {};
    Packer(db, index).write(std::move(cells));
}

}  // namespace gapmap
