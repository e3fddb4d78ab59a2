#include "render/palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "render/colour_space.h"

namespace gapmap {
namespace {

/// A palette: its colour at t from 0 (light) to 1 (dark).
struct NamedPalette {
    const char* name;
    Lch (*at)(double t);
};

constexpr double lightest = 94, darkest = 20;
double falling(double t) noexcept { return lightest + t * (darkest - lightest); }
double swelling(double t) noexcept { return std::sin(std::numbers::pi * t); }

// Chroma asks for more than sRGB can show in places: it is cut back there.
const NamedPalette palettes[] = {
    {"many_hues", [](double t) { return Lch{falling(t), 50 + 15 * swelling(t), 102 + 200 * t}; }},
    {"yellow_blue", [](double t) { return Lch{falling(t), 60 * std::abs(1 - 2 * t), t < 0.5 ? 95.0 : 275.0}; }},
    {"blues", [](double t) { return Lch{falling(t), 12 + 40 * swelling(t), 262}; }},
    {"oranges", [](double t) { return Lch{falling(t), 18 + 60 * swelling(t), 60}; }},
    {"greys", [](double t) { return Lch{falling(t), 0, 0}; }},
    {"blue_orange", [](double t) { return Lch{lightest - std::abs(2 * t - 1) * (lightest - 35), 75 * std::abs(2 * t - 1), t < 0.5 ? 268.0 : 58.0}; }},
};

}  // namespace

std::string hex_colour(Rgba c) { return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b); }

std::size_t class_of(const ClassScale& scale, double v) noexcept {
    return static_cast<std::size_t>(std::ranges::upper_bound(scale.breaks, v) - scale.breaks.begin());
}

Rgba colour_at(const ColourRamp& ramp, double v) noexcept {
    const auto above = static_cast<std::size_t>(std::ranges::upper_bound(ramp.values, v) - ramp.values.begin());
    if (above == 0) return ramp.colours.front();
    if (above == ramp.values.size()) return ramp.colours.back();
    const double share = (v - ramp.values[above - 1]) / (ramp.values[above] - ramp.values[above - 1]);
    const auto   mix   = [&](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(std::lround(a + share * (b - a))); };
    const Rgba & a = ramp.colours[above - 1], &b = ramp.colours[above];
    return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), mix(a.a, b.a)};
}

std::vector<std::string> palette_names() {
    std::vector<std::string> out;
    for (const NamedPalette& p : palettes) out.emplace_back(p.name);
    return out;
}

std::vector<Rgba> palette_colours(std::string_view name, std::size_t n) {
    GEO_EXPECTS(n >= 1 && n <= 256);
    const auto* found = std::ranges::find_if(palettes, [&](const NamedPalette& p) { return p.name == name; });
    if (found == std::end(palettes)) throw UsageError(fmt::format("there is no palette '{}'; there are {}", name, fmt::join(palette_names(), ", ")));
    std::vector<Rgba> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(rgba_of(found->at(n == 1 ? 0.5 : static_cast<double>(i) / static_cast<double>(n - 1))));
    return out;
}

ClassScale class_scale(std::string_view palette, std::vector<double> breaks, double opacity) {
    for (std::size_t i = 0; i < breaks.size(); ++i) {
        if (!std::isfinite(breaks[i]) || (i > 0 && !(breaks[i - 1] < breaks[i]))) throw UsageError("class breaks: expected rising numbers");
    }
    if (breaks.size() > 250) throw UsageError("class breaks: expected at most 250");
    if (!(opacity >= 0 && opacity <= 1)) throw UsageError("opacity: expected a number from 0 to 1");
    ClassScale out{std::move(breaks), {}};
    out.colours = palette_colours(palette, out.breaks.size() + 1);
    for (Rgba& c : out.colours) c.a = static_cast<std::uint8_t>(std::lround(255 * opacity));
    return out;
}

ClassScale steps_of(const ColourRamp& ramp) {
    ClassScale out{ramp.values, {{0, 0, 0, 0}}};
    out.colours.insert(out.colours.end(), ramp.colours.begin(), ramp.colours.end());
    return out;
}

ClassScale surface_scale(double top) {
    ClassScale scale;
    for (const double share : {0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8}) scale.breaks.push_back(share * top);
    // ColorBrewer YlOrBr anchors, opacity rising with the class.
    scale.colours = {{255, 255, 229, 0},  {254, 227, 145, 120}, {254, 196, 79, 140}, {254, 153, 41, 160},
                     {236, 112, 20, 175}, {204, 76, 2, 190},    {153, 52, 4, 205},   {102, 37, 6, 220}};
    return scale;
}

double round_up_nice(double v) noexcept {
    if (!(v > 0)) return 1;
    const double power = std::pow(10.0, std::floor(std::log10(v)));
    for (const double step : {1.0, 2.0, 5.0, 10.0}) {
        if (step * power >= v * (1 - 1e-12)) return step * power;
    }
    return 10 * power;
}

}  // namespace gapmap
