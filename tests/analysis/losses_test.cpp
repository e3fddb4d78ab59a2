#include "analysis/losses.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "geo/core/error.h"

using namespace gapmap;

namespace {
using Values = std::vector<double>;
const double nan_value = std::nan("");
const Values ten{100, 200, 350, 500, 800, 1200, 2500, 4000, 9000, 30000};
const Values before{1200, 3400, 560, 8900, 15000, 2300, 700, 4100, 980, 26000, 3300, 1500}, now{800, 2100, 450, 6000, 1300, 9000, 720, 2600};

Values exponential(std::uint64_t run, std::size_t n, double mean) {
    Values out;
    for (std::uint32_t i = 0; i < n; ++i) {
        Draws draws(Seed{12}, 906, run, i);
        out.push_back(-mean * std::log(1 - draws.uniform()));
    }
    return out;
}
}  // namespace

TEST_CASE("a summary of losses by hand") {
    const LossSummary s = summarise_losses(ten);
    CHECK(s.cases == 10);
    CHECK(s.total == 48650);
    CHECK(*s.mean == 4865);
    CHECK(*s.median == 1000);
    CHECK(*s.trimmed_mean == doctest::Approx((48650.0 - 30000 - 100) / 8).epsilon(1e-14));
    CHECK(*s.largest_share == doctest::Approx(30000.0 / 48650).epsilon(1e-14));
    double logs = 0;
    for (const double loss : ten) logs += std::log(loss) / 10;
    CHECK(*s.log_mean == doctest::Approx(std::exp(logs)).epsilon(1e-13));
}

TEST_CASE("the BCa interval of a mean is that of R's boot to the error of its draws") {
    const LossSummary s = summarise_losses(ten, {.bootstrap = {.replicates = 20000}});
    REQUIRE(s.mean_interval.interval);
    CHECK(s.mean_interval.interval->low == doctest::Approx(1460).epsilon(0.03));
    CHECK(s.mean_interval.interval->high == doctest::Approx(15300).epsilon(0.04));
    // The jackknife acceleration of a mean is sum (x - m)^3 / (6 (sum (x - m)^2)^1.5).
    double squares = 0, cubes = 0;
    for (const double loss : ten) squares += (loss - 4865) * (loss - 4865), cubes += std::pow(loss - 4865, 3);
    CHECK(s.mean_interval.acceleration == doctest::Approx(cubes / (6 * std::pow(squares, 1.5))).epsilon(1e-10));
}

TEST_CASE("the interval of a ratio of totals varies the numbers of cases, that of means does not; both as R's boot") {
    const LossChange c = change_of_losses(before, now, {.bootstrap = {.replicates = 20000}});
    CHECK(*c.ratio == doctest::Approx(0.33809243450103).epsilon(1e-13));
    CHECK(*c.mean_ratio == doctest::Approx(0.33809243450103 * 1.5).epsilon(1e-13));
    REQUIRE(c.interval.interval);
    REQUIRE(c.mean_interval.interval);
    CHECK(c.interval.interval->low == doctest::Approx(0.0519).epsilon(0.1));
    CHECK(c.interval.interval->high == doctest::Approx(1.3202).epsilon(0.06));
    CHECK(c.mean_interval.interval->low == doctest::Approx(0.13495).epsilon(0.06));
    CHECK(c.mean_interval.interval->high == doctest::Approx(1.2949).epsilon(0.06));
}

TEST_CASE("leaving out one case shows what one case did") {
    const Values     past{500000, 1000, 2000, 3000}, present{1500, 2500, 2000, 168000};
    const LossChange c = change_of_losses(past, present);
    CHECK(*c.ratio == doctest::Approx(174000.0 / 506000).epsilon(1e-14));
    REQUIRE(c.leave_one_out);
    CHECK(c.leave_one_out->low == doctest::Approx(6000.0 / 506000).epsilon(1e-14));
    CHECK(c.leave_one_out->high == doctest::Approx(174000.0 / 6000).epsilon(1e-14));
}

TEST_CASE("order of cases and threads do not matter, the unit of money only scales") {
    Values turned(before.rbegin(), before.rend()), scaled(before);
    for (double& loss : scaled) loss *= 1e-4;
    const LossSummary a = summarise_losses(before), b = summarise_losses(turned), c = summarise_losses(scaled), d = summarise_losses(before, {}, {.threads = 8});
    CHECK(a.mean_interval.interval == b.mean_interval.interval);
    CHECK(a.mean_interval.interval == d.mean_interval.interval);
    CHECK(c.mean_interval.interval->low * 1e4 == doctest::Approx(a.mean_interval.interval->low).epsilon(1e-12));
    CHECK(change_of_losses(before, now, {}, {.threads = 3}).interval.interval == change_of_losses(turned, now).interval.interval);
}

TEST_CASE("no case, one case, equal cases, zeros and unknown losses have their own answers") {
    const LossSummary none = summarise_losses({});
    CHECK(none.cases == 0);
    CHECK_FALSE(none.mean);
    CHECK_FALSE(none.mean_interval.interval);
    const LossSummary one = summarise_losses(Values{500});
    CHECK(*one.largest_share == 1);
    CHECK_FALSE(one.mean_interval.interval);
    const LossSummary equal = summarise_losses(Values{7, 7, 7});
    CHECK(*equal.mean_interval.interval == Interval{7, 7});
    const LossSummary zeros = summarise_losses(Values{0, 0, nan_value});
    CHECK(zeros.unknown == 1);
    CHECK(zeros.zero == 2);
    CHECK_FALSE(zeros.largest_share);
    CHECK_FALSE(zeros.log_mean);
    CHECK_FALSE(change_of_losses(Values{}, Values{5}).ratio);
    CHECK_FALSE(change_of_losses(Values{0}, Values{5}).ratio);
    const LossChange gone = change_of_losses(Values{5, 6}, {});
    CHECK(*gone.ratio == 0);
    CHECK_FALSE(gone.mean_ratio);
    CHECK_FALSE(gone.interval.interval);
    CHECK_FALSE(change_of_losses(Values{5}, Values{3}).leave_one_out);
    CHECK_THROWS_AS((void)summarise_losses(Values{-1}), PreconditionError);
}

TEST_CASE("the BCa interval of a mean covers it about as often as it says") {
    double covered = 0;
    for (std::uint64_t run = 0; run < 1000; ++run) {
        const auto s = summarise_losses(exponential(run, 60, 1000), {.bootstrap = {.replicates = 499, .row = run}});
        covered += s.mean_interval.interval->low <= 1000 && 1000 <= s.mean_interval.interval->high ? 1 : 0;
    }
    MESSAGE("BCa interval of 95 % of a mean of 60 exponential losses: coverage " << covered / 1000);
    CHECK(covered / 1000 > 0.92);
    CHECK(covered / 1000 < 0.97);
}
