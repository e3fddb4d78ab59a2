#include "render/tile/image_encode.h"

#include <libdeflate.h>
#include <webp/encode.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "render/png_chunks.h"

namespace gapmap {
namespace {

struct FreeCompressor {
    void operator()(libdeflate_compressor* c) const noexcept { libdeflate_free_compressor(c); }
};

/// The colours of a tile in order of appearance, while they are at most 256.
class ColourIndex {
public:
    /// False where there are more. `to` gets an index a pixel.
    bool fill(std::span<const Pixel> pixels, std::uint8_t* to) {
        slots_.fill(-1);
        colours_.clear();
        Pixel        last  = ~pixels[0];
        std::uint8_t index = 0;
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            if (pixels[i] != last) {
                const int found = index_of(pixels[i]);
                if (found < 0) return false;
                last  = pixels[i];
                index = static_cast<std::uint8_t>(found);
            }
            to[i] = index;
        }
        return true;
    }
    [[nodiscard]] const std::vector<Pixel>& colours() const noexcept { return colours_; }

private:
    int index_of(Pixel p) {
        for (std::size_t at = (p * 0x9E3779B1U) >> 22;; at = (at + 1) & 1023) {
            if (slots_[at] < 0) {
                if (colours_.size() == 256) return -1;
                slots_[at] = static_cast<std::int16_t>(colours_.size());
                colours_.push_back(p);
                return slots_[at];
            }
            if (colours_[static_cast<std::size_t>(slots_[at])] == p) return slots_[at];
        }
    }
    std::array<std::int16_t, 1024> slots_{};
    std::vector<Pixel>             colours_;
};

enum Filter : std::uint8_t { none, sub, up, average, paeth };

std::uint8_t paeth_of(int a, int b, int c) noexcept {
    const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
    return static_cast<std::uint8_t>(pa <= pb && pa <= pc ? a : pb <= pc ? b : c);
}

/// `above` is a row of zeros for the first one. `step` bytes a pixel.
void filter_row(Filter filter, const std::uint8_t* row, const std::uint8_t* above, std::size_t bytes, std::size_t step, std::uint8_t* to) {
    const auto left = [&](std::size_t i) { return i < step ? std::uint8_t{0} : row[i - step]; };
    switch (filter) {
        case none: std::memcpy(to, row, bytes); break;
        case sub:
            std::memcpy(to, row, step);
            for (std::size_t i = step; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(row[i] - row[i - step]);
            break;
        case up:
            for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(row[i] - above[i]);
            break;
        case average:
            for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(row[i] - (left(i) + above[i]) / 2);
            break;
        case paeth:
            for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::uint8_t>(row[i] - paeth_of(left(i), above[i], i < step ? 0 : above[i - step]));
            break;
    }
}

std::size_t changes(const std::uint8_t* row, std::size_t n) noexcept {
    std::size_t out = 0;
    for (std::size_t i = 1; i < n; ++i) out += row[i] != row[i - 1] ? 1U : 0U;
    return out;
}

}  // namespace

struct ImageEncoder::State {
    ImageFormat                                            format;
    int                                                    quality;
    std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor;
    ColourIndex                                            index;
    std::vector<std::uint8_t>                              indices, rows, raw, zeros, scratch;
    std::string                                            packed;

    void put_rows(std::string& png, Filter filter, std::size_t row_bytes, std::size_t step, std::size_t height) {
        raw.resize((row_bytes + 1) * height);
        zeros.assign(row_bytes, 0);
        for (std::size_t y = 0; y < height; ++y) {
            std::uint8_t* to = raw.data() + y * (row_bytes + 1);
            *to              = filter;
            filter_row(filter, rows.data() + y * row_bytes, y == 0 ? zeros.data() : rows.data() + (y - 1) * row_bytes, row_bytes, step, to + 1);
        }
        packed.resize(libdeflate_zlib_compress_bound(compressor.get(), raw.size()));
        const std::size_t size = libdeflate_zlib_compress(compressor.get(), raw.data(), raw.size(), packed.data(), packed.size());
        put_png_chunk(png, "IDAT", std::string_view(packed).substr(0, size));
        put_png_chunk(png, "IEND", {});
    }

    /// Palette in an order in which neighbours are alike, so that differences of indices are small.
    std::array<std::uint8_t, 256> put_palette(std::string& png) const {
        const std::vector<Pixel>& colours = index.colours();
        std::vector<std::size_t>  order(colours.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        const auto key = [](Pixel p) { return (p >> 24 << 24) | (p & 0xFF) << 16 | (p & 0xFF00) | (p >> 16 & 0xFF); };
        std::ranges::sort(order, {}, [&](std::size_t i) { return key(colours[i]); });
        std::array<std::uint8_t, 256> place{};
        std::string                   tones, opacity;
        for (std::size_t k = 0; k < order.size(); ++k) {
            const Pixel p   = colours[order[k]];
            place[order[k]] = static_cast<std::uint8_t>(k);
            for (const int shift : {0, 8, 16}) tones += static_cast<char>(p >> shift & 0xFF);
            if ((p >> 24) != 255) opacity.resize(k + 1, static_cast<char>(p >> 24));  // sorted by it: the opaque ones are last
        }
        put_png_chunk(png, "PLTE", tones);
        if (!opacity.empty()) put_png_chunk(png, "tRNS", opacity);
        return place;
    }

    std::string indexed(std::size_t edge) {
        const std::size_t n = index.colours().size();
        const int         depth = n <= 2 ? 1 : n <= 4 ? 2 : n <= 16 ? 4 : 8;
        std::string       png(png_signature);
        put_png_header(png, static_cast<std::uint32_t>(edge), static_cast<std::uint32_t>(edge), depth, 3);
        const auto        place = put_palette(png);
        const std::size_t per = 8U / static_cast<std::size_t>(depth), row_bytes = (edge + per - 1) / per;
        rows.assign(row_bytes * edge, 0);
        if (per == 1) {
            for (std::size_t i = 0; i < indices.size(); ++i) rows[i] = place[indices[i]];
        } else {
            for (std::size_t y = 0; y < edge; ++y) {
                for (std::size_t x = 0; x < edge; ++x) {
                    const auto shift = static_cast<unsigned>((per - 1 - x % per) * static_cast<std::size_t>(depth));
                    rows[y * row_bytes + x / per] |= static_cast<std::uint8_t>(place[indices[y * edge + x]] << shift);
                }
            }
        }
        put_rows(png, index_filter(row_bytes, edge), row_bytes, 1, edge);
        return png;
    }

    Filter index_filter(std::size_t row_bytes, std::size_t height) {
        std::size_t plain = 0, differing = 0;
        scratch.resize(row_bytes);
        for (std::size_t y = 1; y < height; y += 2) {
            const std::uint8_t* row = rows.data() + y * row_bytes;
            filter_row(up, row, row - row_bytes, row_bytes, 1, scratch.data());
            plain += changes(row, row_bytes);
            differing += changes(scratch.data(), row_bytes);
        }
        return differing < plain ? up : none;
    }

    std::string direct(std::span<const Pixel> pixels, std::size_t edge) {
        Pixel opaque = ~Pixel{0};
        for (const Pixel p : pixels) opaque &= p;
        const std::size_t step = (opaque >> 24) == 255 ? 3 : 4, row_bytes = edge * step;
        rows.resize(row_bytes * edge);
        if (step == 4) std::memcpy(rows.data(), pixels.data(), rows.size());
        else {
            for (std::size_t i = 0; i < pixels.size(); ++i) {
                for (std::size_t k = 0; k < 3; ++k) rows[3 * i + k] = static_cast<std::uint8_t>(pixels[i] >> (8 * k));
            }
        }
        std::string png(png_signature);
        put_png_header(png, static_cast<std::uint32_t>(edge), static_cast<std::uint32_t>(edge), 8, step == 3 ? 2 : 6);
        put_rows(png, colour_filter(row_bytes, step, edge), row_bytes, step, edge);
        return png;
    }

    Filter colour_filter(std::size_t row_bytes, std::size_t step, std::size_t height) {
        Filter        best  = none;
        std::uint64_t least = ~std::uint64_t{0};
        scratch.resize(row_bytes);
        for (const Filter filter : {up, sub, paeth, average, none}) {
            std::uint64_t sum = 0;
            for (std::size_t y = 2; y < height; y += 4) {
                const std::uint8_t* row = rows.data() + y * row_bytes;
                filter_row(filter, row, row - row_bytes, row_bytes, step, scratch.data());
                for (const std::uint8_t b : scratch) sum += static_cast<std::uint64_t>(std::abs(static_cast<std::int8_t>(b)));
            }
            if (sum < least) {
                least = sum;
                best  = filter;
            }
        }
        return best;
    }

    std::string webp(std::span<const Pixel> pixels, int edge) const {
        WebPConfig  config;
        WebPPicture picture;
        if (WebPConfigInit(&config) == 0 || WebPPictureInit(&picture) == 0) throw PreconditionError("libwebp is of another version than its header");
        const bool lossless = format == ImageFormat::webp_lossless;
        if (lossless) WebPConfigLosslessPreset(&config, 3);
        else config.quality = static_cast<float>(quality);
        picture.use_argb = lossless ? 1 : 0;
        picture.width = picture.height = edge;
        WebPMemoryWriter writer;
        WebPMemoryWriterInit(&writer);
        picture.writer     = WebPMemoryWrite;
        picture.custom_ptr = &writer;
        const bool  done   = WebPPictureImportRGBA(&picture, reinterpret_cast<const std::uint8_t*>(pixels.data()), edge * 4) != 0 && WebPEncode(&config, &picture) != 0;
        std::string out(reinterpret_cast<const char*>(writer.mem), done ? writer.size : 0);
        WebPPictureFree(&picture);
        WebPMemoryWriterClear(&writer);
        if (!done) throw PreconditionError("WebP refuses a tile");
        return out;
    }
};

ImageEncoder::ImageEncoder(ImageFormat format, int compression, int quality) : state_(std::make_unique<State>()) {
    state_->format  = format;
    state_->quality = quality;
    state_->compressor.reset(libdeflate_alloc_compressor(compression));
    if (!state_->compressor) throw PreconditionError("no memory for a compressor");
}

ImageEncoder::~ImageEncoder() = default;

std::string ImageEncoder::encode(std::span<const Pixel> pixels, int edge) {
    GEO_EXPECTS(edge > 0 && pixels.size() == static_cast<std::size_t>(edge) * static_cast<std::size_t>(edge));
    if (state_->format != ImageFormat::png) return state_->webp(pixels, edge);
    state_->indices.resize(pixels.size());
    const bool few_colours = state_->index.fill(pixels, state_->indices.data());
    return few_colours ? state_->indexed(static_cast<std::size_t>(edge)) : state_->direct(pixels, static_cast<std::size_t>(edge));
}

bool is_indexed_png(std::string_view bytes) noexcept {
    constexpr std::size_t colour_type = 25;  // of the IHDR chunk, which is always the first
    return bytes.size() > colour_type && bytes.starts_with(png_signature) && bytes[colour_type] == 3;
}

}  // namespace gapmap
