#include "analysis/rank_intervals.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/empirical_bayes.h"
#include "analysis/exact_counts.h"
#include "analysis/posterior.h"

using namespace gapmap;

namespace {
using Values           = std::vector<double>;
const double nan_value = std::nan("");

struct County {
    Values cases, base, coverage, households, truth;
};

County county(std::uint64_t run, std::size_t units, double spread) {
    County out;
    for (std::uint32_t i = 0; i < units; ++i) {
        Draws        draws(Seed{21}, 902, run, i);
        const double rate = 0.01 * draw_gamma(draws, 1 / spread) * spread;
        out.base.push_back(200 + draws.below(800));
        out.truth.push_back(rate);
        const double limit = std::exp(-rate * out.base.back());
        double       k = 0;
        for (double product = 1 - draws.uniform(); product > limit; product *= 1 - draws.uniform()) k += 1;
        out.cases.push_back(k);
        out.coverage.push_back(draws.uniform());
        out.households.push_back(60 + draws.below(200));
    }
    return out;
}
}  // namespace

TEST_CASE("gamma draws have the mean, the variance and the distribution of the gamma") {
    for (const double shape : {0.3, 1.0, 4.5, 60.0}) {
        double sum = 0, square = 0, below = 0;
        const int n = 40000;
        for (int i = 0; i < n; ++i) {
            Draws        draws(Seed{3}, 903, static_cast<std::uint64_t>(i));
            const double x = draw_gamma(draws, shape);
            sum += x, square += x * x, below += x < shape ? 1 : 0;
        }
        CHECK(sum / n == doctest::Approx(shape).epsilon(0.02));
        CHECK(square / n - sum / n * (sum / n) == doctest::Approx(shape).epsilon(0.05));
        // P(X < shape) of a gamma is P(Poisson(shape) >= shape), interpolated.
        CHECK(below / n == doctest::Approx(poisson_at_least(shape, shape)).epsilon(0.02));
    }
}

TEST_CASE("posterior draws of a rate centre on the empirical-Bayes rate") {
    const County      c     = county(1, 30, 0.5);
    const GammaPrior  prior = gamma_prior(c.cases, c.base);
    const auto        eb    = empirical_bayes(c.cases, c.base).smoothed;
    for (const std::size_t i : {0U, 7U, 29U}) {
        double sum = 0;
        for (std::uint32_t r = 0; r < 20000; ++r) {
            Draws draws(Seed{4}, 904, i, r);
            sum += draw_rate(draws, prior, c.cases[i], c.base[i]);
        }
        CHECK(sum / 20000 == doctest::Approx(eb[i]).epsilon(0.02));
    }
}

TEST_CASE("ranks are the same for any number of threads and any order of rows") {
    const County             c    = county(2, 41, 0.4);
    const RankIntervals      once = rate_ranks(c.cases, c.base, {}, {.threads = 1});
    const GapEvidence        e{c.cases, c.base, c.coverage, c.households};
    const RankIntervals      gaps = gap_ranks(e, {}, {.threads = 1});
    for (const unsigned threads : {2U, 3U, 8U}) {
        CHECK(rate_ranks(c.cases, c.base, {}, {.threads = threads}).mean == once.mean);
        CHECK(gap_ranks(e, {}, {.threads = threads}).high == gaps.high);
    }
    Values cases(c.cases.rbegin(), c.cases.rend()), base(c.base.rbegin(), c.base.rend()), v(c.coverage.rbegin(), c.coverage.rend()), h(c.households.rbegin(), c.households.rend());
    RankIntervals turned = rate_ranks(cases, base), turned_gaps = gap_ranks({cases, base, v, h});
    std::ranges::reverse(turned.mean), std::ranges::reverse(turned.low), std::ranges::reverse(turned_gaps.mean);
    CHECK(turned.mean == once.mean);
    CHECK(turned.low == once.low);
    CHECK(turned_gaps.mean == gaps.mean);
}

TEST_CASE("mean ranks sum to n(n+1)/2, equal units have equal ranks, and a clear first is first") {
    const Values        cases{90, 3, 3, 5, 2}, base{500, 500, 500, 500, 500};
    const RankIntervals r = rate_ranks(cases, base);
    CHECK(std::accumulate(r.mean.begin(), r.mean.end(), 0.0) == doctest::Approx(15).epsilon(1e-12));
    CHECK(r.mean[1] == r.mean[2]);
    CHECK(r.low[1] == r.low[2]);
    CHECK(r.high[0] == 1);
    CHECK(r.top[0] == 1);
    CHECK(r.high[4] == 5);
    CHECK(r.told_apart);
}

TEST_CASE("where rates differ no more than chance, every rank is possible for every unit") {
    const RankIntervals r = rate_ranks(Values{2, 2, 2, 2}, Values{100, 100, 100, 100});
    CHECK_FALSE(r.told_apart);
    CHECK(r.low == Values(4, 1));
    CHECK(r.high == Values(4, 4));
    CHECK(r.mean == Values(4, 2.5));
    CHECK(r.top == Values(4, 0.25));
    const RankIntervals none = rate_ranks(Values{0, 0}, Values{10, 20});
    CHECK(none.high == Values(2, 2));
    const RankIntervals gaps = gap_ranks({Values{0, 0}, Values{10, 20}, Values{0.1, 0.2}, Values{5, 6}});
    CHECK(gaps.high == Values(2, 2));
}

TEST_CASE("units without data have no rank and take none from others") {
    const RankIntervals r = rate_ranks(Values{9, nan_value, 1, 4}, Values{100, 100, 100, 0});
    CHECK(r.status == std::vector{Status::ok, Status::missing, Status::ok, Status::missing});
    CHECK(std::isnan(r.mean[1]));
    CHECK(r.high[0] <= 2);
    const RankIntervals one = rate_ranks(Values{3}, Values{100});
    CHECK(one.low[0] == 1);
    CHECK(one.high[0] == 1);
    CHECK(rate_ranks({}, {}).mean.empty());
}

TEST_CASE("more coverage never moves a gap up") {
    County c = county(4, 20, 0.5);
    const double before = gap_ranks({c.cases, c.base, c.coverage, c.households}).mean[3];
    c.coverage[3] = 0.99;
    CHECK(gap_ranks({c.cases, c.base, c.coverage, c.households}).mean[3] > before);
}

TEST_CASE("rank intervals hold the true rank about as often as they say") {
    double inside = 0, units = 0;
    for (std::uint64_t run = 0; run < 60; ++run) {
        const County        c = county(100 + run, 40, 0.6);
        const RankIntervals r = rate_ranks(c.cases, c.base, {.draws = 499});
        for (std::size_t i = 0; i < 40; ++i) {
            double rank = 1;
            for (const double other : c.truth) rank += other > c.truth[i] ? 1 : 0;
            inside += r.low[i] <= rank && rank <= r.high[i] ? 1 : 0, units += 1;
        }
    }
    MESSAGE("rank intervals of 95 %: coverage " << inside / units);
    CHECK(inside / units > 0.93);
    CHECK(inside / units < 0.98);
}
