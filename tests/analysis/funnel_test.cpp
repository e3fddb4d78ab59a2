#include "analysis/funnel.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/exact_counts.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {
using Values = std::vector<double>;
}  // namespace

TEST_CASE("limits are interpolated Poisson quantiles: at a whole count with exactly that tail they are the count") {
    // P(X <= 3) = 0.975 for this mean, found by bisection; the limit is then 3 / mean.
    double low = 0.1, high = 3;
    for (int i = 0; i < 200; ++i) {
        const double middle = (low + high) / 2;
        (poisson_at_most(3, middle) > 0.975 ? low : high) = middle;
    }
    const Values  expected{low, 5, 12}, cases = expected;  // target 1
    const Funnel  f = funnel(cases, expected, {.over_dispersion = false});
    CHECK(f.target == doctest::Approx(1).epsilon(1e-14));
    CHECK(f.high95[0] * low == doctest::Approx(3).epsilon(1e-8));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(f.low998[i] <= f.low95[i]);
        CHECK(f.low95[i] < 1);
        CHECK(f.high95[i] > 1);
        CHECK(f.high998[i] > f.high95[i]);
        CHECK(f.place[i] == 0);
    }
    CHECK(f.high95[2] < f.high95[1]);
}

TEST_CASE("units beyond the limits are placed outside, and over-dispersion stretches limits by the root of phi") {
    Values cases(40), expected(40, 20.0);
    for (std::size_t i = 0; i < 40; ++i) cases[i] = i % 2 == 0 ? 10 : 30;
    const Funnel plain = funnel(cases, expected, {.over_dispersion = false}), wide = funnel(cases, expected);
    CHECK(plain.phi == doctest::Approx(5).epsilon(1e-12));
    CHECK(plain.phi_used == 1);
    CHECK(plain.phi_p < 1e-10);
    CHECK(plain.place[0] == -1);
    CHECK(plain.place[1] == 1);
    CHECK(wide.phi_used == doctest::Approx(5).epsilon(1e-12));
    CHECK(wide.place[1] == 0);
    CHECK(wide.high95[0] - 1 == doctest::Approx((plain.high95[0] - 1) * std::sqrt(5.0)).epsilon(1e-12));
    CHECK(wide.z[1] == doctest::Approx(plain.z[1] / std::sqrt(5.0)).epsilon(1e-12));
    CHECK(wide.low998[0] == 0);
}

TEST_CASE("winsorising keeps one wild unit from stretching everybody's limits") {
    Values cases(21, 20.0), expected(21, 20.0);
    for (std::size_t i = 0; i < 20; ++i) cases[i] = i % 2 == 0 ? 18 : 22;
    cases[20] = 90;
    CHECK(funnel(cases, expected, {.winsorise = 0}).phi > 3);
    CHECK(funnel(cases, expected).phi < 1);
    CHECK(funnel(cases, expected).place[20] == 2);
}

TEST_CASE("of units at one rate, at most their nominal share lies outside the limits") {
    double outside = 0, far = 0, units = 0;
    for (std::uint64_t run = 0; run < 200; ++run) {
        Values cases, expected;
        for (std::uint32_t i = 0; i < 50; ++i) {
            Draws draws(Seed{8}, 901, run, i);
            expected.push_back(1 + 0.5 * i);
            cases.push_back(poisson_draw(draws, expected.back()));
        }
        const Funnel f = funnel(cases, expected);
        for (const int place : f.place) outside += place != 0 ? 1 : 0, far += std::abs(place) == 2 ? 1 : 0, units += 1;
    }
    CHECK(outside / units < 0.055);
    CHECK(outside / units > 0.02);
    CHECK(far / units < 0.004);
}

TEST_CASE("a funnel of nothing, of one unit, and of no case has no limits it cannot stand for") {
    CHECK(std::isnan(funnel({}, {}).target));
    const Funnel none = funnel(Values{0, 0}, Values{3, 4});
    CHECK(none.target == 0);
    CHECK(std::isnan(none.high95[0]));
    CHECK(none.status[0] == Status::ok);
    const Funnel one = funnel(Values{4}, Values{2});
    CHECK(std::isnan(one.phi));
    CHECK(one.place[0] == 0);
    const Funnel gap = funnel(Values{4, 2, std::nan("")}, Values{2, 0, 3});
    CHECK(gap.status == std::vector{Status::ok, Status::missing, Status::missing});
    CHECK(std::isnan(gap.ratio[1]));
}
