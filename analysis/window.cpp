#include "analysis/window.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <tuple>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double gaussian_reach = 8.6;  // 1 - exp(-8.6^2 / 2) is 1 in double
constexpr double touching       = 1e-9;   // closer to an edge than this, the indexed sum would hang on the sign of a rounding error

// Nodes and weights of 8-point Gauss-Legendre on [-1, 1], positive half.
constexpr std::array<double, 4> nodes{0.18343464249564980, 0.52553240991632899, 0.79666647741362674, 0.96028985649753623};
constexpr std::array<double, 4> weights{0.36268378337836198, 0.31370664587788729, 0.22238103445337447, 0.10122853629037626};

Polygons<Planar> rectangle(Box<Planar> b) {
    Polygons<Planar> out;
    for (const auto& [x, y] : {std::pair{b.x_min, b.y_min}, {b.x_max, b.y_min}, {b.x_max, b.y_max}, {b.x_min, b.y_max}, {b.x_min, b.y_min}}) {
        out.push_point(x, y);
    }
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

Box<Planar> box_of(const Polygons<Planar>& p) {
    Box<Planar> box;
    for (std::size_t i = 0; i < p.x.size(); ++i) {
        if (box.is_empty()) box = {p.x[i], p.y[i], p.x[i], p.y[i]};
        box = {std::min(box.x_min, p.x[i]), std::min(box.y_min, p.y[i]), std::max(box.x_max, p.x[i]), std::max(box.y_max, p.y[i])};
    }
    return box;
}

/// G(r) / r^2 at s = r^2, where G is the kernel's mass within radius r: (1 - (1 - s)^(power + 1)) / s for the compact ones.
double mass_over_square(int power, double s) noexcept {
    if (power < 0) return s < 1e-12 ? 0.5 : -std::expm1(-s / 2) / s;
    double sum = 1;
    for (int k = 0; k < power; ++k) sum = sum * (1 - s) + 1;
    return sum;
}

/// The angle under which the part [t0, t1] of a line at signed distance d is seen.
double angle_seen(double d, double t0, double t1) noexcept { return std::atan2(d * (t1 - t0), d * d + t0 * t1); }

double normal_between(double low, double high) noexcept {
    return (std::erf(high * std::numbers::sqrt2 / 2) - std::erf(low * std::numbers::sqrt2 / 2)) / 2;
}

/// An edge seen from u: signed distance (> 0: u to its left) and the foot's parameters of its ends.
struct Seen {
    double d, ta, tb;
};
template <class Edge>
Seen seen_from(const Edge& e, double ux, double uy, double factor) noexcept {
    const double ax = e.ax - ux, ay = e.ay - uy, dx = e.bx - e.ax, dy = e.by - e.ay, length = std::hypot(dx, dy);
    const double ta = (ax * dx + ay * dy) / length;
    return {(ax * dy - ay * dx) / length / factor, ta / factor, (ta + length) / factor};
}

}  // namespace

Window::Window(Polygons<Planar> polygons, const Execution& exec)
    : polygons_(std::move(polygons)), locator_(polygons_.view(), exec), box_(box_of(polygons_)) {}

Window::Window(Box<Planar> box) : Window(rectangle(box)) { rectangle_ = true; }

bool Window::contains(Point<Planar> p) const noexcept {
    if (rectangle_) return p.x >= box_.x_min && p.x <= box_.x_max && p.y >= box_.y_min && p.y <= box_.y_max;
    return locator_.locate(p).found();
}

double Window::area() const noexcept {
    double sum = 0;
    for (std::size_t r = 0; r < polygons_.size(); ++r) sum += polygon_area(polygons_.view(), r);
    return sum;
}

WindowMass::WindowMass(const Window& window, int power, Bandwidth bandwidth)
    : window_(window), power_(power), bandwidth_(bandwidth), reach_(power < 0 ? gaussian_reach : 1.0),
      origin_{window.box().x_min, window.box().y_min} {
    GEO_EXPECTS(bandwidth.x > 0 && bandwidth.y > 0);
    if (window.is_rectangle() && power < 0) return;
    add_edges();
    if (!edges_.empty()) index_pieces();
}

WindowMass WindowMass::of_square(const Window& window, Kernel kernel, Bandwidth bandwidth) {
    if (kernel != Kernel::gaussian) return WindowMass(window, 2 * kernel_power(kernel), bandwidth);
    return WindowMass(window, kernel, {bandwidth.x / std::numbers::sqrt2, bandwidth.y / std::numbers::sqrt2});
}

void WindowMass::add_edges() {
    const PolygonsView<Planar> p = window_.polygons();
    std::vector<Edge>          raw;
    for (std::size_t part = 0; part + 1 < p.parts.size(); ++part) {
        for (std::size_t q = p.parts[part]; q < p.parts[part + 1]; ++q) {
            const RingView<Planar> ring  = p.ring(q);
            const bool             shell = q == p.parts[part];
            const bool             keep  = (ring_area(ring) > 0) == shell;  // shells run counter-clockwise, holes clockwise
            for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
                Edge e{ring.x[i], ring.y[i], ring.x[i + 1], ring.y[i + 1]};
                if (!keep) e = {e.bx, e.by, e.ax, e.ay};
                if (e.ax != e.bx || e.ay != e.by) raw.push_back(e);
            }
        }
    }
    for (const Edge& e : without_opposites(std::move(raw))) {
        edges_.push_back({(e.ax - origin_.x) / bandwidth_.x, (e.ay - origin_.y) / bandwidth_.y, (e.bx - origin_.x) / bandwidth_.x, (e.by - origin_.y) / bandwidth_.y});
    }
}

/// A border that two polygons of the window share runs once each way and cancels: only the outline is left.
std::vector<WindowMass::Edge> WindowMass::without_opposites(std::vector<Edge> edges) {
    const auto forward = [](const Edge& e) { return std::pair{e.ax, e.ay} < std::pair{e.bx, e.by}; };
    const auto key     = [&](const Edge& e) { return forward(e) ? std::tuple{e.ax, e.ay, e.bx, e.by} : std::tuple{e.bx, e.by, e.ax, e.ay}; };
    std::sort(edges.begin(), edges.end(), [&](const Edge& a, const Edge& b) { return std::pair{key(a), forward(a)} < std::pair{key(b), forward(b)}; });
    std::vector<Edge> out;
    for (std::size_t first = 0, last = 0; first < edges.size(); first = last) {
        std::ptrdiff_t net = 0;
        while (last < edges.size() && key(edges[last]) == key(edges[first])) net += forward(edges[last++]) ? 1 : -1;
        // Sorted: those against the order of their ends come first.
        const Edge& one = net > 0 ? edges[last - 1] : edges[first];
        for (std::ptrdiff_t k = 0; k < std::abs(net); ++k) out.push_back(one);
    }
    return out;
}

void WindowMass::index_pieces() {
    const double width = (window_.box().x_max - origin_.x) / bandwidth_.x, height = (window_.box().y_max - origin_.y) / bandwidth_.y;
    bucket_  = std::max(reach_ / 2, std::max(width, height) / 512);
    low_x_   = low_y_ = -reach_;  // beyond its reach a window has no mass
    columns_ = static_cast<int>((width + 2 * reach_) / bucket_) + 1;
    lines_   = static_cast<int>((height + 2 * reach_) / bucket_) + 1;
    for (const Edge& e : edges_) {
        const int n = std::max(1, static_cast<int>(std::ceil(std::hypot(e.bx - e.ax, e.by - e.ay) / bucket_)));
        const auto at = [&](int k) { return std::pair{e.ax + (e.bx - e.ax) * k / n, e.ay + (e.by - e.ay) * k / n}; };
        for (int k = 0; k < n; ++k) {
            const auto [ax, ay] = at(k);
            const auto [bx, by] = k + 1 == n ? std::pair{e.bx, e.by} : at(k + 1);
            pieces_.push_back({ax, ay, bx, by});
        }
    }
    const double margin = reach_ + bucket_ * 1e-6;
    first_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(lines_) + 1, 0);
    const auto for_each_bucket = [&](const Edge& e, auto&& visit) {
        const auto clamp = [&](double v, int count) { return std::clamp(static_cast<int>(std::floor(v / bucket_)), 0, count - 1); };
        for (int line = clamp(std::min(e.ay, e.by) - margin - low_y_, lines_); line <= clamp(std::max(e.ay, e.by) + margin - low_y_, lines_); ++line) {
            for (int column = clamp(std::min(e.ax, e.bx) - margin - low_x_, columns_); column <= clamp(std::max(e.ax, e.bx) + margin - low_x_, columns_); ++column) {
                visit(static_cast<std::size_t>(line) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column));
            }
        }
    };
    for (const Edge& e : pieces_) for_each_bucket(e, [&](std::size_t b) { first_[b] += 1; });
    std::uint32_t total = 0;
    for (std::uint32_t& f : first_) f = (total += f);
    near_.resize(total);
    for (std::size_t i = pieces_.size(); i-- > 0;) {
        for_each_bucket(pieces_[i], [&](std::size_t b) { near_[--first_[b]] = static_cast<std::uint32_t>(i); });
    }
}

double WindowMass::at(Point<Planar> u, double factor) const noexcept {
    if (window_.is_rectangle() && power_ < 0) return rectangle_mass(u, factor);
    const double ux = (u.x - origin_.x) / bandwidth_.x, uy = (u.y - origin_.y) / bandwidth_.y;
    const double column = std::floor((ux - low_x_) / bucket_), line = std::floor((uy - low_y_) / bucket_);
    if (!(column >= 0 && column < columns_ && line >= 0 && line < lines_)) return 0;
    const Located here = window_.locate(u);
    if (here.on_border) return by_all_edges(ux, uy, factor);  // of a polygon, if not of the window
    const auto b   = static_cast<std::size_t>(line) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
    double     sum = 0;
    for (std::uint32_t k = first_[b]; k < first_[b + 1]; ++k) {
        const Seen s = seen_from(pieces_[near_[k]], ux, uy, factor);
        if (std::abs(s.d) >= reach_) continue;
        if (std::abs(s.d) < touching && s.ta < touching && s.tb > -touching) return by_all_edges(ux, uy, factor);
        const double half = std::sqrt(reach_ * reach_ - s.d * s.d), t0 = std::max(s.ta, -half), t1 = std::min(s.tb, half);
        if (t0 < t1) sum += inner(s.d, t0, t1) - angle_seen(s.d, t0, t1);
    }
    return std::clamp((here.found() ? 1.0 : 0.0) + sum / (2 * std::numbers::pi), 0.0, 1.0);
}

double WindowMass::rectangle_mass(Point<Planar> u, double factor) const noexcept {
    const Box<Planar>& b  = window_.box();
    const double       hx = bandwidth_.x * factor, hy = bandwidth_.y * factor;
    return normal_between((b.x_min - u.x) / hx, (b.x_max - u.x) / hx) * normal_between((b.y_min - u.y) / hy, (b.y_max - u.y) / hy);
}

double WindowMass::inner(double d, double t0, double t1) const noexcept {
    const int    steps = power_ < 0 ? std::max(1, static_cast<int>(std::ceil((t1 - t0) / 2))) : 1;
    const double half  = (t1 - t0) / steps / 2;
    double       sum   = 0;
    for (int k = 0; k < steps; ++k) {
        const double centre = t0 + (2 * k + 1) * half;
        for (std::size_t j = 0; j < nodes.size(); ++j) {
            const double left = centre - half * nodes[j], right = centre + half * nodes[j];
            sum += weights[j] * (mass_over_square(power_, d * d + left * left) + mass_over_square(power_, d * d + right * right));
        }
    }
    return d * half * sum;
}

double WindowMass::by_all_edges(double ux, double uy, double factor) const noexcept {
    double sum = 0;
    for (const Edge& e : edges_) {
        const Seen s = seen_from(e, ux, uy, factor);
        if (std::abs(s.d) >= reach_) {
            sum += angle_seen(s.d, s.ta, s.tb);
            continue;
        }
        const double half = std::sqrt(reach_ * reach_ - s.d * s.d), t0 = std::clamp(-half, s.ta, s.tb), t1 = std::clamp(half, s.ta, s.tb);
        if (s.ta < t0) sum += angle_seen(s.d, s.ta, t0);
        if (t0 < t1) sum += inner(s.d, t0, t1);
        if (t1 < s.tb) sum += angle_seen(s.d, t1, s.tb);
    }
    return std::clamp(sum / (2 * std::numbers::pi), 0.0, 1.0);
}

}  // namespace gapmap
