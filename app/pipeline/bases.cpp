#include "app/pipeline/bases.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/pipeline/scene_apps.h"

namespace gapmap {
namespace {

const Words register_name{"户册", "household register"};
const Words apps_name{"APP注册台账", "app registrations"};

/// The register's bases of one unit, those of 0 left out: nothing can stand on them. `suffix` makes the ids the unit's own.
std::vector<Base> register_bases(const UnitMeasure& unit, const std::string& code, Day as_of, const std::string& suffix) {
    std::vector<Base> out;
    const auto        add = [&](const char* population, Words name, std::int64_t count) {
        if (count > 0) out.push_back({population + suffix, std::move(name), BaseKind::members, {static_cast<double>(count), {code, population}, register_name.en, as_of}, register_name});
    };
    add("households", {"登记户数", "registered households"}, unit.households);
    add("people", {"登记人口", "registered people"}, unit.people);
    add("people_at_risk", {"16至55岁人数", "people aged 16 to 55"}, unit.people_at_risk);
    return out;
}

void add_app_tallies(std::vector<Tally>& out, const AppSums& sums, const std::string& unit) {
    for (const auto& [app, sum] : sums) {
        const Day day{sum.day};
        out.push_back({"installed " + app, {app + "注册", app + " registrations"}, sum.installed, unit, {"people", "people_at_risk", "target " + app}, apps_name.en, day});
        if (sum.real_name > 0) out.push_back({"real_name " + app, {app + "实名", app + " real-name registrations"}, sum.real_name, unit, {"people", "people_at_risk"}, apps_name.en, day});
    }
}

void add_visit_tallies(std::vector<Tally>& out, const UnitMeasure& measure, const std::string& unit, Day as_of) {
    static const std::array              ids   = {"visited", "informed", "committed"};
    static const std::array<Words, 3>    names = {Words{"已走访户", "households visited"}, Words{"已告知户", "households informed"}, Words{"已承诺户", "households committed"}};
    for (std::size_t deed = 0; deed < ids.size(); ++deed) {
        out.push_back({ids[deed], names[deed], static_cast<double>(measure.done[deed]), unit, {"households", "target households"}, "visit lists", as_of});
    }
}

ListedTally case_tally(const Scene& scene, const Measures& measures) {
    const bool shown = !measures.cases_hidden && measures.now.may_be_shown(measures.policy.withhold_below);
    return {{"cases", {"发案（按居住地）", "cases by residence"}, static_cast<double>(shown ? measures.now.at_home : 0), scene.project.code, {"people", "people_at_risk"}, "cases",
             std::min(scene.as_of, measures.policy.period_end)}, !shown};
}

}  // namespace

DenominatorLedger bases_of(const Scene& scene, const Measures& measures) {
    DenominatorLedger  out;
    const std::string& county = scene.project.code;
    // The register has no day of its own: it is the one that was current on the day of county.toml, whatever day is asked for.
    for (Base& base : register_bases(measures.county, county, scene.project.as_of, "")) out.add(std::move(base));
    for (const auto& [app, sum] : app_totals(scene).county) {
        if (sum.target <= 0) continue;
        out.add({"target " + app, {app + "任务数", app + " target"}, BaseKind::target, {sum.target, {county, "target " + app}, apps_name.en, Day{sum.day}}, apps_name});
    }
    for (const Base& base : scene.bases) out.add(base);
    return out;
}

std::vector<Base> unit_bases(const Scene& scene, const Measures& measures) {
    std::vector<Base> out;
    for (std::size_t level = 0; level < level_count; ++level) {
        for (std::size_t i = 0; i < scene.units[level].size(); ++i) {
            const std::string& code = scene.units[level].code[i];
            for (Base& base : register_bases(measures.levels[level].units[i], code, scene.project.as_of, " " + code)) out.push_back(std::move(base));
        }
    }
    return out;
}

std::vector<Tally> app_tallies(const Scene& scene) {
    std::vector<Tally> out;
    add_app_tallies(out, app_totals(scene).county, scene.project.code);
    return out;
}

std::vector<ListedTally> tallies_of(const Scene& scene, const Measures& measures) {
    const AppTotals    apps = app_totals(scene);
    std::vector<Tally> county, units;
    add_app_tallies(county, apps.county, scene.project.code);
    add_visit_tallies(county, measures.county, scene.project.code, scene.as_of);
    for (std::size_t level = 0; level < level_count; ++level) {
        for (std::size_t i = 0; i < scene.units[level].size(); ++i) {
            add_app_tallies(units, apps.levels[level][i], scene.units[level].code[i]);
            add_visit_tallies(units, measures.levels[level].units[i], scene.units[level].code[i], scene.as_of);
        }
    }
    std::vector<ListedTally> out;
    for (Tally& tally : county) out.push_back({std::move(tally)});
    out.push_back(case_tally(scene, measures));
    for (Tally& tally : units) out.push_back({std::move(tally)});
    return out;
}

nlohmann::ordered_json words_json(const Words& words) {
    return words.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json{{"zh", words.zh}, {"en", words.en}};
}

nlohmann::ordered_json base_json(const Base& base) {
    const Denominator& d = base.denominator;
    return {{"id", base.id}, {"name", words_json(base.name)}, {"kind", base.kind == BaseKind::target ? "target" : "members"}, {"count", d.count}, {"unit", d.scope.unit},
            {"population", d.scope.population}, {"source", d.source}, {"as_of", to_string(d.as_of)}};
}

}  // namespace gapmap
