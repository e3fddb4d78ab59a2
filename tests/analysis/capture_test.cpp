#include "analysis/capture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("keys on both lists are counted once, repeats and rows without key apart, in any order") {
    const std::vector<std::string> a = {"H-03", "H-01", "", "H-02", "H-01"}, b = {"H-02", "H-09", "", "", "H-01", "H-02", "H-02"};
    const ListMatch                m = match_lists(a, b);
    CHECK(m == ListMatch{3, 3, 2, 1, 2, 1, 2});
    CHECK(m.seen() == 4);
    CHECK(match_lists(std::vector<std::string>(a.rbegin(), a.rend()), std::vector<std::string>(b.rbegin(), b.rend())) == m);
    const ListMatch turned = match_lists(b, a);
    CHECK(turned.both == m.both);
    CHECK(turned.first == m.second);
}

TEST_CASE("Chapman by hand: lists of 20 and 15 with 10 in common") {
    const auto e = chapman(20, 15, 10).value();
    CHECK(e.total == doctest::Approx(21.0 * 16 / 11 - 1));                         // 29.545
    CHECK(e.variance == doctest::Approx(21.0 * 16 * 10 * 5 / (11.0 * 11 * 12)));   // 11.570
    CHECK(e.unseen == doctest::Approx(e.total - 25));
    CHECK(e.normal.low == doctest::Approx(25));  // 29.545 - 1.96 x 3.401 = 22.88, but 25 are known
    CHECK(e.normal.high == doctest::Approx(29.5454545 + 1.959964 * std::sqrt(11.5702479)).epsilon(1e-7));
    CHECK(e.log_normal.low > 25);
    CHECK(e.log_normal.high > e.normal.high);
}

TEST_CASE("equal lists hold everybody, lists apart still give a number, and no lists nothing") {
    const auto same = chapman(30, 30, 30).value();
    CHECK(same.total == doctest::Approx(30));
    CHECK(same.variance == 0);
    CHECK(same.log_normal == Interval{30, 30});
    CHECK(chapman(10, 10, 0)->total == doctest::Approx(120));
    CHECK_FALSE(chapman(0, 0, 0).has_value());
    CHECK(chapman(12, 0, 0)->total == doctest::Approx(12));
    CHECK_THROWS_AS((void)chapman(3, 9, 4), PreconditionError);
}

TEST_CASE("the lists may change places, an estimate is never below what was seen, and intervals hold it") {
    for (std::uint64_t i = 0; i < 3000; ++i) {
        Draws      draws(Seed{8}, 902, i);
        const auto a = static_cast<std::int64_t>(draws.below(400)), b = static_cast<std::int64_t>(draws.below(400));
        const auto m = static_cast<std::int64_t>(draws.below(static_cast<std::uint32_t>(std::min(a, b)) + 1));
        if (a + b == 0) continue;
        const auto e = chapman(a, b, m).value(), turned = chapman(b, a, m).value();
        CHECK(e.total == turned.total);
        CHECK(e.variance == turned.variance);
        const double seen = static_cast<double>(a + b - m);
        CHECK(e.total >= seen - 1e-9);
        CHECK(e.unseen == doctest::Approx(e.total - seen).epsilon(1e-9));
        for (const Interval interval : {e.normal, e.log_normal}) {
            CHECK(interval.low >= seen);
            CHECK(interval.low <= e.total + 1e-9);
            CHECK(interval.high >= e.total - 1e-9);
        }
    }
}

TEST_CASE("for independent lists the estimate is unbiased, Seber's variance is the real one, and the intervals hold the truth") {
    const int trials = 4000, truth = 300;
    double    sum = 0, squares = 0, variance = 0;
    int       normal = 0, log_normal = 0;
    for (int trial = 0; trial < trials; ++trial) {
        Draws        draws(Seed{9}, 903, static_cast<std::uint64_t>(trial));
        std::int64_t a = 0, b = 0, m = 0;
        for (int i = 0; i < truth; ++i) {
            const bool in_a = draws.uniform() < 0.6, in_b = draws.uniform() < 0.4;
            a += in_a ? 1 : 0, b += in_b ? 1 : 0, m += in_a && in_b ? 1 : 0;
        }
        const auto e = chapman(a, b, m).value();
        sum += e.total, squares += e.total * e.total, variance += e.variance;
        normal += e.normal.low <= truth && truth <= e.normal.high ? 1 : 0;
        log_normal += e.log_normal.low <= truth && truth <= e.log_normal.high ? 1 : 0;
    }
    const double mean = sum / trials;
    CHECK(mean == doctest::Approx(truth).epsilon(0.005));
    CHECK(variance / trials == doctest::Approx(squares / trials - mean * mean).epsilon(0.1));
    CHECK(normal > 0.92 * trials);
    CHECK(log_normal > 0.92 * trials);
}
