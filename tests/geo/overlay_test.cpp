#include "geo/shape/overlay.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "geo/core/error.h"
#include "geo/shape/linework.h"

using namespace gapmap;

namespace {
void push_row(Polygons<Planar>& polygons, std::initializer_list<Point<Planar>> ring) {
    for (const auto& p : ring) polygons.push_point(p.x, p.y);
    polygons.push_point(ring.begin()->x, ring.begin()->y);
    polygons.end_ring();
    polygons.end_part();
    polygons.end_row();
}

double area(const Polygons<Planar>& polygons) { return polygon_area(polygons.view(), 0); }
}  // namespace

TEST_CASE("two overlapping squares: union, intersection and difference have the areas of the drawing") {
    Polygons<Planar> squares;  // 0..2 and 1..3 in both axes
    push_row(squares, {{0, 0}, {2, 0}, {2, 2}, {0, 2}});
    push_row(squares, {{1, 1}, {3, 1}, {3, 3}, {1, 3}});
    const auto            view = squares.view();
    const std::array<std::uint32_t, 2> both{0, 1};
    CHECK(area(intersection(PolygonRow<Planar>{view, 0}, PolygonRow<Planar>{view, 1})) == 1);
    CHECK(area(difference(PolygonRow<Planar>{view, 0}, PolygonRow<Planar>{view, 1})) == 3);
    CHECK(area(unite(view, both)) == 7);
    CHECK_FALSE(covers_polygon(PolygonRow<Planar>{view, 0}, PolygonRow<Planar>{view, 1}));
    CHECK(covers_polygon(PolygonRow<Planar>{view, 0}, PolygonRow<Planar>{view, 0}));
}

TEST_CASE("squares apart intersect in a null row, and their union has two parts") {
    Polygons<Planar> squares;
    push_row(squares, {{0, 0}, {1, 0}, {1, 1}, {0, 1}});
    push_row(squares, {{5, 5}, {6, 5}, {6, 6}, {5, 6}});
    const auto view  = squares.view();
    const auto empty = intersection(PolygonRow<Planar>{view, 0}, PolygonRow<Planar>{view, 1});
    CHECK(empty.size() == 1);
    CHECK(empty.parts.size() == 1);
    const std::array<std::uint32_t, 2> both{0, 1};
    const auto                         apart = unite(view, both);
    CHECK(apart.size() == 1);
    CHECK(apart.parts.size() == 3);
}

TEST_CASE("a bow tie is invalid, says why, and is repaired into two triangles") {
    Polygons<Planar> tie;
    push_row(tie, {{0, 0}, {2, 2}, {2, 0}, {0, 2}});
    const auto view     = tie.view();
    const auto validity = check_validity(PolygonRow<Planar>{view, 0});
    CHECK_FALSE(validity.valid);
    CHECK(validity.reason == "Self-intersection");
    CHECK(validity.where.x == 1);
    CHECK(validity.where.y == 1);
    const auto repaired = make_valid(PolygonRow<Planar>{view, 0});
    CHECK(area(repaired) == 2);
    const auto again = repaired.view();
    CHECK(check_validity(PolygonRow<Planar>{again, 0}).valid);
}

TEST_CASE("what is narrower than asked is cut off, what is wider keeps its area, and what is small goes") {
    Polygons<Planar> shape;  // a block with a thin tail, and a second block behind it
    push_row(shape, {{0, 0}, {10, 0}, {10, 4}, {30, 4}, {30, 2}, {32, 2}, {32, 6}, {30, 6}, {30, 4.4}, {10, 4.4}, {10, 10}, {0, 10}});
    const auto view  = shape.view();
    const auto parts = wide_parts(PolygonRow<Planar>{view, 0}, 0.5, 1.0);
    REQUIRE(parts.size() == 2);
    CHECK(polygon_area(parts.view(), 0) + polygon_area(parts.view(), 1) == doctest::Approx(108).epsilon(1e-3));
    CHECK(wide_parts(PolygonRow<Planar>{view, 0}, 0.5, 9.0).size() == 1);
    CHECK(wide_parts(PolygonRow<Planar>{view, 0}, 0.1, 1.0).size() == 1);
    CHECK(wide_parts(PolygonRow<Planar>{view, 0}, 50, 1.0).size() == 0);
    CHECK_THROWS_AS((void)wide_parts(PolygonRow<Planar>{view, 0}, 0.0, 1.0), PreconditionError);
}

TEST_CASE("invalid rows are made valid, valid and null rows stay as they are") {
    Polygons<Planar> rows;
    push_row(rows, {{0, 0}, {1, 0}, {1, 1}, {0, 1}});
    push_row(rows, {{0, 0}, {2, 2}, {2, 0}, {0, 2}});
    rows.end_row();
    const auto valid = valid_rows(rows.view());
    const auto view  = valid.view();
    REQUIRE(valid.size() == 3);
    CHECK(polygon_area(view, 0) == 1);
    CHECK(polygon_area(view, 1) == 2);
    CHECK(check_validity(PolygonRow<Planar>{view, 1}).valid);
    CHECK(view.rows[2] == view.rows[3]);
    CHECK(std::equal(rows.x.begin(), rows.x.begin() + 5, valid.x.begin()));
}

TEST_CASE("a polygon without several rows is what none of them covers") {
    Polygons<Planar> rows;
    push_row(rows, {{0, 0}, {3, 0}, {3, 1}, {0, 1}});
    push_row(rows, {{0, 0}, {1, 0}, {1, 1}, {0, 1}});
    push_row(rows, {{2, 0}, {5, 0}, {5, 1}, {2, 1}});
    const auto                         view = rows.view();
    const std::array<std::uint32_t, 2> both{1, 2};
    CHECK(area(difference(PolygonRow<Planar>{view, 0}, view, both)) == 1);
    CHECK(area(difference(PolygonRow<Planar>{view, 0}, view, std::span<const std::uint32_t>{})) == 3);
}

TEST_CASE("inner points lie inside, and a null row has none") {
    Polygons<Planar> shapes;
    push_row(shapes, {{0, 0}, {4, 0}, {4, 1}, {1, 1}, {1, 4}, {0, 4}});
    shapes.end_row();
    const auto inner = inner_points(shapes.view());
    CHECK(covers(shapes.view(), 0, Point<Planar>{inner.x[0], inner.y[0]}));
    CHECK(std::isnan(inner.x[1]));
}

TEST_CASE("enclosed faces tile what they cover and share their border's vertices") {
    Linework<Planar> lines;
    const auto       line = [&](std::initializer_list<Point<Planar>> points) {
        for (const auto& p : points) lines.push_point(p.x, p.y);
        lines.end_line();
    };
    line({{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}});
    line({{5, -2}, {5, 12}});  // crosses the square and dangles on both sides
    line({{5, 5}, {12, 5}});   // ends on the other line
    const auto faces = enclosed_faces(lines, 1.0);
    REQUIRE(faces.size() == 3);
    double sum = 0;
    for (std::size_t f = 0; f < 3; ++f) sum += polygon_area(faces.view(), f);
    CHECK(sum == 100);
    std::size_t at_junction = 0;
    for (std::size_t i = 0; i < faces.x.size(); ++i) at_junction += faces.x[i] == 5 && faces.y[i] == 5 ? 1 : 0;
    CHECK(at_junction >= 3);  // the T-junction is a vertex of all three
    CHECK_THROWS_AS((void)enclosed_faces(lines, 0.0), PreconditionError);
}
