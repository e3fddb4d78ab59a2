#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace gapmap {

struct Rgba {
    std::uint8_t r = 0, g = 0, b = 0, a = 255;
    bool         operator==(const Rgba&) const = default;
};

/// `#rrggbb`
[[nodiscard]] std::string hex_colour(Rgba colour);

/// Five classes from light to dark, one hue family, lightness falling evenly, so that they hold for the colour-blind and on a
/// grey print. The page uses the same (web/src/palette.ts). Source: ColorBrewer OrRd (Harrower & Brewer 2003).
inline constexpr std::array<Rgba, 5> gap_colours{{{254, 232, 200}, {253, 187, 132}, {252, 141, 89}, {215, 48, 31}, {127, 0, 0}}};

/// A scale of classes: value v falls in class i where breaks[i-1] <= v < breaks[i].
struct ClassScale {
    std::vector<double> breaks;   ///< rising
    std::vector<Rgba>   colours;  ///< one more than breaks
};

/// Class of a value. REQUIRES v is not NaN.
[[nodiscard]] std::size_t class_of(const ClassScale& scale, double v) noexcept;

/// Eight classes of a density surface from a barely visible to a dark tone; the lowest is fully transparent: low values are
/// not painted. Breaks are shares of `top`, a round number, so that weeks can be compared by their printed values.
[[nodiscard]] ClassScale surface_scale(double top);

/// The smallest of 1, 2, 5 times a power of ten that is >= v (1 for v <= 0).
[[nodiscard]] double round_up_nice(double v) noexcept;

}  // namespace gapmap
