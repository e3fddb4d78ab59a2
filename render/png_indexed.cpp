#include "render/png_indexed.h"

#include <libdeflate.h>

#include <memory>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "render/png_chunks.h"

namespace gapmap {
namespace {

struct FreeCompressor {
    void operator()(libdeflate_compressor* c) const noexcept { libdeflate_free_compressor(c); }
};

std::string filtered_rows(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> indices) {
    std::string raw;
    raw.reserve((std::size_t{width} + 1) * height);
    for (std::uint32_t y = 0; y < height; ++y) {
        const std::uint8_t* row = indices.data() + std::size_t{y} * width;
        raw += static_cast<char>(y == 0 ? 0 : 2);  // filter None, then Up
        for (std::uint32_t x = 0; x < width; ++x) raw += static_cast<char>(y == 0 ? row[x] : static_cast<std::uint8_t>(row[x] - row[x - std::ptrdiff_t{width}]));
    }
    return raw;
}

std::string deflated(const std::string& raw, int level) {
    const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(libdeflate_alloc_compressor(level));
    if (!compressor) throw PreconditionError("no memory for a compressor");
    std::string       out(libdeflate_zlib_compress_bound(compressor.get(), raw.size()), '\0');
    const std::size_t size = libdeflate_zlib_compress(compressor.get(), raw.data(), raw.size(), out.data(), out.size());
    out.resize(size);
    return out;
}

}  // namespace

std::string indexed_png(std::uint32_t width, std::uint32_t height, std::span<const std::uint8_t> indices, std::span<const Rgba> palette, int level) {
    GEO_EXPECTS(width > 0 && height > 0 && indices.size() == std::size_t{width} * height);
    GEO_EXPECTS(!palette.empty() && palette.size() <= 256);
    std::string png(png_signature);
    put_png_header(png, width, height, 8, 3);
    std::string colours, opacity;
    for (const Rgba& c : palette) {
        colours += static_cast<char>(c.r);
        colours += static_cast<char>(c.g);
        colours += static_cast<char>(c.b);
        opacity += static_cast<char>(c.a);
    }
    put_png_chunk(png, "PLTE", colours);
    put_png_chunk(png, "tRNS", opacity);
    put_png_chunk(png, "IDAT", deflated(filtered_rows(width, height, indices), level));
    put_png_chunk(png, "IEND", "");
    return png;
}

}  // namespace gapmap
