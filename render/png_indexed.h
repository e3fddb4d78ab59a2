#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "render/palette.h"

namespace gapmap {

/// An indexed PNG (colour type 3, 8 bits) of `width` x `height`, row 0 on top. Indices point into `palette` (at most 256).
/// Rows use the Up filter on the indices: neighbours in a classed surface are alike, so differences compress best.
/// The same input gives the same bytes. REQUIRES indices.size() == width * height and each index < palette.size().
/// Source: PNG specification, 2nd edition, clauses 9.2 and 11.2.
[[nodiscard]] std::string indexed_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> indices,
                                      std::span<const Rgba> palette, int level = 6);

}  // namespace gapmap
