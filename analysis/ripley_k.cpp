#include "analysis/ripley_k.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double most_weight = 100;  // a pair must not stand in for more than this many
constexpr int    raster_side = 256;

struct Segment {
    double ax, ay, bx, by;
};

std::vector<Segment> segments_of(const Window& window) {
    const PolygonsView<Planar> p = window.polygons();
    std::vector<Segment>       out;
    for (std::size_t q = 0; q + 1 < p.rings.size(); ++q) {
        const RingView<Planar> ring = p.ring(q);
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) out.push_back({ring.x[i], ring.y[i], ring.x[i + 1], ring.y[i + 1]});
    }
    return out;
}

double distance_to(const Segment& s, Point<Planar> p) noexcept {
    const double dx = s.bx - s.ax, dy = s.by - s.ay, length2 = dx * dx + dy * dy;
    const double t  = length2 > 0 ? std::clamp(((p.x - s.ax) * dx + (p.y - s.ay) * dy) / length2, 0.0, 1.0) : 0.0;
    return std::hypot(p.x - s.ax - t * dx, p.y - s.ay - t * dy);
}

/// Points in square buckets as wide as the largest distance.
class Near {
public:
    Near(const Points<Planar>& points, double r_max) : points_(points), side_(r_max) {
        x_min_ = *std::ranges::min_element(points.x);
        y_min_ = *std::ranges::min_element(points.y);
        side_  = std::max({r_max, (*std::ranges::max_element(points.x) - x_min_) / 1024, (*std::ranges::max_element(points.y) - y_min_) / 1024});
        columns_ = static_cast<int>((*std::ranges::max_element(points.x) - x_min_) / side_) + 1;
        lines_   = static_cast<int>((*std::ranges::max_element(points.y) - y_min_) / side_) + 1;
        buckets_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(lines_));
        for (std::size_t i = 0; i < points.size(); ++i) buckets_[bucket(column(points.x[i]), line(points.y[i]))].push_back(static_cast<std::uint32_t>(i));
    }
    template <class Visit>
    void for_each(std::size_t i, double r_max, Visit&& visit) const {
        const double x = points_.x[i], y = points_.y[i];
        for (int l = std::max(0, line(y) - 1); l <= std::min(lines_ - 1, line(y) + 1); ++l) {
            for (int c = std::max(0, column(x) - 1); c <= std::min(columns_ - 1, column(x) + 1); ++c) {
                for (const std::uint32_t j : buckets_[bucket(c, l)]) {
                    const double d = std::hypot(points_.x[j] - x, points_.y[j] - y);
                    if (j != i && d <= r_max) visit(j, d);
                }
            }
        }
    }

private:
    [[nodiscard]] int column(double x) const noexcept { return std::min(columns_ - 1, static_cast<int>((x - x_min_) / side_)); }
    [[nodiscard]] int line(double y) const noexcept { return std::min(lines_ - 1, static_cast<int>((y - y_min_) / side_)); }
    [[nodiscard]] std::size_t bucket(int c, int l) const noexcept { return static_cast<std::size_t>(l) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(c); }

    const Points<Planar>&                   points_;
    double                                  side_, x_min_ = 0, y_min_ = 0;
    int                                     columns_ = 0, lines_ = 0;
    std::vector<std::vector<std::uint32_t>> buckets_;
};

/// The share of circles about one point that lies in the window.
class Circles {
public:
    Circles(const Window& window, const std::vector<Segment>& segments, Point<Planar> centre, double r_max) : window_(window), centre_(centre) {
        for (const Segment& s : segments) {
            const double least = distance_to(s, centre);
            if (least <= r_max) near_.push_back({s, least, std::max(std::hypot(s.ax - centre.x, s.ay - centre.y), std::hypot(s.bx - centre.x, s.by - centre.y))});
        }
    }
    [[nodiscard]] double share(double r) {
        crossings_.clear();
        for (const auto& [s, least, most] : near_) {
            if (r >= least && r <= most) add_crossings(s, r);
        }
        if (crossings_.empty()) return inside(0, r) ? 1 : 0;
        std::ranges::sort(crossings_);
        double in = 0;
        for (std::size_t k = 0; k < crossings_.size(); ++k) {
            const double from = crossings_[k], to = k + 1 < crossings_.size() ? crossings_[k + 1] : crossings_[0] + 2 * std::numbers::pi;
            if (to > from && inside((from + to) / 2, r)) in += to - from;
        }
        return in / (2 * std::numbers::pi);
    }

private:
    struct NearSegment {
        Segment segment;
        double  least, most;
    };
    [[nodiscard]] bool inside(double angle, double r) const noexcept {
        return window_.contains({centre_.x + r * std::cos(angle), centre_.y + r * std::sin(angle)});
    }
    void add_crossings(const Segment& s, double r) {
        const double ax = s.ax - centre_.x, ay = s.ay - centre_.y, dx = s.bx - s.ax, dy = s.by - s.ay;
        const double a = dx * dx + dy * dy, b = ax * dx + ay * dy, c = ax * ax + ay * ay - r * r, root = b * b - a * c;
        if (!(root >= 0) || a == 0) return;
        for (const double sign : {-1.0, 1.0}) {
            const double t = (-b + sign * std::sqrt(root)) / a;
            if (t >= 0 && t <= 1) crossings_.push_back(std::atan2(ay + t * dy, ax + t * dx));
        }
    }

    const Window&            window_;
    Point<Planar>            centre_;
    std::vector<NearSegment> near_;
    std::vector<double>      crossings_;
};

/// Area of the window that stays in it when it is moved by a vector no longer than r_max.
class Covariogram {
public:
    Covariogram(const Window& window, double r_max, const Execution& exec) : box_(window.box()), rectangle_(window.is_rectangle()) {
        if (rectangle_) return;
        step_x_ = (box_.x_max - box_.x_min) / raster_side;
        step_y_ = (box_.y_max - box_.y_min) / raster_side;
        std::vector<unsigned char> in(static_cast<std::size_t>(raster_side) * raster_side);
        for (int row = 0; row < raster_side; ++row) {
            for (int c = 0; c < raster_side; ++c) in[at(row, c)] = window.contains({box_.x_min + (c + 0.5) * step_x_, box_.y_min + (row + 0.5) * step_y_}) ? 1 : 0;
        }
        reach_x_ = std::min(raster_side - 1, static_cast<int>(r_max / step_x_) + 2);
        reach_y_ = std::min(raster_side - 1, static_cast<int>(r_max / step_y_) + 2);
        areas_.resize(static_cast<std::size_t>(2 * reach_x_ + 1) * static_cast<std::size_t>(reach_y_ + 1));
        parallel_chunks(exec, static_cast<std::size_t>(reach_y_) + 1, 1, [&](std::size_t begin, std::size_t) {
            const int dy = static_cast<int>(begin);
            for (int dx = -reach_x_; dx <= reach_x_; ++dx) {
                std::int64_t both = 0;
                for (int row = 0; row + dy < raster_side; ++row) {
                    for (int c = std::max(0, -dx); c < raster_side - std::max(0, dx); ++c) both += in[at(row, c)] & in[at(row + dy, c + dx)];
                }
                areas_[index(dy, dx)] = static_cast<double>(both);
            }
        });
        // So that no shift leaves the window's own area.
        const double whole = std::abs(window.area()) / areas_[index(0, 0)];
        for (double& a : areas_) a *= whole;
    }
    [[nodiscard]] double area(double dx, double dy) const noexcept {
        if (rectangle_) return std::max(0.0, box_.x_max - box_.x_min - std::abs(dx)) * std::max(0.0, box_.y_max - box_.y_min - std::abs(dy));
        if (dy < 0) dx = -dx, dy = -dy;  // the same overlap
        const double x = std::clamp(dx / step_x_, -static_cast<double>(reach_x_), reach_x_ - 1e-9), y = std::clamp(dy / step_y_, 0.0, reach_y_ - 1e-9);
        const int    column = static_cast<int>(std::floor(x)), row = static_cast<int>(y);
        const double s = x - column, t = y - row;
        return (1 - t) * ((1 - s) * areas_[index(row, column)] + s * areas_[index(row, column + 1)]) +
               t * ((1 - s) * areas_[index(row + 1, column)] + s * areas_[index(row + 1, column + 1)]);
    }

private:
    static std::size_t at(int row, int column) noexcept { return static_cast<std::size_t>(row) * raster_side + static_cast<std::size_t>(column); }
    [[nodiscard]] std::size_t index(int dy, int dx) const noexcept { return static_cast<std::size_t>(dy) * static_cast<std::size_t>(2 * reach_x_ + 1) + static_cast<std::size_t>(dx + reach_x_); }

    Box<Planar>         box_;
    bool                rectangle_;
    double              step_x_ = 1, step_y_ = 1;
    int                 reach_x_ = 0, reach_y_ = 0;
    std::vector<double> areas_;  // [dy >= 0][dx]
};

/// Weighted pairs by the first step that reaches them, summed chunk after chunk, so whatever the threads.
std::vector<double> pair_steps(const Points<Planar>& points, double r_max, std::size_t steps, const Execution& exec,
                               const std::function<std::function<double(std::size_t, double)>(std::size_t)>& weights_of) {
    constexpr std::size_t            grain = 64;
    const Near                       near(points, r_max);
    const double                     per_step = static_cast<double>(steps - 1) / r_max;
    std::vector<std::vector<double>> parts((points.size() + grain - 1) / grain);
    parallel_chunks(exec, points.size(), grain, [&](std::size_t begin, std::size_t end) {
        std::vector<double> part(steps, 0.0);
        for (std::size_t i = begin; i < end; ++i) {
            const auto weight = weights_of(i);
            near.for_each(i, r_max, [&](std::size_t j, double d) {
                part[std::min(steps - 1, static_cast<std::size_t>(std::ceil(d * per_step - 1e-9)))] += weight(j, d);
            });
        }
        parts[begin / grain] = std::move(part);
    });
    std::vector<double> out(steps, 0.0);
    for (const auto& part : parts) {
        for (std::size_t k = 0; k < steps; ++k) out[k] += part[k];
    }
    return out;
}

/// Points that are farther than r from the border and the partners that these have, step by step.
std::vector<double> border_k(const Points<Planar>& points, const Window& window, double r_max, std::size_t steps, const Execution& exec) {
    constexpr std::size_t grain    = 64;
    const Near            near(points, r_max);
    const auto            segments = segments_of(window);
    const double          per_step = static_cast<double>(steps - 1) / r_max;
    struct Part {
        std::vector<double> looking, partners;
    };
    std::vector<Part> parts((points.size() + grain - 1) / grain);
    parallel_chunks(exec, points.size(), grain, [&](std::size_t begin, std::size_t end) {
        Part                part{std::vector<double>(steps, 0.0), std::vector<double>(steps, 0.0)};
        std::vector<double> found(steps);
        for (std::size_t i = begin; i < end; ++i) {
            double to_border = std::numeric_limits<double>::infinity();
            for (const Segment& s : segments) to_border = std::min(to_border, distance_to(s, {points.x[i], points.y[i]}));
            std::ranges::fill(found, 0.0);
            near.for_each(i, r_max, [&](std::size_t, double d) { found[std::min(steps - 1, static_cast<std::size_t>(std::ceil(d * per_step - 1e-9)))] += 1; });
            double sum = 0;
            for (std::size_t k = 0; k < steps && static_cast<double>(k) <= to_border * per_step; ++k) {
                sum += found[k];
                part.looking[k] += 1;
                part.partners[k] += sum;
            }
        }
        parts[begin / grain] = std::move(part);
    });
    std::vector<double> looking(steps, 0.0), out(steps, 0.0);
    for (const Part& part : parts) {
        for (std::size_t k = 0; k < steps; ++k) looking[k] += part.looking[k], out[k] += part.partners[k];
    }
    const double intensity = static_cast<double>(points.size()) / std::abs(window.area());
    for (std::size_t k = 0; k < steps; ++k) out[k] /= looking[k] * intensity;
    return out;
}

}  // namespace

KCorrection affordable_correction(std::size_t points) noexcept {
    if (points < 1000) return KCorrection::isotropic;
    if (points < 3000) return KCorrection::translation;
    return points < 100'000 ? KCorrection::border : KCorrection::none;
}

std::vector<double> ripley_k(PointsView<Planar> points, const Window& window, double r_max, std::size_t steps, KCorrection correction, const Execution& exec) {
    GEO_EXPECTS(steps >= 2 && r_max > 0);
    Points<Planar> used;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (std::isfinite(points.x[i]) && std::isfinite(points.y[i]) && window.contains(points[i])) used.push_back(points[i]);
    }
    if (used.size() < 2) return {};
    if (correction == KCorrection::border) return border_k(used, window, r_max, steps, exec);
    const double         area     = std::abs(window.area()), n = static_cast<double>(used.size());
    const auto           segments = segments_of(window);
    const Covariogram    shifted(window, correction == KCorrection::translation ? r_max : 0, exec);
    auto                 k = pair_steps(used, r_max, steps, exec, [&](std::size_t i) -> std::function<double(std::size_t, double)> {
        if (correction == KCorrection::none) return [](std::size_t, double) { return 1.0; };
        if (correction == KCorrection::translation) {
            return [&, i](std::size_t j, double) { return std::min(most_weight, area / shifted.area(used.x[j] - used.x[i], used.y[j] - used.y[i])); };
        }
        return [circles = Circles(window, segments, {used.x[i], used.y[i]}, r_max)](std::size_t, double d) mutable {
            return d == 0 ? 1.0 : 1 / std::max(circles.share(d), 1 / most_weight);
        };
    });
    double sum = 0;
    for (double& v : k) v = (sum += v) * area / (n * (n - 1));
    return k;
}

}  // namespace gapmap
