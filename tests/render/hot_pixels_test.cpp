#include "render/tile/hot_pixels.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

/// A point in eighths of a lattice unit.
struct Eighths {
    std::int64_t x = 0, y = 0;
};

LatticePoint pixel_of(Eighths p) {
    return {static_cast<std::int32_t>(std::floor((static_cast<double>(p.x) + 4) / 8)), static_cast<std::int32_t>(std::floor((static_cast<double>(p.y) + 4) / 8))};
}

/// Whether some t in [0, 1] puts a + t (b - a) into the half-open square around p: bounds on t as exact fractions, each open or closed.
bool in_square(Eighths a, Eighths b, LatticePoint p) {
    struct Bound {
        std::int64_t top, bottom;
        bool         open;
    };
    Bound      low{0, 1, false}, high{1, 1, false};
    const auto narrow = [&](std::int64_t from, std::int64_t to, std::int64_t centre) {
        const std::int64_t d = to - from, first = 8 * centre - 4, last = 8 * centre + 4;  // first <= from + t d < last
        if (d == 0) return from >= first && from < last;
        Bound entry{first - from, d, false}, exit{last - from, d, true};
        if (d < 0) {
            entry = {from - last, -d, true};
            exit  = {from - first, -d, false};
        }
        const auto less = [](const Bound& f, const Bound& g) { return f.top * g.bottom < g.top * f.bottom; };
        if (less(low, entry) || (!less(entry, low) && entry.open)) low = entry;
        if (less(exit, high) || (!less(high, exit) && exit.open)) high = exit;
        return true;
    };
    if (!narrow(a.x, b.x, p.x) || !narrow(a.y, b.y, p.y)) return false;
    const std::int64_t l = low.top * high.bottom, h = high.top * low.bottom;
    return l < h || (l == h && !low.open && !high.open);
}

}  // namespace

TEST_CASE("an edge finds just the hot pixels whose half-open square it passes, in order, and the same ones backwards") {
    HotPixels hot;
    for (std::uint32_t round = 0; round < 400; ++round) {
        CAPTURE(round);
        Draws                     draws{Seed{11}, 1, round};
        const std::int32_t        size = round % 2 == 0 ? 20 : 300;
        const std::int64_t        x0 = static_cast<std::int64_t>(draws.below(2000)) - 1000, y0 = draws.below(100000);
        std::vector<LatticePoint> points;
        hot.reset(x0, y0, size, size);
        for (int i = 0; i < 120; ++i) {
            points.push_back({static_cast<std::int32_t>(draws.below(size + 1)), static_cast<std::int32_t>(draws.below(size + 1))});
            hot.add(points.back());
        }
        for (int i = 0; i < 40; ++i) {
            const auto    place = [&] { return Eighths{static_cast<std::int64_t>(draws.below(8 * size - 8)) + 4, static_cast<std::int64_t>(draws.below(8 * size - 8)) + 4}; };
            const Eighths a = place(), b = i % 5 == 0 ? Eighths{a.x, place().y} : place();
            const auto    to_level = [](std::int64_t eighths, std::int64_t corner) { return static_cast<double>(corner) + static_cast<double>(eighths) / 8; };
            const LatticeEdge there{to_level(a.x, x0), to_level(a.y, y0), to_level(b.x, x0), to_level(b.y, y0), pixel_of(a), pixel_of(b)};
            const LatticeEdge back{there.bx, there.by, there.ax, there.ay, there.b, there.a};
            std::vector<LatticePoint> found, returning;
            hot.along(there, found);
            hot.along(back, returning);
            std::ranges::reverse(returning);
            CHECK(found == returning);
            std::size_t expected = 0;
            std::vector<LatticePoint> distinct;
            for (const LatticePoint p : points) {
                if (std::ranges::find(distinct, p) != distinct.end()) continue;
                distinct.push_back(p);
                if (p == there.a || p == there.b || !in_square(a, b, p)) continue;
                ++expected;
                CHECK(std::ranges::find(found, p) != found.end());
            }
            CHECK(found.size() == expected);
            for (std::size_t k = 1; k < found.size(); ++k) {
                CHECK((found[k].x - found[k - 1].x) * (b.x - a.x) >= 0);
                CHECK((found[k].y - found[k - 1].y) * (b.y - a.y) >= 0);
            }
        }
    }
}

TEST_CASE("rounding gives halves to the pixel above, also just below a half and below zero") {
    CHECK(lattice_round(0.5) == 1);
    CHECK(lattice_round(std::nextafter(0.5, 0)) == 0);
    CHECK(lattice_round(-0.5) == 0);
    CHECK(lattice_round(std::nextafter(-0.5, -1)) == -1);
    CHECK(lattice_round(-2.25) == -2);
    CHECK(lattice_round(7) == 7);
}

TEST_CASE("a mark is told the second time, and is gone when taken away or when the points are forgotten") {
    HotPixels hot;
    hot.reset(0, 0, 200, 200);
    hot.add({130, 70});
    CHECK_FALSE(hot.mark({130, 70}));
    CHECK(hot.mark({130, 70}));
    hot.unmark({130, 70});
    CHECK_FALSE(hot.mark({130, 70}));
    hot.reset(5, 5, 200, 200);
    hot.add({130, 70});
    CHECK_FALSE(hot.mark({130, 70}));
}
