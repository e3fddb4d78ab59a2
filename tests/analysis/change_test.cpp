#include "analysis/change.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/exact_counts.h"
#include "analysis/tails.h"
#include "geo/core/error.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {
RateRatio ratio_of(const TwoCounts& counts) { return rate_ratio(counts).value(); }
}  // namespace

TEST_CASE("48 to 25 is a fall of 47.92 %, by 14 to 69 %, and R's poisson.test says the same") {
    const RateRatio r = ratio_of({48, 25});
    CHECK(*r.ratio == doctest::Approx(0.520833333333333).epsilon(1e-14));
    CHECK(r.low == doctest::Approx(0.307735355248971).epsilon(1e-12));
    CHECK(*r.high == doctest::Approx(0.861624753308510).epsilon(1e-12));
    CHECK(r.p_likelihood == doctest::Approx(0.00954221142586547).epsilon(1e-11));
    CHECK(std::round(100 * (1 - *r.high)) == 14);
    CHECK(std::round(100 * (1 - r.low)) == 69);
}

TEST_CASE("unequal bases, few cases and none agree with R's poisson.test") {
    const RateRatio a = ratio_of({.before = 19, .now = 7, .base_before = 1500, .base_now = 1200});
    CHECK(a.low == doctest::Approx(0.163598933251732).epsilon(1e-11));
    CHECK(*a.high == doctest::Approx(1.144061760141813).epsilon(1e-11));
    CHECK(a.p_likelihood == doctest::Approx(0.0781635022899732).epsilon(1e-11));
    const RateRatio b = ratio_of({.before = 3, .now = 12, .base_before = 40, .base_now = 10});
    CHECK(b.low == doctest::Approx(4.31789092956448).epsilon(1e-11));
    CHECK(*b.high == doctest::Approx(88.35314759096586).epsilon(1e-11));
    CHECK(b.p_likelihood == doctest::Approx(1.011253248e-06).epsilon(1e-11));
    const RateRatio c = ratio_of({.before = 5, .now = 0});
    CHECK(c.low == 0);
    CHECK(*c.high == doctest::Approx(1.09127910518255).epsilon(1e-11));
    CHECK(c.p_likelihood == doctest::Approx(0.0625).epsilon(1e-12));
}

TEST_CASE("the two-sided p by likelihood sums exactly the counts no more likely than the one seen") {
    for (const std::int64_t n : {1, 2, 9, 30}) {
        for (const double base : {1.0, 0.4, 5.0}) {
            const auto pmf = binomial_pmf(n, base / (1 + base));
            for (std::int64_t k = 0; k <= n; ++k) {
                double sum = 0;
                for (const double mass : pmf) sum += mass <= pmf[static_cast<std::size_t>(k)] * (1 + 1e-7) ? mass : 0;
                CHECK(ratio_of({n - k, k, 1, base}).p_likelihood == doctest::Approx(std::min(1.0, sum)).epsilon(1e-9));
            }
        }
    }
}

TEST_CASE("exchanging the periods turns the ratio over, and the doubled p agrees with the interval") {
    for (const auto& [before, now] : {std::pair<std::int64_t, std::int64_t>{48, 25}, {10, 3}, {4, 9}, {7, 7}}) {
        const RateRatio a = ratio_of({before, now, 3, 5}), b = ratio_of({now, before, 5, 3});
        CHECK(*a.ratio * *b.ratio == doctest::Approx(1).epsilon(1e-13));
        CHECK(a.low * *b.high == doctest::Approx(1).epsilon(1e-11));
        CHECK(a.p == doctest::Approx(b.p).epsilon(1e-11));
        CHECK((a.p <= 0.05) == (a.low > 1 || *a.high < 1));
    }
}

TEST_CASE("no case in a period, and none in either, are told apart from zero change") {
    CHECK_FALSE(rate_ratio({0, 0}));
    const RateRatio r = ratio_of({0, 6});
    CHECK_FALSE(r.ratio);
    CHECK_FALSE(r.high);
    CHECK(r.low > 0);
    CHECK(r.p == doctest::Approx(2 * std::pow(0.5, 6)).epsilon(1e-12));
    CHECK_THROWS_AS((void)rate_ratio({1, 1, 0, 1}), PreconditionError);
}

TEST_CASE("the exact interval covers the true ratio in at least 95 of 100 pairs, and p is at most nominal under no change") {
    double covered = 0, small = 0, usable = 0;
    for (std::uint64_t run = 0; run < 4000; ++run) {
        Draws      draws(Seed{6}, 905, run);
        const auto count = [&](double mean) { return static_cast<std::int64_t>(poisson_draw(draws, mean)); };
        const auto before = count(40), now = count(24), same = count(40);
        const auto r = ratio_of({before, now});
        covered += r.low <= 0.6 && 0.6 <= *r.high ? 1 : 0;
        small += ratio_of({before, same}).p <= 0.05 ? 1 : 0;
        usable += 1;
    }
    CHECK(covered / usable > 0.945);
    CHECK(covered / usable < 0.98);
    CHECK(small / usable < 0.055);
}

TEST_CASE("below a base of 264 only multiples of 48 to 25 give -47.92 %") {
    const auto pairs = pairs_of_percent({-4792, 2}, 264);
    REQUIRE(pairs.size() == 5);
    for (std::size_t k = 0; k < pairs.size(); ++k) CHECK(pairs[k] == CountPair{48 * static_cast<std::int64_t>(k + 1), 25 * static_cast<std::int64_t>(k + 1)});
}

TEST_CASE("pairs of a percentage are exactly those that round to it") {
    for (const auto& [scaled, decimals] : {std::pair<std::int64_t, int>{-4792, 2}, {-50, 0}, {333, 1}, {0, 1}, {-100, 0}, {250, 0}}) {
        std::vector<CountPair> expected;
        for (std::int64_t before = 1; before <= 60; ++before) {
            for (std::int64_t now = 0; now <= 300; ++now) {
                const double percent = 100.0 * static_cast<double>(now - before) / static_cast<double>(before) * std::pow(10, decimals);
                if (std::abs(percent - static_cast<double>(scaled)) <= 0.5 + 1e-9) expected.push_back({before, now});
            }
        }
        CHECK(pairs_of_percent({scaled, decimals}, 60) == expected);
    }
    CHECK(pairs_of_percent({-10100, 2}, 100).empty());
    CHECK_THROWS_AS((void)pairs_of_percent({0, 7}, 10), PreconditionError);
}
