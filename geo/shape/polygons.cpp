#include "geo/shape/polygons.h"

#include "geo/shape/orientation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gapmap {
namespace {

/// First and one-past-last ring of a row.
template <class Space>
std::pair<std::size_t, std::size_t> ring_range(const PolygonsView<Space>& p, std::size_t r) noexcept {
    return {p.parts[p.rows[r]], p.parts[p.rows[r + 1]]};
}

/// +1 for shells, -1 for holes, so that winding in the source does not matter.
template <class Space, class Visit>
void for_each_signed_ring(const PolygonsView<Space>& p, std::size_t r, Visit visit) {
    for (std::size_t part = p.rows[r]; part < p.rows[r + 1]; ++part) {
        for (std::size_t q = p.parts[part]; q < p.parts[part + 1]; ++q) visit(p.ring(q), q == p.parts[part] ? 1.0 : -1.0);
    }
}

}  // namespace

template <class Space>
double polygon_area(const PolygonsView<Space>& polygons, std::size_t r) noexcept {
    double area = 0;
    for_each_signed_ring(polygons, r, [&](RingView<Space> ring, double sign) { area += sign * std::abs(ring_area(ring)); });
    return area;
}

template <class Space>
Point<Space> polygon_centroid(const PolygonsView<Space>& polygons, std::size_t r) noexcept {
    double area = 0, mx = 0, my = 0, sx = 0, sy = 0, n = 0;
    for_each_signed_ring(polygons, r, [&](RingView<Space> ring, double sign) {
        if (ring.size() == 0) return;
        const double flip = sign * (ring_area(ring) < 0 ? -1.0 : 1.0);
        const double x0 = ring.x[0], y0 = ring.y[0];
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
            const double ax = ring.x[i] - x0, ay = ring.y[i] - y0, bx = ring.x[i + 1] - x0, by = ring.y[i + 1] - y0;
            const double cross = flip * (ax * by - bx * ay);
            area += cross / 2;
            mx += cross * ((ax + bx) / 3 + x0) / 2;
            my += cross * ((ay + by) / 3 + y0) / 2;
            sx += ring.x[i];
            sy += ring.y[i];
            n += 1;
        }
    });
    if (area > 0) return {mx / area, my / area};
    if (n > 0) return {sx / n, sy / n};
    return {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
}

template <class Space>
Box<Space> polygon_box(const PolygonsView<Space>& polygons, std::size_t r) noexcept {
    const auto [first, last] = ring_range(polygons, r);
    Box<Space> box;
    for (std::size_t i = polygons.rings[first]; i < polygons.rings[last]; ++i) {
        const double x = polygons.x[i], y = polygons.y[i];
        if (box.is_empty()) box = {x, y, x, y};
        box = {std::min(box.x_min, x), std::min(box.y_min, y), std::max(box.x_max, x), std::max(box.y_max, y)};
    }
    return box;
}

template <class Space>
bool covers(const PolygonsView<Space>& polygons, std::size_t r, Point<Space> p) noexcept {
    const auto [first, last] = ring_range(polygons, r);
    bool inside = false;
    for (std::size_t q = first; q < last; ++q) {
        const auto ring = polygons.ring(q);
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
            const double ax = ring.x[i], ay = ring.y[i], bx = ring.x[i + 1], by = ring.y[i + 1];
            const int side = orientation(ax, ay, bx, by, p.x, p.y);
            if (side == 0 && std::min(ax, bx) <= p.x && p.x <= std::max(ax, bx) && std::min(ay, by) <= p.y &&
                p.y <= std::max(ay, by)) {
                return true;
            }
            if ((ay > p.y) != (by > p.y) && (side > 0) == (by > ay)) inside = !inside;
        }
    }
    return inside;
}

template double polygon_area(const PolygonsView<Lonlat>&, std::size_t) noexcept;
template double polygon_area(const PolygonsView<Planar>&, std::size_t) noexcept;
template Point<Lonlat> polygon_centroid(const PolygonsView<Lonlat>&, std::size_t) noexcept;
template Point<Planar> polygon_centroid(const PolygonsView<Planar>&, std::size_t) noexcept;
template Box<Lonlat> polygon_box(const PolygonsView<Lonlat>&, std::size_t) noexcept;
template Box<Planar> polygon_box(const PolygonsView<Planar>&, std::size_t) noexcept;
template bool covers(const PolygonsView<Lonlat>&, std::size_t, Point<Lonlat>) noexcept;
template bool covers(const PolygonsView<Planar>&, std::size_t, Point<Planar>) noexcept;

}  // namespace gapmap
