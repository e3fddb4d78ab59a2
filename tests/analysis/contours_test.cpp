#include "analysis/contours.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

Raster<Planar> raster_of(int width, int height, auto&& value) {
    Raster<Planar> out{{0, static_cast<double>(height), 1, 1, width, height}, {}};
    for (int row = 0; row < height; ++row) {
        for (int column = 0; column < width; ++column) out.values.push_back(static_cast<float>(value(row, column)));
    }
    return out;
}

double area_of(const Polygons<Planar>& p) {
    double sum = 0;
    for (std::size_t r = 0; r < p.size(); ++r) sum += std::abs(polygon_area(p.view(), r));
    return sum;
}

}  // namespace

TEST_CASE("contours: the ground of a cone is a disc, with a hole where a peak stands in it") {
    const auto cone = [](int row, int column) { return std::hypot(row - 49.5, column - 49.5) / 50; };
    const auto disc = ground_at_most(raster_of(100, 100, cone), 0.6);
    CHECK(disc.size() == 1);
    CHECK(area_of(disc) == doctest::Approx(std::numbers::pi * 900).epsilon(2e-3));
    const auto ring = ground_at_most(raster_of(100, 100, [&](int r, int c) { return cone(r, c) < 0.2 ? 1 - cone(r, c) : cone(r, c); }), 0.6);
    CHECK(ring.size() == 1);
    CHECK(ring.rings.size() - 1 == 2);
    CHECK(area_of(ring) < std::numbers::pi * 830);
}

TEST_CASE("contours: one cell, all cells, none and missing ones have the ground halfway to their neighbours") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto   one = ground_at_most(raster_of(3, 3, [&](int r, int c) { return r == 1 && c == 1 ? 0.0 : nan; }), 0.5);
    CHECK(one.size() == 1);
    CHECK(area_of(one) == doctest::Approx(0.5));  // a diamond
    CHECK(area_of(ground_at_most(raster_of(1, 1, [](int, int) { return 0.0; }), 0.5)) == doctest::Approx(0.5));
    CHECK(area_of(ground_at_most(raster_of(4, 4, [](int, int) { return 0.0; }), 0.5)) == doctest::Approx(16 - 0.5));  // corners are cut
    CHECK(ground_at_most(raster_of(4, 4, [](int, int) { return 1.0; }), 0.5).size() == 0);
    CHECK(ground_at_most(raster_of(4, 4, [&](int, int) { return nan; }), 0.5).size() == 0);
}

TEST_CASE("contours: a saddle is open where the mean of the four is inside and closed where it is not") {
    const auto saddle = [](double low, double high) { return raster_of(2, 2, [=](int r, int c) { return r == c ? low : high; }); };
    CHECK(ground_at_most(saddle(0, 0.6), 0.5).size() == 1);
    CHECK(ground_at_most(saddle(0.4, 5), 0.5).size() == 2);
}

TEST_CASE("contours: a place is in the ground exactly where the cell it is the centre of is at most the level") {
    const auto noise = raster_of(40, 30, [](int row, int column) { return Draws(Seed{3}, 1, static_cast<std::uint64_t>(row * 40 + column)).uniform(); });
    const auto ground = ground_at_most(noise, 0.5);
    for (int row = 0; row < 30; ++row) {
        for (int column = 0; column < 40; ++column) {
            int in = 0;
            for (std::size_t r = 0; r < ground.size(); ++r) in += covers(ground.view(), r, Point<Planar>{noise.grid.x_centre(column), noise.grid.y_centre(row)}) ? 1 : 0;
            CHECK(in == (noise.values[static_cast<std::size_t>(row * 40 + column)] <= 0.5f ? 1 : 0));
        }
    }
    for (std::size_t q = 0; q + 1 < ground.rings.size(); ++q) CHECK(ring_area(ground.view().ring(q)) != 0);
}
