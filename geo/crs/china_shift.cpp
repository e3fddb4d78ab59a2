#include "geo/crs/china_shift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "geo/core/clones.h"
#include "geo/core/expects.h"
#include "geo/crs/block_trig.h"

namespace gapmap {
namespace {

constexpr double pi            = std::numbers::pi;
constexpr double krasovsky_a_m = 6378245.0;              // semi-major axis of the ellipsoid behind GCJ-02
constexpr double krasovsky_e2  = 0.00669342162296594323;
constexpr double bd_pi         = pi * 3000.0 / 180.0;

bool outside_china(Point<Lonlat> p) noexcept { return p.x < 72.004 || p.x > 137.8347 || p.y < 0.8293 || p.y > 55.8271; }

/// The shift in degrees at `p`.
inline Point<Lonlat> gcj_shift(Point<Lonlat> p) noexcept {
    const double x = p.x - 105.0, y = p.y - 35.0;
    const double root = std::sqrt(std::abs(x));
    const auto   wave = [](double t) { return sine_of_half_turns(t); };
    const double both = (20.0 * wave(6.0 * x) + 20.0 * wave(2.0 * x)) * 2.0 / 3.0;
    double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both;
    north += (20.0 * wave(y) + 40.0 * wave(y / 3.0)) * 2.0 / 3.0;
    north += (160.0 * wave(y / 12.0) + 320.0 * wave(y / 30.0)) * 2.0 / 3.0;
    double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both;
    east += (20.0 * wave(x) + 40.0 * wave(x / 3.0)) * 2.0 / 3.0;
    east += (150.0 * wave(x / 12.0) + 300.0 * wave(x / 30.0)) * 2.0 / 3.0;
    const double sine  = wave(p.y / 180.0), cosine = wave(p.y / 180.0 + 0.5);  // of the latitude
    const double magic = 1.0 - krasovsky_e2 * sine * sine;
    const double scale = std::sqrt(magic);
    north = north * 180.0 / ((krasovsky_a_m * (1.0 - krasovsky_e2)) / (magic * scale) * pi);
    east  = east * 180.0 / (krasovsky_a_m / scale * cosine * pi);
    return {east, north};
}

constexpr std::size_t block      = 256;
constexpr int         back_steps = 6;  // each gains about three digits on the half kilometre of the shift

/// The shifted points of a block; where the shift does not apply, the points themselves.
GAPMAP_CLONES void shift_block(const double* __restrict x, const double* __restrict y, double* __restrict to_x, double* __restrict to_y) {
    for (std::size_t i = 0; i < block; ++i) {
        const Point<Lonlat> shift = gcj_shift({x[i], y[i]});
        const double        inside = (x[i] >= 72.004) & (x[i] <= 137.8347) & (y[i] >= 0.8293) & (y[i] <= 55.8271) ? 1.0 : 0.0;
        to_x[i] = x[i] + inside * shift.x;
        to_y[i] = y[i] + inside * shift.y;
    }
}

/// One step of the fixed point towards what is shifted to (target_x, target_y).
GAPMAP_CLONES void step_back(const double* __restrict target_x, const double* __restrict target_y, double* __restrict x, double* __restrict y) {
    for (std::size_t i = 0; i < block; ++i) {
        const Point<Lonlat> shift = gcj_shift({x[i], y[i]});
        x[i] = target_x[i] - shift.x;
        y[i] = target_y[i] - shift.y;
    }
}

/// Calls `work` on copies of whole blocks, the last one padded with a point in China, and writes back what it made of them.
template <class Work>
void in_blocks(std::span<double> x, std::span<double> y, Work work) {
    std::array<double, block> in_x, in_y, out_x, out_y;
    for (std::size_t first = 0; first < x.size(); first += block) {
        const std::size_t count = std::min(block, x.size() - first);
        in_x.fill(108);
        in_y.fill(34);
        std::copy_n(x.begin() + static_cast<std::ptrdiff_t>(first), count, in_x.begin());
        std::copy_n(y.begin() + static_cast<std::ptrdiff_t>(first), count, in_y.begin());
        work(in_x, in_y, out_x, out_y);
        std::copy_n(out_x.begin(), count, x.begin() + static_cast<std::ptrdiff_t>(first));
        std::copy_n(out_y.begin(), count, y.begin() + static_cast<std::ptrdiff_t>(first));
    }
}

/// Fixed-point inverse of `forward`: the shift is smooth and small, so each step gains about three digits.
template <class Forward>
Point<Lonlat> invert(Point<Lonlat> target, Forward forward) noexcept {
    Point<Lonlat> guess = target;
    for (int step = 0; step < 30; ++step) {
        const Point<Lonlat> image = forward(guess);
        const double dx = image.x - target.x, dy = image.y - target.y;
        guess = {guess.x - dx, guess.y - dy};
        if (std::abs(dx) < 1e-12 && std::abs(dy) < 1e-12) break;
    }
    return guess;
}

}  // namespace

void wgs84_to_gcj02(std::span<double> x, std::span<double> y) {
    GEO_EXPECTS(x.size() == y.size());
    in_blocks(x, y, [](const auto& in_x, const auto& in_y, auto& out_x, auto& out_y) { shift_block(in_x.data(), in_y.data(), out_x.data(), out_y.data()); });
}

void gcj02_to_wgs84(std::span<double> x, std::span<double> y) {
    GEO_EXPECTS(x.size() == y.size());
    in_blocks(x, y, [](const auto& in_x, const auto& in_y, auto& out_x, auto& out_y) {
        out_x = in_x;
        out_y = in_y;
        for (int step = 0; step < back_steps; ++step) step_back(in_x.data(), in_y.data(), out_x.data(), out_y.data());
        for (std::size_t i = 0; i < block; ++i) {
            if (!outside_china({in_x[i], in_y[i]})) continue;
            out_x[i] = in_x[i];
            out_y[i] = in_y[i];
        }
    });
}

Point<Lonlat> wgs84_to_gcj02(Point<Lonlat> p) noexcept {
    if (outside_china(p)) return p;
    const Point<Lonlat> shift = gcj_shift(p);
    return {p.x + shift.x, p.y + shift.y};
}

Point<Lonlat> gcj02_to_wgs84(Point<Lonlat> p) noexcept {
    if (outside_china(p)) return p;
    Point<Lonlat> guess = p;
    for (int step = 0; step < back_steps; ++step) {
        const Point<Lonlat> shift = gcj_shift(guess);
        guess = {p.x - shift.x, p.y - shift.y};
    }
    return guess;
}

Point<Lonlat> gcj02_to_bd09(Point<Lonlat> p) noexcept {
    const double z     = std::sqrt(p.x * p.x + p.y * p.y) + 0.00002 * std::sin(p.y * bd_pi);
    const double theta = std::atan2(p.y, p.x) + 0.000003 * std::cos(p.x * bd_pi);
    return {z * std::cos(theta) + 0.0065, z * std::sin(theta) + 0.006};
}

Point<Lonlat> gcj02_to_wgs84_in_one_step(Point<Lonlat> p) noexcept {
    const Point<Lonlat> image = wgs84_to_gcj02(p);
    return {2 * p.x - image.x, 2 * p.y - image.y};
}

Point<Lonlat> bd09_to_gcj02_in_one_step(Point<Lonlat> p) noexcept {
    const double x = p.x - 0.0065, y = p.y - 0.006;
    const double z     = std::sqrt(x * x + y * y) - 0.00002 * std::sin(y * bd_pi);
    const double theta = std::atan2(y, x) - 0.000003 * std::cos(x * bd_pi);
    return {z * std::cos(theta), z * std::sin(theta)};
}

Point<Lonlat> bd09_to_gcj02(Point<Lonlat> p) noexcept { return invert(p, gcj02_to_bd09); }

}  // namespace gapmap
