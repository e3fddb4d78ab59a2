#include "analysis/lqas.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "analysis/tails.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {
/// P(at least d) by walking through every answer of n independent households.
double enumerated_pass(std::int64_t n, std::int64_t d, double p) {
    double sum = 0;
    for (std::uint32_t answers = 0; answers < (1U << n); ++answers) {
        const int yes = __builtin_popcount(answers);
        if (yes >= d) sum += std::pow(p, yes) * std::pow(1 - p, static_cast<double>(n - yes));
    }
    return sum;
}

/// P(at least d) by walking through every sample of n out of a lot whose first `positives` are covered.
double enumerated_pass_of_lot(std::int64_t n, std::int64_t d, std::int64_t positives, std::int64_t lot) {
    std::int64_t passed = 0, all = 0;
    for (std::uint32_t chosen = 0; chosen < (1U << lot); ++chosen) {
        if (__builtin_popcount(chosen) != n) continue;
        ++all;
        passed += __builtin_popcount(chosen & ((1U << positives) - 1)) >= d ? 1 : 0;
    }
    return static_cast<double>(passed) / static_cast<double>(all);
}

std::vector<std::string> codes(std::size_t n) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back("610329100200-" + std::to_string(10'000 + i));
    return out;
}
}  // namespace

TEST_CASE("the risks of a plan are those of enumerating every answer") {
    const auto plan = plan_lqas({.p_low = 0.4, .p_high = 0.85, .alpha = 0.1, .beta = 0.1}).value();
    REQUIRE(plan.n <= 16);
    CHECK(plan.alpha == doctest::Approx(1 - enumerated_pass(plan.n, plan.d, 0.85)).epsilon(1e-10));
    CHECK(plan.beta == doctest::Approx(enumerated_pass(plan.n, plan.d, 0.4)).epsilon(1e-10));
    // No smaller sample keeps both risks, whatever the rule.
    for (std::int64_t n = 1; n < plan.n; ++n) {
        for (std::int64_t d = 0; d <= n; ++d) CHECK_FALSE((1 - enumerated_pass(n, d, 0.85) <= 0.1 && enumerated_pass(n, d, 0.4) <= 0.1));
    }
}

TEST_CASE("the usual 19 households with 13 to pass keep 10 % risks for 80 % against 50 %") {
    const auto high = binomial_pmf(19, 0.8), low = binomial_pmf(19, 0.5);
    CHECK(lower_tail(high, 12) == doctest::Approx(1 - enumerated_pass(19, 13, 0.8)).epsilon(1e-9));
    CHECK(lower_tail(high, 12) < 0.1);
    CHECK(upper_tail(low, 13) < 0.1);
    const auto plan = plan_lqas({.p_low = 0.5, .p_high = 0.8}).value();
    CHECK(plan.n == 19);
    CHECK(plan.d == 13);
    CHECK(plan.alpha == doctest::Approx(0.0676).epsilon(1e-3));
    CHECK(plan.beta == doctest::Approx(0.0835).epsilon(1e-3));
    for (std::int64_t n = 1; n < 19; ++n) {
        for (std::int64_t d = 0; d <= n; ++d) CHECK_FALSE((1 - enumerated_pass(n, d, 0.8) <= 0.1 && enumerated_pass(n, d, 0.5) <= 0.1));
    }
}

TEST_CASE("in a small lot the sample is smaller, exact and never larger than the lot") {
    const LqasOptions options{.p_low = 0.5, .p_high = 0.8, .lot = 20};
    const auto        plan = plan_lqas(options).value();
    CHECK(plan.n < plan_lqas({.p_low = 0.5, .p_high = 0.8})->n);
    CHECK(plan.alpha == doctest::Approx(1 - enumerated_pass_of_lot(plan.n, plan.d, 16, 20)).epsilon(1e-10));
    CHECK(plan.beta == doctest::Approx(enumerated_pass_of_lot(plan.n, plan.d, 10, 20)).epsilon(1e-10));
    for (std::int64_t n = 1; n < plan.n; ++n) {
        for (std::int64_t d = 0; d <= n; ++d) {
            CHECK_FALSE((1 - enumerated_pass_of_lot(n, d, 16, 20) <= 0.1 && enumerated_pass_of_lot(n, d, 10, 20) <= 0.1));
        }
    }
    // A lot of 35 at 80 % holds 28 covered households, not 29.
    const auto of_35 = plan_lqas({.p_low = 0.5, .p_high = 0.8, .lot = 35}).value();
    CHECK(of_35.alpha == doctest::Approx(lower_tail(hypergeometric_pmf(of_35.n, 28, 35), of_35.d - 1)).epsilon(1e-12));
}

TEST_CASE("asking everybody always tells the two apart, and what cannot be told apart has no plan") {
    CHECK(plan_lqas({.p_low = 0.5, .p_high = 0.75, .alpha = 1e-9, .beta = 1e-9, .lot = 4})->n == 4);
    CHECK_FALSE(plan_lqas({.p_low = 0.50, .p_high = 0.51, .n_max = 100}).has_value());
    CHECK(plan_lqas({.p_low = 0.5, .p_high = 0.6, .alpha = 0.01, .beta = 0.01, .lot = 1})->n == 1);  // one household is covered or not
    CHECK_THROWS_AS((void)plan_lqas({.p_low = 0.8, .p_high = 0.5}), PreconditionError);
}

TEST_CASE("the better covered the lot, the surer it passes; at the two shares the curve stands at the risks") {
    const auto          plan = plan_lqas({.p_low = 0.5, .p_high = 0.8}).value();
    std::vector<double> shares;
    for (int i = 0; i <= 100; ++i) shares.push_back(i / 100.0);
    const auto pass = pass_probability(plan, shares);
    CHECK(std::ranges::is_sorted(pass));
    CHECK(pass.front() == 0);
    CHECK(pass.back() == 1);
    CHECK(pass[80] == doctest::Approx(1 - plan.alpha).epsilon(1e-10));
    CHECK(pass[50] == doctest::Approx(plan.beta).epsilon(1e-10));
    CHECK(pass_probability({3, 2, 0, 0}, std::vector<double>{0.5}, 4)[0] == doctest::Approx(0.5));  // two of four: half of the triples hold both
}

TEST_CASE("clusters without correlation are single households, and correlation asks for more") {
    for (const double p : {0.2, 0.8}) {
        const auto loose = cluster_pmf(4, 5, p, 0), single = binomial_pmf(20, p);
        for (std::size_t k = 0; k < single.size(); ++k) CHECK(loose[k] == doctest::Approx(single[k]).epsilon(1e-10));
    }
    std::int64_t before = 0;
    for (const double icc : {0.0, 0.05, 0.1, 0.2, 0.4}) {
        const auto plan = plan_cluster_lqas({.risks = {.p_low = 0.5, .p_high = 0.8}, .per_cluster = 6, .icc = icc}).value();
        CHECK(plan.plan.n == 6 * plan.clusters);
        CHECK(plan.plan.alpha <= 0.1);
        CHECK(plan.plan.beta <= 0.1);
        CHECK(plan.clusters >= before);
        before = plan.clusters;
    }
    CHECK(before > 5);
    // Fully correlated clusters are one answer each: as many clusters as households without correlation.
    const auto one = plan_cluster_lqas({.risks = {.p_low = 0.5, .p_high = 0.8}, .per_cluster = 3, .icc = 1}).value();
    CHECK(one.clusters == plan_lqas({.p_low = 0.5, .p_high = 0.8})->n);
}

TEST_CASE("the cluster risks are those of drawing many lots") {
    const auto plan = plan_cluster_lqas({.risks = {.p_low = 0.5, .p_high = 0.8}, .per_cluster = 5, .icc = 0.15}).value();
    const DiscreteSampler cluster(beta_binomial_pmf(5, 0.8, 0.15));
    int                   failed = 0;
    for (std::uint32_t lot = 0; lot < 20'000; ++lot) {
        Draws        draws(Seed{4}, 901, lot);
        std::int64_t covered = 0;
        for (std::int64_t c = 0; c < plan.clusters; ++c) covered += cluster.draw(draws);
        failed += covered < plan.plan.d ? 1 : 0;
    }
    CHECK(failed / 20'000.0 == doctest::Approx(plan.plan.alpha).epsilon(0.08));
}

TEST_CASE("the sample takes n of each village, all of a small one, nobody twice, and none without a village") {
    const auto                code = codes(300);
    std::vector<std::int32_t> unit(300);
    for (std::size_t i = 0; i < 300; ++i) unit[i] = i < 7 ? 5 : i % 10 == 0 ? -1 : static_cast<std::int32_t>(i % 3);
    const auto              rows = sample_households(unit, code, 19, Seed{1});
    std::array<int, 6>      seen{};
    std::set<std::uint32_t> distinct(rows.begin(), rows.end());
    for (const std::uint32_t row : rows) ++seen[static_cast<std::size_t>(unit[row])];
    CHECK(seen == std::array{19, 19, 19, 0, 0, 7});
    CHECK(distinct.size() == rows.size());
    CHECK(std::ranges::is_sorted(rows, {}, [&](std::uint32_t row) { return unit[row]; }));
}

TEST_CASE("rows in any order give the same households, a longer list only adds, another seed draws others") {
    const auto                code = codes(400);
    std::vector<std::int32_t> unit(400);
    for (std::size_t i = 0; i < 400; ++i) unit[i] = static_cast<std::int32_t>(i / 100);
    const auto chosen = [](const std::vector<std::int32_t>& units, const std::vector<std::string>& names, std::int64_t n, Seed seed) {
        std::vector<std::string> out;
        for (const std::uint32_t row : sample_households(units, names, n, seed)) out.push_back(names[row]);
        return out;
    };
    std::vector<std::int32_t> turned_unit(unit.rbegin(), unit.rend());
    std::vector<std::string>  turned_code(code.rbegin(), code.rend());
    const auto                first = chosen(unit, code, 19, Seed{1});
    CHECK(first == chosen(turned_unit, turned_code, 19, Seed{1}));
    CHECK_FALSE(first == chosen(unit, code, 19, Seed{2}));
    const auto                  longer = chosen(unit, code, 30, Seed{1});
    const std::set<std::string> wide(longer.begin(), longer.end());
    for (const std::string& one : first) CHECK(wide.contains(one));
}

TEST_CASE("each household is drawn as often as any other") {
    const auto                code = codes(40);
    std::vector<std::int32_t> unit(40, 0);
    std::vector<int>          times(40);
    for (std::uint64_t seed = 0; seed < 4000; ++seed) {
        for (const std::uint32_t row : sample_households(unit, code, 10, Seed{seed})) ++times[row];
    }
    // Expected 1000 each, standard deviation 27; chi-square with 39 degrees of freedom, scaled for draws without replacement.
    double chi = 0;
    for (const int t : times) chi += (t - 1000.0) * (t - 1000.0) / (1000.0 * 0.75) * 39.0 / 40.0;
    CHECK(chi < 72);  // 0.1 %
}
