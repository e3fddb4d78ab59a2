// The place of a label: as far inside as can be.
#include "geo/shape/label_points.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

using namespace gapmap;

namespace {

using Ring = std::vector<std::pair<double, double>>;

void add_row(Polygons<Planar>& to, const std::vector<std::vector<Ring>>& parts) {
    for (const auto& part : parts) {
        for (const Ring& ring : part) {
            for (const auto& [x, y] : ring) to.push_point(x, y);
            to.push_point(ring.front().first, ring.front().second);
            to.end_ring();
        }
        to.end_part();
    }
    to.end_row();
}
Ring box(double w, double s, double e, double n) { return {{w, s}, {e, s}, {e, n}, {w, n}}; }

double distance_to_boundary(const PolygonsView<Planar>& v, std::size_t row, double x, double y) {
    double least = std::numeric_limits<double>::infinity();
    for (auto q = v.parts[v.rows[row]]; q < v.parts[v.rows[row + 1]]; ++q) {
        for (std::size_t i = v.rings[q]; i + 1 < v.rings[q + 1]; ++i) {
            for (int k = 0; k <= 200; ++k) least = std::min(least, std::hypot(v.x[i] + (v.x[i + 1] - v.x[i]) * k / 200 - x, v.y[i] + (v.y[i + 1] - v.y[i]) * k / 200 - y));
        }
    }
    return least;
}

}  // namespace

TEST_CASE("the label of a square is at its centre, that of an L in its thick corner, that of a ring beside the hole, that of two parts in the larger") {
    Polygons<Planar> p;
    add_row(p, {{box(0, 0, 10, 10)}});
    add_row(p, {{{{0, 0}, {10, 0}, {10, 4}, {4, 4}, {4, 10}, {0, 10}}}});
    add_row(p, {{box(0, 0, 10, 10), box(1, 1, 6, 6)}});
    add_row(p, {{box(0, 0, 1, 1)}, {box(5, 5, 9, 9)}});
    const Points<Planar> at = label_points(p.view());
    CHECK(at.x[0] == doctest::Approx(5).epsilon(0.02));
    CHECK(at.y[0] == doctest::Approx(5).epsilon(0.02));
    // The circle in the corner of the L touches both arms and the inner corner: r (1 + 1 / sqrt 2) = 4.
    const double r = 4 * std::numbers::sqrt2 / (1 + std::numbers::sqrt2);
    CHECK(distance_to_boundary(p.view(), 1, at.x[1], at.y[1]) >= 0.985 * r);
    CHECK(distance_to_boundary(p.view(), 2, at.x[2], at.y[2]) >= 0.985 * r);
    CHECK(at.x[3] == doctest::Approx(7).epsilon(0.02));
}

TEST_CASE("no point of a fine grid lies farther inside than the label, whatever the shape and the number of threads") {
    std::mt19937     random(5);
    const auto       share = [&] { return static_cast<double>(random() % 10000) / 10000; };
    Polygons<Planar> p;
    for (int row = 0; row < 40; ++row) {
        Ring ring;
        const int n = 5 + row;
        for (int k = 0; k < n; ++k) {
            const double turn = 2 * std::numbers::pi * k / n, reach = 1 + 6 * share();
            ring.emplace_back(reach * std::cos(turn) * (1 + row % 4), reach * std::sin(turn));
        }
        add_row(p, {{ring}});
    }
    const Points<Planar> at = label_points(p.view()), shared = label_points(p.view(), {.threads = 3});
    CHECK(at.x == shared.x);
    CHECK(at.y == shared.y);
    for (std::size_t row = 0; row < p.size(); ++row) {
        REQUIRE(covers(p.view(), row, {at.x[row], at.y[row]}));
        const double found = distance_to_boundary(p.view(), row, at.x[row], at.y[row]);
        const auto   b     = polygon_box(p.view(), row);
        double       most  = 0;
        for (int i = 1; i < 40; ++i) {
            for (int j = 1; j < 40; ++j) {
                const Point<Planar> q{b.x_min + (b.x_max - b.x_min) * i / 40, b.y_min + (b.y_max - b.y_min) * j / 40};
                if (covers(p.view(), row, q)) most = std::max(most, distance_to_boundary(p.view(), row, q.x, q.y));
            }
        }
        CHECK(found >= 0.97 * most);
    }
}

TEST_CASE("a null row and one with a NaN have no label; a flat one has it on a vertex") {
    Polygons<Planar> p;
    p.end_row();
    add_row(p, {{{{0, 0}, {std::numeric_limits<double>::quiet_NaN(), 1}, {2, 2}}}});
    add_row(p, {{{{1, 1}, {5, 1}, {3, 1}}}});
    const Points<Planar> at = label_points(p.view());
    CHECK(std::isnan(at.x[0]));
    CHECK(std::isnan(at.y[1]));
    CHECK(at.x[2] == 1);
    CHECK(at.y[2] == 1);
}
