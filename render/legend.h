#pragma once
#include <string>

#include "render/palette.h"

namespace gapmap {

struct LegendWords {
    std::string title{}, unit{};
    std::string no_data{};  ///< words for cells without data; empty: no line about them
};

/// {"title", "unit", "kind": "classes", "classes": [{"from", "to", "colour", "opacity"}]} from the lowest class, null where a class is open; classes that are not painted
/// (opacity 0) are left out. A ramp has "kind": "ramp" and "stops": [{"value", "colour", "opacity"}].
[[nodiscard]] std::string legend_json(const ValueColours& colours, const LegendWords& words = {});

/// The same as a picture: highest on top, a swatch and its range a line; a ramp as a band with its values beside it. Text is text, in the reader's sans-serif.
[[nodiscard]] std::string legend_svg(const ValueColours& colours, const LegendWords& words = {});

}  // namespace gapmap
