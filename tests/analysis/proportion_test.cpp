#include "analysis/proportion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "analysis/tails.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {
Interval interval_of(std::int64_t k, std::int64_t n, const WilsonOptions& options = {}) { return wilson(k, n, options).value().interval; }

std::int64_t binomial_draw(std::int64_t n, double p, Draws& draws) {
    std::int64_t k = 0;
    for (std::int64_t i = 0; i < n; ++i) k += draws.uniform() < p ? 1 : 0;
    return k;
}
}  // namespace

TEST_CASE("the logarithm of gamma is that of the factorials and of one half") {
    double factorial = 1;
    for (int n = 1; n < 20; ++n) {
        CHECK(log_gamma(n) == doctest::Approx(std::log(factorial)).epsilon(1e-14));
        factorial *= n;
    }
    CHECK(log_gamma(0.5) == doctest::Approx(0.5 * std::log(std::numbers::pi)).epsilon(1e-14));
    CHECK(log_gamma(1e6 + 1) - log_gamma(1e6) == doctest::Approx(std::log(1e6)).epsilon(1e-9));
    CHECK_THROWS_AS((void)log_gamma(0), PreconditionError);
}

TEST_CASE("normal quantiles are the tabled ones, and symmetric") {
    CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-13));
    CHECK(normal_quantile(0.5) == doctest::Approx(0).epsilon(1e-15));
    for (const double p : {1e-12, 0.001, 0.2, 0.49}) {
        CHECK(normal_quantile(p) == doctest::Approx(-normal_quantile(1 - p)).epsilon(1e-4));
        CHECK(0.5 * std::erfc(-normal_quantile(p) / std::sqrt(2)) == doctest::Approx(p).epsilon(1e-12));
    }
}

TEST_CASE("each distribution sums to one and has its mean") {
    const auto check = [](const std::vector<double>& pmf, double mean) {
        double sum = 0, first = 0;
        for (std::size_t k = 0; k < pmf.size(); ++k) sum += pmf[k], first += static_cast<double>(k) * pmf[k];
        CHECK(sum == doctest::Approx(1).epsilon(1e-12));
        CHECK(first == doctest::Approx(mean).epsilon(1e-11));
    };
    for (const std::int64_t n : {0, 1, 7, 60}) {
        for (const double p : {0.0, 0.03, 0.5, 1.0}) {
            check(binomial_pmf(n, p), static_cast<double>(n) * p);
            for (const double icc : {0.0, 0.05, 0.7, 1.0}) check(beta_binomial_pmf(n, p, icc), static_cast<double>(n) * p);
        }
        check(hypergeometric_pmf(n, 30, 100), static_cast<double>(n) * 0.3);
    }
    // By hand: 5 balls, 2 red, draw 3: one red in 2 x 3 = 6 of 10 ways.
    CHECK(hypergeometric_pmf(3, 2, 5)[1] == doctest::Approx(0.6));
    CHECK(hypergeometric_pmf(4, 2, 5)[0] == 0);
    // a = b = 1 is the even spread over 0 .. n.
    CHECK(beta_binomial_pmf(4, 0.5, 1.0 / 3)[2] == doctest::Approx(0.2));
}

TEST_CASE("tails add up with the term between them, and beyond the ends they are 0 and 1") {
    const auto pmf = binomial_pmf(10, 0.3);
    for (std::int64_t k = 0; k <= 10; ++k) CHECK(lower_tail(pmf, k - 1) + upper_tail(pmf, k) == doctest::Approx(1).epsilon(1e-13));
    CHECK(upper_tail(pmf, 11) == 0);
    CHECK(upper_tail(pmf, -2) == 1);
    CHECK(lower_tail(pmf, -1) == 0);
    CHECK(lower_tail(pmf, 99) == 1);
}

TEST_CASE("Wilson's interval has the values that Newcombe prints (1998, table I, method 3)") {
    const auto rounded = [](double v) { return std::round(v * 1e4) / 1e4; };
    const auto check   = [&](std::int64_t k, std::int64_t n, double low, double high) {
        CHECK(rounded(interval_of(k, n).low) == doctest::Approx(low));
        CHECK(rounded(interval_of(k, n).high) == doctest::Approx(high));
    };
    check(81, 263, 0.2553, 0.3662);
    check(15, 148, 0.0624, 0.1605);
    check(0, 20, 0.0000, 0.1611);
    check(1, 29, 0.0061, 0.1718);
}

TEST_CASE("Wilson's ends are where the score test turns: brute force over a fine lattice") {
    const double z = normal_quantile(0.975);
    for (const std::int64_t n : {1, 5, 23}) {
        for (std::int64_t k = 0; k <= n; ++k) {
            const Interval interval = interval_of(k, n);
            for (int i = 1; i < 2000; ++i) {
                const double p = i / 2000.0, score = std::abs(static_cast<double>(k) - static_cast<double>(n) * p) / std::sqrt(static_cast<double>(n) * p * (1 - p));
                if (std::abs(score - z) < 1e-9) continue;
                CHECK((score < z) == (p > interval.low && p < interval.high));
            }
        }
    }
}

TEST_CASE("none, all and nobody: 0 and 1 are ends exactly, of nobody nothing is said") {
    CHECK_FALSE(wilson(0, 0).has_value());
    for (const std::int64_t n : {1, 19, 40'000}) {
        CHECK(interval_of(0, n).low == 0);
        CHECK(interval_of(n, n).high == 1);
        CHECK(interval_of(0, n).high == doctest::Approx(1 - interval_of(n, n).low).epsilon(1e-12));
    }
    CHECK_THROWS_AS((void)wilson(3, 2), PreconditionError);
    CHECK_THROWS_AS((void)wilson(1, 2, {.population = 1}), PreconditionError);
}

TEST_CASE("a register counted whole has no sampling error, and a larger sample of it less than a smaller") {
    CHECK(interval_of(61, 212, {.population = 212}) == Interval{61.0 / 212, 61.0 / 212});
    const double infinite = interval_of(61, 212).high - interval_of(61, 212).low;
    double       before   = 0;
    for (const std::int64_t population : {213, 250, 400, 5000, 1'000'000}) {
        const Interval i = interval_of(61, 212, {.population = population});
        CHECK(i.high - i.low > before);
        CHECK(i.high - i.low < infinite);
        before = i.high - i.low;
    }
    CHECK(before == doctest::Approx(infinite).epsilon(1e-3));
}

TEST_CASE("over a grid of true shares the 95 % interval holds the truth 95 % of the time on average, and 89 % or more inside") {
    double sum = 0;
    int    cases = 0;
    for (const std::int64_t n : {20, 50, 200}) {
        for (int i = 1; i < 100; ++i) {
            const double p = i / 100.0;
            const auto   pmf = binomial_pmf(n, p);
            double       covered = 0;  // exact: every outcome with its probability
            for (std::int64_t k = 0; k <= n; ++k) {
                const Interval interval = interval_of(k, n);
                if (p >= interval.low && p <= interval.high) covered += pmf[static_cast<std::size_t>(k)];
            }
            if (i >= 5 && i <= 95) CHECK(covered > 0.89);
            sum += covered;
            ++cases;
        }
    }
    CHECK(sum / cases == doctest::Approx(0.95).epsilon(0.01));
}

TEST_CASE("drawn without replacement from 120, the interval with the population's factor holds its level too") {
    double sum = 0;
    for (std::int64_t positives = 12; positives <= 108; ++positives) {
        const auto pmf = hypergeometric_pmf(60, positives, 120);
        for (std::int64_t k = 0; k <= 60; ++k) {
            if (pmf[static_cast<std::size_t>(k)] == 0) continue;
            const Interval interval = interval_of(k, 60, {.population = 120});
            const double   p        = static_cast<double>(positives) / 120;
            if (p >= interval.low && p <= interval.high) sum += pmf[static_cast<std::size_t>(k)];
        }
    }
    CHECK(sum / 97 == doctest::Approx(0.95).epsilon(0.012));
}

TEST_CASE("unplaced rows give a share at least and at most, never beyond all") {
    CHECK(bounds_with_unplaced(61, 10, 212) == Interval{61.0 / 212, 71.0 / 212});
    CHECK(bounds_with_unplaced(61, 0, 212) == Interval{61.0 / 212, 61.0 / 212});
    CHECK(bounds_with_unplaced(200, 144, 212) == Interval{200.0 / 212, 1});
    CHECK_FALSE(bounds_with_unplaced(0, 5, 0).has_value());
    CHECK_THROWS_AS((void)bounds_with_unplaced(3, 0, 2), PreconditionError);
}

TEST_CASE("a back-check corrects by hand: 80 % reported, 90 % found again, 70 % rightly not reported") {
    // (0.8 + 0.7 - 1) / (0.9 + 0.7 - 1) = 0.5 / 0.6
    const auto c = rogan_gladen(400, 500, {.true_yes = 90, .false_yes = 30, .false_no = 10, .true_no = 70});
    CHECK(c.uncorrected.value() == 0.8);
    CHECK(c.corrected.value() == doctest::Approx(0.5 / 0.6));
    CHECK_FALSE(c.clamped);
    CHECK(c.interval->low < *c.corrected);
    CHECK(c.interval->high > *c.corrected);
}

TEST_CASE("a perfect back-check changes nothing but leaves doubt") {
    const auto c = rogan_gladen(150, 200, {.true_yes = 20, .false_yes = 0, .false_no = 0, .true_no = 20});
    CHECK(c.corrected.value() == 0.75);
    CHECK(c.interval->low < 0.75);
    CHECK(c.interval->high > 0.75);
}

TEST_CASE("what the formula cannot say is flagged: clamped, uninformative, or unknown, and never zero") {
    const auto clamped = rogan_gladen(10, 100, {.true_yes = 9, .false_yes = 3, .false_no = 1, .true_no = 7});
    CHECK(clamped.clamped);
    CHECK(clamped.corrected.value() == 0);
    const auto coin = rogan_gladen(50, 100, {.true_yes = 5, .false_yes = 5, .false_no = 5, .true_no = 5});
    CHECK(coin.uninformative);
    CHECK_FALSE(coin.corrected.has_value());
    CHECK_FALSE(coin.interval.has_value());
    CHECK(coin.uncorrected.value() == 0.5);
    const auto nobody = rogan_gladen(50, 100, {.true_yes = 5});
    CHECK_FALSE(nobody.corrected.has_value());
    CHECK_FALSE(nobody.uninformative);
    CHECK_FALSE(rogan_gladen(0, 0, {5, 1, 1, 5}).corrected.has_value());
}

TEST_CASE("the interval depends on seed and unit only, and a weak back-check stretches it to the ends") {
    const BackCheck check{.true_yes = 30, .false_yes = 6, .false_no = 4, .true_no = 20};
    const auto      first = rogan_gladen(300, 400, check), again = rogan_gladen(300, 400, check);
    CHECK(first.interval.value() == again.interval.value());
    CHECK_FALSE(rogan_gladen(300, 400, check, {.seed = Seed{2}}).interval.value() == first.interval.value());
    CHECK_FALSE(rogan_gladen(300, 400, check, {.row = 1}).interval.value() == first.interval.value());
    const auto weak = rogan_gladen(40, 80, {.true_yes = 2, .false_yes = 1, .false_no = 1, .true_no = 2});
    CHECK(weak.undefined_replicates > 100);
    CHECK(weak.interval->low == 0);
    CHECK(weak.interval->high == 1);
}

TEST_CASE("over a grid of truths the corrected interval holds the truth about 95 % of the time") {
    for (const double truth : {0.3, 0.6, 0.85}) {
        for (const double se : {0.85, 0.97}) {
            const double sp = 0.9;
            int          covered = 0;
            const int    trials  = 400;
            for (int trial = 0; trial < trials; ++trial) {
                Draws              draws(Seed{11}, 900, static_cast<std::uint64_t>(trial), static_cast<std::uint32_t>(truth * 100 + se * 1000));
                const std::int64_t visited = binomial_draw(120, truth, draws), yes = binomial_draw(visited, se, draws), no = binomial_draw(120 - visited, sp, draws);
                const std::int64_t k = binomial_draw(400, truth * se + (1 - truth) * (1 - sp), draws);
                const auto c = rogan_gladen(k, 400, {yes, 120 - visited - no, visited - yes, no}, {.replicates = 399, .register_counted_whole = false});
                covered += c.interval && truth >= c.interval->low && truth <= c.interval->high ? 1 : 0;
            }
            INFO("truth ", truth, ", sensitivity ", se, ": ", covered, " of ", trials);
            CHECK(covered >= 0.92 * trials);
        }
    }
}
