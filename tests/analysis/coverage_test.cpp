#include "analysis/coverage.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/empirical_bayes.h"
#include "analysis/reach.h"
#include "geo/core/draws.h"

using namespace gapmap;

namespace {
struct Visits {
    std::vector<std::uint32_t> household;
    std::vector<std::int32_t>  day;
    std::vector<Deed>          deed;
    [[nodiscard]] VisitsView   view() const { return {household, day, deed}; }
};

Visits random_visits(std::size_t n, std::uint32_t households) {
    Visits visits;
    for (std::size_t i = 0; i < n; ++i) {
        Draws draws(Seed{5}, 1, i);
        visits.household.push_back(draws.below(households));
        visits.day.push_back(static_cast<std::int32_t>(draws.below(280)));
        visits.deed.push_back(static_cast<Deed>(draws.below(3)));
    }
    return visits;
}
}  // namespace

TEST_CASE("one visit on the day itself counts q, after a half-life half of it") {
    const Visits visits{{0, 1}, {100, 280}, {Deed::visited, Deed::informed}};
    const auto   c = household_coverage(visits.view(), 3, 280, {});
    CHECK(c.effective[0] == doctest::Approx(0.3));
    CHECK(c.effective[1] == doctest::Approx(0.8));
    CHECK(c.effective[2] == 0);
    CHECK(c.done[0] == std::array{true, false, false});
    CHECK(c.last_day[2] == HouseholdCoverage::never_reached);
}

TEST_CASE("visits after the as-of day do not count") {
    const Visits visits{{0}, {281}, {Deed::visited}};
    const auto   c = household_coverage(visits.view(), 1, 280, {});
    CHECK(c.effective[0] == 0);
    CHECK_FALSE(c.done[0][0]);
}

TEST_CASE("repeats saturate below one, and the order of rows does not matter") {
    Visits     visits = random_visits(5000, 40);
    const auto c      = household_coverage(visits.view(), 40, 279, {});
    for (const double e : c.effective) CHECK((e >= 0 && e <= 1));
    std::vector<std::size_t> order(visits.day.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::reverse(order);
    Visits turned;
    for (const std::size_t i : order) {
        turned.household.push_back(visits.household[i]);
        turned.day.push_back(visits.day[i]);
        turned.deed.push_back(visits.deed[i]);
    }
    CHECK(household_coverage(turned.view(), 40, 279, {}).effective == c.effective);
}

TEST_CASE("the last week's sums are the sums of the households, for any number of threads") {
    const Visits              visits = random_visits(5000, 40);
    std::vector<std::int32_t> unit_of(40);
    for (std::size_t h = 0; h < 40; ++h) unit_of[h] = static_cast<std::int32_t>(h % 4) - 1;
    const std::vector<std::int32_t> ends = {6, 13, 279};
    const auto one   = weekly_coverage(visits.view(), ends, unit_of, 3, {}, {.threads = 1});
    const auto three = weekly_coverage(visits.view(), ends, unit_of, 3, {}, {.threads = 3});
    CHECK(one.effective == three.effective);
    const auto c = household_coverage(visits.view(), 40, 279, {});
    for (std::size_t unit = 0; unit < 3; ++unit) {
        double effective = 0, visited = 0;
        for (std::size_t h = 0; h < 40; ++h) {
            if (unit_of[h] != static_cast<std::int32_t>(unit)) continue;
            effective += c.effective[h];
            visited += c.done[h][0] ? 1 : 0;
        }
        CHECK(one.effective[2 * 3 + unit] == doctest::Approx(effective).epsilon(1e-12));
        CHECK(one.visited[2 * 3 + unit] == visited);
        CHECK(one.visited[unit] <= one.visited[3 + unit]);
    }
}

TEST_CASE("the nearest site is the one brute force finds, inside and far outside the sites' box") {
    Points<Planar> places, sites;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Draws draws(Seed{9}, 2, i);
        places.push_back({draws.uniform() * 4000 - 1500, draws.uniform() * 4000 - 1500});
        if (i < 37) sites.push_back({draws.uniform() * 1000, draws.uniform() * 300});
    }
    const auto distance = nearest_distance_m(places.view(), sites.view(), {.threads = 2});
    for (std::size_t i = 0; i < places.size(); ++i) {
        double best = INFINITY;
        for (std::size_t j = 0; j < sites.size(); ++j) best = std::min(best, std::hypot(sites.x[j] - places.x[i], sites.y[j] - places.y[i]));
        CHECK(distance[i] == best);
    }
    CHECK(std::isinf(nearest_distance_m(places.view(), {}, {})[0]));
}

TEST_CASE("empirical Bayes shrinks towards the mean, never below zero, and leaves an empty base undefined") {
    const std::vector<double> cases = {0, 5, 1, 0}, base = {100, 120, 90, 0};
    const auto                eb = empirical_bayes(cases, base);
    CHECK(eb.mean == doctest::Approx(6.0 / 310));
    CHECK(eb.smoothed[0] >= 0);
    CHECK(eb.smoothed[0] < eb.mean);
    CHECK(eb.smoothed[1] < eb.raw[1]);
    CHECK(eb.status[3] == Status::missing);
    CHECK(std::isnan(eb.smoothed[3]));
    const auto even = empirical_bayes(std::vector<double>{1, 1, 1}, std::vector<double>{10, 10, 10});
    CHECK(even.variance == 0);
    CHECK(even.smoothed[0] == doctest::Approx(0.1));
}
