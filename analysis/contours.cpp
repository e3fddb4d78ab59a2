#include "analysis/contours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

namespace gapmap {
namespace {

/// Cell (row, column), -1 and beyond the last included, stands at a corner of the squares that are marched over.
class Field {
public:
    Field(const Raster<Planar>& raster, double level) : raster_(raster), level_(level) {}

    [[nodiscard]] double value(int row, int column) const noexcept {
        const Grid<Planar>& g = raster_.grid;
        if (row < 0 || column < 0 || row >= g.height || column >= g.width) return std::numeric_limits<double>::quiet_NaN();
        return raster_.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(g.width) + static_cast<std::size_t>(column)];
    }
    [[nodiscard]] bool inside(int row, int column) const noexcept { return value(row, column) <= level_; }
    /// Where the border crosses the line between two cells, one inside and one not.
    [[nodiscard]] Point<Planar> crossing(int r0, int c0, int r1, int c1) const noexcept {
        const double a = value(r0, c0), b = value(r1, c1);
        const double t = std::isfinite(a) && std::isfinite(b) ? std::clamp((level_ - a) / (b - a), 0.0, 1.0) : 0.5;
        const Grid<Planar>& g = raster_.grid;
        return {g.x_centre(c0) + t * (g.x_centre(c1) - g.x_centre(c0)), g.y_centre(r0) + t * (g.y_centre(r1) - g.y_centre(r0))};
    }
    /// Whether the two inside corners of a saddle hang together.
    [[nodiscard]] bool saddle_open(int row, int column) const noexcept {
        const double mean = (value(row, column) + value(row, column + 1) + value(row + 1, column) + value(row + 1, column + 1)) / 4;
        return mean <= level_;
    }

private:
    const Raster<Planar>& raster_;
    double                level_;
};

/// A place where the border crosses a line between neighbours: that of cell (row, column) with the one to the east or the south of it.
struct Crossing {
    int  row, column;
    bool south;
    auto operator<=>(const Crossing&) const = default;
};

struct Ring {
    std::vector<Point<Planar>> points;  // closed
    double                     area = 0;
};

/// The pieces of border in one square, each from crossing to crossing with the inside to its left (in map axes, north up).
void march(const Field& field, int row, int column, std::map<Crossing, Crossing>& next) {
    const bool     nw = field.inside(row, column), ne = field.inside(row, column + 1), sw = field.inside(row + 1, column), se = field.inside(row + 1, column + 1);
    const Crossing top{row, column, false}, bottom{row + 1, column, false}, left{row, column, true}, right{row, column + 1, true};
    const auto     link = [&](const Crossing& from, const Crossing& to) { next[from] = to; };
    switch ((nw ? 8 : 0) | (ne ? 4 : 0) | (se ? 2 : 0) | (sw ? 1 : 0)) {
        case 1: link(bottom, left); break;
        case 2: link(right, bottom); break;
        case 3: link(right, left); break;
        case 4: link(top, right); break;
        case 6: link(top, bottom); break;
        case 7: link(top, left); break;
        case 8: link(left, top); break;
        case 9: link(bottom, top); break;
        case 11: link(right, top); break;
        case 12: link(left, right); break;
        case 13: link(bottom, right); break;
        case 14: link(left, bottom); break;
        case 5:  // ne and sw
            if (field.saddle_open(row, column)) link(top, left), link(bottom, right);
            else link(top, right), link(bottom, left);
            break;
        case 10:  // nw and se
            if (field.saddle_open(row, column)) link(right, top), link(left, bottom);
            else link(left, top), link(right, bottom);
            break;
        default: break;
    }
}

std::vector<Ring> rings_of(const Field& field, std::map<Crossing, Crossing> next) {
    std::vector<Ring> out;
    while (!next.empty()) {
        Ring     ring;
        Crossing at = next.begin()->first;
        for (auto it = next.find(at); it != next.end(); it = next.find(at)) {
            const Point<Planar> p = at.south ? field.crossing(at.row, at.column, at.row + 1, at.column) : field.crossing(at.row, at.column, at.row, at.column + 1);
            // At a cell that lies exactly on the level crossings fall together.
            if (ring.points.empty() || p.x != ring.points.back().x || p.y != ring.points.back().y) ring.points.push_back(p);
            at = it->second;
            next.erase(it);
        }
        if (ring.points.size() > 1 && ring.points.front().x == ring.points.back().x && ring.points.front().y == ring.points.back().y) ring.points.pop_back();
        if (ring.points.size() < 3) continue;
        ring.points.push_back(ring.points.front());
        for (std::size_t i = 1; i + 1 < ring.points.size(); ++i) {
            const auto &o = ring.points[0], &a = ring.points[i], &b = ring.points[i + 1];
            ring.area += ((a.x - o.x) * (b.y - o.y) - (b.x - o.x) * (a.y - o.y)) / 2;
        }
        if (ring.area != 0) out.push_back(std::move(ring));
    }
    return out;
}

bool holds(const Ring& ring, Point<Planar> p) {
    bool in = false;
    for (std::size_t i = 0; i + 1 < ring.points.size(); ++i) {
        const auto &a = ring.points[i], &b = ring.points[i + 1];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) in = !in;
    }
    return in;
}

}  // namespace

Polygons<Planar> ground_at_most(const Raster<Planar>& raster, double level) {
    const Field                  field(raster, level);
    std::map<Crossing, Crossing> next;
    for (int row = -1; row < raster.grid.height; ++row) {
        for (int column = -1; column < raster.grid.width; ++column) march(field, row, column, next);
    }
    const std::vector<Ring>        rings = rings_of(field, std::move(next));
    std::vector<std::size_t>       shell_of(rings.size(), rings.size());
    for (std::size_t h = 0; h < rings.size(); ++h) {
        if (rings[h].area > 0) continue;  // a shell
        for (std::size_t s = 0; s < rings.size(); ++s) {
            if (rings[s].area <= 0 || !holds(rings[s], rings[h].points.front())) continue;
            if (shell_of[h] == rings.size() || rings[s].area < rings[shell_of[h]].area) shell_of[h] = s;
        }
    }
    Polygons<Planar> out;
    const auto       push = [&](const Ring& ring) {
        for (const Point<Planar>& p : ring.points) out.push_point(p.x, p.y);
        out.end_ring();
    };
    for (std::size_t s = 0; s < rings.size(); ++s) {
        if (rings[s].area <= 0) continue;
        push(rings[s]);
        for (std::size_t h = 0; h < rings.size(); ++h) {
            if (shell_of[h] == s) push(rings[h]);
        }
        out.end_part();
        out.end_row();
    }
    return out;
}

}  // namespace gapmap
