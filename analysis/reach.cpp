#include "analysis/reach.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace gapmap {
namespace {

constexpr double nowhere = std::numeric_limits<double>::infinity();

/// Sites in square buckets, about one a bucket.
class Buckets {
public:
    explicit Buckets(PointsView<Planar> sites) : sites_(sites) {
        for (std::size_t i = 0; i < sites.size(); ++i) {
            if (!std::isfinite(sites.x[i])) continue;
            x_min_ = std::min(x_min_, sites.x[i]);
            y_min_ = std::min(y_min_, sites.y[i]);
            x_max_ = std::max(x_max_, sites.x[i]);
            y_max_ = std::max(y_max_, sites.y[i]);
        }
        if (x_min_ > x_max_) return;
        side_  = std::max({(x_max_ - x_min_), (y_max_ - y_min_), 1.0}) / std::max(1.0, std::sqrt(static_cast<double>(sites.size())));
        width_ = static_cast<int>((x_max_ - x_min_) / side_) + 1;
        height_ = static_cast<int>((y_max_ - y_min_) / side_) + 1;
        cells_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
        for (std::size_t i = 0; i < sites.size(); ++i) {
            if (std::isfinite(sites.x[i])) cell(column(sites.x[i]), row(sites.y[i])).push_back(static_cast<std::uint32_t>(i));
        }
    }

    [[nodiscard]] double nearest(Point<Planar> p) const {
        if (cells_.empty()) return nowhere;
        const int cx = column(p.x), cy = row(p.y);
        double    best = nowhere;
        // A ring at distance r holds nothing nearer than r - 1 sides from a place inside its bucket; a place outside the
        // grid is clamped to the border, which only makes every true distance longer.
        for (int r = 0; r <= std::max(width_, height_); ++r) {
            if (best <= (r - 1) * side_) break;
            for (int y = cy - r; y <= cy + r; ++y) {
                const int step = y == cy - r || y == cy + r ? 1 : std::max(1, 2 * r);
                for (int x = cx - r; x <= cx + r; x += step) best = std::min(best, nearest_in(x, y, p));
            }
        }
        return best;
    }

private:
    [[nodiscard]] int column(double x) const { return static_cast<int>(std::clamp((x - x_min_) / side_, 0.0, width_ - 1.0)); }
    [[nodiscard]] int row(double y) const { return static_cast<int>(std::clamp((y - y_min_) / side_, 0.0, height_ - 1.0)); }
    std::vector<std::uint32_t>& cell(int x, int y) { return cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)]; }
    [[nodiscard]] double nearest_in(int x, int y, Point<Planar> p) const {
        if (x < 0 || y < 0 || x >= width_ || y >= height_) return nowhere;
        double best = nowhere;
        for (const std::uint32_t i : cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)]) {
            best = std::min(best, std::hypot(sites_.x[i] - p.x, sites_.y[i] - p.y));
        }
        return best;
    }

    PointsView<Planar>                      sites_;
    double                                  x_min_ = nowhere, y_min_ = nowhere, x_max_ = -nowhere, y_max_ = -nowhere, side_ = 1;
    int                                     width_ = 0, height_ = 0;
    std::vector<std::vector<std::uint32_t>> cells_;
};

}  // namespace

std::vector<double> nearest_distance_m(PointsView<Planar> places, PointsView<Planar> sites, const Execution& exec) {
    const Buckets       buckets(sites);
    std::vector<double> distance(places.size());
    parallel_chunks(exec, places.size(), 4096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            distance[i] = std::isfinite(places.x[i]) ? buckets.nearest(places[i]) : std::numeric_limits<double>::quiet_NaN();
        }
    });
    return distance;
}

}  // namespace gapmap
