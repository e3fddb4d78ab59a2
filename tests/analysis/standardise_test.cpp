#include "analysis/standardise.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/exact_counts.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {
using Values           = std::vector<double>;
const double nan_value = std::nan("");
}  // namespace

TEST_CASE("a direct rate and its gamma interval are those worked out with R's qgamma") {
    const StandardRate r = direct_rate(Values{3, 8, 21, 40}, Values{5000, 4200, 3100, 900}, Values{26000, 24000, 30000, 12000});
    CHECK(r.rate == doctest::Approx(0.0086725372336873).epsilon(1e-12));
    CHECK(r.interval.low == doctest::Approx(0.00672892553170506).epsilon(1e-11));
    CHECK(r.interval.high == doctest::Approx(0.0110236104964166).epsilon(1e-11));
}

TEST_CASE("one stratum gives the raw rate with the exact Poisson interval, and the standard's size does not matter") {
    const StandardRate r = direct_rate(Values{7}, Values{1000}, Values{5});
    CHECK(r.rate == doctest::Approx(0.007).epsilon(1e-14));
    CHECK(r.interval.low == doctest::Approx(poisson_interval(7).low / 1000).epsilon(1e-12));
    CHECK(r.interval.high == doctest::Approx(poisson_interval(7).high / 1000).epsilon(1e-12));
    const StandardRate a = direct_rate(Values{3, 1}, Values{50, 80}, Values{1, 3}), b = direct_rate(Values{1, 3}, Values{80, 50}, Values{300, 100});
    CHECK(a.rate == doctest::Approx(b.rate).epsilon(1e-14));
    CHECK(a.interval.high == doctest::Approx(b.interval.high).epsilon(1e-12));
}

TEST_CASE("the gamma interval covers the true standardised rate in at least 95 of 100 counties") {
    const Values base{900, 700, 400, 150}, standard{4, 3, 2, 1}, truth{0.002, 0.006, 0.015, 0.05};
    double       rate = 0, covered = 0;
    for (std::size_t j = 0; j < 4; ++j) rate += standard[j] / 10 * truth[j];
    for (std::uint64_t run = 0; run < 4000; ++run) {
        Draws  draws(Seed{5}, 900, run);
        Values cases;
        for (std::size_t j = 0; j < 4; ++j) cases.push_back(poisson_draw(draws, base[j] * truth[j]));
        const StandardRate r = direct_rate(cases, base, standard);
        covered += r.interval.low <= rate && rate <= r.interval.high ? 1 : 0;
    }
    CHECK(covered / 4000 > 0.945);
    CHECK(covered / 4000 < 0.985);
}

TEST_CASE("no case gives 0 with an upper end, an empty stratum of weight leaves the rate undefined, one of weight 0 does not matter") {
    const StandardRate none = direct_rate(Values{0, 0}, Values{100, 200}, Values{1, 1});
    CHECK(none.status == Status::ok);
    CHECK(none.rate == 0);
    CHECK(none.interval.low == 0);
    CHECK(none.interval.high == doctest::Approx(0.5 / 100 * -std::log(0.025)).epsilon(1e-12));
    CHECK(direct_rate(Values{1, 0}, Values{100, 0}, Values{1, 1}).status == Status::missing);
    CHECK(direct_rate(Values{1, nan_value}, Values{100, 10}, Values{1, 1}).status == Status::missing);
    CHECK(direct_rate(Values{1, nan_value}, Values{100, 0}, Values{1, 0}).status == Status::ok);
    CHECK(std::isnan(direct_rate(Values{1}, Values{100}, Values{0}).rate));
    CHECK(direct_rate({}, {}, {}).status == Status::missing);
}

TEST_CASE("the indirect ratio compares cases with the standard's rates; nothing expected is no ratio") {
    const StandardRatio r = indirect_ratio(9, Values{1000, 500}, Values{0.002, 0.008});
    CHECK(r.expected == doctest::Approx(6).epsilon(1e-14));
    CHECK(r.ratio == doctest::Approx(1.5).epsilon(1e-14));
    CHECK(r.interval.low == doctest::Approx(poisson_interval(9).low / 6).epsilon(1e-13));
    CHECK(indirect_ratio(2, Values{0, 0}, Values{0.1, nan_value}).status == Status::too_few);
    CHECK(indirect_ratio(2, Values{5, 0}, Values{0, 0.3}).status == Status::too_few);
    CHECK(indirect_ratio(nan_value, Values{5}, Values{0.1}).status == Status::missing);
    CHECK(indirect_ratio(2, Values{5}, Values{nan_value}).status == Status::missing);
}
