#pragma once
#include <cstddef>
#include <cstdint>

#include "render/tile/image_encode.h"

namespace gapmap {

/// The mean colour of a square of ground: red, green and blue each times opacity, and opacity times 255; all up to 65025. A pixel of 8 bits is one exactly, so that the
/// means of means are off by half a unit in 65025 a level and not by half a unit in 255.
struct Tint {
    std::uint16_t red = 0, green = 0, blue = 0, opacity = 0;
};

/// The mean value of a square of ground.
struct Measure {
    float mean   = 0;
    float weight = 0;  ///< share of the square that has data
    float inside = 0;  ///< share of the square that lies on the raster
};

/// Means of two by two: `from` is a square of `edge` cells, `to` the quarter of a square of the same edge that it becomes. Means over `from`, weighed by opacity or weight,
/// are those over `to`: for measures to rounding of floats, for colours see Tint.
void halve(const Pixel* from, std::size_t edge, Tint* to);
void halve(const Tint* from, std::size_t edge, Tint* to);
void halve(const Measure* from, std::size_t edge, Measure* to);

/// One of two by two: the far one (south-east) or the near one.
template <class Cell>
void pick(const Cell* from, std::size_t edge, bool far, Cell* to) {
    const std::size_t k = far ? 1 : 0;
    for (std::size_t y = 0; y < edge / 2; ++y) {
        for (std::size_t x = 0; x < edge / 2; ++x) to[y * edge + x] = from[(2 * y + k) * edge + 2 * x + k];
    }
}

/// Colours to the nearest of 8 bits; 0 where opacity rounds to nothing. Returns whether something is seen.
bool to_pixels(const Tint* from, std::size_t cells, Pixel* to);
/// Sets pixels without opacity to 0. Returns whether something is seen.
bool clean_pixels(Pixel* pixels, std::size_t cells);

}  // namespace gapmap
