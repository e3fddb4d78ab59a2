#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "analysis/cusum.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

double poisson(double mu, std::int64_t x) { return x < 0 ? 0 : std::exp(static_cast<double>(x) * std::log(mu) - mu - std::lgamma(static_cast<double>(x) + 1)); }

/// The run length by solving the whole chain at once (Brook & Evans), elimination with pivots.
double arl_by_elimination(double mu, std::int64_t k, std::int64_t h, std::int64_t steps) {
    const auto                       n = static_cast<std::size_t>(h);
    std::vector<std::vector<double>> a(n, std::vector<double>(n + 1));
    for (std::size_t i = 0; i < n; ++i) {
        for (std::int64_t x = 0;; ++x) {
            const std::int64_t to = static_cast<std::int64_t>(i) + x * steps - k;
            if (to >= h) break;
            a[i][static_cast<std::size_t>(to < 0 ? 0 : to)] -= poisson(mu, x);
        }
        a[i][i] += 1;
        a[i][n] = 1;
    }
    for (std::size_t c = 0; c < n; ++c) {
        std::size_t pivot = c;
        for (std::size_t r = c; r < n; ++r) pivot = std::abs(a[r][c]) > std::abs(a[pivot][c]) ? r : pivot;
        std::swap(a[c], a[pivot]);
        for (std::size_t r = 0; r < n; ++r) {
            if (r == c) continue;
            const double f = a[r][c] / a[c][c];
            for (std::size_t j = c; j <= n; ++j) a[r][j] -= f * a[c][j];
        }
    }
    return a[0][n] / a[0][0];
}

double draw_poisson(Draws& draws, double mu) {
    double p = std::exp(-mu), u = draws.uniform(), sum = p, x = 0;
    while (u >= sum && x < 1000) {
        ++x;
        p *= mu / x;
        sum += p;
    }
    return x;
}

}  // namespace

TEST_CASE("the run length is Lucas's: k = 2, h = 6") {
    // 37.2 and 5.49 in R's IAcsSPCR, after Lucas 1985; 3.2 is a shift of 0.9627 standard deviations.
    CHECK(cusum_arl(1.88, 2, 6, 1) == doctest::Approx(37.2).epsilon(0.0014));
    CHECK(cusum_arl(1.88 + 0.9627 * std::sqrt(1.88), 2, 6, 1) == doctest::Approx(5.49).epsilon(0.001));
}

TEST_CASE("the run length by its returns to 0 is that of the whole chain") {
    for (const auto& [mu, k, h, steps] : {std::tuple{0.1, 3L, 40L, 20L}, {0.1, 1L, 12L, 7L}, {2.0, 5L, 30L, 2L}, {4.0, 5L, 10L, 1L}, {9.0, 5L, 10L, 1L}, {0.5, 7L, 60L, 10L}, {3.0, 1L, 1L, 1L}}) {
        CAPTURE(mu);
        CAPTURE(h);
        CHECK(cusum_arl(mu, k, h, steps) == doctest::Approx(arl_by_elimination(mu, k, h, steps)).epsilon(1e-9));
    }
    // One step decides: h = 1 and k = 1 need a count of 2.
    CHECK(cusum_arl(0.3, 1, 1, 1) == doctest::Approx(1 / (1 - std::exp(-0.3) * 1.3)).epsilon(1e-12));
    CHECK(std::isinf(cusum_arl(0, 1, 1, 1)));
}

TEST_CASE("a plan reaches its run length with the least h, and alarms as often as it says") {
    for (const double mu0 : {0.05, 0.8, 6.0, 40.0}) {
        const CusumPlan plan = plan_cusum(mu0, 2 * mu0, 200);
        CAPTURE(mu0);
        CHECK(plan.arl0 >= 200);
        if (plan.h_steps > 1) CHECK(cusum_arl(mu0, plan.k_steps, plan.h_steps - 1, plan.steps) < 200);
        CHECK(plan.arl1 < plan.arl0);
        CHECK(plan.k() > mu0);
        CHECK(plan.k() < 2 * mu0);
        CHECK(std::abs(plan.k() - mu0 / std::log(2.0)) <= 0.01 * mu0);
    }
    const CusumPlan     plan = plan_cusum(0.8, 1.6, 50);
    Draws               draws({3}, 9131, 0);
    std::vector<double> counts;
    for (int i = 0; i < 200'000; ++i) counts.push_back(draw_poisson(draws, 0.8));
    double alarms = 0;
    for (const CusumStep& step : poisson_cusum(counts, plan)) alarms += step.alarm ? 1 : 0;
    CHECK(std::abs(200'000 / alarms / plan.arl0 - 1) < 4 / std::sqrt(alarms));
    CHECK_THROWS_AS((void)plan_cusum(1, 1, 100), PreconditionError);
}

TEST_CASE("a CUSUM by hand: alarms at h exactly, restarts or runs on, and passes over missing counts") {
    const CusumPlan plan{.mu0 = 0.5, .mu1 = 2, .k_steps = 3, .h_steps = 8, .steps = 2};  // k 1.5, h 4
    const auto      steps = poisson_cusum(std::vector<double>{1, 3, 2, NAN, 3.5, 2, 5}, plan);
    const double    s[]{0, 1.5, 2, 2, 4, 0.5, 4};
    for (std::size_t i = 0; i < 7; ++i) {
        CHECK(steps[i].s == s[i]);
        CHECK(steps[i].alarm == (i == 4 || i == 6));
    }
    CHECK(poisson_cusum(std::vector<double>{6, 2}, plan, false)[1].s == 5);
    CHECK(poisson_cusum(std::vector<double>{6, 2}, plan, false)[1].alarm);
}

TEST_CASE("a watch plans on its baseline, finds a rise, and says where there is too little to plan by") {
    std::vector<double> counts;
    Draws               draws({12}, 9132, 0);
    for (int i = 0; i < 104; ++i) counts.push_back(draw_poisson(draws, i < 80 ? 0.7 : 3));
    const CusumWatch watch = watch_counts(counts, {.baseline = 52});
    REQUIRE(watch.plan);
    CHECK(watch.first == 52);
    CHECK(watch.steps.size() == 52);
    std::size_t late = 0;
    for (std::size_t i = 28; i < 52; ++i) late += watch.steps[i].alarm ? 1U : 0U;
    CHECK(late >= 3);
    CHECK(watch_counts({}, {}).status == Status::missing);
    CHECK(watch_counts(std::vector<double>(10, NAN), {}).status == Status::missing);
    CHECK(watch_counts(std::vector<double>(40, 0.0), {}).status == Status::too_few);
    CHECK(watch_counts(std::vector<double>{1, 0, 0, 0}, {}).status == Status::too_few);
    CHECK(watch_counts(counts, {.baseline = 104}).status == Status::too_few);
    const CusumWatch given = watch_counts(std::vector<double>{0, 0, 1}, {.mu0 = 0.1, .mu1 = 0.4});
    REQUIRE(given.plan);
    CHECK(given.first == 0);
    CHECK(given.plan->mu1 == 0.4);
}
