#include "analysis/displacement.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {
using Values = std::vector<double>;
}

TEST_CASE("the weighted displacement difference by hand") {
    const auto d = weighted_displacement_difference({.treated = {.before = 30, .after = 20}, .control = {.before = 20, .after = 20}});
    CHECK(d.wdd == -10);
    CHECK(d.standard_error == doctest::Approx(std::sqrt(90.0)).epsilon(1e-14));
    CHECK(*d.z == doctest::Approx(-1.0540925533894598).epsilon(1e-13));
    CHECK(*d.p == doctest::Approx(0.29184065).epsilon(1e-7));
    const auto ring = weighted_displacement_difference({{30, 20}, {20, 20}, {10, 14}, {12, 12}});
    CHECK(ring.wdd == -6);
    CHECK(ring.standard_error == doctest::Approx(std::sqrt(138.0)).epsilon(1e-14));
    CHECK(ring.interval.low == doctest::Approx(-6 - 1.959963984540054 * std::sqrt(138.0)).epsilon(1e-12));
}

TEST_CASE("no case anywhere is no test") {
    const auto d = weighted_displacement_difference({});
    CHECK(d.wdd == 0);
    CHECK_FALSE(d.z);
    CHECK_FALSE(d.p);
    CHECK_THROWS_AS((void)weighted_displacement_difference({.treated = {-1, 0}}), PreconditionError);
}

TEST_CASE("without an effect the displacement test is significant in about 5 of 100 counties, and its interval covers 0") {
    double significant = 0;
    for (std::uint64_t run = 0; run < 4000; ++run) {
        Draws      draws(Seed{2}, 907, run);
        const auto count = [&](double mean) {
            const double limit = std::exp(-mean);
            std::int64_t k = 0;
            for (double product = 1 - draws.uniform(); product > limit; product *= 1 - draws.uniform()) ++k;
            return k;
        };
        DisplacementCounts c;
        c.treated = {count(30), count(24)}, c.control = {count(30), count(24)};
        c.displacement = {count(12), count(12)}, c.displacement_control = {count(12), count(12)};
        significant += *weighted_displacement_difference(c).p <= 0.05 ? 1 : 0;
    }
    CHECK(significant / 4000 > 0.035);
    CHECK(significant / 4000 < 0.063);
}

TEST_CASE("the displacement quotient by hand: benefits spread, and displaced") {
    // A 100 to 60, B 50 to 40, C 200 to 200: target -0.2, buffer -0.05.
    const auto spread = weighted_displacement_quotient({100, 60}, {50, 40}, {200, 200});
    CHECK(*spread.target_change == doctest::Approx(-0.2).epsilon(1e-14));
    CHECK(*spread.wdq == doctest::Approx(0.25).epsilon(1e-13));
    const auto moved = weighted_displacement_quotient({100, 60}, {50, 70}, {200, 200});
    CHECK(*moved.wdq == doctest::Approx(-0.5).epsilon(1e-13));
}

TEST_CASE("the quotient is undefined where the control is empty or the target did not clearly change") {
    CHECK_FALSE(weighted_displacement_quotient({10, 5}, {5, 5}, {0, 4}).wdq);
    CHECK_FALSE(weighted_displacement_quotient({10, 5}, {5, 5}, {0, 4}).target_change);
    const auto same = weighted_displacement_quotient({10, 10}, {5, 9}, {20, 20});
    CHECK(*same.target_change == 0);
    CHECK_FALSE(same.wdq);
    CHECK_FALSE(weighted_displacement_quotient({10, 9}, {5, 9}, {20, 20}).wdq);
    CHECK(weighted_displacement_quotient({10, 9}, {5, 9}, {20, 20}).target_error > 0.1);
}

TEST_CASE("every point has one nearest site, the first of equally near ones, and one area") {
    const Values x{0, 4, 5, 6, 10, 30}, y(6, 0.0), sx{0, 10}, sy{0, 0};
    const auto   near = nearest_sites({x, y}, {sx, sy});
    CHECK(near.site == std::vector<std::uint32_t>{0, 0, 0, 1, 1, 1});
    CHECK(near.distance_m == Values{0, 4, 5, 4, 0, 20});
    const std::vector roles{SiteRole::treated, SiteRole::control};
    CHECK(assign_areas(near, roles, {.area_m = 4, .ring_m = 5}) ==
          std::vector{Area::treated, Area::treated, Area::displacement, Area::control, Area::control, Area::outside});
    CHECK(assign_areas(near, roles, {.area_m = 4, .ring_m = 4})[2] == Area::outside);
    CHECK_THROWS_AS((void)nearest_sites({x, y}, {{}, {}}), PreconditionError);
    CHECK_THROWS_AS((void)assign_areas(near, roles, {.area_m = 5, .ring_m = 4}), PreconditionError);
}
