#include "app/pipeline/counting.h"

#include <algorithm>
#include <tuple>

#include "app/pipeline/bases.h"

namespace gapmap {
namespace {

std::vector<StageBits> claims(const Scene& scene) {
    std::vector<StageBits> bits(scene.households.size());
    for (std::size_t h = 0; h < bits.size(); ++h) bits[h] = scene.visits.found[h] ? bit(Stage::found) : StageBits{0};
    constexpr std::array stages = {Stage::visited, Stage::informed, Stage::committed};
    for (std::size_t i = 0; i < scene.visits.household.size(); ++i) {
        bits[scene.visits.household[i]] |= bit(stages[static_cast<std::size_t>(scene.visits.deed[i])]);
    }
    for (std::size_t h = 0; h < bits.size(); ++h) {
        if (scene.app_households.installed[h]) bits[h] |= bit(Stage::installed);
        if (scene.app_households.real_name[h]) bits[h] |= bit(Stage::real_name);
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
        if (unit_of[h] == nowhere) continue;
        UnitCount& unit = units[static_cast<std::size_t>(unit_of[h])];
        unit.at_least += scene.visits.met[h] ? 1 : 0;
        ++unit.placed[static_cast<std::size_t>(scene.households.place.precision[h])];
    }
    for (std::size_t u = 0; u < units.size(); ++u) {
        units[u].cascade = cascades[u];
        finish(units[u], measures.levels[level].units[u].households, measures.levels[level].units[u].done[0], unplaced[u]);
    }
}

/// The county's app counts over each base that they are a part of.
void divide_apps(Counting& out, const Scene& scene) {
    for (const Base& base : out.bases.bases()) {
        if (base.denominator.scope.unit != scene.project.code) continue;
        for (const Tally& tally : app_tallies(scene)) {
            if (tally.value == 0 || std::ranges::find(tally.parts, base.denominator.scope.population) == tally.parts.end()) continue;
            out.divisions.push_back(divide(tally, base));
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

PlacedCounts by_precision(const Places& places) {
    PlacedCounts counts{};
    for (const Precision precision : places.precision) ++counts[static_cast<std::size_t>(precision)];
    return counts;
}

/// Nothing where a class has cases, but fewer than may be told: the others would tell it from their sum.
std::optional<PlacedCounts> cases_by_precision(const Scene& scene, const Measures& measures) {
    const PlacedCounts counts = by_precision(scene.cases.place);
    const bool         small  = std::ranges::any_of(counts, [&](std::int64_t n) { return n > 0 && n < measures.policy.withhold_below; });
    return small || measures.cases_hidden ? std::nullopt : std::optional(counts);
}

}  // namespace

Counting count_visits(const Scene& scene, const Measures& measures, Seed seed) {
    Counting   out;
    const auto bits = claims(scene);
    out.county.cascade  = cascade(bits, std::vector<std::int32_t>(bits.size(), 0), 1)[0];
    out.county.at_least = std::ranges::count(scene.visits.met, true);
    out.county.placed   = by_precision(scene.households.place);
    out.cases_placed    = cases_by_precision(scene, measures);
    finish(out.county, measures.county.households, measures.county.done[0], static_cast<std::int64_t>(scene.visits.unplaced.size()));
    for (std::size_t level = 0; level < level_count; ++level) count_level(out, scene, measures, bits, level);
    out.integrity = check_integrity(scene.field.view());
    out.back_check = correct(scene, measures, seed);
    out.bases = bases_of(scene, measures);
    divide_apps(out, scene);
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

std::string integrity_label(IntegrityTest test) {
    constexpr std::array labels = {"速度", "同一分钟扎堆", "整点半点", "与别户同一位置", "备注相同", "无一失败"};
    return labels[static_cast<std::size_t>(test)];
}

std::string integrity_label(const std::string& stable_name) {
    for (const IntegrityTest test : {IntegrityTest::speed, IntegrityTest::crowd, IntegrityTest::round_time, IntegrityTest::shared_place, IntegrityTest::same_text, IntegrityTest::no_failures}) {
        if (stable_name == to_string(test)) return integrity_label(test);
    }
    return stable_name;
}

Day monday_of(std::int32_t field_week) noexcept { return Day{field_week * 7 - 7'000'000 - 3}; }

}  // namespace gapmap
