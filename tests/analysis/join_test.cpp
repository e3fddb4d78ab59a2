#include "analysis/join.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

void add_ring(Polygons<Planar>& out, const std::vector<std::pair<double, double>>& corners) {
    for (const auto& [x, y] : corners) out.push_point(x, y);
    out.push_point(corners.front().first, corners.front().second);
    out.end_ring();
}

/// Star-shaped rings, some with a hole and some of two parts, that overlap each other. With `lattice` every coordinate is a
/// small whole number, so that points often lie on borders and vertices.
Polygons<Planar> random_polygons(Seed seed, std::size_t rows, bool lattice) {
    Polygons<Planar> out;
    for (std::size_t r = 0; r < rows; ++r) {
        Draws      draws(seed, 1, r);
        const int  parts = 1 + static_cast<int>(draws.below(2));
        const auto snap  = [&](double v) { return lattice ? std::round(v) : v; };
        for (int part = 0; part < parts; ++part) {
            const double cx = draws.uniform() * 40, cy = draws.uniform() * 40, size = 1 + draws.uniform() * 8;
            const auto   ring = [&](double scale) {
                const std::uint32_t n = 3 + draws.below(20);
                std::vector<std::pair<double, double>> corners;
                for (std::uint32_t k = 0; k < n; ++k) {
                    const double angle = 2 * std::numbers::pi * k / n, radius = scale * size * (0.5 + 0.5 * draws.uniform());
                    corners.emplace_back(snap(cx + radius * std::cos(angle)), snap(cy + radius * std::sin(angle)));
                }
                add_ring(out, corners);
            };
            ring(1.0);
            if (draws.below(3) == 0) ring(0.4);
            out.end_part();
        }
        out.end_row();
    }
    return out;
}

std::uint32_t first_that_covers(const PolygonsView<Planar>& polygons, Point<Planar> p) {
    for (std::uint32_t r = 0; r < polygons.size(); ++r) {
        if (covers(polygons, r, p)) return r;
    }
    return Located::none;
}

}  // namespace

TEST_CASE("join: agrees with trying every polygon, on borders and vertices too") {
    for (const bool lattice : {false, true}) {
        for (std::uint64_t seed = 1; seed <= 30; ++seed) {
            const auto polygons = random_polygons(Seed{seed}, 25, lattice);
            Points<Planar> points;
            for (std::uint64_t i = 0; i < 2'000; ++i) {
                Draws draws(Seed{seed}, 2, i);
                const double x = draws.uniform() * 44 - 2, y = draws.uniform() * 44 - 2;
                points.push_back(lattice ? Point<Planar>{std::round(x * 2) / 2, std::round(y * 2) / 2} : Point<Planar>{x, y});
            }
            const PointJoin join = join_points(points.view(), polygons.view());
            std::size_t wrong = 0, matched = 0;
            for (std::size_t i = 0; i < points.size(); ++i) {
                const std::uint32_t expected = first_that_covers(polygons.view(), points.view()[i]);
                wrong += join.polygon[i] != expected ? 1U : 0U;
                matched += expected != Located::none ? 1U : 0U;
            }
            CAPTURE(seed);
            CAPTURE(lattice);
            CHECK(wrong == 0);
            CHECK(join.matched == matched);
            if (lattice) CHECK(join.on_border > 0);
        }
    }
}

TEST_CASE("join: a vertex tested as a point is on the border of the lowest row that has it") {
    const auto polygons = random_polygons(Seed{5}, 40, false);
    const PointsView<Planar> vertices{polygons.x, polygons.y};
    const PointJoin join = join_points(vertices, polygons.view());
    CHECK(join.matched == vertices.size());
    for (std::size_t i = 0; i < vertices.size(); ++i) CHECK(join.polygon[i] == first_that_covers(polygons.view(), vertices[i]));
}

TEST_CASE("join: a point on a shared border is counted once, for the lower row") {
    Polygons<Planar> squares;
    for (int column = 0; column < 2; ++column) {
        add_ring(squares, {{column, 0}, {column + 1, 0}, {column + 1, 1}, {column, 1}});
        squares.end_part();
        squares.end_row();
    }
    const std::vector<double> x{1, 1, 0.5, 1.5, 2, 3}, y{0.5, 1, 0.5, 0.5, 2, 0.5};
    const PointJoin join = join_points(PointsView<Planar>{x, y}, squares.view());
    CHECK(join.polygon == std::vector<std::uint32_t>{0, 0, 0, 1, Located::none, Located::none});
    CHECK(join.matched == 4);
    CHECK(join.on_border == 2);
    CHECK(count_by_polygon(join.polygon, 2) == std::vector<std::int64_t>{3, 1});
    const std::vector<double> values{1, 2, 4, 8, 16, 32};
    CHECK(sum_by_polygon(join.polygon, values, 2) == std::vector<double>{7, 8});
}

TEST_CASE("join: any number of threads gives the same rows") {
    const auto     polygons = random_polygons(Seed{11}, 900, false);
    Points<Planar> points;
    for (std::uint64_t i = 0; i < 60'000; ++i) {
        Draws draws(Seed{3}, 2, i);
        const double x = draws.uniform() * 44 - 2;
        points.push_back({x, draws.uniform() * 44 - 2});
    }
    const PointJoin one = join_points(points.view(), polygons.view(), Execution{.threads = 1});
    for (const unsigned threads : {2U, 5U}) {
        const PointJoin many = join_points(points.view(), polygons.view(), Execution{.threads = threads});
        CHECK(many.polygon == one.polygon);
        CHECK(many.matched == one.matched);
    }
}

TEST_CASE("join: no polygons, null rows and missing points match nothing") {
    Polygons<Planar> none;
    const double     missing = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> x{0, missing}, y{0, missing};
    const std::vector<double> many(100, 0.5);
    CHECK(join_points(PointsView<Planar>{many, many}, none.view()).matched == 0);
    Polygons<Planar> rows;
    rows.end_row();
    add_ring(rows, {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}});
    rows.end_part();
    rows.end_row();
    const PointJoin join = join_points(PointsView<Planar>{x, y}, rows.view());
    CHECK(join.polygon == std::vector<std::uint32_t>{1, Located::none});
}

TEST_CASE("join: far from the origin the borders stay exact") {
    Polygons<Planar> squares;
    const double     east = 4.0e7, north = 3.0e7, step = 0x1p-20;
    for (int column = 0; column < 3; ++column) {
        const double x0 = east + column * step;
        add_ring(squares, {{x0, north}, {x0 + step, north}, {x0 + step, north + step}, {x0, north + step}});
        squares.end_part();
        squares.end_row();
    }
    const std::vector<double> x{east + step, east + 1.5 * step, east + 2 * step, east + 3 * step}, y(4, north + step / 2);
    CHECK(join_points(PointsView<Planar>{x, y}, squares.view()).polygon == std::vector<std::uint32_t>{0, 1, 1, 2});
}
