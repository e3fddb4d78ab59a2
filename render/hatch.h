#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "geo/core/status.h"
#include "render/palette.h"

namespace gapmap {

/// Edge of the square that every hatch repeats. Divides 256, so that patterns go on over the borders of tiles.
inline constexpr int hatch_period_px = 8;

/// The name of a pattern in vector tiles (property `hatch`) and in hatch_svg(): "hatch-missing"; empty for ok. `zero` is no status but has a pattern.
[[nodiscard]] std::string_view hatch_name(Status status) noexcept;
inline constexpr std::string_view hatch_zero_name = "hatch-zero";
/// The property of vector tiles that names a pattern.
inline constexpr std::string_view hatch_property = "hatch";
/// The name for a status as tables spell it ("missing", "suppressed", "too_few", "isolate", and "zero"); empty for all else.
[[nodiscard]] std::string_view hatch_of_word(std::string_view word) noexcept;

/// The pattern's colour at a pixel counted from the top left of the world at that level: opaque where a line or dot is, else transparent.
/// missing: rising lines; suppressed: rising and falling lines; too_few: dots; isolate: level lines; ok: nothing.
[[nodiscard]] Rgba hatch_pixel(Status status, std::uint64_t x, std::uint64_t y) noexcept;
/// Sparse dots: a value of exactly zero.
[[nodiscard]] Rgba hatch_zero_pixel(std::uint64_t x, std::uint64_t y) noexcept;

/// All patterns as SVG `<pattern>` elements in one file, ids as hatch_name() says, made of the same pixels.
[[nodiscard]] std::string hatch_svg();

}  // namespace gapmap
