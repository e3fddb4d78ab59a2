#include "render/tile/image_cells.h"

#include <smmintrin.h>

namespace gapmap {
namespace {

static_assert(sizeof(Tint) == 8 && sizeof(Pixel) == 4);

/// Four numbers a half: a tint of 16 bits each in 32.
struct Pair {
    __m128i left, right;
};

Pair widened(__m128i two) { return {_mm_cvtepu16_epi32(two), _mm_unpackhi_epi16(two, _mm_setzero_si128())}; }

/// Two pixels as two tints.
__m128i tints_of(const Pixel* two) {
    const __m128i bytes   = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(two));
    const __m128i colours = _mm_cvtepu8_epi16(bytes);
    // Each colour is multiplied by the pixel's opacity, the opacity by 255.
    const __m128i opacity = _mm_shuffle_epi8(bytes, _mm_setr_epi8(3, -1, 3, -1, 3, -1, -1, -1, 7, -1, 7, -1, 7, -1, -1, -1));
    return _mm_mullo_epi16(colours, _mm_or_si128(opacity, _mm_setr_epi16(0, 0, 0, 255, 0, 0, 0, 255)));
}
__m128i tints_of(const Tint* two) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(two)); }

template <class Cell>
void halve_colours(const Cell* from, std::size_t edge, Tint* to) {
    for (std::size_t y = 0; y < edge / 2; ++y) {
        const Cell *above = from + 2 * y * edge, *below = above + edge;
        for (std::size_t x = 0; x < edge / 2; ++x) {
            const Pair    a = widened(tints_of(above + 2 * x)), b = widened(tints_of(below + 2 * x));
            const __m128i sum  = _mm_add_epi32(_mm_add_epi32(a.left, a.right), _mm_add_epi32(b.left, b.right));
            const __m128i mean = _mm_srli_epi32(_mm_add_epi32(sum, _mm_set1_epi32(2)), 2);
            _mm_storel_epi64(reinterpret_cast<__m128i*>(to + y * edge + x), _mm_packus_epi32(mean, mean));
        }
    }
}

}  // namespace

void halve(const Pixel* from, std::size_t edge, Tint* to) { halve_colours(from, edge, to); }
void halve(const Tint* from, std::size_t edge, Tint* to) { halve_colours(from, edge, to); }

void halve(const Measure* from, std::size_t edge, Measure* to) {
    for (std::size_t y = 0; y < edge / 2; ++y) {
        for (std::size_t x = 0; x < edge / 2; ++x) {
            const Measure* const four[] = {from + 2 * y * edge + 2 * x, from + 2 * y * edge + 2 * x + 1, from + (2 * y + 1) * edge + 2 * x, from + (2 * y + 1) * edge + 2 * x + 1};
            double               sum = 0, weight = 0, inside = 0;
            for (const Measure* m : four) {
                sum += static_cast<double>(m->mean) * static_cast<double>(m->weight);
                weight += static_cast<double>(m->weight);
                inside += static_cast<double>(m->inside);
            }
            to[y * edge + x] = {weight > 0 ? static_cast<float>(sum / weight) : 0.0F, static_cast<float>(weight / 4), static_cast<float>(inside / 4)};
        }
    }
}

bool to_pixels(const Tint* from, std::size_t cells, Pixel* to) {
    Pixel seen = 0;
    for (std::size_t i = 0; i < cells; ++i) {
        const __m128i tint    = _mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + i)));
        const auto    opacity = static_cast<std::uint32_t>(_mm_extract_epi32(tint, 3));
        if (opacity < 128) {
            to[i] = 0;
            continue;
        }
        const float   share = 255.0F / static_cast<float>(opacity);
        const __m128  scale = _mm_setr_ps(share, share, share, 1.0F / 255.0F);
        const __m128i whole = _mm_cvtps_epi32(_mm_mul_ps(_mm_cvtepi32_ps(tint), scale));
        const __m128i words = _mm_packus_epi32(whole, whole);
        to[i] = static_cast<Pixel>(_mm_cvtsi128_si32(_mm_packus_epi16(words, words)));
        seen |= to[i];
    }
    return (seen >> 24) != 0;
}

bool clean_pixels(Pixel* pixels, std::size_t cells) {
    Pixel seen = 0;
    for (std::size_t i = 0; i < cells; ++i) {
        pixels[i] = (pixels[i] >> 24) != 0 ? pixels[i] : 0;
        seen |= pixels[i];
    }
    return seen != 0;
}

}  // namespace gapmap
