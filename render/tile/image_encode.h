#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "render/tile/image_tiles.h"

namespace gapmap {

/// A pixel as tiles carry it: red in the lowest byte, then green, blue, opacity; 0 where nothing is seen.
using Pixel = std::uint32_t;

/// Turns pixels into PNG or WebP. One a thread; it keeps its buffers.
/// PNG: indexed with 1, 2, 4 or 8 bits where there are at most 256 colours, else RGB where all is opaque, else RGBA. The filter is chosen a tile: for indices by the
/// number of changes along rows, for colours by the least sum of absolute differences on every fourth row. The same pixels give the same bytes.
/// Source: PNG specification, 2nd edition, clauses 9 and 12.8.
class ImageEncoder {
public:
    ImageEncoder(ImageFormat format, int compression, int quality);
    ~ImageEncoder();
    ImageEncoder(const ImageEncoder&)            = delete;
    ImageEncoder& operator=(const ImageEncoder&) = delete;

    /// `edge` pixels squared.
    [[nodiscard]] std::string encode(std::span<const Pixel> pixels, int edge);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Whether bytes are a PNG with a palette.
[[nodiscard]] bool is_indexed_png(std::string_view bytes) noexcept;

}  // namespace gapmap
