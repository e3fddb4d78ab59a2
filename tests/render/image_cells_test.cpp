#include "render/tile/image_cells.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

std::vector<Pixel> random_pixels(std::uint64_t seed, std::size_t n) {
    std::vector<Pixel> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws       draws(Seed{seed}, 1, i);
        const Pixel opacity = draws.below(4) == 0 ? 0 : draws.below(3) == 0 ? 255 : draws.below(256);
        out.push_back(opacity == 0 ? 0 : (draws.next_u32() & 0xFFFFFF) | opacity << 24);
    }
    return out;
}

/// Means of colour times opacity, in units of 255 * 255, and of opacity times 255.
std::array<double, 4> means(const std::vector<Pixel>& pixels) {
    std::array<double, 4> out{};
    for (const Pixel p : pixels) {
        const double a = p >> 24;
        for (int k = 0; k < 3; ++k) out[static_cast<std::size_t>(k)] += a * (p >> (8 * k) & 0xFF);
        out[3] += a * 255;
    }
    for (double& v : out) v /= static_cast<double>(pixels.size());
    return out;
}
std::array<double, 4> means(const std::vector<Tint>& tints, std::size_t edge) {
    std::array<double, 4> out{};
    for (std::size_t y = 0; y < edge; ++y) {
        for (std::size_t x = 0; x < edge; ++x) {
            const Tint& t = tints[y * 2 * edge + x];
            out[0] += t.red, out[1] += t.green, out[2] += t.blue, out[3] += t.opacity;
        }
    }
    for (double& v : out) v /= static_cast<double>(edge * edge);
    return out;
}

}  // namespace

TEST_CASE("halving pixels keeps the means of colours weighed by opacity, level upon level") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto        pixels = random_pixels(seed, 64 * 64);
        const auto        before = means(pixels);
        std::vector<Tint> tints(64 * 64);
        halve(pixels.data(), 64, tints.data());
        std::size_t edge = 32;
        for (int level = 1;; ++level) {
            const auto after = means(tints, edge);
            for (std::size_t k = 0; k < 4; ++k) CHECK(std::abs(after[k] - before[k]) <= 0.5 * level + 1e-6);  // of 65025
            if (edge == 4) break;
            std::vector<Tint> from(edge * edge), to(edge * edge);
            for (std::size_t i = 0; i < from.size(); ++i) from[i] = tints[i / edge * 2 * edge + i % edge];
            halve(from.data(), edge, to.data());
            edge /= 2;
            tints = to;
        }
    }
}

TEST_CASE("a pixel is a tint exactly: what four equal pixels become is that pixel") {
    for (const Pixel p : random_pixels(7, 5000)) {
        const std::vector<Pixel> four(4, p);
        Tint                     tint;
        halve(four.data(), 2, &tint);
        Pixel back = 1;
        CHECK(to_pixels(&tint, 1, &back) == (p != 0));
        CHECK(back == p);
    }
}

TEST_CASE("halving measures keeps the mean weighed by data, and the share that has data") {
    std::vector<Measure> cells;
    double               sum = 0, weight = 0;
    for (std::size_t i = 0; i < 32 * 32; ++i) {
        Draws      draws(Seed{3}, 2, i);
        const auto w = draws.below(3) == 0 ? 0.0F : static_cast<float>(draws.uniform());
        cells.push_back({w > 0 ? static_cast<float>(100 * draws.uniform()) : 0, w, 1});
        sum += static_cast<double>(cells.back().mean) * static_cast<double>(w);
        weight += static_cast<double>(w);
    }
    std::vector<Measure> half(32 * 32);
    halve(cells.data(), 32, half.data());
    double after = 0, data = 0;
    for (std::size_t y = 0; y < 16; ++y) {
        for (std::size_t x = 0; x < 16; ++x) {
            const Measure& m = half[y * 32 + x];
            after += 4 * static_cast<double>(m.mean) * static_cast<double>(m.weight);
            data += 4 * static_cast<double>(m.weight);
            CHECK(m.inside == 1);
        }
    }
    CHECK(after == doctest::Approx(sum).epsilon(1e-6));
    CHECK(data == doctest::Approx(weight).epsilon(1e-6));
}
