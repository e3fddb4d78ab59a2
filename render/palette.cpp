#include "render/palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gapmap {

std::string hex_colour(Rgba c) { return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b); }

std::size_t class_of(const ClassScale& scale, double v) noexcept {
    return static_cast<std::size_t>(std::ranges::upper_bound(scale.breaks, v) - scale.breaks.begin());
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
