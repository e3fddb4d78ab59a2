#pragma once
#include "render/palette.h"

namespace gapmap {

/// A colour in CIELAB (white D65): lightness 0 to 100, chroma from 0, hue in degrees.
struct Lch {
    double lightness = 0, chroma = 0, hue_deg = 0;
};

/// The nearest sRGB colour of that lightness and hue; the chroma is cut back to what sRGB can show. Error: lightness to 0.4, which is 8-bit rounding.
[[nodiscard]] Rgba rgba_of(Lch colour);
/// The inverse; opacity is ignored.
[[nodiscard]] Lch lch_of(Rgba colour) noexcept;

/// Share of light, 0 to 1, of an sRGB byte. Source: IEC 61966-2-1.
[[nodiscard]] double linear_light(std::uint8_t byte) noexcept;

}  // namespace gapmap
