// Cases of the units, the risk that comes of them, and the gaps.
#include <cmath>
#include <limits>

#include "analysis/empirical_bayes.h"
#include "analysis/withhold.h"
#include "app/pipeline/measure.h"

namespace gapmap {
namespace {

bool within(std::int32_t day, Day first, Day last) { return day >= first.days && day <= last.days; }

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

void measure_cases(Measures& out, const Scene& scene) {
    out.now = out.before = {};
    for (LevelMeasure& level : out.levels) {
        for (UnitMeasure& unit : level.units) unit.cases = unit.cases_before = 0;
    }
    add_cases(out, scene);
    add_risk(out, scene);
    for (LevelMeasure& measure : out.levels) add_gaps(measure, out.policy, out.cases_hidden ? 0 : out.now.at_home);
}

}  // namespace gapmap
