// The rates of each unit, each with its own denominator, source and date.
#include <algorithm>

#include "app/pipeline/measure.h"
#include "app/pipeline/scene_apps.h"

namespace gapmap {

void add_rates(Measures& out, const Scene& scene);

namespace {

const Text households_text{"登记户数", "registered households"};
const Text risk_text{"16至55岁人数", "people aged 16 to 55"};
const Text population_text{"总人口", "population"};
const Text target_text{"任务数", "target"};
const Text visits_source{"走访、告知、承诺清单", "visit lists"};
const Text register_source{"户册", "household register"};
const Text app_source{"APP注册台账", "app registrations"};
const Text sites_source{"宣传阵地台账", "publicity sites"};

NamedRate make_rate(const std::string& unit, const std::string& id, Text label, double top, const Text& top_source, double bottom,
                    const std::string& population_id, const Text& population, const Text& bottom_source, Day as_of) {
    const Scope scope{unit, population_id};
    return {id, std::move(label), population, bottom_source, Rate({top, scope, top_source.en}, {bottom, scope, bottom_source.en, as_of})};
}

/// The rates that come from the household register and the visit lists. `as_of` is that of the register, which has no day of its own: the day of county.toml.
void add_household_rates(UnitMeasure& m, const std::string& code, Day as_of) {
    const auto  n   = static_cast<double>(m.households);
    const auto  add = [&](const char* id, Text label, double top, const Text& source) {
        m.rates.push_back(make_rate(code, id, std::move(label), top, source, n, "households", households_text, register_source, as_of));
    };
    add("visited", {"已走访", "visited"}, static_cast<double>(m.done[0]), visits_source);
    add("informed", {"已告知", "informed"}, static_cast<double>(m.done[1]), visits_source);
    add("committed", {"已承诺", "committed"}, static_cast<double>(m.done[2]), visits_source);
    add("effective", {"有效覆盖（计时效衰减）", "effective coverage (with decay)"}, m.effective_sum, visits_source);
    add("site_reach", {"步行可达宣传阵地", "within a walk of a site"}, static_cast<double>(m.reached), sites_source);
}

void add_app_rates(UnitMeasure& m, const std::string& code, const AppSums& apps) {
    for (const auto& [app, sum] : apps) {
        const bool national = app.find("国家反诈中心") != std::string::npos;
        const Day  day{sum.day};
        const std::string id = national ? "app_installed" : "app_registered";
        const auto people = static_cast<double>(m.people_at_risk);
        m.rates.push_back(make_rate(code, id, {app + " 安装注册", app + " installed"}, sum.installed, app_source, people, "people_at_risk", risk_text, register_source, day));
        if (sum.real_name > 0) m.rates.push_back(make_rate(code, national ? "app_real_name" : "app_registered_real_name", {app + " 实名", app + " real-name"}, sum.real_name, app_source, people, "people_at_risk", risk_text, register_source, day));
        if (sum.target > 0) m.rates.push_back(make_rate(code, id + "_of_target", {app + " 完成任务", app + " of target"}, sum.installed, app_source, sum.target, "app_target", target_text, app_source, day));
    }
}

/// People in the household register against the population of the people-at-risk ledger, where that says it.
void add_enumerated(UnitMeasure& m, const std::string& code, std::int64_t population, Day day) {
    if (population < 0) return;
    static const Text source{"极易被骗人员库", "people-at-risk ledger"};
    m.rates.insert(m.rates.begin(), make_rate(code, "enumerated", {"已登记人口", "enumerated"}, static_cast<double>(m.people), register_source,
                                              static_cast<double>(population), "population", population_text, source, day));
}

}  // namespace

void add_rates(Measures& out, const Scene& scene) {
    const AppTotals           apps = app_totals(scene);
    std::vector<std::int64_t> town_population(scene.units[town].size(), 0);
    std::int64_t              county_population = 0;
    for (std::size_t v = 0; v < scene.population.size(); ++v) {
        const std::int32_t up = scene.units[village].above[town][v];
        // A town whose villages do not all say their population has none: a part is not the whole.
        if (up != nowhere) town_population[static_cast<std::size_t>(up)] = scene.population[v] < 0 || town_population[static_cast<std::size_t>(up)] < 0 ? -1 : town_population[static_cast<std::size_t>(up)] + scene.population[v];
        county_population = scene.population[v] < 0 || county_population < 0 ? -1 : county_population + scene.population[v];
    }
    const Day population_day{scene.population_day};
    for (std::size_t level = 0; level < level_count; ++level) {
        for (std::size_t i = 0; i < scene.units[level].size(); ++i) {
            UnitMeasure&       m    = out.levels[level].units[i];
            const std::string& code = scene.units[level].code[i];
            add_household_rates(m, code, scene.project.as_of);
            add_app_rates(m, code, apps.levels[level][i]);
            if (level == village) add_enumerated(m, code, scene.population[i], population_day);
            if (level == town) add_enumerated(m, code, town_population[i], population_day);
        }
    }
    add_household_rates(out.county, scene.project.code, scene.project.as_of);
    add_app_rates(out.county, scene.project.code, apps.county);
    if (!scene.population.empty()) add_enumerated(out.county, scene.project.code, county_population, population_day);
}

}  // namespace gapmap
