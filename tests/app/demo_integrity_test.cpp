#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "analysis/integrity.h"
#include "app/demo/visits.h"
#include "geo/crs/transform.h"

using namespace gapmap;
using namespace gapmap::demo;

namespace {
constexpr std::uint64_t seeds_tried = 10;

/// The visited list as the kernel sees it.
struct Table {
    std::vector<std::int32_t>  team, officer, week, day, minute, household, text;
    Points<Lonlat>             lonlat;
    Points<Planar>             place;
    std::vector<std::uint8_t>  precise, reached;
    std::vector<std::uint64_t> number;
    [[nodiscard]] FieldRows    view() const { return {team, officer, week, day, minute, household, place.x, place.y, precise, text, reached, number}; }
};

Table table_of(const Ground& ground, const People& people, const VisitLists& visits) {
    Table t;
    for (const Visit& visit : visits.list[visited]) {
        const auto of_team = static_cast<std::int32_t>(ground.villages[people.households[visit.household].village].team);
        t.team.push_back(of_team), t.officer.push_back(of_team * 4 + visit.officer - 1);
        t.week.push_back(visit.day / 7), t.day.push_back(visit.day), t.minute.push_back(visit.minute);
        t.household.push_back(visit.has_household ? static_cast<std::int32_t>(visit.household) : -1);
        t.text.push_back(visit.remark), t.lonlat.push_back(visit.place), t.precise.push_back(1);
        t.reached.push_back(counts_as_reached(visit.outcome) ? 1 : 0), t.number.push_back(t.number.size());
    }
    t.place = project(t.lonlat.view(), "EPSG:4490", "EPSG:4545");
    return t;
}
}  // namespace

TEST_CASE("with every seed the faking team's weeks are flagged, and honest teams' weeks in fewer than 1 of 100") {
    std::size_t honest = 0, honest_flagged = 0, found = 0, planted = 0;
    for (std::uint64_t seed = 1; seed <= seeds_tried; ++seed) {
        const Ground           ground = make_ground(Seed{seed});
        const People           people = make_people(ground, Seed{seed}, 0);
        const VisitLists       visits = make_visits(ground, people, Seed{seed}, 0);
        std::set<std::int32_t> weeks;
        for (const Burst& burst : visits.bursts) weeks.insert((burst.day - first_day()) / 7);
        REQUIRE(weeks.size() == 5);
        for (const TeamWeek& tw : check_integrity(table_of(ground, people, visits).view()).team_weeks) {
            const bool fake = tw.team == static_cast<std::int32_t>(faking_team) && weeks.contains(tw.week);
            (fake ? planted : honest) += 1;
            (fake ? found : honest_flagged) += tw.flagged() ? 1 : 0;
            if (fake) CHECK(tw.findings[static_cast<std::size_t>(IntegrityTest::crowd)].observed >= 40);
            if (!fake && tw.flagged()) {
                for (std::size_t i = 0; i < integrity_test_count; ++i) {
                    if (tw.findings[i].flagged) MESSAGE("seed ", seed, " team ", tw.team, " week ", tw.week, ": ", words_of(static_cast<IntegrityTest>(i), tw.findings[i]).en);
                }
            }
        }
    }
    MESSAGE("found ", found, " of ", planted, " faked team-weeks; flagged ", honest_flagged, " of ", honest, " honest ones");
    CHECK(planted == 5 * seeds_tried);
    CHECK(found == planted);
    CHECK(honest_flagged * 100 < honest);
}
