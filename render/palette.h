#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
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

/// A scale without classes: colours and opacity are interpolated between the values; the first and last colour reach to infinity.
struct ColourRamp {
    std::vector<double> values;   ///< rising
    std::vector<Rgba>   colours;  ///< one a value
};
[[nodiscard]] Rgba colour_at(const ColourRamp& ramp, double v) noexcept;  ///< REQUIRES v is not NaN

/// How values become colours.
using ValueColours = std::variant<ClassScale, ColourRamp>;

/// Colours that follow each other: `many_hues` (yellow, green, blue, violet), `yellow_blue` (two hues that every eye tells apart), `blues`, `oranges`, `greys` (one hue), all from
/// light to dark with lightness (CIELAB) falling evenly, and `blue_orange`, which is light in the middle. All hold for the colour-blind (deuteranopia and protanopia) and, but for
/// the last, on a grey print. Source: hue and chroma by formulas of ours in CIELAB (CIE 15:2004, white D65), chroma cut back to what sRGB (IEC 61966-2-1) can show.
[[nodiscard]] std::vector<std::string> palette_names();
/// `n` colours of a palette. Throws UsageError naming those there are. REQUIRES 1 <= n <= 256.
[[nodiscard]] std::vector<Rgba> palette_colours(std::string_view name, std::size_t n);

/// Classes with the breaks given, which thereby stay the same over weeks. `opacity` in [0, 1]. Throws UsageError where breaks do not rise or are not finite.
[[nodiscard]] ClassScale class_scale(std::string_view palette, std::vector<double> breaks, double opacity = 1);

/// Classes of a ramp: a value has the colour of the last entry that it reaches; below the first nothing is painted.
[[nodiscard]] ClassScale steps_of(const ColourRamp& ramp);

/// Eight classes of a density surface from a barely visible to a dark tone; the lowest is fully transparent: low values are
/// not painted. Breaks are shares of `top`, a round number, so that weeks can be compared by their printed values.
[[nodiscard]] ClassScale surface_scale(double top);

/// The smallest of 1, 2, 5 times a power of ten that is >= v (1 for v <= 0).
[[nodiscard]] double round_up_nice(double v) noexcept;

}  // namespace gapmap
