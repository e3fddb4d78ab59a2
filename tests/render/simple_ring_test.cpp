#include "render/tile/simple_ring.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "geo/core/draws.h"
#include "geo/shape/overlay.h"

using namespace gapmap;

TEST_CASE("what the quick check calls simple is valid for GEOS, and it finds most rings that are") {
    SimpleRingCheck simple;
    int             called = 0, valid = 0;
    for (std::uint32_t round = 0; round < 600; ++round) {
        Draws               draws{Seed{3}, 2, round};
        std::vector<double> x, y;
        const std::uint32_t n = 4 + draws.below(round % 3 == 0 ? 400 : 9);
        for (std::uint32_t i = 0; i < n; ++i) {
            const double angle = (i + (round % 2 == 0 ? 0 : 2.5 * draws.uniform())) / n * 6.283185307, radius = 1 + draws.uniform();
            x.push_back(std::round(50 * radius * std::cos(angle)));
            y.push_back(std::round(50 * radius * std::sin(angle)));
        }
        Polygons<Planar> shape;
        for (std::uint32_t i = 0; i <= n; ++i) shape.push_point(x[i % n], y[i % n]);
        shape.end_ring();
        shape.end_part();
        shape.end_row();
        const bool is_valid = check_validity(PolygonRow<Planar>{shape.view(), 0}).valid;
        valid += is_valid;
        if (!simple(x, y)) continue;
        ++called;
        CAPTURE(round);
        CHECK(is_valid);
    }
    CHECK(called > 100);
    CHECK(called > valid * 9 / 10);
    CHECK(valid < 500);
}

TEST_CASE("the quick check sees a bow tie, a touch at a vertex and a line that runs back") {
    SimpleRingCheck simple;
    const auto      is = [&](std::vector<double> x, std::vector<double> y) { return simple(x, y); };
    CHECK(is({0, 1, 1, 0}, {0, 0, 1, 1}));
    CHECK(is({0, 1, 1, 1, 0, 0}, {0, 0, 0, 1, 1, 0}));  // points that stand twice
    CHECK_FALSE(is({0, 1, 1, 0}, {0, 1, 0, 1}));
    CHECK_FALSE(is({0, 2, 2, 1, 0}, {0, 0, 2, 0, 2}));
    CHECK_FALSE(is({0, 4, 4, 4, 0}, {0, 0, 3, 2, 2}));
    CHECK_FALSE(is({0, 1}, {0, 1}));
}
