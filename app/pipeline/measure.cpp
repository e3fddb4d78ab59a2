#include "app/pipeline/measure.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "analysis/join.h"
#include "analysis/reach.h"

namespace gapmap {
namespace {

DecayOptions decay_of(const Policy& policy) { return {policy.half_life_days, {policy.q_visited, policy.q_informed, policy.q_committed}}; }

/// Ends of the ISO weeks from the first visit to the as-of day; the last week ends on the as-of day.
std::vector<std::int32_t> week_ends(const Scene& scene) {
    std::vector<std::int32_t> ends;
    if (scene.visits.day.empty()) return {scene.as_of.days};
    const Day first{*std::ranges::min_element(scene.visits.day)};
    for (Day end = first + (7 - static_cast<std::int32_t>(first.iso_weekday())); end < scene.as_of; end = end + 7) ends.push_back(end.days);
    ends.push_back(scene.as_of.days);
    constexpr std::size_t most = 53;  // a year and a week is what the page's slider shows
    if (ends.size() > most) ends.erase(ends.begin(), ends.end() - most);
    return ends;
}

/// The policy with the periods that have passed: a part of this period is compared with the same part of the other.
Policy policy_to_date(const Scene& scene) {
    Policy policy = scene.project.policy;
    if (scene.as_of < policy.period_end && policy.period_start < scene.as_of) {
        policy.period_end = scene.as_of;
        policy.compare_end = std::min(policy.compare_end, policy.compare_start + (scene.as_of.days - policy.period_start.days));
    }
    return policy;
}

/// Adds one household to a unit.
void add_household(UnitMeasure& unit, const Scene& scene, const HouseholdCoverage& coverage, double distance_m, std::size_t h) {
    ++unit.households;
    unit.people += scene.households.people[h];
    unit.people_at_risk += scene.households.people_at_risk[h];
    for (std::size_t deed = 0; deed < deed_count; ++deed) unit.done[deed] += coverage.done[h][deed] ? 1 : 0;
    unit.effective_sum += coverage.effective[h];
    unit.last_day = std::max(unit.last_day, coverage.last_day[h]);
    if (distance_m <= scene.project.policy.walk_m) ++unit.reached;  // inclusive
    if (!std::isnan(distance_m)) unit.site_distance_m = std::min(unit.site_distance_m, distance_m);
}

Points<Planar> open_sites(const Scene& scene) {
    Points<Planar> open;
    for (std::size_t i = 0; i < scene.sites.size(); ++i) {
        if (scene.sites.opened[i] > scene.as_of.days || scene.sites.closed[i] <= scene.as_of.days) continue;
        open.push_back(scene.sites.point.view()[i]);
    }
    return open;
}

/// Open sites inside each unit, borders included.
void add_sites(Measures& out, const Scene& scene, const Points<Planar>& sites, const Execution& exec) {
    for (std::size_t level = 0; level < level_count; ++level) {
        const PointJoin join   = join_points(sites.view(), scene.units[level].metric.view(), exec);
        const auto      counts = count_by_polygon(join.polygon, scene.units[level].size());
        for (std::size_t i = 0; i < counts.size(); ++i) out.levels[level].units[i].sites = counts[i];
    }
}

}  // namespace

void add_rates(Measures& out, const Scene& scene);  // measure_rates.cpp

Measures measure(const Scene& scene, const Execution& exec) {
    Measures out;
    out.policy    = policy_to_date(scene);
    out.week_ends = week_ends(scene);
    const DecayOptions      decay    = decay_of(out.policy);
    const HouseholdCoverage coverage = household_coverage(scene.visits.view(), scene.households.size(), scene.as_of.days, decay);
    const Points<Planar>    sites    = open_sites(scene);
    const auto              distance = nearest_distance_m(scene.households.place.point.view(), sites.view(), exec);
    const UnitMeasure       nothing{.site_distance_m = std::numeric_limits<double>::infinity(), .rates = {}};
    out.county = nothing;
    for (std::size_t h = 0; h < scene.households.size(); ++h) add_household(out.county, scene, coverage, distance[h], h);
    for (std::size_t level = 0; level < level_count; ++level) {
        exec.report("measure", level, level_count);
        LevelMeasure& measure = out.levels[level];
        const auto&   unit_of = scene.households.place.unit[level];
        measure.units.assign(scene.units[level].size(), nothing);
        for (std::size_t h = 0; h < unit_of.size(); ++h) {
            if (unit_of[h] != nowhere) add_household(measure.units[static_cast<std::size_t>(unit_of[h])], scene, coverage, distance[h], h);
        }
        measure.weekly = weekly_coverage(scene.visits.view(), out.week_ends, unit_of, measure.units.size(), decay, exec);
    }
    add_sites(out, scene, sites, exec);
    measure_cases(out, scene);
    add_rates(out, scene);
    return out;
}

}  // namespace gapmap
