#include "app/pipeline/measure.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "analysis/empirical_bayes.h"
#include "analysis/join.h"
#include "analysis/reach.h"
#include "analysis/withhold.h"

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

bool within(std::int32_t day, Day first, Day last) { return day >= first.days && day <= last.days; }

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

void add_cases(Measures& out, const Scene& scene) {
    const Policy& policy = out.policy;
    const auto    add    = [&](CaseTotals& totals, std::size_t i) {
        ++totals.cases;
        totals.at_home += scene.cases.at_home[i] ? 1 : 0;
        totals.unplaced += scene.cases.place.precision[i] == Precision::none ? 1 : 0;
        totals.loss_yuan += scene.cases.loss_yuan[i];
        totals.stopped_yuan += scene.cases.stopped_yuan[i];
        totals.frozen_yuan += scene.cases.frozen_yuan[i];
        totals.recovered_yuan += scene.cases.recovered_yuan[i];
    };
    for (std::size_t i = 0; i < scene.cases.size(); ++i) {
        const bool now = within(scene.cases.day[i], policy.period_start, policy.period_end);
        const bool old = within(scene.cases.day[i], policy.compare_start, policy.compare_end);
        if (now) add(out.now, i);
        if (old) add(out.before, i);
        if (!scene.cases.at_home[i]) continue;  // the place of the others is not where anybody lives
        for (std::size_t level = 0; level < level_count; ++level) {
            const std::int32_t unit = scene.cases.place.unit[level][i];
            if (unit == nowhere) continue;
            UnitMeasure& m = out.levels[level].units[static_cast<std::size_t>(unit)];
            m.cases += now ? 1 : 0;
            m.cases_before += old ? 1 : 0;
        }
    }
}

/// Smoothed risk of towns and of villages from what is released: shown counts, and pools of those that are not. Grids and buildings carry their village's risk: the cases are
/// too few to be told apart below it, and a count of a building would be a person.
void add_risk(Measures& out, const Scene& scene) {
    std::array<std::vector<std::int64_t>, 2> cases;
    std::array<std::vector<double>, 2>       base;
    for (const std::size_t level : {std::size_t{town}, std::size_t{village}}) {
        for (const UnitMeasure& unit : out.levels[level].units) {
            cases[level].push_back(unit.cases);
            base[level].push_back(static_cast<double>(unit.people_at_risk));
        }
    }
    WithheldTable released = withhold_small_counts({cases[village], base[village], scene.units[village].above[town]}, {cases[town], base[town], {}},
                                                         out.now.at_home, out.policy.withhold_below);
    out.cases_hidden = released.total_hidden;
    for (const std::size_t level : {std::size_t{town}, std::size_t{village}}) {
        LevelMeasure&        measure = out.levels[level];
        measure.withheld             = std::move(level == town ? released.upper : released.lower);
        const EmpiricalBayes eb      = empirical_bayes(measure.withheld.pool_counts, measure.withheld.pool_base);
        measure.prior_mean           = eb.mean;
        measure.prior_variance       = eb.variance;
        for (std::size_t i = 0; i < measure.units.size(); ++i) {
            measure.units[i].cases_hidden = measure.withheld.hidden[i];
            // The pool's rate would tell a county's total that may not be shown.
            measure.units[i].risk = released.total_hidden ? std::numeric_limits<double>::quiet_NaN() : eb.smoothed[measure.withheld.pool[i]];
        }
    }
    for (const std::size_t level : {std::size_t{grid}, std::size_t{building}}) {
        for (std::size_t i = 0; i < out.levels[level].units.size(); ++i) {
            const std::int32_t up = scene.units[level].above[village][i];
            out.levels[level].units[i].risk =
                up == nowhere ? std::numeric_limits<double>::quiet_NaN() : out.levels[village].units[static_cast<std::size_t>(up)].risk;
        }
    }
}

void add_gaps(LevelMeasure& measure, const Policy& policy, std::int64_t cases) {
    std::vector<double>       rate, coverage;
    std::vector<std::int64_t> people, households;
    for (const UnitMeasure& unit : measure.units) {
        rate.push_back(unit.risk);
        coverage.push_back(unit.effective());
        people.push_back(unit.people_at_risk);
        households.push_back(unit.households);
    }
    measure.gaps = rank_gaps(rate, people, coverage, households, {policy.min_people, policy.min_households});
    if (cases > 0) return;
    // Without cases, or with fewer than may be shown, there is no risk to weigh with: every unit is too_few, none is ranked by nothing.
    for (std::size_t i = 0; i < measure.units.size(); ++i) {
        measure.gaps.score[i] = std::numeric_limits<double>::quiet_NaN();
        measure.gaps.rank[i]  = 0;
        if (measure.gaps.status[i] == Status::ok) measure.gaps.status[i] = Status::too_few;
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
    add_cases(out, scene);
    add_risk(out, scene);
    for (LevelMeasure& measure : out.levels) add_gaps(measure, out.policy, out.cases_hidden ? 0 : out.now.at_home);
    add_rates(out, scene);
    return out;
}

}  // namespace gapmap
