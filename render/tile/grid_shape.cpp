#include "render/tile/grid_shape.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "geo/shape/orientation.h"

namespace gapmap {
namespace {

using Ring = std::vector<GridPoint>;

bool on_one_line(GridPoint a, GridPoint b, GridPoint c) noexcept {
    return orientation(static_cast<double>(a.x), static_cast<double>(a.y), static_cast<double>(b.x), static_cast<double>(b.y), static_cast<double>(c.x),
                       static_cast<double>(c.y)) == 0;
}

/// Surveyor's formula, from the first point, so that small rings are exact. Positive: clockwise on the screen (y down).
double ring_area_of(std::span<const GridPoint> ring) noexcept {
    double twice = 0;
    for (std::size_t i = 1; i + 1 < ring.size(); ++i) {
        const auto ax = static_cast<double>(ring[i].x - ring[0].x), ay = static_cast<double>(ring[i].y - ring[0].y);
        const auto bx = static_cast<double>(ring[i + 1].x - ring[0].x), by = static_cast<double>(ring[i + 1].y - ring[0].y);
        twice += ax * by - bx * ay;
    }
    return twice / 2;
}

/// Drops repeated points, points on a straight line and spikes, in place; a ring that collapses becomes empty.
void clean(Ring& ring) {
    std::size_t kept = 0;
    for (const GridPoint p : ring) {
        while (kept >= 2 && on_one_line(ring[kept - 2], ring[kept - 1], p)) --kept;
        if (kept > 0 && ring[kept - 1] == p) continue;
        ring[kept++] = p;
    }
    ring.resize(kept);
    // Where the end meets the beginning.
    for (std::size_t first = 0;;) {
        const std::size_t n = ring.size() - first;
        if (n < 3) return ring.clear();
        if (ring.back() == ring[first] || on_one_line(ring[ring.size() - 2], ring.back(), ring[first])) {
            ring.pop_back();
        } else if (on_one_line(ring.back(), ring[first], ring[first + 1])) {
            ++first;
        } else {
            ring.erase(ring.begin(), ring.begin() + static_cast<std::ptrdiff_t>(first));
            return;
        }
    }
}

/// Adds rings part by part: a hole is kept only with its shell.
class PolygonBuilder {
public:
    void add(Ring& ring, bool shell) {
        if (!shell && !has_shell_) return;
        clean(ring);
        const double area = ring_area_of(ring);
        if (shell) has_shell_ = area != 0;
        if (area == 0) return;
        if ((area > 0) != shell) std::ranges::reverse(ring);
        out_.points.insert(out_.points.end(), ring.begin(), ring.end());
        out_.ring_ends.push_back(static_cast<std::uint32_t>(out_.points.size()));
        out_.is_shell.push_back(shell);
    }
    GridPolygon take() { return std::move(out_); }

private:
    GridPolygon out_;
    bool        has_shell_ = false;
};

/// Where the line between two points passes `at` on one axis: the other coordinate, rounded. The same for a, b and b, a.
std::int64_t crossing(std::int64_t a_along, std::int64_t a_across, std::int64_t b_along, std::int64_t b_across, std::int64_t at) noexcept {
    if (b_along < a_along) {
        std::swap(a_along, b_along);
        std::swap(a_across, b_across);
    }
    const double share = static_cast<double>(at - a_along) / static_cast<double>(b_along - a_along);
    return a_across + std::llround(static_cast<double>(b_across - a_across) * share);
}

/// Keeps the side of a line parallel to an axis on which `inside` holds.
template <class Inside, class Cross>
void clip_side(const Ring& in, Ring& out, Inside inside, Cross cross) {
    out.clear();
    for (std::size_t i = 0; i < in.size(); ++i) {
        const GridPoint a = in[i == 0 ? in.size() - 1 : i - 1], b = in[i];
        if (inside(a) != inside(b)) out.push_back(cross(a, b));
        if (inside(b)) out.push_back(b);
    }
}

void clip_ring(Ring& ring, Ring& spare, const GridBox& box) {
    const auto at_x = [](std::int64_t x) { return [x](GridPoint a, GridPoint b) { return GridPoint{x, crossing(a.x, a.y, b.x, b.y, x)}; }; };
    const auto at_y = [](std::int64_t y) { return [y](GridPoint a, GridPoint b) { return GridPoint{crossing(a.y, a.x, b.y, b.x, y), y}; }; };
    clip_side(ring, spare, [&](GridPoint p) { return p.x >= box.x_min; }, at_x(box.x_min));
    clip_side(spare, ring, [&](GridPoint p) { return p.x <= box.x_max; }, at_x(box.x_max));
    clip_side(ring, spare, [&](GridPoint p) { return p.y >= box.y_min; }, at_y(box.y_min));
    clip_side(spare, ring, [&](GridPoint p) { return p.y <= box.y_max; }, at_y(box.y_max));
}

}  // namespace

GridBox GridPolygon::box() const noexcept {
    if (points.empty()) return {};
    GridBox b{points[0].x, points[0].y, points[0].x, points[0].y};
    for (const GridPoint p : points) {
        b.x_min = std::min(b.x_min, p.x);
        b.y_min = std::min(b.y_min, p.y);
        b.x_max = std::max(b.x_max, p.x);
        b.y_max = std::max(b.y_max, p.y);
    }
    return b;
}

double GridPolygon::area() const noexcept {
    double        sum   = 0;
    std::uint32_t begin = 0;
    for (const std::uint32_t end : ring_ends) {
        sum += ring_area_of(std::span(points).subspan(begin, end - begin));
        begin = end;
    }
    return sum;
}

GridScale::GridScale(const TileMatrixSet& set, int z, std::uint32_t extent) : x_origin_(set.x_origin), y_origin_(set.y_origin), steps_(extent / set.span(z)) {}

GridPoint GridScale::nearest(double x, double y) const noexcept { return {std::llround((x - x_origin_) * steps_), std::llround((y_origin_ - y) * steps_)}; }

GridPoint GridScale::square(double x, double y) const noexcept {
    return {static_cast<std::int64_t>(std::floor((x - x_origin_) * steps_)), static_cast<std::int64_t>(std::floor((y_origin_ - y) * steps_))};
}

GridPolygon to_grid(const PolygonsView<Planar>& polygons, std::size_t r, const GridScale& scale) {
    PolygonBuilder out;
    Ring           ring;
    for (std::uint32_t part = polygons.rows[r]; part < polygons.rows[r + 1]; ++part) {
        for (std::uint32_t q = polygons.parts[part]; q < polygons.parts[part + 1]; ++q) {
            const RingView<Planar> view = polygons.ring(q);
            ring.clear();
            for (std::size_t i = 0; i < view.size(); ++i) {
                if (!std::isfinite(view.x[i]) || !std::isfinite(view.y[i])) return {};
                const GridPoint p = scale.nearest(view.x[i], view.y[i]);
                if (ring.empty() || !(ring.back() == p)) ring.push_back(p);
            }
            out.add(ring, q == polygons.parts[part]);
        }
    }
    return out.take();
}

GridPolygon clip_to_box(const GridPolygon& polygon, const GridBox& box) {
    PolygonBuilder out;
    Ring           ring, spare;
    std::uint32_t  begin = 0;
    for (std::size_t q = 0; q < polygon.ring_ends.size(); ++q) {
        ring.assign(polygon.points.begin() + begin, polygon.points.begin() + polygon.ring_ends[q]);
        begin = polygon.ring_ends[q];
        clip_ring(ring, spare, box);
        out.add(ring, polygon.is_shell[q]);
    }
    return out.take();
}

}  // namespace gapmap
