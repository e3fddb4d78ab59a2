#include "analysis/interrupted.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <vector>

#include "analysis/least_squares.h"
#include "analysis/posterior.h"
#include "geo/core/error.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {
using Values = std::vector<double>;

const Values sixty{11, 14, 9, 15, 13, 8, 12, 10, 16, 11, 13, 9, 12, 17, 10, 14, 8, 13, 15, 9, 12, 11, 16, 10, 13, 14, 9, 12, 15, 11,
                   10, 13, 12, 16, 9, 14, 11, 13, 10, 12, 6, 8, 5, 7, 9, 4, 8, 6, 5, 7, 8, 3, 6, 9, 5, 7, 4, 6, 8, 5};
const Values varied{3, 25, 7, 1, 12, 30, 2, 9, 18, 4, 0, 22, 6, 15, 1, 28, 5, 11, 2, 19, 8, 33, 3, 14, 0, 6, 1, 9, 2, 4, 0, 7, 3, 1, 5, 2};

Values base_of(std::size_t n) {
    Values out;
    for (std::size_t t = 0; t < n; ++t) out.push_back(1000 + 5.0 * static_cast<double>(t));
    return out;
}

Matrix columns(std::size_t rows, std::initializer_list<Values> list) {
    Matrix m{rows, list.size(), Values(rows * list.size())};
    std::size_t j = 0;
    for (const Values& column : list) {
        for (std::size_t i = 0; i < rows; ++i) m.at(i, j) = column[i];
        ++j;
    }
    return m;
}
}  // namespace

TEST_CASE("least squares finds the line through points on it, and refuses collinear columns") {
    const Values one(5, 1.0), t{0, 1, 2, 3, 4}, twice{0, 2, 4, 6, 8};
    const auto   line = least_squares(columns(5, {one, t}), {3, 5, 7, 9, 11});
    REQUIRE(line);
    CHECK(line->coefficients[0] == doctest::Approx(3).epsilon(1e-12));
    CHECK(line->coefficients[1] == doctest::Approx(2).epsilon(1e-12));
    CHECK(line->inverse.at(1, 1) == doctest::Approx(0.1).epsilon(1e-12));
    CHECK(line->inverse.at(0, 1) == doctest::Approx(-0.2).epsilon(1e-12));
    CHECK_FALSE(least_squares(columns(5, {one, t, twice}), {3, 5, 7, 9, 11}));
    CHECK_FALSE(least_squares(columns(5, {one, Values(5, 0.0)}), {3, 5, 7, 9, 11}));
}

TEST_CASE("a saturated regression gives the logarithms of the groups' means") {
    const Values one(6, 1.0), group{0, 0, 0, 1, 1, 1}, counts{2, 4, 6, 9, 12, 15};
    for (const CountFamily family : {CountFamily::quasi_poisson, CountFamily::negative_binomial}) {
        const GlmFit fit = fit_counts(columns(6, {one, group}), counts, {}, family);
        REQUIRE(fit.status == GlmStatus::ok);
        CHECK(fit.coefficients[0] == doctest::Approx(std::log(4.0)).epsilon(1e-10));
        CHECK(fit.coefficients[1] == doctest::Approx(std::log(3.0)).epsilon(1e-10));
    }
    // With an offset the coefficients are those of rates, and the errors are sqrt(1 / 12 + 1 / 36) times the root of the dispersion.
    const Values offset(6, std::log(2.0));
    const GlmFit rate = fit_counts(columns(6, {one, group}), counts, offset, CountFamily::quasi_poisson);
    CHECK(rate.coefficients[0] == doctest::Approx(std::log(2.0)).epsilon(1e-10));
    CHECK(std::sqrt(rate.covariance.at(1, 1) / rate.dispersion) == doctest::Approx(std::sqrt(1.0 / 12 + 1.0 / 36)).epsilon(1e-10));
}

TEST_CASE("an interrupted series with season and base agrees with R's glm and sandwich's NeweyWest") {
    const Values base = base_of(60);
    const auto   r    = interrupted_series({.counts = sixty, .base = base}, {.start = 40, .period = 12, .lag = 3});
    REQUIRE(r.status == InterruptedStatus::ok);
    CHECK(r.level.estimate == doctest::Approx(-0.57789565716938).epsilon(1e-9));
    CHECK(r.slope->estimate == doctest::Approx(-0.00708786724261502).epsilon(1e-8));
    CHECK(r.trend->estimate == doctest::Approx(-0.0044282074845058).epsilon(1e-8));
    CHECK(r.fit.dispersion == doctest::Approx(0.520964584564724).epsilon(1e-9));
    CHECK(r.fit.deviance == doctest::Approx(27.4364469062308).epsilon(1e-10));
    CHECK(r.level.model_error == doctest::Approx(0.141534153215247).epsilon(1e-8));
    CHECK(r.slope->model_error == doctest::Approx(0.0116135552752727).epsilon(1e-8));
    CHECK(r.level.error == doctest::Approx(0.0617529824213609).epsilon(1e-7));
    CHECK(r.slope->error == doctest::Approx(0.00516711999081429).epsilon(1e-7));
    CHECK(r.level.largest_error == doctest::Approx(0.141534153215247 / std::sqrt(0.520964584564724)).epsilon(1e-8));
    CHECK(r.observed == std::accumulate(sixty.begin() + 40, sixty.end(), 0.0));
    CHECK(r.total->ratio < 0.6);
}

TEST_CASE("the negative binomial agrees with R's glm.nb") {
    const auto r = interrupted_series({.counts = varied}, {.start = 24, .family = CountFamily::negative_binomial});
    REQUIRE(r.status == InterruptedStatus::ok);
    CHECK(r.fit.theta == doctest::Approx(1.34383926748671).epsilon(1e-6));
    CHECK(r.level.estimate == doctest::Approx(-1.3357258870824).epsilon(1e-6));
    CHECK(r.slope->estimate == doctest::Approx(-0.017574865129763).epsilon(1e-5));
    CHECK(r.level.model_error == doctest::Approx(0.672749429630152).epsilon(1e-5));
    CHECK(r.fit.deviance == doctest::Approx(40.2001606475833).epsilon(1e-6));
}

TEST_CASE("a control series is fitted beside it: level and slope are the interactions of R's glm") {
    Values control(sixty.rbegin(), sixty.rend());
    for (double& count : control) count += 10;
    const auto r = interrupted_series({.counts = sixty, .control = control}, {.start = 40});
    REQUIRE(r.status == InterruptedStatus::ok);
    CHECK(r.level.estimate == doctest::Approx(-0.49315481387107).epsilon(1e-8));
    CHECK(r.slope->estimate == doctest::Approx(0.00525595861518986).epsilon(1e-7));
    CHECK(r.trend->estimate == doctest::Approx(-0.0115996688740433).epsilon(1e-7));
    CHECK(r.level.model_error == doctest::Approx(0.141259396113407).epsilon(1e-7));
    CHECK(r.fit.dispersion == doctest::Approx(0.395808893911476).epsilon(1e-8));
}

TEST_CASE("a fall that the control shares is no effect") {
    const auto r = interrupted_series({.counts = sixty, .control = sixty}, {.start = 40});
    CHECK(r.level.estimate == doctest::Approx(0).epsilon(1e-9));
    CHECK(r.level.p > 0.99);
    CHECK(r.total->ratio == doctest::Approx(1).epsilon(1e-9));
}

TEST_CASE("a planted level change is found, its interval covers it, and without one the test is at most nominal") {
    double covered = 0, false_alarms = 0, runs = 300;
    for (std::uint64_t run = 0; run < 300; ++run) {
        Values with, without;
        for (std::uint32_t t = 0; t < 48; ++t) {
            Draws        draws(Seed{14}, 908, run, t);
            const double mean = 14 * std::exp(0.005 * t + 0.2 * std::cos(2 * std::numbers::pi * t / 12));
            with.push_back(poisson_draw(draws, mean * (t >= 30 ? 0.5 : 1)));
            without.push_back(poisson_draw(draws, mean));
        }
        const InterruptedOptions options{.start = 30, .period = 12, .harmonics = 1};
        const auto a = interrupted_series({.counts = with}, options), b = interrupted_series({.counts = without}, options);
        REQUIRE(a.status == InterruptedStatus::ok);
        covered += a.level.interval.low <= 0.5 && 0.5 <= a.level.interval.high ? 1 : 0;
        false_alarms += b.level.p <= 0.05 ? 1 : 0;
    }
    MESSAGE("interrupted series, 95 % interval: coverage " << covered / runs << ", false alarms " << false_alarms / runs);
    CHECK(covered / runs > 0.93);
    CHECK(false_alarms / runs < 0.06);
}

TEST_CASE("fewer than 12 points before, too few after, and too short a season are refused") {
    const Values counts(14, 5.0);
    CHECK(interrupted_series({.counts = counts}, {.start = 11}).status == InterruptedStatus::too_few_before);
    CHECK(interrupted_series({.counts = counts}, {.start = 12}).status == InterruptedStatus::too_few_after);
    CHECK(interrupted_series({.counts = varied}, {.start = 24, .period = 52.18}).status == InterruptedStatus::too_short_for_season);
    CHECK(interrupted_series({.counts = varied}, {.start = 80}).status == InterruptedStatus::too_few_after);
    CHECK(interrupted_series({}, {.start = 0}).status == InterruptedStatus::too_few_before);
}

TEST_CASE("no case at all, and none after the start, are statuses and not numbers") {
    CHECK(interrupted_series({.counts = Values(30, 0.0)}, {.start = 20}).status == InterruptedStatus::no_case);
    Values gone(30, 4.0);
    std::fill(gone.begin() + 20, gone.end(), 0.0);
    CHECK(interrupted_series({.counts = gone}, {.start = 20}).status == InterruptedStatus::not_estimable);
    const auto constant = interrupted_series({.counts = Values(30, 4.0)}, {.start = 20});
    CHECK(constant.status == InterruptedStatus::ok);
    CHECK(constant.level.estimate == doctest::Approx(0).epsilon(1e-9));
}

TEST_CASE("placebo dates lie before the start, and a true break stands out among them") {
    const auto r       = interrupted_series({.counts = sixty}, {.start = 40, .slope = false});
    const auto placebo = placebo_dates({.counts = sixty}, {.start = 40, .slope = false}, r);
    CHECK(placebo.start.front() == 12);
    CHECK(placebo.start.back() == 37);
    CHECK(placebo.tested == 26);
    CHECK(placebo.significant <= 2);
    CHECK(*placebo.rank_p == doctest::Approx(1.0 / 27).epsilon(1e-12));
    CHECK(placebo_dates({.counts = sixty}, {.start = 13}, {}).tested == 0);
}
