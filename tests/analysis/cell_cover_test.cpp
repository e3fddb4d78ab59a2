#include "analysis/cell_cover.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "geo/core/expects.h"
#include "geo/shape/overlay.h"
#include "tests/analysis/polygon_draws.h"

using namespace gapmap;

namespace {

constexpr CellGrid ten{.x0 = 0, .y0 = 10, .width = 10, .height = 10};

/// Shares of all cells, row by row.
std::vector<double> shares(const CellGrid& grid, const Polygons<Planar>& polygons, std::size_t r = 0, CellRule rule = CellRule::fraction) {
    CellCover           cover(grid);
    std::vector<double> out(grid.cells(), 0.0);
    for (const CoverRun& run : cover.of(polygons.view(), r, rule, 0, grid.height)) {
        for (int c = run.begin; c < run.end; ++c) {
            double& cell = out[static_cast<std::size_t>(run.row) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(c)];
            CHECK(cell == 0);
            cell = run.fraction;
        }
    }
    return out;
}

double sum(const std::vector<double>& values) {
    double out = 0;
    for (const double v : values) out += v;
    return out;
}

Polygons<Planar> cell_of(const CellGrid& g, int row, int column) {
    const auto at = [&](int c, int r) { return std::pair{g.x0 + c * g.column_x + r * g.row_x, g.y0 + c * g.column_y + r * g.row_y}; };
    return ring_of({at(column, row), at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)});
}

/// The other method: GEOS intersects the polygon with every cell.
std::vector<double> shares_by_overlay(const CellGrid& grid, const Polygons<Planar>& polygons, std::size_t r = 0) {
    std::vector<double> out;
    const auto          view = polygons.view();
    for (int row = 0; row < grid.height; ++row) {
        for (int column = 0; column < grid.width; ++column) {
            const auto cell = cell_of(grid, row, column);
            const auto cell_view = cell.view();
            const auto both = intersection<Planar>({view, r}, {cell_view, 0});
            out.push_back(polygon_area(both.view(), 0) / polygon_area(cell_view, 0));
        }
    }
    return out;
}

double worst(const std::vector<double>& a, const std::vector<double>& b) {
    double out = 0;
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) out = std::max(out, std::abs(a[i] - b[i]));
    return out;
}

}  // namespace

TEST_CASE("cell cover: a rectangle by hand, inside, on and between the lines") {
    const auto got = shares(ten, ring_of({{1.5, 7}, {4, 7}, {4, 8.25}, {1.5, 8.25}}));
    // Rows from the north: row 1 is y 8..9, row 2 is y 7..8.
    CHECK(got[11] == doctest::Approx(0.5 * 0.25));
    CHECK(got[12] == 0.25);
    CHECK(got[13] == 0.25);
    CHECK(got[14] == 0);  // the east side lies on a line: the cell beyond is not touched
    CHECK(got[21] == 0.5);
    CHECK(got[22] == 1);
    CHECK(got[23] == 1);
    CHECK(sum(got) == doctest::Approx(2.5 * 1.25).epsilon(1e-15));
    CHECK(std::ranges::count_if(got, [](double v) { return v > 0; }) == 6);
}

TEST_CASE("cell cover: a triangle smaller than a cell, and one in the corner of four cells") {
    CHECK(shares(ten, ring_of({{2.25, 3.25}, {2.75, 3.25}, {2.25, 3.75}}))[62] == 0.125);
    const auto got = shares(ten, ring_of({{4.5, 5}, {5, 4.5}, {5.5, 5}, {5, 5.5}}));
    for (const std::size_t cell : {44U, 45U, 54U, 55U}) CHECK(got[cell] == 0.125);
    CHECK(sum(got) == 0.5);
}

TEST_CASE("cell cover: winding, holes, parts, and what lies off the grid") {
    const auto clockwise = ring_of({{1, 1}, {1, 3.5}, {3.5, 3.5}, {3.5, 1}}), other = ring_of({{1, 1}, {3.5, 1}, {3.5, 3.5}, {1, 3.5}});
    CHECK(shares(ten, clockwise) == shares(ten, other));
    Polygons<Planar> rings;  // hole wound like its shell, and a second part
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {10.0, 0.0}, {10.0, 6.0}, {0.0, 6.0}, {0.0, 0.0}}) rings.push_point(x, y);
    rings.end_ring();
    for (const auto& [x, y] : {std::pair{2.5, 2.5}, {4.5, 2.5}, {4.5, 4.5}, {2.5, 4.5}, {2.5, 2.5}}) rings.push_point(x, y);
    rings.end_ring();
    rings.end_part();
    for (const auto& [x, y] : {std::pair{8.0, 8.0}, {20.0, 8.0}, {20.0, 30.0}, {8.0, 30.0}, {8.0, 8.0}}) rings.push_point(x, y);
    rings.end_ring();
    rings.end_part();
    rings.end_row();
    const auto got = shares(ten, rings);
    CHECK(sum(got) == doctest::Approx(60 - 4 + 4).epsilon(1e-15));
    CHECK(got[63] == 0);
    CHECK(got[62] == 0.5);
    CHECK(got[9] == 1);
    // Around the whole grid, beside it, above it, half beyond each side.
    CHECK(sum(shares(ten, ring_of({{-1e6, -1e6}, {1e7, -2e6}, {1e7, 1e7}, {-1e6, 1e6}}))) == 100);
    for (const auto& [x, y] : {std::pair{-20.0, 2.0}, {20.0, 2.0}, {2.0, 20.0}, {2.0, -20.0}, {10.0, 2.0}, {-5.0, 2.0}}) {
        CHECK(sum(shares(ten, ring_of({{x, y}, {x + 5, y}, {x + 5, y + 5}, {x, y + 5}}))) == 0);
    }
    CHECK(sum(shares(ten, ring_of({{-5, 5}, {5, -5}, {15, 5}, {5, 15}}))) == doctest::Approx(100));
    CHECK(sum(shares(ten, ring_of({{0, 5}, {5, 0}, {10, 5}, {5, 10}}))) == doctest::Approx(50).epsilon(1e-14));
}

TEST_CASE("cell cover: nothing for null rows, collapsed rings and coordinates that are not finite") {
    Polygons<Planar> null;
    null.end_row();
    CHECK(sum(shares(ten, null)) == 0);
    CHECK(sum(shares(ten, ring_of({{1, 1}, {5, 5}}))) == 0);
    CHECK(sum(shares(ten, ring_of({{1, 1}, {5, 5}, {9, 9}}))) == doctest::Approx(0));
    CHECK(sum(shares(ten, ring_of({{1, 1}, {5, std::nan("")}, {9, 2}}))) == 0);
    CHECK(sum(shares(ten, ring_of({{1, 1}, {HUGE_VAL, 3}, {9, 2}}))) == 0);
    CHECK_THROWS(CellCover(CellGrid{.column_x = 0, .width = 1, .height = 1}));
}

TEST_CASE("cell cover: agrees with GEOS's overlay on random polygons, on north-up, oblong, south-up and turned grids") {
    const CellGrid grids[] = {{.x0 = 0, .y0 = 12, .width = 12, .height = 12},
                              {.x0 = 500'000, .y0 = 4'000'000, .column_x = 30, .row_y = -20, .width = 9, .height = 14},
                              {.x0 = 107.25, .y0 = 34.5, .column_x = 0.001, .row_y = 0.0007, .width = 11, .height = 9},
                              {.x0 = 3, .y0 = 4, .column_x = 0.6, .column_y = 0.8, .row_x = 0.9, .row_y = -0.5, .width = 10, .height = 8}};
    for (std::size_t g = 0; g < 4; ++g) {
        const CellGrid& grid = grids[g];
        const double    width = std::hypot(grid.column_x, grid.column_y) * grid.width;
        const double    cx = grid.x0 + grid.column_x * grid.width / 2 + grid.row_x * grid.height / 2, cy = grid.y0 + grid.column_y * grid.width / 2 + grid.row_y * grid.height / 2;
        for (std::uint64_t k = 0; k < 40; ++k) {
            Draws            draws(Seed{5}, 7101, k, static_cast<std::uint32_t>(g));
            Polygons<Planar> star;
            const double     dx = (draws.uniform() - 0.5) * width, dy = (draws.uniform() - 0.5) * width;
            push_star(star, draws, cx + dx, cy + dy, width * (k % 4 == 0 ? 0.03 : 0.6 * draws.uniform()), 3 + static_cast<int>(draws.below(30)), k % 3 == 0);
            star.end_row();
            CAPTURE(g);
            CAPTURE(k);
            // What the rounding of coordinates of this size is worth in cells.
            const double coarse = (std::abs(cx) + std::abs(cy)) / (width / grid.width) * 1e-15;
            CHECK(worst(shares(grid, star), shares_by_overlay(grid, star)) < 1e-12 + coarse);
        }
    }
}

TEST_CASE("cell cover: polygons that tile the plane share each cell out completely, and each centre once") {
    const CellGrid   grid{.x0 = -0.37, .y0 = 10.41, .column_x = 0.1, .row_y = -0.1, .width = 107, .height = 105};
    Polygons<Planar> tiles;
    Draws            draws(Seed{9}, 7102, 0);
    double           px[12][12], py[12][12];
    for (int i = 0; i < 12; ++i) {
        for (int j = 0; j < 12; ++j) {
            px[i][j] = i + (i > 0 && i < 11 ? 0.7 * (draws.uniform() - 0.5) : 0) - 0.5;
            py[i][j] = j + (j > 0 && j < 11 ? 0.7 * (draws.uniform() - 0.5) : 0) - 0.5;
        }
    }
    for (int i = 0; i < 11; ++i) {
        for (int j = 0; j < 11; ++j) {
            for (const auto& [a, b] : {std::pair{i, j}, {i + 1, j}, {i + 1, j + 1}, {i, j + 1}, {i, j}}) tiles.push_point(px[a][b], py[a][b]);
            tiles.end_ring();
            tiles.end_part();
            tiles.end_row();
        }
    }
    std::vector<double> total(grid.cells(), 0.0), centres(grid.cells(), 0.0);
    for (std::size_t r = 0; r < tiles.size(); ++r) {
        const auto f = shares(grid, tiles, r), c = shares(grid, tiles, r, CellRule::centre);
        for (std::size_t i = 0; i < f.size(); ++i) total[i] += f[i], centres[i] += c[i];
    }
    for (const double t : total) CHECK(t == doctest::Approx(1).epsilon(1e-11));
    for (const double c : centres) CHECK(c == 1);
}

TEST_CASE("cell cover: centres agree with exact point in polygon; a centre on a border belongs to the east and the south") {
    for (std::uint64_t k = 0; k < 60; ++k) {
        Draws            draws(Seed{6}, 7103, k);
        Polygons<Planar> star;
        push_star(star, draws, 10 * draws.uniform(), 10 * draws.uniform(), 6 * draws.uniform(), 3 + static_cast<int>(draws.below(20)), k % 2 == 0);
        star.end_row();
        const auto got = shares(ten, star, 0, CellRule::centre);
        for (int row = 0; row < 10; ++row) {
            for (int c = 0; c < 10; ++c) CHECK((got[static_cast<std::size_t>(row * 10 + c)] == 1) == covers(star.view(), 0, Point<Planar>{c + 0.5, 9.5 - row}));
        }
    }
    const auto got = shares(ten, ring_of({{2.5, 2.5}, {4.5, 2.5}, {4.5, 4.5}, {2.5, 4.5}}), 0, CellRule::centre);
    CHECK(sum(got) == 4);
    CHECK(got[52] == 1);  // y 4.5, x 2.5: the north-western corner is in
    CHECK(got[72] == 0);  // y 2.5
    CHECK(got[54] == 0);  // x 4.5
}

TEST_CASE("cell cover: what is said of a row does not depend on the strip that it is asked with") {
    const CellGrid   grid{.x0 = 0, .y0 = 50, .width = 50, .height = 50};
    Draws            draws(Seed{3}, 7104, 0);
    Polygons<Planar> star;
    push_star(star, draws, 24, 26, 30, 37, true);
    star.end_row();
    CellCover cover(grid);
    for (const CellRule rule : {CellRule::fraction, CellRule::centre}) {
        const auto            whole = cover.of(star.view(), 0, rule, 0, 50);
        std::vector<CoverRun> expected(whole.begin(), whole.end()), got;
        for (int first = 0; first < 50; first += 7) {
            const auto strip = cover.of(star.view(), 0, rule, first, std::min(first + 7, 50));
            got.insert(got.end(), strip.begin(), strip.end());
        }
        CHECK(got == expected);
    }
}

TEST_CASE("cell cover: refining the grid splits the shares") {
    const CellGrid   fine{.x0 = 0, .y0 = 10, .column_x = 0.25, .row_y = -0.25, .width = 40, .height = 40};
    Draws            draws(Seed{4}, 7105, 0);
    Polygons<Planar> star;
    push_star(star, draws, 5.1, 4.7, 4.9, 23, true);
    star.end_row();
    const auto coarse = shares(ten, star), small = shares(fine, star);
    for (int row = 0; row < 10; ++row) {
        for (int c = 0; c < 10; ++c) {
            double part = 0;
            for (int k = 0; k < 16; ++k) part += small[static_cast<std::size_t>((row * 4 + k / 4) * 40 + c * 4 + k % 4)];
            CHECK(part / 16 == doctest::Approx(coarse[static_cast<std::size_t>(row * 10 + c)]).epsilon(1e-12));
        }
    }
}

TEST_CASE("cell cover: a ring that crosses itself and parts that overlap are noticed") {
    CellCover  cover(ten);
    const auto bow = ring_of({{1, 1}, {9, 9}, {9, 1}, {1, 9}});
    (void)cover.of(bow.view(), 0, CellRule::fraction, 0, 10);
    CHECK(cover.overlaps_itself());
    Polygons<Planar> twice;
    for (int k = 0; k < 2; ++k) {
        for (const auto& [x, y] : {std::pair{1.0, 1.0}, {4.0, 1.0}, {4.0, 4.0}, {1.0, 4.0}, {1.0, 1.0}}) twice.push_point(x + k, y + k);
        twice.end_ring();
        twice.end_part();
    }
    twice.end_row();
    for (const CoverRun& run : cover.of(twice.view(), 0, CellRule::fraction, 0, 10)) CHECK(run.fraction <= 1);
    CHECK(cover.overlaps_itself());
    const auto fair = ring_of({{1, 1}, {9, 1}, {9, 9}, {1, 9}});
    (void)cover.of(fair.view(), 0, CellRule::fraction, 0, 10);
    CHECK_FALSE(cover.overlaps_itself());
}
