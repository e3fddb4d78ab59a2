#include "analysis/case_squares.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

double sum(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Cases in kilometres of a 32 km x 32 km window.
SquareMass told(const std::vector<std::array<double, 3>>& cases, const SquareOptions& options = {}) {
    Points<Planar>      points;
    std::vector<double> weights;
    for (const auto& [x, y, weight] : cases) {
        points.push_back({x * 1000, y * 1000});
        weights.push_back(weight);
    }
    const Window window(Box<Planar>{0, 0, 32'000, 32'000});
    return spread_over_squares(points.view(), weights, window, options);
}

}  // namespace

TEST_CASE("three cases in one square are told there, two lonely ones only with the ground around them") {
    const auto out = told({{5.1, 5.2, 10}, {5.3, 5.4, 10}, {5.9, 5.1, 10}, {20.5, 20.5, 10}, {28.5, 28.5, 10}, {20.1, 30.5, 10}});
    CHECK(sum(out.count) == doctest::Approx(6));
    CHECK(sum(out.weight) == doctest::Approx(60));
    double at_cluster = 0, most_elsewhere = 0;
    for (std::size_t i = 0; i < out.point.size(); ++i) {
        const bool cluster = out.point.x[i] == 5500 && out.point.y[i] == 5500;
        (cluster ? at_cluster : most_elsewhere) = cluster ? out.count[i] : std::max(most_elsewhere, out.count[i]);
    }
    CHECK(at_cluster == 3);
    CHECK(most_elsewhere < 0.05);  // three cases over a hundred squares and more
}

TEST_CASE("two cases tell nothing at all") {
    CHECK(told({{5, 5, 1}, {5, 5, 1}}).point.size() == 0);
    CHECK(told({}).point.size() == 0);
}

TEST_CASE("one loss that is nearly all of its square's is told with others") {
    const auto out = told({{5.1, 5.2, 1}, {5.3, 5.4, 1}, {5.9, 5.1, 1000}, {5.1, 9.9, 500}, {5.1, 9.8, 500}, {5.2, 9.8, 500}});
    double     most = 0;
    for (const double w : out.weight) most = std::max(most, w);
    CHECK(most < 500);
    CHECK(sum(out.weight) == doctest::Approx(2502));
}

TEST_CASE("whatever is told of a square stands for enough cases, and nothing is lost, for any order of the rows") {
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        Draws                             draws(Seed{8}, 1, trial);
        std::vector<std::array<double, 3>> cases;
        for (std::uint32_t n = 3 + draws.below(40); n-- > 0;) {
            const double spread = draws.below(2) == 0 ? 3 : 32;
            cases.push_back({draws.uniform() * spread, draws.uniform() * spread, 1 + draws.uniform()});
        }
        const auto out = told(cases);
        CHECK(sum(out.count) == doctest::Approx(static_cast<double>(cases.size())));
        // Points of one square or of one group of squares carry the same count and weight: together they are a whole that may be told.
        std::map<std::pair<double, double>, double> wholes;
        for (std::size_t i = 0; i < out.count.size(); ++i) wholes[{out.count[i], out.weight[i]}] += out.count[i];
        for (const auto& [key, count] : wholes) CHECK(count > 2.999);
        std::ranges::reverse(cases);
        const auto again = told(cases);
        CHECK(again.count == out.count);
        CHECK(again.weight == out.weight);
        CHECK(again.point.x == out.point.x);
    }
}

TEST_CASE("cases whose square lies mostly outside the window are told on a square inside") {
    Points<Planar> points;
    for (int i = 0; i < 3; ++i) points.push_back({31'100, 500.0 + i});
    const Window window(Box<Planar>{0, 0, 31'200, 31'200});
    const auto   out = spread_over_squares(points.view(), std::vector<double>{1, 1, 1}, window, {});
    REQUIRE(out.point.size() == 1);
    CHECK(out.count[0] == 3);
    CHECK(window.contains(out.point.view()[0]));
}

namespace {

Polygons<Planar> box_ground(double west_km, double east_km) {
    Polygons<Planar> out;
    for (const auto& [x, y] : {std::pair{west_km, 0.0}, {east_km, 0.0}, {east_km, 8.0}, {west_km, 8.0}, {west_km, 0.0}}) out.push_point(x * 1000, y * 1000);
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

CaseGround ground_with(const std::vector<Point<Planar>>& cases, double west_km, double east_km, bool may_be_cut, double weight = 10) {
    CaseGround out{{}, std::vector<double>(cases.size(), weight), box_ground(west_km, east_km), may_be_cut};
    for (const auto& p : cases) out.cases.push_back(p);
    return out;
}

}  // namespace

TEST_CASE("where in a pool its cases lie changes nothing; in a shown village its squares are told") {
    const auto pool_here  = ground_with({{500, 500}, {510, 510}, {520, 500}, {530, 500}}, 0, 16, false);
    const auto pool_there = ground_with({{9'500, 500}, {4'510, 7'510}, {1'520, 3'500}, {15'530, 500}}, 0, 16, false);
    const auto shown      = ground_with({{20'500, 500}, {20'510, 510}, {20'520, 500}}, 16, 32, true);
    const auto a = spread_over_grounds({pool_here, shown}, {}), b = spread_over_grounds({pool_there, shown}, {});
    CHECK(a.point.x == b.point.x);
    CHECK(a.count == b.count);
    CHECK(sum(a.count) == doctest::Approx(7));
    CHECK(std::ranges::count(a.count, 3.0) == 1);
    CHECK(a.count.size() == 16 * 8 + 1);
}

TEST_CASE("a ground of too few cases, or of one loss, is told with the widest pool, and a point across the border with its whole ground") {
    const auto few   = ground_with({{20'500, 500}, {20'510, 510}}, 16, 20, true);
    const auto pool  = ground_with({{500, 500}, {510, 510}, {520, 500}}, 0, 16, false);
    const auto first = spread_over_grounds({few, pool}, {});
    CHECK(sum(first.count) == doctest::Approx(5));
    CHECK(first.count.size() == 20 * 8);
    auto lopsided    = ground_with({{20'500, 500}, {20'510, 510}, {20'520, 510}}, 16, 20, true);
    lopsided.weights = {1, 1, 1000};
    CHECK(spread_over_grounds({lopsided, pool}, {}).count.empty());  // one loss is nearly all of everything: nothing may be told
    const auto across = spread_over_grounds({ground_with({{20'500, 500}, {20'510, 510}, {90'000, 500}}, 16, 20, true)}, {});
    CHECK(sum(across.count) == doctest::Approx(3));
    CHECK(across.count.size() == 4 * 8);
    CHECK(spread_over_grounds({few}, {}).count.empty());
}
