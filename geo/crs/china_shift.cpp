#include "geo/crs/china_shift.h"

#include <cmath>
#include <numbers>

namespace gapmap {
namespace {

constexpr double pi            = std::numbers::pi;
constexpr double krasovsky_a_m = 6378245.0;              // semi-major axis of the ellipsoid behind GCJ-02
constexpr double krasovsky_e2  = 0.00669342162296594323;
constexpr double bd_pi         = pi * 3000.0 / 180.0;

bool outside_china(Point<Lonlat> p) noexcept { return p.x < 72.004 || p.x > 137.8347 || p.y < 0.8293 || p.y > 55.8271; }

/// The shift in degrees at `p`.
Point<Lonlat> gcj_shift(Point<Lonlat> p) noexcept {
    const double x = p.x - 105.0, y = p.y - 35.0;
    const double root = std::sqrt(std::abs(x));
    const double wave = (20.0 * std::sin(6.0 * x * pi) + 20.0 * std::sin(2.0 * x * pi)) * 2.0 / 3.0;
    double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave;
    north += (20.0 * std::sin(y * pi) + 40.0 * std::sin(y / 3.0 * pi)) * 2.0 / 3.0;
    north += (160.0 * std::sin(y / 12.0 * pi) + 320.0 * std::sin(y * pi / 30.0)) * 2.0 / 3.0;
    double east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave;
    east += (20.0 * std::sin(x * pi) + 40.0 * std::sin(x / 3.0 * pi)) * 2.0 / 3.0;
    east += (150.0 * std::sin(x / 12.0 * pi) + 300.0 * std::sin(x / 30.0 * pi)) * 2.0 / 3.0;
    const double lat   = p.y / 180.0 * pi;
    const double magic = 1.0 - krasovsky_e2 * std::sin(lat) * std::sin(lat);
    const double scale = std::sqrt(magic);
    north = north * 180.0 / ((krasovsky_a_m * (1.0 - krasovsky_e2)) / (magic * scale) * pi);
    east  = east * 180.0 / (krasovsky_a_m / scale * std::cos(lat) * pi);
    return {east, north};
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

Point<Lonlat> wgs84_to_gcj02(Point<Lonlat> p) noexcept {
    if (outside_china(p)) return p;
    const Point<Lonlat> shift = gcj_shift(p);
    return {p.x + shift.x, p.y + shift.y};
}

Point<Lonlat> gcj02_to_wgs84(Point<Lonlat> p) noexcept {
    if (outside_china(p)) return p;
    return invert(p, wgs84_to_gcj02);
}

Point<Lonlat> gcj02_to_bd09(Point<Lonlat> p) noexcept {
    const double z     = std::sqrt(p.x * p.x + p.y * p.y) + 0.00002 * std::sin(p.y * bd_pi);
    const double theta = std::atan2(p.y, p.x) + 0.000003 * std::cos(p.x * bd_pi);
    return {z * std::cos(theta) + 0.0065, z * std::sin(theta) + 0.006};
}

Point<Lonlat> bd09_to_gcj02(Point<Lonlat> p) noexcept { return invert(p, gcj02_to_bd09); }

}  // namespace gapmap
