#include "analysis/point_pattern.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::size_t leaf_size = 8;

bool is_there(PointsView<Planar> points, std::size_t i) { return std::isfinite(points.x[i]) && std::isfinite(points.y[i]); }

/// Points halved again and again along the longer side of their box; a half is a range of positions, so there are no nodes to store but the boxes.
class HalvedPoints {
public:
    explicit HalvedPoints(PointsView<Planar> points) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (is_there(points, i)) places_.push_back({points.x[i], points.y[i], i});
        }
        if (!places_.empty()) halve(0, places_.size());
    }

    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

    /// Squared distance from the point in row `self` to the nearest other one.
    [[nodiscard]] double nearest_squared(double x, double y, std::size_t self) const {
        double best = std::numeric_limits<double>::infinity();
        std::size_t node = 0;
        search({x, y, self}, 0, places_.size(), node, best);
        return best;
    }

private:
    struct Place {
        double      x, y;
        std::size_t row;
    };
    struct Node {
        Box<Planar> box;
        std::size_t after;  ///< position behind this node and all below it
    };

    /// Nodes stand in the order of the walk: a node, all of its left half, all of its right half.
    void halve(std::size_t begin, std::size_t end) {
        const std::size_t node = nodes_.size();
        Box<Planar>       box{places_[begin].x, places_[begin].y, places_[begin].x, places_[begin].y};
        for (std::size_t i = begin; i < end; ++i) {
            box = {std::min(box.x_min, places_[i].x), std::min(box.y_min, places_[i].y), std::max(box.x_max, places_[i].x), std::max(box.y_max, places_[i].y)};
        }
        nodes_.push_back({box, 0});
        if (end - begin > leaf_size) {
            const std::size_t middle = begin + (end - begin) / 2;
            const bool        across = box.x_max - box.x_min >= box.y_max - box.y_min;
            std::nth_element(places_.begin() + static_cast<std::ptrdiff_t>(begin), places_.begin() + static_cast<std::ptrdiff_t>(middle), places_.begin() + static_cast<std::ptrdiff_t>(end),
                             [&](const Place& a, const Place& b) { return across ? a.x < b.x : a.y < b.y; });
            halve(begin, middle);
            halve(middle, end);
        }
        nodes_[node].after = nodes_.size();
    }

    [[nodiscard]] static double squared(const Box<Planar>& box, const Place& p) {
        const double dx = std::max({box.x_min - p.x, p.x - box.x_max, 0.0}), dy = std::max({box.y_min - p.y, p.y - box.y_max, 0.0});
        return dx * dx + dy * dy;
    }

    void search(const Place& p, std::size_t begin, std::size_t end, std::size_t node, double& best) const {
        if (end - begin <= leaf_size) {
            for (std::size_t i = begin; i < end; ++i) {
                const double dx = places_[i].x - p.x, dy = places_[i].y - p.y;
                if (places_[i].row != p.row) best = std::min(best, dx * dx + dy * dy);
            }
            return;
        }
        const std::size_t middle = begin + (end - begin) / 2, left = node + 1, right = nodes_[left].after;
        const double      to_left = squared(nodes_[left].box, p), to_right = squared(nodes_[right].box, p);
        const auto go = [&](bool rightward) {
            if ((rightward ? to_right : to_left) >= best) return;
            if (rightward) search(p, middle, end, right, best);
            else search(p, begin, middle, left, best);
        };
        go(to_right < to_left);
        go(!(to_right < to_left));
    }

    std::vector<Place> places_;
    std::vector<Node>  nodes_;
};

}  // namespace

std::vector<FishnetCell> fishnet_counts(PointsView<Planar> points, Point<Planar> origin, double side) {
    GEO_EXPECTS(points.x.size() == points.y.size());
    GEO_EXPECTS(side > 0 && std::isfinite(origin.x) && std::isfinite(origin.y));
    std::vector<FishnetCell> cells;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!is_there(points, i)) continue;
        const double ix = std::floor((points.x[i] - origin.x) / side), iy = std::floor((points.y[i] - origin.y) / side);
        GEO_EXPECTS(std::abs(ix) <= 0x1p53 && std::abs(iy) <= 0x1p53);
        cells.push_back({static_cast<std::int64_t>(ix), static_cast<std::int64_t>(iy), 1});
    }
    std::ranges::sort(cells, [](const FishnetCell& a, const FishnetCell& b) { return a.ix != b.ix ? a.ix < b.ix : a.iy < b.iy; });
    std::vector<FishnetCell> out;
    for (const FishnetCell& cell : cells) {
        if (!out.empty() && out.back().ix == cell.ix && out.back().iy == cell.iy) out.back().count += 1;
        else out.push_back(cell);
    }
    return out;
}

std::vector<double> nearest_distances(PointsView<Planar> points, const Execution& exec) {
    GEO_EXPECTS(points.x.size() == points.y.size());
    const HalvedPoints  others(points);
    std::vector<double> out(points.size(), std::numeric_limits<double>::quiet_NaN());
    if (others.size() < 2) return out;
    parallel_chunks(exec, points.size(), 4096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            if (is_there(points, i)) out[i] = std::sqrt(others.nearest_squared(points.x[i], points.y[i], i));
        }
    });
    return out;
}

PointPattern describe_points(PointsView<Planar> points, const Execution& exec) {
    PointPattern out;
    const auto   nearest = nearest_distances(points, exec);
    double       x = 0, y = 0, squares = 0, sum = 0;
    std::vector<std::pair<double, double>> places;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!is_there(points, i)) continue;
        const double px = points.x[i], py = points.y[i];
        out.box = places.empty() ? Box<Planar>{px, py, px, py} : Box<Planar>{std::min(out.box.x_min, px), std::min(out.box.y_min, py), std::max(out.box.x_max, px), std::max(out.box.y_max, py)};
        places.emplace_back(px, py);
        sum += nearest[i];
    }
    out.n = places.size();
    if (out.n == 0) return out;
    const auto n = static_cast<double>(out.n);
    // About the box's corner, so that a distant origin costs no digits.
    for (const auto& [px, py] : places) x += px - out.box.x_min, y += py - out.box.y_min;
    out.mean_centre = {out.box.x_min + x / n, out.box.y_min + y / n};
    for (const auto& [px, py] : places) squares += (px - out.mean_centre.x) * (px - out.mean_centre.x) + (py - out.mean_centre.y) * (py - out.mean_centre.y);
    out.standard_distance = std::sqrt(squares / n);
    out.mean_nearest      = sum / n;
    std::ranges::sort(places);
    out.distinct = static_cast<std::size_t>(std::ranges::unique(places).begin() - places.begin());
    return out;
}

ClarkEvans clark_evans(std::size_t n, double mean_nearest, double area) {
    GEO_EXPECTS(n > 1 && area > 0 && mean_nearest >= 0);
    const double density = static_cast<double>(n) / area;
    ClarkEvans   out;
    out.expected = 0.5 / std::sqrt(density);
    out.index    = mean_nearest / out.expected;
    // sqrt((4 - pi) / (4 pi)), 0.26136: the standard deviation of one distance, in units of 1 / sqrt(density).
    constexpr double pi    = std::numbers::pi;
    const double     error = std::sqrt((4 - pi) / (4 * pi) / static_cast<double>(n) / density);
    out.z = (mean_nearest - out.expected) / error;
    out.p = std::erfc(std::abs(out.z) / std::sqrt(2.0));
    return out;
}

}  // namespace gapmap
