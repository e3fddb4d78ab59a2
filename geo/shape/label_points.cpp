#include "geo/shape/label_points.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace gapmap {
namespace {

constexpr double      wanted       = 0.01;  // share of the distance that more squares could still gain
constexpr std::size_t most_squares = 2000;
constexpr double      most_along   = 64;    // squares along the longer side at the start

struct Square {
    double x, y, half, distance;  ///< signed distance of the centre: > 0 inside
    [[nodiscard]] double bound() const noexcept { return distance + half * std::numbers::sqrt2; }
};

/// One row, edge by edge.
template <class Space>
class Outline {
public:
    Outline(const PolygonsView<Space>& polygons, std::size_t r) : polygons_(polygons), first_(polygons.parts[polygons.rows[r]]), last_(polygons.parts[polygons.rows[r + 1]]) {}

    [[nodiscard]] double distance(double px, double py) const noexcept {
        bool   inside = false;
        double least  = std::numeric_limits<double>::infinity();
        for (std::uint32_t q = first_; q < last_; ++q) {
            for (std::size_t i = polygons_.rings[q]; i + 1 < polygons_.rings[q + 1]; ++i) {
                const double ax = polygons_.x[i], ay = polygons_.y[i], bx = polygons_.x[i + 1], by = polygons_.y[i + 1];
                if ((ay > py) != (by > py) && px < ax + (bx - ax) * (py - ay) / (by - ay)) inside = !inside;
                const double dx = bx - ax, dy = by - ay, length2 = dx * dx + dy * dy;
                const double along = length2 > 0 ? std::clamp(((px - ax) * dx + (py - ay) * dy) / length2, 0.0, 1.0) : 0.0;
                const double ex = ax + along * dx - px, ey = ay + along * dy - py;
                least = std::min(least, ex * ex + ey * ey);
            }
        }
        return inside ? std::sqrt(least) : -std::sqrt(least);
    }
    [[nodiscard]] Square square(double x, double y, double half) const noexcept { return {x, y, half, distance(x, y)}; }

private:
    const PolygonsView<Space>& polygons_;
    std::uint32_t              first_, last_;
};

template <class Space>
Point<Space> label_point(const PolygonsView<Space>& polygons, std::size_t r) {
    constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();
    if (polygons.rows[r] == polygons.rows[r + 1]) return {nowhere, nowhere};
    const Box<Space> box   = polygon_box(polygons, r);
    const double     width = box.x_max - box.x_min, height = box.y_max - box.y_min;
    const auto       first = polygons.rings[polygons.parts[polygons.rows[r]]], last = polygons.rings[polygons.parts[polygons.rows[r + 1]]];
    for (std::size_t i = first; i < last; ++i) {
        if (!std::isfinite(polygons.x[i]) || !std::isfinite(polygons.y[i])) return {nowhere, nowhere};
    }
    const Outline<Space> outline(polygons, r);
    Square               best{polygons.x[first], polygons.y[first], 0, 0};
    const auto           consider = [&](const Square& s) { if (s.distance > best.distance) best = s; };
    const double         side     = std::max(std::min(width, height), std::max(width, height) / most_along);
    if (!(side > 0)) return {best.x, best.y};

    const Point<Space> centre = polygon_centroid(polygons, r);
    consider(outline.square(centre.x, centre.y, 0));
    // A heap by what a square could hold at best; ties by place, so that the order is one for all machines.
    const auto          worse = [](const Square& a, const Square& b) { return a.bound() != b.bound() ? a.bound() < b.bound() : a.x != b.x ? a.x > b.x : a.y > b.y; };
    std::vector<Square> open;
    std::size_t         seen = 0;
    const auto          add  = [&](double x, double y, double half) {
        const Square s = outline.square(x, y, half);
        ++seen;
        consider(s);
        if (s.bound() <= best.distance * (1 + wanted) || s.bound() <= 0) return;
        open.push_back(s);
        std::ranges::push_heap(open, worse);
    };
    for (double x = box.x_min + side / 2; x < box.x_max + side / 2; x += side) {
        for (double y = box.y_min + side / 2; y < box.y_max + side / 2; y += side) add(x, y, side / 2);
    }
    while (!open.empty() && seen < most_squares) {
        std::ranges::pop_heap(open, worse);
        const Square s = open.back();
        open.pop_back();
        if (s.bound() <= best.distance * (1 + wanted)) break;
        const double h = s.half / 2;
        for (const double dx : {-h, h}) {
            for (const double dy : {-h, h}) add(s.x + dx, s.y + dy, h);
        }
    }
    return {best.x, best.y};
}

}  // namespace

template <class Space>
Points<Space> label_points(const PolygonsView<Space>& polygons, const Execution& exec) {
    Points<Space> out;
    out.x.resize(polygons.size());
    out.y.resize(polygons.size());
    parallel_chunks(exec, polygons.size(), 64, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            const Point<Space> p = label_point(polygons, r);
            out.x[r] = p.x, out.y[r] = p.y;
        }
    });
    return out;
}

template Points<Lonlat> label_points(const PolygonsView<Lonlat>&, const Execution&);
template Points<Planar> label_points(const PolygonsView<Planar>&, const Execution&);

}  // namespace gapmap
