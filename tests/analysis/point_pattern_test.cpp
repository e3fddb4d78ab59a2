#include "analysis/point_pattern.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/draws.h"
#include "geo/core/expects.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

const double none = std::numeric_limits<double>::quiet_NaN();

Points<Planar> uniform(std::size_t n, std::uint64_t seed, double x0 = 0, double y0 = 0) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 7120, i);
        const double x = draws.uniform();
        out.push_back({x0 + x, y0 + draws.uniform()});
    }
    return out;
}

}  // namespace

TEST_CASE("fishnet: half-open squares, below the origin too") {
    Points<Planar> points;
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {0.999, 0.5}, {-0.001, 0.0}, {-1.0, -1.0}, {2.5, 1.0}, {none, 1.0}}) points.push_back({x, y});
    const auto cells = fishnet_counts(points.view(), {0, 0}, 1);
    CHECK(cells == std::vector<FishnetCell>{{-1, -1, 1}, {-1, 0, 1}, {0, 0, 2}, {1, 0, 1}, {2, 1, 1}});
    CHECK(fishnet_counts(Points<Planar>{}.view(), {0, 0}, 1).empty());
    CHECK_THROWS_AS((void)fishnet_counts(points.view(), {0, 0}, 0), PreconditionError);
}

TEST_CASE("nearest distances: what trying all pairs finds, for spread, piled-up and collinear points") {
    for (int kind = 0; kind < 4; ++kind) {
        Points<Planar> points = uniform(700, 3);
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (kind == 1 && i % 3 != 0) points.x[i] = 0.5 + 1e-6 * std::floor(20 * points.x[i]), points.y[i] = 0.5;
            if (kind == 2) points.y[i] = 1;
            if (kind == 3 && i % 50 == 0) points.x[i] = none;
        }
        const auto got = nearest_distances(points.view()), several = nearest_distances(points.view(), {.threads = 3});
        for (std::size_t i = 0; i < points.size(); ++i) {
            double best = HUGE_VAL;
            for (std::size_t k = 0; k < points.size(); ++k) {
                const double d = std::sqrt((points.x[i] - points.x[k]) * (points.x[i] - points.x[k]) + (points.y[i] - points.y[k]) * (points.y[i] - points.y[k]));
                if (k != i && d < best) best = d;
            }
            if (std::isnan(points.x[i])) CHECK(std::isnan(got[i]));
            else CHECK(got[i] == best);
            CHECK((got[i] == several[i] || std::isnan(several[i])));
        }
    }
}

TEST_CASE("nearest distances: many points at one place are at once told to lie at 0; fewer than two have none") {
    Points<Planar> pile;
    for (int i = 0; i < 200'000; ++i) pile.push_back({3, 4});
    for (const double d : nearest_distances(pile.view())) REQUIRE(d == 0);
    Points<Planar> one;
    one.push_back({1, 1});
    CHECK(std::isnan(nearest_distances(one.view())[0]));
    CHECK(nearest_distances(Points<Planar>{}.view()).empty());
}

TEST_CASE("point pattern: the corners of a square by hand, moved and scaled") {
    for (const double scale : {1.0, 1000.0}) {
        for (const double x0 : {0.0, 4.5e6}) {
            Points<Planar> points;
            for (const auto& [x, y] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}}) points.push_back({x0 + scale * x, scale * y});
            points.push_back({none, none});
            points.push_back({x0, 0});
            const PointPattern p = describe_points(points.view());
            CHECK(p.n == 5);
            CHECK(p.distinct == 4);
            CHECK(p.mean_centre.x == doctest::Approx(x0 + 0.4 * scale).epsilon(1e-15));
            CHECK(p.mean_nearest == doctest::Approx(3 * scale / 5));
            CHECK(p.standard_distance == doctest::Approx(scale * std::sqrt(2 * (2 * 0.36 + 3 * 0.16) / 5)));
            CHECK(p.box.x_max - p.box.x_min == scale);
        }
    }
    CHECK(describe_points(Points<Planar>{}.view()).n == 0);
}

TEST_CASE("clark-evans: a square lattice of points is regular, uniform draws are random") {
    Points<Planar> lattice;
    for (int i = 0; i < 400; ++i) lattice.push_back({i % 20 + 0.5, i / 20 + 0.5});
    CHECK(clark_evans(400, describe_points(lattice.view()).mean_nearest, 400).index == 2);
    int rejected = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        // Distances are taken on the middle ninth only: the formula is for points that have neighbours on all sides.
        const Points<Planar> points = uniform(900, 100 + seed);
        const auto           nearest = nearest_distances(points.view());
        double               sum = 0;
        std::size_t          n = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if (std::abs(points.x[i] - 0.5) > 1.0 / 6 || std::abs(points.y[i] - 0.5) > 1.0 / 6) continue;
            sum += nearest[i];
            n += 1;
        }
        const auto mean    = sum / static_cast<double>(n);
        const auto index   = clark_evans(900, mean, 1);
        rejected += std::abs(index.index - 1) > 0.12 ? 1 : 0;
    }
    CHECK(rejected < 20);
    CHECK_THROWS_AS((void)clark_evans(1, 1, 1), PreconditionError);
    CHECK_THROWS_AS((void)clark_evans(5, 1, 0), PreconditionError);
}
