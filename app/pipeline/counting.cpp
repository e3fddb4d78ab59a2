#include "app/pipeline/counting.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace gapmap {
namespace {

std::vector<StageBits> claims(const Scene& scene) {
    std::vector<StageBits> bits(scene.households.size());
    for (std::size_t h = 0; h < bits.size(); ++h) bits[h] = scene.visits.found[h] ? bit(Stage::found) : StageBits{0};
    constexpr std::array stages = {Stage::visited, Stage::informed, Stage::committed};
    for (std::size_t i = 0; i < scene.visits.household.size(); ++i) {
        bits[scene.visits.household[i]] |= bit(stages[static_cast<std::size_t>(scene.visits.deed[i])]);
    }
    return bits;
}

/// Unplaced rows that may belong to each unit of a level: those of the unit itself and of what lies in it, those known only to a
/// unit above it, and those known to no unit.
std::vector<std::int64_t> may_belong(const Scene& scene, std::size_t level) {
    std::vector<std::int64_t> rows(scene.units[level].size());
    for (const Unplaced& row : scene.visits.unplaced) {
        for (std::size_t u = 0; u < rows.size(); ++u) {
            const auto here = static_cast<std::int32_t>(u);
            const bool anywhere = row.level == level_count;
            const bool itself   = row.level == level && row.unit == here;
            const bool inside   = !anywhere && row.level > level && scene.units[row.level].above[level][static_cast<std::size_t>(row.unit)] == here;
            const bool above    = row.level < level && scene.units[level].above[row.level][u] == row.unit;
            rows[u] += anywhere || itself || inside || above ? 1 : 0;
        }
    }
    return rows;
}

void finish(UnitCount& unit, std::int64_t households, std::int64_t visited, std::int64_t unplaced) {
    unit.visited    = visited;
    unit.at_most    = visited + std::min(unplaced, households - visited);
    unit.more_to_90 = more_to_reach(visited, households, {90, 100});
}

void count_level(Counting& out, const Scene& scene, const Measures& measures, const std::vector<StageBits>& bits, std::size_t level) {
    const auto& unit_of  = scene.households.place.unit[level];
    const auto  cascades = cascade(bits, unit_of, scene.units[level].size());
    const auto  unplaced = may_belong(scene, level);
    auto&       units    = out.levels[level];
    units.resize(cascades.size());
    for (std::size_t h = 0; h < unit_of.size(); ++h) {
        if (unit_of[h] != nowhere && scene.visits.met[h]) ++units[static_cast<std::size_t>(unit_of[h])].at_least;
    }
    for (std::size_t u = 0; u < units.size(); ++u) {
        units[u].cascade = cascades[u];
        finish(units[u], measures.levels[level].units[u].households, measures.levels[level].units[u].done[0], unplaced[u]);
    }
}

/// The county's bases, and its app counts over each that they are a part of.
void divide_apps(Counting& out, const Scene& scene, const Measures& measures) {
    const std::string& county = scene.project.code;
    const auto         base   = [&](const char* id, Words name, BaseKind kind, double count, const char* population, const char* source, Day day) {
        const Words named = std::string(source) == "household register" ? Words{"户册", source} : Words{"APP注册台账", source};
        if (count > 0) out.bases.add({id, std::move(name), kind, {count, {county, population}, source, day}, named});
    };
    base("households", {"登记户数", "registered households"}, BaseKind::members, static_cast<double>(measures.county.households), "households", "household register", scene.as_of);
    base("people", {"登记人口", "registered people"}, BaseKind::members, static_cast<double>(measures.county.people), "people", "household register", scene.as_of);
    base("people_at_risk", {"16至55岁人数", "people aged 16 to 55"}, BaseKind::members, static_cast<double>(measures.county.people_at_risk), "people_at_risk", "household register", scene.as_of);
    struct Sum {
        std::int64_t installed = 0, real_name = 0, target = 0;
        std::int32_t day = 0;
    };
    std::map<std::string, Sum> apps;
    for (const AppCount& app : scene.apps) {
        Sum& sum = apps[app.app];
        sum.installed += app.installed, sum.real_name += app.real_name, sum.target += app.target;
        sum.day = std::max(sum.day, app.day);
    }
    for (const auto& [app, sum] : apps) base(("target " + app).c_str(), {app + "任务数", app + " target"}, BaseKind::target, static_cast<double>(sum.target), ("target " + app).c_str(), "app registrations", Day{sum.day});
    for (const auto& [app, sum] : apps) {
        const Tally installed{"installed " + app, {app + "注册", app + " registrations"}, static_cast<double>(sum.installed), county, {"people", "people_at_risk", "target " + app}, "app registrations", Day{sum.day}};
        const Tally real_name{"real_name " + app, {app + "实名", app + " real-name registrations"}, static_cast<double>(sum.real_name), county, {"people", "people_at_risk"}, "app registrations", Day{sum.day}};
        for (const Base& one : out.bases.bases()) {
            for (const Tally* tally : {&installed, &real_name}) {
                if (tally->value == 0 || std::ranges::find(tally->parts, one.denominator.scope.population) == tally->parts.end()) continue;
                out.divisions.push_back(divide(*tally, one));
            }
        }
    }
}

BackCheckResult correct(const Scene& scene, const Measures& measures, Seed seed) {
    BackCheckResult   out;
    const BackChecks& rows    = scene.back_checks;
    const auto&       village_of = scene.households.place.unit[village];
    out.asked.assign(scene.units[village].size(), 0);
    out.said_yes.assign(scene.units[village].size(), 0);
    for (std::size_t i = 0; i < rows.household.size(); ++i) {
        const std::size_t h        = rows.household[i];
        const bool        reported = rows.first_visited[h] <= rows.day[i], so = rows.was_visited[i];
        (reported ? (so ? out.check.true_yes : out.check.false_yes) : (so ? out.check.false_no : out.check.true_no)) += 1;
        if (village_of[h] == nowhere) continue;
        ++out.asked[static_cast<std::size_t>(village_of[h])];
        out.said_yes[static_cast<std::size_t>(village_of[h])] += so ? 1 : 0;
    }
    out.visited = rogan_gladen(measures.county.done[0], measures.county.households, out.check, {.seed = seed});
    return out;
}

}  // namespace

Counting count_visits(const Scene& scene, const Measures& measures, Seed seed) {
    Counting   out;
    const auto bits = claims(scene);
    out.county.cascade  = cascade(bits, std::vector<std::int32_t>(bits.size(), 0), 1)[0];
    out.county.at_least = std::ranges::count(scene.visits.met, true);
    finish(out.county, measures.county.households, measures.county.done[0], static_cast<std::int64_t>(scene.visits.unplaced.size()));
    for (std::size_t level = 0; level < level_count; ++level) count_level(out, scene, measures, bits, level);
    out.integrity = check_integrity(scene.field.view());
    out.back_check = correct(scene, measures, seed);
    divide_apps(out, scene, measures);
    return out;
}

std::vector<FlaggedFinding> flagged_findings(const IntegrityReport& report) {
    std::vector<FlaggedFinding> out;
    for (std::size_t i = 0; i < report.team_weeks.size(); ++i) {
        for (std::size_t test = 0; test < integrity_test_count; ++test) {
            if (report.team_weeks[i].findings[test].flagged) out.push_back({i, static_cast<IntegrityTest>(test)});
        }
    }
    std::ranges::sort(out, {}, [&](const FlaggedFinding& f) {
        return std::tuple{report.team_weeks[f.team_week].findings[static_cast<std::size_t>(f.test)].p, f.team_week, f.test};
    });
    return out;
}

const char* to_string(IntegrityTest test) noexcept {
    constexpr std::array names = {"speed", "crowd", "round_time", "shared_place", "same_text", "no_failures"};
    return names[static_cast<std::size_t>(test)];
}

Day monday_of(std::int32_t field_week) noexcept { return Day{field_week * 7 - 7'000'000 - 3}; }

}  // namespace gapmap
