#pragma once
#include <string>
#include <string_view>

#include "render/palette.h"

namespace gapmap {

/// A palette as text, as GDAL's colour relief reads it: a line a colour, `value red green blue [opacity]` with bytes, or `value name` with a name of a plain colour; between
/// fields blanks, tabs, commas or colons; `#` begins a comment. `nv` as value (no data) must be transparent or is refused.
/// Values need not be in order; they come out rising. Throws InputError naming `path`, line and field: fields missing or too many, no number, no byte, a value twice, no colour at all,
/// values in per cent.
[[nodiscard]] ColourRamp parse_palette(std::string_view text, const std::string& path);

}  // namespace gapmap
