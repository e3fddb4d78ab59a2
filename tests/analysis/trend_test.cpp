#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/trend.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("Mann-Kendall's variance is that of S over all orders of the values, with ties") {
    for (const auto& values : {std::vector<double>{1, 2, 3, 4, 5, 6}, {1, 2, 2, 3, 3, 3}, {0, 0, 0, 0, 0, 5}, {4, 4, 1, 1, 9, 9}}) {
        std::vector<std::size_t> order(6);
        std::iota(order.begin(), order.end(), std::size_t{0});
        double squares = 0, orders = 0;
        do {
            std::vector<double> x;
            for (const std::size_t i : order) x.push_back(values[i]);
            const auto s = static_cast<double>(mann_kendall(x).s);
            squares += s * s;
            ++orders;
        } while (std::next_permutation(order.begin(), order.end()));
        CHECK(mann_kendall(values).var_s == doctest::Approx(squares / orders).epsilon(1e-13));
    }
}

TEST_CASE("Mann-Kendall on a series by hand") {
    const Trend t = mann_kendall(std::vector<double>{1, 3, 2, 5, 4, 7, 6, 9, 8, 10});
    CHECK(t.s == 37);
    CHECK(t.var_s == 125);
    CHECK(t.z == doctest::Approx(36 / std::sqrt(125.0)).epsilon(1e-15));
    CHECK(t.tau_a == doctest::Approx(37.0 / 45).epsilon(1e-15));
    CHECK(t.slope == 1);
    CHECK(t.trend == TrendClass::rising);
    CHECK(t.status == Status::ok);
    CHECK(mann_kendall(std::vector<double>{1, 3, 2, 5, 4, 7, 6, 9, 8, 10}, {}, {.continuity = false}).z == doctest::Approx(37 / std::sqrt(125.0)).epsilon(1e-15));
}

TEST_CASE("a trend turned round changes sign, and scales with its values and times") {
    Draws               draws({4}, 9121, 0);
    std::vector<double> x, back, scaled, times, later;
    for (int i = 0; i < 31; ++i) {
        x.push_back(std::floor(draws.uniform() * 8) + 0.1 * i);
        times.push_back(i * i);
        later.push_back(2.0 * i * i + 7);
    }
    back.assign(x.rbegin(), x.rend());
    for (const double v : x) scaled.push_back(4 * v - 3);
    const Trend a = mann_kendall(x), b = mann_kendall(back), c = mann_kendall(scaled), d = mann_kendall(x, times), e = mann_kendall(x, later);
    CHECK(b.s == -a.s);
    CHECK(b.var_s == a.var_s);
    CHECK(b.z == -a.z);
    CHECK(b.slope == doctest::Approx(-a.slope).epsilon(1e-12));
    CHECK(b.slope_interval.low == doctest::Approx(-a.slope_interval.high).epsilon(1e-12));
    CHECK(c.slope == doctest::Approx(4 * a.slope).epsilon(1e-12));
    CHECK(d.s == a.s);
    CHECK(e.slope == doctest::Approx(d.slope / 2).epsilon(1e-12));
}

TEST_CASE("Sen's interval takes the slopes of the ranks around the middle") {
    // Seven values, 21 slopes, Var S = 44.33, C = 1.96 * 6.658 = 13.05: ranks round(3.975) = 4 and round(17.02) + 1 = 18.
    const std::vector<double> x{1, 4, 2, 8, 5, 7, 9};
    std::vector<double>       slopes;
    for (std::size_t i = 0; i < 7; ++i) {
        for (std::size_t j = i + 1; j < 7; ++j) slopes.push_back((x[j] - x[i]) / static_cast<double>(j - i));
    }
    std::ranges::sort(slopes);
    const Trend t = mann_kendall(x);
    CHECK(t.slope == slopes[10]);
    CHECK(t.slope_interval.low == slopes[3]);
    CHECK(t.slope_interval.high == slopes[17]);
}

TEST_CASE("Hamed and Rao's factor is that of R for R's lake levels") {
    // Annual level of Lake Huron 1875-1902, feet (R datasets, LakeHuron); ranks of the values less Sen's slope, autocorrelations of R's acf().
    const std::vector<double> huron{580.38, 581.86, 580.97, 580.80, 579.79, 580.39, 580.42, 580.82, 581.40, 581.32, 581.44, 581.68, 581.17, 580.53, 580.01, 579.91, 579.14, 579.16, 579.55, 579.67,
                                    578.44, 578.24, 579.10, 579.09, 579.35, 578.82, 579.32, 579.01};
    const Trend t = mann_kendall(huron, {}, {.correction = Autocorrelation::hamed_rao});
    CHECK(t.factor == doctest::Approx(1.39341325979257036).epsilon(1e-10));
    CHECK(t.z == doctest::Approx(-3.39755507702970716).epsilon(1e-10));
    CHECK(mann_kendall(huron).factor == 1);
}

TEST_CASE("Mann-Kendall's p is uniform for independent values, too small for correlated ones, and less so when corrected") {
    int plain = 0, correlated = 0, corrected = 0;
    for (std::uint64_t s = 0; s < 600; ++s) {
        Draws               draws({s}, 9122, 0);
        std::vector<double> noise, memory;
        double              last = 0;
        for (int i = 0; i < 60; ++i) {
            noise.push_back(draws.normal());
            last = 0.6 * last + noise.back();
            memory.push_back(last);
        }
        plain += mann_kendall(noise).p < 0.05 ? 1 : 0;
        correlated += mann_kendall(memory).p < 0.05 ? 1 : 0;
        corrected += mann_kendall(memory, {}, {.correction = Autocorrelation::hamed_rao}).p < 0.05 ? 1 : 0;
    }
    CHECK(std::abs(plain / 600.0 - 0.05) < 4 * std::sqrt(0.05 * 0.95 / 600));
    CHECK(correlated > 120);
    CHECK(corrected < 4 * correlated / 5);
}

TEST_CASE("a trend says what cannot be said: nothing, one value, equal values, few steps, gaps") {
    CHECK(mann_kendall({}).status == Status::missing);
    const Trend one = mann_kendall(std::vector<double>{3});
    CHECK(one.status == Status::too_few);
    CHECK(std::isnan(one.slope));
    const Trend flat = mann_kendall(std::vector<double>(12, 2.0));
    CHECK(flat.p == 1);
    CHECK(flat.z == 0);
    CHECK(flat.trend == TrendClass::none);
    CHECK(std::isnan(flat.tau_b));
    CHECK(flat.slope == 0);
    const Trend nine = mann_kendall(std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(nine.s == 36);
    CHECK(nine.p < 0.05);
    CHECK(nine.status == Status::too_few);
    CHECK(nine.trend == TrendClass::none);
    const Trend gap = mann_kendall(std::vector<double>{0, NAN, 2, 3});
    CHECK(gap.missing == 1);
    CHECK(gap.slope == 1);  // a missing step keeps its place in time
    CHECK(mann_kendall(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, {}, {.correction = Autocorrelation::hamed_rao}).factor == 1);
    CHECK_THROWS_AS((void)mann_kendall(std::vector<double>{1, 2}, std::vector<double>{5, 5}), PreconditionError);
}
