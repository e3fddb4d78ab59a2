#include "app/demo/visits.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace gapmap::demo {
namespace {

constexpr std::int16_t last_day            = weeks * 7 - 1;
constexpr double       gps_error_m         = 8;
constexpr double       repeat_share        = 0.03;
constexpr double       failed_share        = 0.025;  // rows that reached nobody
constexpr double       no_household_share  = 0.005;
constexpr std::size_t  burst_rows          = 40;
constexpr std::array   burst_weeks         = {11, 18, 24, 31, 36};

/// Shares of the households of one part of a village, and how long ago at most they were visited.
struct Effort {
    double visited = 0, informed = 0, committed = 0;  ///< the last two: of the visited
    bool   nested  = true;   ///< only the informed commit; else who was not informed signed instead, so that few did neither
    double oldest_days = 279;
    double recent  = 1;      ///< ages have about the mean oldest / (recent + 1)
};

Effort effort_of(const Village& village, bool core, Draws& draws) {
    switch (village.role) {
        case Role::seat: return {0.955, 0.47, 0.67, false, 83, 2.6};
        case Role::planted_village:
            if (!core) return {0.10, 0.70, 0.50, true, 279, 0.8};
            return {0.90, 0.82, 0.68};
        case Role::planted_grid:
            if (core) return {0.12, 0.60, 0.45, true, 279, 0.8};
            return {0.90, 0.84, 0.70};
        case Role::ordinary: break;
    }
    return {0.80 + 0.13 * draws.uniform(), 0.80 + 0.08 * draws.uniform(), 0.65 + 0.08 * draws.uniform(), true, 279, 1.2};
}

class Visitor {
public:
    Visitor(const Ground& ground, const People& people, Seed seed, std::size_t k) : ground_(ground), people_(people), seed_(seed), k_(k) {}

    VisitLists visit() {
        for (std::size_t v = 0; v < ground_.villages.size(); ++v) {
            Draws        draws(seed_, stream_visits, address(k_, v), 1);
            const Effort core = effort_of(ground_.villages[v], true, draws), outlying = effort_of(ground_.villages[v], false, draws);
            for (std::size_t h = people_.first[v]; h < people_.first[v + 1]; ++h) {
                visit_household(h, people_.households[h].grid != nowhere ? core : outlying);
            }
        }
        fake_bursts();
        for (auto& list : lists_.list) {
            std::ranges::sort(list, {}, [](const Visit& visit) { return std::tuple{visit.day, visit.minute, visit.household, visit.outcome}; });
        }
        return std::move(lists_);
    }

private:
    void visit_household(std::size_t h, const Effort& effort) {
        Draws draws(seed_, stream_visits, address(k_, h), 2);
        if (draws.uniform() < failed_share) add(visited, h, days_ago(effort, draws), failure(draws), draws);
        if (draws.uniform() >= effort.visited) return;
        const int first = days_ago(effort, draws);
        add(visited, h, first, draws.uniform() < 0.7 ? Outcome::reached : Outcome::met, draws);
        if (draws.uniform() < repeat_share) add(visited, h, std::max(0, first - 7 - static_cast<int>(draws.below(60))), Outcome::reached, draws);
        const double told = draws.uniform();
        const bool   signs = effort.nested ? told < effort.committed : told >= 1 - effort.committed;
        if (told < effort.informed) add(informed, h, followed_up(first, 10, draws), Outcome::reached, draws);
        if (signs) add(committed, h, followed_up(first, 14, draws), Outcome::reached, draws);
    }

    /// Some days after a visit `first` days ago; on the spot where that day is still to come.
    static int followed_up(int first, std::uint32_t within_days, Draws& draws) {
        const int delay = static_cast<int>(draws.below(within_days));
        return delay <= first ? first - delay : first;
    }

    static int days_ago(const Effort& effort, Draws& draws) {
        const double u = draws.uniform();
        if (effort.recent < 2) return static_cast<int>(effort.oldest_days * std::pow(u, effort.recent));
        // A push of the last weeks: exponential ages, so that no single day gets a pile of visits.
        const double mean = effort.oldest_days / (effort.recent + 1);
        return static_cast<int>(-mean * std::log1p(-u * (1 - std::exp(-effort.oldest_days / mean))));
    }
    static Outcome failure(Draws& draws) {
        const double u = draws.uniform();
        return u < 0.7 ? Outcome::not_home : u < 0.85 ? Outcome::refused : Outcome::moved_away;
    }

    void add(List list, std::size_t h, int age_days, Outcome outcome, Draws& draws) {
        Visit visit;
        visit.household = static_cast<std::uint32_t>(h);
        visit.day       = static_cast<std::int16_t>(last_day - age_days);
        visit.minute    = static_cast<std::uint16_t>(8 * 60 + 30 + draws.below(570));
        visit.officer   = static_cast<std::uint8_t>(1 + draws.below(4));
        visit.remark    = static_cast<std::uint8_t>(draws.below(5));
        visit.outcome   = outcome;
        visit.has_household = list != visited || draws.uniform() >= no_household_share;
        visit.place = moved_m(people_.households[h].place, gps_error_m * draws.normal(), gps_error_m * draws.normal());
        lists_.list[list].push_back(visit);
    }

    /// The faking team's rows, forty at a time, get one minute, one point and one remark.
    void fake_bursts() {
        std::vector<std::size_t> rows;
        for (std::size_t i = 0; i < lists_.list[visited].size(); ++i) {
            const Visit&   visit   = lists_.list[visited][i];
            const Village& village = ground_.villages[people_.households[visit.household].village];
            if (village.team == faking_team && village.role == Role::ordinary && counts_as_reached(visit.outcome) && visit.has_household) {
                rows.push_back(i);
            }
        }
        for (std::size_t b = 0; b < burst_weeks.size() && (b + 1) * burst_rows <= rows.size(); ++b) {
            Draws       draws(seed_, stream_bursts, address(k_, b));
            const auto  day = static_cast<std::int16_t>(burst_weeks[b] * 7 + static_cast<int>(draws.below(5)));
            const auto  minute  = static_cast<std::uint16_t>(9 * 60 + draws.below(480));
            const auto& first   = lists_.list[visited][rows[b * burst_rows]];
            const Point<Lonlat> place = first.place;
            lists_.bursts.push_back({first_day() + day, minute, burst_rows, place});
            for (std::size_t i = b * burst_rows; i < (b + 1) * burst_rows; ++i) {
                Visit& visit = lists_.list[visited][rows[i]];
                visit.day = day; visit.minute = minute; visit.place = place; visit.remark = 0; visit.officer = 1;
                visit.outcome = Outcome::reached;
            }
        }
    }

    const Ground& ground_;
    const People& people_;
    Seed          seed_;
    std::size_t   k_;
    VisitLists    lists_;
};

}  // namespace

VisitLists make_visits(const Ground& ground, const People& people, Seed seed, std::size_t k) {
    return Visitor(ground, people, seed, k).visit();
}

std::string team_name(std::size_t team) { return fmt::format("包抓组{:02}", team + 1); }
std::string officer_code(std::size_t team, unsigned officer) { return fmt::format("GA-{:02}{:02}", team + 1, officer); }

ExpectedCoverage expected_coverage(const Ground& ground, const People& people, const VisitLists& visits) {
    constexpr double         half_life_days = 180;
    constexpr std::array     q = {0.6, 0.8, 0.9};
    std::vector<double>      missed(people.households.size(), 1.0);
    std::vector<bool>        was_visited(people.households.size());
    for (const List list : {visited, informed, committed}) {
        std::set<std::pair<std::uint32_t, std::int16_t>> seen;  // the same household on the same day is one visit
        for (const Visit& visit : visits.list[list]) {
            if (!visit.has_household || !counts_as_reached(visit.outcome)) continue;
            if (!seen.emplace(visit.household, visit.day).second) continue;
            missed[visit.household] *= 1 - q[list] * std::exp2(-(last_day - visit.day) / half_life_days);
            if (list == visited) was_visited[visit.household] = true;
        }
    }
    ExpectedCoverage expected{std::vector<Expected>(ground.villages.size()), std::vector<Expected>(ground.grids.size())};
    for (std::size_t h = 0; h < people.households.size(); ++h) {
        const Household& household = people.households[h];
        const auto       count     = [&](Expected& unit) {
            ++unit.households;
            unit.visited += was_visited[h] ? 1 : 0;
            unit.at_risk += household.at_risk;
            unit.coverage_sum += 1 - missed[h];
        };
        count(expected.villages[household.village]);
        if (household.grid != nowhere) count(expected.grids[static_cast<std::size_t>(household.grid)]);
    }
    return expected;
}

}  // namespace gapmap::demo
