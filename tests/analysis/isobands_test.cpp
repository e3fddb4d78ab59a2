#include "analysis/isobands.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "geo/core/draws.h"
#include "geo/shape/overlay.h"

using namespace gapmap;

namespace {

const double nan_value = std::numeric_limits<double>::quiet_NaN();

Raster<Planar> raster_of(int width, int height, auto&& value, double cell = 1, double x = 0, double y = 0) {
    Raster<Planar> out{{x, y + height * cell, cell, cell, width, height}, {}};
    for (int row = 0; row < height; ++row) {
        for (int column = 0; column < width; ++column) out.values.push_back(static_cast<float>(value(row, column)));
    }
    return out;
}

/// Bands are valid and tile the cells with data. Returns the areas.
std::vector<double> check_bands(const Raster<Planar>& raster, const std::vector<double>& breaks) {
    const Polygons<Planar> bands = isobands(raster, breaks);
    REQUIRE(bands.size() == breaks.size() + 1);
    double              ground = 0, sum = 0;
    std::vector<double> areas;
    for (const float v : raster.values) ground += std::isfinite(v) ? raster.grid.cell_x * raster.grid.cell_y : 0;
    for (std::size_t r = 0; r < bands.size(); ++r) {
        const auto v = check_validity(PolygonRow<Planar>{bands.view(), r});
        CHECK_MESSAGE(v.valid, v.reason);
        areas.push_back(polygon_area(bands.view(), r));
        sum += areas.back();
    }
    CHECK(sum == doctest::Approx(ground).epsilon(1e-9));
    return areas;
}

double noise(int seed, int row, int column) { return Draws(Seed{static_cast<std::uint64_t>(seed)}, 1, static_cast<std::uint64_t>(row * 1000 + column)).uniform(); }

}  // namespace

TEST_CASE("isobands: a plane is cut by straight lines") {
    const auto areas = check_bands(raster_of(10, 4, [](int, int column) { return column; }), {2, 4.5});
    CHECK(areas[0] == doctest::Approx(2.5 * 4).epsilon(1e-5));  // the value 2 stands in the middle of the third column
    CHECK(areas[1] == doctest::Approx(2.5 * 4).epsilon(1e-5));
    CHECK(areas[2] == doctest::Approx(5.0 * 4).epsilon(1e-5));
}

TEST_CASE("isobands: a cone has rings, and each lies in the next") {
    const auto areas = check_bands(raster_of(120, 120, [](int row, int column) { return std::hypot(row - 59.5, column - 59.5); }), {20, 40});
    CHECK(areas[0] == doctest::Approx(std::numbers::pi * 400).epsilon(3e-3));
    CHECK(areas[1] == doctest::Approx(std::numbers::pi * 1200).epsilon(3e-3));
}

TEST_CASE("isobands: noise with missing cells, coarse values equal to breaks, and far coordinates make valid bands that tile the ground") {
    for (int seed = 0; seed < 12; ++seed) {
        const double share = 0.1 * (seed % 6), cell = seed % 2 == 0 ? 1.0 : 37.3;
        const auto   value = [&](int row, int column) {
            if (noise(seed + 100, row, column) < share) return nan_value;
            return seed % 3 == 0 ? std::floor(noise(seed, row, column) * 5) : noise(seed, row, column) * 5;
        };
        check_bands(raster_of(37, 29, value, cell, 478'123.4, 3'841'000.7), {1, 2, 3, 4});
    }
}

TEST_CASE("isobands: cells and holes that meet at a corner only do not make rings that touch themselves") {
    const auto chess = [](int parity) { return [=](int row, int column) { return (row + column) % 2 == parity ? 1.0 : nan_value; }; };
    check_bands(raster_of(6, 5, chess(0)), {2});
    check_bands(raster_of(7, 7, [&](int row, int column) { return row > 0 && column > 0 && row < 6 && column < 6 ? chess(1)(row, column) : 1.0; }), {0.5});
    // A diamond of missing cells around one with data.
    check_bands(raster_of(5, 5, [](int row, int column) { return std::abs(row - 2) + std::abs(column - 2) == 1 ? nan_value : 1.0; }), {0.5});
}

TEST_CASE("isobands: breaks closer than the step of a cell stay apart and in order") {
    check_bands(raster_of(8, 8, [](int row, int column) { return (row + column) % 2 == 0 ? 0.0 : 1e6; }), {1, 1.0000001, 1.0000002, 500'000});
}

TEST_CASE("isobands: no breaks, no data, infinite values") {
    CHECK(check_bands(raster_of(3, 2, [](int, int) { return 5.0; }), {})[0] == doctest::Approx(6));
    const auto none = isobands(raster_of(3, 2, [](int, int) { return nan_value; }), std::vector<double>{1});
    CHECK(none.size() == 2);
    CHECK(none.rings.size() == 1);
    check_bands(raster_of(3, 3, [](int row, int column) { return row == 1 && column == 1 ? std::numeric_limits<double>::infinity() : 0.0; }), {1});
}

TEST_CASE("isobands: the place of a cell's centre lies in the band of its value") {
    const auto                raster = raster_of(20, 20, [](int row, int column) { return noise(5, row, column); });
    const std::vector<double> breaks{0.25, 0.5, 0.75};
    const auto                bands = isobands(raster, breaks);
    for (int row = 0; row < 20; ++row) {
        for (int column = 0; column < 20; ++column) {
            const double v = static_cast<double>(raster.values[static_cast<std::size_t>(row * 20 + column)]);
            for (std::size_t k = 0; k < 4; ++k) {
                const bool inside = (k == 0 || v >= breaks[k - 1]) && (k == 3 || v < breaks[k]);
                CHECK(covers(bands.view(), k, Point<Planar>{raster.grid.x_centre(column), raster.grid.y_centre(row)}) == inside);
            }
        }
    }
}
