#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "analysis/farrington.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

/// Season, trend, scatter, an outbreak in weeks 150 to 153 and one in week 330 (from 1).
std::vector<double> weeks() {
    std::vector<double> out;
    for (int w = 1; w <= 330; ++w) {
        const int scatter = w * 7919 % 13;
        out.push_back(std::floor(2 + 2 * std::cos(2 * std::numbers::pi * w / 52) + 0.01 * w + scatter * scatter / 12.0) + (w >= 150 && w <= 153 ? 25 : 0));
    }
    out.back() = 24;
    return out;
}

void check_step(std::size_t week, const FarringtonOptions& options, double expected, double dispersion, double bound, double p) {
    const FarringtonStep step = farrington(weeks(), week - 1, options).front();
    CAPTURE(week);
    CHECK(step.status == Status::ok);
    CHECK(step.expected == doctest::Approx(expected).epsilon(1e-8));
    CHECK(step.dispersion == doctest::Approx(dispersion).epsilon(1e-8));
    CHECK(step.bound == bound);
    CHECK(step.p == doctest::Approx(p).epsilon(1e-7));
}

}  // namespace

TEST_CASE("Farrington's bound is that of R's glm and qnbinom, step by step") {
    // Each line: reference weeks, seasonal factor, weights and quantile written anew in R 4.2 with glm(), hatvalues() and qnbinom().
    check_step(270, {}, 8.66049962714, 2.52833802243, 17, 0.455577586599);
    check_step(300, {}, 8.64762765801, 2.15509606114, 17, 0.836334382134);
    check_step(330, {}, 7.74344685294, 2.27914449341, 16, 0.00254195741298);
    check_step(330, {.years = 4, .levels = 1, .skip_recent = 3}, 8.12157409172, 2.61865253245, 17, 0.00562880998819);
    check_step(330, {.years = 3, .levels = 1, .skip_recent = 3, .reweight_above = std::numeric_limits<double>::infinity()}, 8.03307078966, 2.60184935974, 17, 0.0052191027332);
    check_step(290, {.trend = false}, 5.42857142857, 2.29147323662, 12, 0.240653779584);
    check_step(310, {.half_window = 2, .levels = 7}, 12.1067434821, 2.31630219265, 22, 0.425273825181);
}

TEST_CASE("an outbreak is an alarm, its score is above 1, and few cases are none") {
    const auto step = farrington(weeks(), 329).front();
    CHECK(step.alarm);
    CHECK(step.score > 1);
    CHECK(step.enough);
    CHECK(step.p < 0.01);
    auto quiet = weeks();
    for (double& c : quiet) c = std::floor(c / 20);
    quiet[329] = 3;
    const auto few = farrington(quiet, 329).front();
    CHECK_FALSE(few.enough);
    CHECK_FALSE(few.alarm);
}

TEST_CASE("past outbreaks are weighed down, so they do not hide the next one") {
    auto series = weeks();
    for (const std::size_t back : {52U, 104U}) {
        for (std::size_t k = 0; k < 3; ++k) series[329 - back - k] += 60;
    }
    const auto weighed = farrington(series, 329).front(), plain = farrington(series, 329, {.reweight_above = std::numeric_limits<double>::infinity()}).front();
    CHECK(weighed.expected < plain.expected);
    CHECK(weighed.bound < plain.bound);
}

TEST_CASE("alarms on Poisson weeks are about as many as alpha says") {
    int alarms = 0, judged = 0;
    for (std::uint64_t s = 0; s < 12; ++s) {
        Draws               draws({s}, 9151, 0);
        std::vector<double> series;
        for (int w = 0; w < 330; ++w) {
            const double mu = 8 + 3 * std::sin(w * 2 * std::numbers::pi / 52);
            double       p = std::exp(-mu), u = draws.uniform(), sum = p, x = 0;
            while (u >= sum && x < 100) sum += p *= mu / ++x;
            series.push_back(x);
        }
        for (const FarringtonStep& step : farrington(series, 290)) {
            alarms += step.alarm ? 1 : 0;
            ++judged;
        }
    }
    const double share = alarms / static_cast<double>(judged);
    CHECK(share < 0.05 + 4 * std::sqrt(0.05 * 0.95 / judged));
    CHECK(share > 0.005);
}

TEST_CASE("Farrington says what cannot be said: too short, no case, missing weeks") {
    const auto series = weeks();
    CHECK(farrington(series, 262).front().status == Status::too_few);
    CHECK(farrington(series, 263).front().status == Status::ok);
    CHECK(std::isnan(farrington(series, 262).front().bound));
    CHECK(farrington(std::vector<double>(330, 0.0), 329).front().status == Status::too_few);
    auto holes = series;
    holes[329] = NAN;
    CHECK(farrington(holes, 329).front().status == Status::missing);
    holes[329] = 24;
    holes[100] = NAN;
    CHECK(farrington(holes, 329).front().status == Status::ok);
    CHECK(farrington({}, 0).empty());
    CHECK_THROWS_AS((void)farrington(series, 329, {.half_window = 26}), PreconditionError);
}
