#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "app/demo/people.h"
#include "app/demo/visits.h"

using namespace gapmap;
using namespace gapmap::demo;

namespace {
struct World {
    Ground     ground = make_ground(Seed{1});
    People     people = make_people(ground, Seed{1}, 0);
    VisitLists visits = make_visits(ground, people, Seed{1}, 0);
    ExpectedCoverage expected = expected_coverage(ground, people, visits);
};
const World& world() {
    static const World made;
    return made;
}

/// Smallest planted value over the largest of the others.
template <class IsPlanted>
double margin(const std::vector<Expected>& units, IsPlanted is_planted) {
    double planted = 1e9, others = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (is_planted(i)) planted = std::min(planted, units[i].missing_people());
        else others = std::max(others, units[i].missing_people());
    }
    return planted / others;
}
}  // namespace

TEST_CASE("people and people at risk add up to the announced totals") {
    std::size_t people = 0, at_risk = 0;
    for (const Household& household : world().people.households) {
        people += household.people;
        at_risk += household.at_risk;
        CHECK_FALSE(household.at_risk > household.people);
        CHECK_FALSE(household.people > 6);
    }
    CHECK(people == 73'295);
    CHECK(at_risk == 43'003);
    CHECK(world().people.households.size() > 33'000);
    CHECK(world().people.households.size() < 34'500);
}

TEST_CASE("the 18 urban grids hold over 20,000 households, nearly all in buildings") {
    std::size_t households = 0, in_buildings = 0;
    for (const Household& household : world().people.households) {
        if (household.grid == nowhere || !world().ground.grids[static_cast<std::size_t>(household.grid)].urban) continue;
        ++households;
        in_buildings += household.building != nowhere ? 1 : 0;
    }
    CHECK(households > 20'000);
    CHECK(in_buildings == households);
}

TEST_CASE("every household lies in its village and in its grid, and outlying ones in no grid") {
    const Ground& ground = world().ground;
    std::size_t   wrong  = 0;
    for (const Household& household : world().people.households) {
        if (!covers(ground.village_shapes.view(), household.village, household.place)) ++wrong;
        for (const std::size_t g : ground.villages[household.village].grids) {
            const bool inside = covers(ground.grid_shapes.view(), g, household.place);
            if (inside != (household.grid == static_cast<std::int32_t>(g))) ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("the three lists have some 60,000 rows over 40 weeks") {
    std::size_t rows = 0;
    for (const auto& list : world().visits.list) {
        rows += list.size();
        CHECK(list.front().day >= 0);
        CHECK(list.back().day <= 279);
    }
    CHECK(rows > 55'000);
    CHECK(rows < 70'000);
    MESSAGE("rows: ", rows, " = ", world().visits.list[0].size(), " + ", world().visits.list[1].size(), " + ", world().visits.list[2].size());
}

TEST_CASE("at one rate for all, the planted units lead the ranking by a clear margin") {
    const Ground& ground   = world().ground;
    const double  villages = margin(world().expected.villages, [&](std::size_t v) { return ground.villages[v].role == Role::planted_village; });
    const double  grids    = margin(world().expected.grids, [&](std::size_t g) { return ground.villages[ground.grids[g].village].role == Role::planted_grid; });
    MESSAGE("margins: villages ", villages, ", grids ", grids);
    CHECK(villages > 1.25);
    CHECK(grids > 1 / 0.6);
}

TEST_CASE("the faking team wrote forty rows in one minute at one point, five times") {
    REQUIRE(world().visits.bursts.size() == 5);
    for (const Burst& burst : world().visits.bursts) {
        const auto same = std::ranges::count_if(world().visits.list[visited], [&](const Visit& visit) {
            return first_day() + visit.day == burst.day && visit.minute == burst.minute && visit.place.x == burst.place.x;
        });
        CHECK(same == 40);
    }
}
