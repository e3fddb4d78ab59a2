#include "geo/shape/pieces.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "geo/core/draws.h"
#include "geo/index/box_pairs.h"

using namespace gapmap;

namespace {
void push_box(Polygons<Planar>& to, double x, double y, double width, double height) {
    for (const auto& [px, py] : {std::pair{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}, {x, y}}) to.push_point(px, py);
    to.end_ring();
}
}  // namespace

TEST_CASE("the width of a rectangle is its short side, the width of a ring the distance of its circles") {
    CHECK(strip_width(3 * 1000, 2 * 1003) == doctest::Approx(3));
    CHECK(strip_width(1e-3 * 5000, 2 * 5000.001) == doctest::Approx(1e-3).epsilon(1e-9));
    CHECK(strip_width(49, 28) == 7);
    CHECK(strip_width(3.14159265358979, 6.28318530717959) == doctest::Approx(1.7724538509));  // a disc has no long side: the square of its area
    CHECK(strip_width(3.14159265358979 * (101 * 101 - 99 * 99), 6.28318530717959 * 200) == doctest::Approx(2).epsilon(0.01));
    CHECK(strip_width(0, 0) == 0);
}

TEST_CASE("parts and holes of a row come apart and keep their areas") {
    Polygons<Planar> two;
    push_box(two, 0, 0, 10, 10);
    push_box(two, 2, 2, 3, 4);
    two.end_part();
    push_box(two, 20, 0, 5, 5);
    two.end_part();
    two.end_row();
    two.end_row();
    const auto parts = split_parts(two.view(), 0), holes = holes_of(two.view(), 0);
    REQUIRE(parts.size() == 2);
    CHECK(polygon_area(parts.view(), 0) == 88);
    CHECK(polygon_area(parts.view(), 1) == 25);
    REQUIRE(holes.size() == 1);
    CHECK(polygon_area(holes.view(), 0) == 12);
    CHECK(polygon_perimeter(two.view(), 0) == 40 + 14 + 20);
    CHECK(split_parts(two.view(), 1).size() == 0);
    Polygons<Planar> copy;
    copy_row(two.view(), 0, copy);
    copy_row(two.view(), 1, copy);
    CHECK(copy.x == two.x);
    CHECK(copy.rows == two.rows);
}

TEST_CASE("the pairs of boxes that meet are those that all pairs give") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Polygons<Planar> boxes;
        for (std::uint32_t r = 0; r < 60; ++r) {
            Draws draws(Seed{seed}, 1, r);
            if (r % 10 == 9) {
                boxes.end_row();  // null: meets nothing
                continue;
            }
            // Whole numbers, so that boxes often touch in a line or a corner only.
            push_box(boxes, draws.below(40), draws.below(40), 1 + draws.below(6), 1 + draws.below(6));
            boxes.end_part();
            boxes.end_row();
        }
        const auto           view = boxes.view();
        std::vector<RowPair> within, between;
        for (std::uint32_t a = 0; a < view.size(); ++a) {
            for (std::uint32_t b = 0; b < view.size(); ++b) {
                const auto p = polygon_box(view, a), q = polygon_box(view, b);
                if (p.is_empty() || q.is_empty() || p.x_max < q.x_min || q.x_max < p.x_min || p.y_max < q.y_min || q.y_max < p.y_min) continue;
                if (a < b) within.emplace_back(a, b);
                between.emplace_back(a, b);
            }
        }
        CHECK(box_pairs(view) == within);
        CHECK(box_pairs(view, view) == between);
        const Partners       near(between, view.size());
        std::vector<RowPair> again;
        for (std::uint32_t a = 0; a < view.size(); ++a) {
            for (const std::uint32_t b : near.of(a)) again.emplace_back(a, b);
        }
        CHECK(again == between);
    }
}
