#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "analysis/empirical_bayes.h"
#include "app/demo/records.h"

using namespace gapmap;
using namespace gapmap::demo;

namespace {
struct World {
    explicit World(std::uint64_t seed)
        : ground(make_ground(Seed{seed})), people(make_people(ground, Seed{seed}, 0)), visits(make_visits(ground, people, Seed{seed}, 0)),
          records(make_records(ground, people, Seed{seed}, 0)) {}
    Ground     ground;
    People     people;
    VisitLists visits;
    Records    records;
};
const World& world() {
    static const World made(1);
    return made;
}

std::size_t count_in(int year) {
    return static_cast<std::size_t>(std::ranges::count_if(world().records.cases, [&](const Case& one) { return one.date.year() == year; }));
}

std::int64_t loss_in(int year) {
    std::int64_t sum = 0;
    for (const Case& one : world().records.cases) if (one.date.year() == year) sum += one.loss_yuan;
    return sum;
}

double rounded(double percent) { return std::round(percent * 100) / 100; }

/// Units by smoothed rate x people at risk x (1 - effective coverage), best first.
std::vector<std::size_t> ranked(const std::vector<Expected>& units, const std::vector<double>& cases) {
    std::vector<double> base;
    for (const Expected& unit : units) base.push_back(unit.at_risk);
    const EmpiricalBayes     rates = empirical_bayes(cases, base);
    std::vector<std::size_t> order(units.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, std::greater{}, [&](std::size_t i) { return rates.smoothed[i] * units[i].missing_people(); });
    return order;
}

std::size_t village_of_grid(const World& w, std::size_t g) { return w.ground.grids[g].village; }
}  // namespace

TEST_CASE("cases fall by 47.92 percent and losses by 65.18 percent, all from January to August") {
    CHECK(count_in(2021) == 48);
    CHECK(count_in(2022) == 25);
    CHECK(world().records.cases.size() == 73);
    CHECK(loss_in(2021) == 4'780'000);
    CHECK(loss_in(2022) == 1'664'396);
    CHECK(rounded((25.0 / 48 - 1) * 100) == doctest::Approx(-47.92));
    CHECK(rounded((1'664'396.0 / 4'780'000 - 1) * 100) == doctest::Approx(-65.18));
    for (const Case& one : world().records.cases) {
        CHECK(one.date.month() <= 8);
        CHECK(one.loss_yuan > 0);
        CHECK_FALSE((one.unit.empty() && !one.has_place));
        CHECK_FALSE(one.location_role.empty());
    }
}

TEST_CASE("apps, sites, events and warnings add up to the announced figures") {
    const Records& records = world().records;
    const auto     sum     = [](const std::vector<std::int64_t>& values) { return std::accumulate(values.begin(), values.end(), std::int64_t{0}); };
    CHECK(sum(records.national.installed.back()) == 31'077);
    CHECK(sum(records.national.real_name.back()) == 26'115);
    CHECK(sum(records.local.installed.back()) == 44'306);
    CHECK(sum(records.local.target) == 43'003);
    for (std::size_t week = 1; week < weeks; ++week) {
        for (std::size_t v = 0; v < 70; ++v) {
            CHECK_FALSE(records.national.installed[week][v] < records.national.installed[week - 1][v]);
            CHECK_FALSE(records.national.real_name[week][v] > records.national.installed[week][v]);
        }
    }
    CHECK(records.sites.size() == 128);
    std::set<std::string> kinds;
    for (const Site& site : records.sites) {
        kinds.insert(site.kind);
        CHECK_FALSE((site.is_closed && site.closed < site.opened));
    }
    CHECK(kinds.size() == 4);
    std::int64_t attendance = 0;
    for (const Event& event : records.events) attendance += event.attendance;
    CHECK(attendance == 50'000);
    CHECK(records.warnings.size() == 11'962);
    CHECK(records.stations.size() == 7);
}

TEST_CASE("six cases of 2022 lie within 3 km of each other's middle, in two neighbouring planted villages") {
    std::set<std::size_t> villages;
    std::size_t           count = 0;
    for (const Case& one : world().records.cases) {
        if (!one.in_cluster) continue;
        ++count;
        villages.insert(one.village);
        CHECK(distance_m(one.place, world().records.cluster_centre) < 3000);
        CHECK(one.date.year() == 2022);
        CHECK(world().ground.villages[one.village].role == Role::planted_village);
    }
    CHECK(count == 6);
    CHECK(villages.size() == 2);
}

TEST_CASE("with smoothed rates of 2022 the planted villages and grids are the first of their lists") {
    const World other(2);
    for (const World* w : {&world(), &other}) {
        const ExpectedCoverage expected = expected_coverage(w->ground, w->people, w->visits);
        std::vector<double>    by_village(70), by_grid(76);
        for (const Case& one : w->records.cases) {
            if (one.date.year() != 2022 || one.location_role != "居住地") continue;
            by_village[one.village] += 1;
            for (const std::size_t g : w->ground.villages[one.village].grids) {
                if (covers(w->ground.grid_shapes.view(), g, one.place)) by_grid[g] += 1;
            }
        }
        const auto villages = ranked(expected.villages, by_village), grids = ranked(expected.grids, by_grid);
        for (std::size_t i = 0; i < 6; ++i) CHECK(w->ground.villages[villages[i]].role == Role::planted_village);
        for (std::size_t i = 0; i < 4; ++i) CHECK(w->ground.villages[village_of_grid(*w, grids[i])].role == Role::planted_grid);
    }
}

TEST_CASE("apportioned parts follow the weights and add up") {
    CHECK(apportion(10, {1, 1, 1}) == std::vector<std::int64_t>{4, 3, 3});
    CHECK(apportion(7, {0, 2, 5}) == std::vector<std::int64_t>{0, 2, 5});
    CHECK(apportion(0, {3, 4}) == std::vector<std::int64_t>{0, 0});
}
