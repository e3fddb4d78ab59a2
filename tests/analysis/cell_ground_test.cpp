// A study area as cells, and points taken to their centres.
#include <doctest/doctest.h>

#include <cmath>

#include "analysis/cell_ground.h"

using namespace gapmap;

namespace {

/// Four by three cells of side 10; the window leaves out the column in the east.
const Grid<Planar> grid{0, 30, 10, 10, 4, 3};
const Window       window(Box<Planar>{0, 0, 32, 30});

}  // namespace

TEST_CASE("the ground of a window is the cells whose centre it holds") {
    const CellGround ground(grid, window);
    CHECK(ground.window().area() == doctest::Approx(900));
    CHECK(ground.window().contains({29, 1}));
    CHECK_FALSE(ground.window().contains({31, 1}));
    CHECK(CellGround(grid, Window(Box<Planar>{0, 0, 4, 4})).is_empty());
}

TEST_CASE("a point stands at the centre of its cell, or of the nearest one of the ground; a missing one stays missing") {
    const CellGround     ground(grid, window);
    const Points<Planar> points{{1, 31.5, std::nan("")}, {1, 12, 3}};
    const auto           centred = ground.centred(points.view()), grounded = ground.grounded(points.view());
    CHECK(centred.x[0] == 5);
    CHECK(centred.y[0] == 5);
    CHECK(centred.x[1] == 35);
    CHECK(grounded.x[1] == 25);
    CHECK(grounded.y[1] == 15);
    CHECK(std::isnan(centred.x[2]));
    CHECK(std::isnan(grounded.y[2]));
}
