#include "render/colour_space.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gapmap {
namespace {

using Triple = std::array<double, 3>;
constexpr Triple white{0.95047, 1.0, 1.08883};
constexpr double bend = 6.0 / 29;  // of CIELAB: below it the cube root is a line

double lab_of_light(double t) noexcept { return t > bend * bend * bend ? std::cbrt(t) : t / (3 * bend * bend) + 4.0 / 29; }
double light_of_lab(double t) noexcept { return t > bend ? t * t * t : 3 * bend * bend * (t - 4.0 / 29); }

Triple linear_rgb(Lch c) noexcept {
    const double hue = c.hue_deg * std::numbers::pi / 180, fy = (c.lightness + 16) / 116;
    const double x = white[0] * light_of_lab(fy + c.chroma * std::cos(hue) / 500), y = light_of_lab(fy), z = white[2] * light_of_lab(fy - c.chroma * std::sin(hue) / 200);
    return {3.2404542 * x - 1.5371385 * y - 0.4985314 * z, -0.9692660 * x + 1.8760108 * y + 0.0415560 * z, 0.0556434 * x - 0.2040259 * y + 1.0572252 * z};
}

bool shown(const Triple& rgb) noexcept {
    return std::ranges::all_of(rgb, [](double v) { return v >= -1e-6 && v <= 1 + 1e-6; });
}

std::uint8_t byte_of(double light) noexcept {
    const double l = std::clamp(light, 0.0, 1.0);
    return static_cast<std::uint8_t>(std::lround(255 * (l <= 0.0031308 ? 12.92 * l : 1.055 * std::pow(l, 1 / 2.4) - 0.055)));
}

}  // namespace

double linear_light(std::uint8_t byte) noexcept {
    const double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

Rgba rgba_of(Lch colour) {
    if (!shown(linear_rgb(colour))) {
        double low = 0, high = colour.chroma;
        for (int i = 0; i < 40; ++i) {
            colour.chroma = (low + high) / 2;
            (shown(linear_rgb(colour)) ? low : high) = colour.chroma;
        }
        colour.chroma = low;
    }
    const Triple rgb = linear_rgb(colour);
    return {byte_of(rgb[0]), byte_of(rgb[1]), byte_of(rgb[2])};
}

Lch lch_of(Rgba c) noexcept {
    const double r = linear_light(c.r), g = linear_light(c.g), b = linear_light(c.b);
    const double x = lab_of_light((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white[0]), y = lab_of_light(0.2126729 * r + 0.7151522 * g + 0.0721750 * b),
                 z = lab_of_light((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / white[2]);
    const double a = 500 * (x - y), v = 200 * (y - z);
    return {116 * y - 16, std::hypot(a, v), std::fmod(std::atan2(v, a) * 180 / std::numbers::pi + 360, 360)};
}

}  // namespace gapmap
