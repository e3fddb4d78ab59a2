#include "analysis/power.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/tails.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

double share_of(double ratio, double null_share) { return ratio * null_share / (ratio * null_share + 1 - null_share); }

/// By enumeration of every count.
double enumerated_power(double expected, std::int64_t cases, double ratio, double level) {
    const double s     = expected / static_cast<double>(cases);
    const auto   null  = binomial_pmf(cases, s), other = binomial_pmf(cases, share_of(ratio, s));
    double       power = 0;
    for (std::int64_t k = 0; k <= cases; ++k) {
        const double tail = ratio >= 1 ? upper_tail(null, k) : lower_tail(null, k);
        if (tail <= level) power += other[static_cast<std::size_t>(k)];
    }
    return power;
}

double enumerated_change(double expected_before, double ratio, double base_ratio, double level) {
    const double now = expected_before * base_ratio * ratio, share = base_ratio / (1 + base_ratio);
    const auto   mass = [](std::int64_t k, double mean) { return mean == 0 ? (k == 0 ? 1.0 : 0.0) : std::exp(static_cast<double>(k) * std::log(mean) - mean - log_gamma(static_cast<double>(k) + 1)); };
    double       power = 0;
    for (std::int64_t a = 0; a < 60; ++a) {
        for (std::int64_t b = 0; b < 90; ++b) {
            const auto   null = binomial_pmf(a + b, share);
            const double tail = ratio >= 1 ? upper_tail(null, b) : lower_tail(null, b);
            if (tail <= level) power += mass(a, expected_before) * mass(b, now);
        }
    }
    return power;
}

}  // namespace

TEST_CASE("power is what enumeration of all counts gives, one- and two-sided") {
    for (const std::int64_t cases : {5, 23, 60}) {
        for (const double expected : {0.4, 1.7, 4.9}) {
            for (const double ratio : {0.0, 0.3, 1.0, 2.5, 8.0}) {
                for (const int sided : {1, 2}) {
                    CHECK(power_of_ratio(expected, cases, ratio, {.sided = sided}) == doctest::Approx(enumerated_power(expected, cases, ratio, 0.05 / sided)).epsilon(1e-9));
                }
            }
        }
    }
}

TEST_CASE("the detectable ratio has exactly the power asked for, and what is called significant is") {
    for (const std::int64_t cases : {12, 73, 400}) {
        for (const double expected : {0.5, 3.0, 8.0}) {
            const Detectable d = detectable_ratio(expected, cases);
            REQUIRE(d.higher);
            CHECK(power_of_ratio(expected, cases, *d.higher) == doctest::Approx(0.8).epsilon(1e-9));
            const auto null = binomial_pmf(cases, expected / static_cast<double>(cases));
            CHECK(upper_tail(null, *d.least_high) <= 0.025);
            CHECK(upper_tail(null, *d.least_high - 1) > 0.025);
            if (!d.lower) continue;
            CHECK(power_of_ratio(expected, cases, *d.lower) == doctest::Approx(0.8).epsilon(1e-9));
            CHECK(lower_tail(null, *d.most_low) <= 0.025);
        }
    }
}

TEST_CASE("more cases, a milder level, less power asked: never a larger detectable ratio; more tests: never a smaller one") {
    double last = 1e300;
    for (const std::int64_t times : {1, 2, 4, 8, 16}) {
        const Detectable d = detectable_ratio(0.7 * static_cast<double>(times), 40 * times);
        CHECK(*d.higher < last);
        last = *d.higher;
    }
    const auto higher = [](const PowerOptions& options) { return detectable_ratio(2.0, 70, options).higher.value(); };
    CHECK(higher({.sided = 1}) <= higher({.sided = 2}));
    CHECK(higher({.power = 0.5}) < higher({.power = 0.9}));
    CHECK(higher({.tests = 70}) > higher({.tests = 1}));
    CHECK(higher({.alpha = 0.1, .sided = 2}) == doctest::Approx(higher({.sided = 1})));
    CHECK(detectable_ratio(2.0, 70, {.tests = 10}).level == doctest::Approx(0.0025));
}

TEST_CASE("where no count could be significant nothing is detectable, and it says so") {
    const Detectable one = detectable_ratio(0.5, 1);
    CHECK_FALSE(one.higher);
    CHECK_FALSE(one.least_high);
    CHECK_FALSE(one.lower);
    CHECK(power_of_ratio(0.5, 1, 100) == 0);
    CHECK_FALSE(detectable_ratio(1.0, 40).lower);  // e^-1 is far above 2.5 %
    CHECK_THROWS_AS((void)detectable_ratio(0, 10), PreconditionError);
    CHECK_THROWS_AS((void)detectable_ratio(10, 10), PreconditionError);
    CHECK_THROWS_AS((void)detectable_ratio(1, 10, {.power = 0.01}), PreconditionError);
}

TEST_CASE("the power of a change is the sum over all pairs of counts") {
    for (const double ratio : {0.0, 0.2, 0.6, 1.0, 1.8, 3.0}) {
        CHECK(power_of_change(12, ratio) == doctest::Approx(enumerated_change(12, ratio, 1, 0.025)).epsilon(1e-8));
        CHECK(power_of_change(7, ratio, 0.5, {.sided = 1}) == doctest::Approx(enumerated_change(7, ratio, 0.5, 0.05)).epsilon(1e-8));
    }
}

TEST_CASE("a change's power grows away from 1, stays below alpha at 1, and the detectable change has the power asked for") {
    double last = 1;
    for (const double ratio : {0.0, 0.2, 0.4, 0.6, 0.8}) {
        const double power = power_of_change(30, ratio);
        CHECK(power <= last);
        last = power;
    }
    CHECK(power_of_change(30, 1, 1, {.sided = 1}) <= 0.05);
    const Detectable d = detectable_change(48);
    CHECK(power_of_change(48, *d.lower) == doctest::Approx(0.8).epsilon(1e-6));
    CHECK(power_of_change(48, *d.higher) == doctest::Approx(0.8).epsilon(1e-6));
    MESSAGE("48 cases before: a fall to " << *d.lower << " or a rise to " << *d.higher << " is found with power 0.8");
    CHECK_FALSE(detectable_change(3).lower);
    CHECK(detectable_change(3).higher);
}
