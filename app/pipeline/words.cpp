#include "app/pipeline/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/pipeline/topology.h"

namespace gapmap {
namespace {

Text visited_text(const UnitMeasure& unit) {
    return {fmt::format("{} 户中 {} 户已走访", unit.households, unit.done[0]), fmt::format("{} of {} households visited", unit.done[0], unit.households)};
}

Text last_visit_text(const UnitMeasure& unit, Day as_of) {
    if (unit.last_day == HouseholdCoverage::never_reached) return {"从未走访", "never visited"};
    const auto days = as_of.days - unit.last_day;
    return {fmt::format("最近一次 {} 天前", days), days == 1 ? std::string("last visit 1 day ago") : fmt::format("last visit {} days ago", days)};
}

Text site_text(const UnitMeasure& unit, const Policy& policy) {
    const auto walk = static_cast<std::int64_t>(std::lround(policy.walk_m));
    if (unit.reached == 0) return {fmt::format("{} 米内无宣传阵地", walk), fmt::format("no site within {} m", walk)};
    return {fmt::format("{} 户在宣传阵地 {} 米内", unit.reached, walk), fmt::format("{} households within {} m of a site", unit.reached, walk)};
}

}  // namespace

Text sentence_of(const UnitMeasure& unit, const Measures& all, Day as_of) {
    if (unit.households == 0) return {"户册中无住户", "no households in the register"};
    const Text visited = visited_text(unit), last = last_visit_text(unit, as_of), site = site_text(unit, all.policy);
    return {visited.zh + "；" + last.zh + "；" + site.zh, visited.en + ", " + last.en + ", " + site.en};
}

std::vector<Text> reasons_of(const UnitMeasure& unit, const Measures& all, Day as_of) {
    std::vector<Text> reasons;
    if (unit.households == 0) return reasons;
    const auto        missing = unit.households - unit.done[0];
    const double      county  = all.county.effective();
    if (unit.effective() < county) {
        reasons.push_back({fmt::format("有效覆盖 {:.1f} %，低于全县 {:.1f} %", 100 * unit.effective(), 100 * county),
                           fmt::format("effective coverage {:.1f} %, below the county's {:.1f} %", 100 * unit.effective(), 100 * county)});
    }
    if (missing > 0) reasons.push_back({fmt::format("{} 户未走访", missing), fmt::format("{} households not visited", missing)});
    if (const auto told = unit.done[0] - unit.done[1]; told > 0) reasons.push_back({fmt::format("{} 户已走访未告知", told), fmt::format("{} households visited but not informed", told)});
    if (unit.last_day == HouseholdCoverage::never_reached || as_of.days - unit.last_day > 30) reasons.push_back(last_visit_text(unit, as_of));
    if (unit.reached == 0) reasons.push_back(site_text(unit, all.policy));
    const LevelMeasure& villages = all.levels[village];
    if (std::isfinite(unit.risk) && unit.risk > 1.2 * villages.prior_mean) {
        reasons.push_back({fmt::format("平滑发案率为全县的 {:.1f} 倍", unit.risk / villages.prior_mean), fmt::format("smoothed case rate {:.1f} times the county's", unit.risk / villages.prior_mean)});
    }
    return reasons;
}

std::vector<Text> actions_of(const UnitMeasure& unit, const Measures& all, const std::string& organisation) {
    std::vector<Text> actions;
    const std::string who_zh = organisation.empty() ? "" : organisation + "：", who_en = organisation.empty() ? "" : organisation + ": ";
    if (const auto open = unit.households - unit.done[0]; open > 0) {
        actions.push_back({who_zh + fmt::format("走访尚未到过的 {} 户", open), who_en + fmt::format("visit the {} households nobody has reached", open)});
    }
    if (const auto sign = unit.done[0] - unit.done[2]; sign > 0) {
        actions.push_back({fmt::format("请已走访的 {} 户签订承诺", sign), fmt::format("have {} visited households sign", sign)});
    }
    if (unit.reached == 0 && unit.households > 0) {
        const auto walk = static_cast<std::int64_t>(std::lround(all.policy.walk_m));
        actions.push_back({fmt::format("在 {} 米范围内布设宣传阵地", walk), fmt::format("place a publicity site within {} m", walk)});
    }
    return actions;
}

Text formula_of(const Policy& policy) {
    return {fmt::format("缺口 = 平滑发案率 × 16至55岁人数 ×（1 − 有效覆盖）。有效覆盖：每户 1 − Π(1 − q·2^(−天数/{:g}))，q：走访 {:g}、告知 {:g}、承诺 {:g}；"
                        "发案率为经验贝叶斯平滑，少于 {} 起的单元合并计算；网格、楼栋取所在村的发案率。",
                        policy.half_life_days, policy.q_visited, policy.q_informed, policy.q_committed, policy.withhold_below),
            fmt::format("gap = smoothed case rate x people aged 16 to 55 x (1 - effective coverage). Effective coverage of a household: 1 - prod(1 - q 2^(-days/{:g})), "
                        "q: visited {:g}, informed {:g}, committed {:g}; rates are empirical-Bayes smoothed, units with fewer than {} cases are pooled; "
                        "grids and buildings carry their village's rate.",
                        policy.half_life_days, policy.q_visited, policy.q_informed, policy.q_committed, policy.withhold_below)};
}

namespace {

/// How many rows are placed how well; classes without rows are left out. Where a class has fewer rows than `withhold_below`, the classes are named without
/// their numbers: the total is known, so one hidden number would be no secret.
Parameter precision_of(const char* key, Text label, const std::vector<Precision>& classes, std::int64_t withhold_below = 0) {
    static const std::array<const char*, 6> zh = {"坐标", "楼栋", "网格", "村", "镇", "无位置"};
    std::string                             value;
    Text                                    words;
    std::array<std::int64_t, 6>             rows{};
    for (const Precision placed : classes) ++rows[static_cast<std::size_t>(placed)];
    const bool hidden = std::ranges::any_of(rows, [&](std::int64_t n) { return n > 0 && n < withhold_below; });
    for (std::size_t c = 0; c < zh.size(); ++c) {
        if (rows[c] == 0) continue;
        const char*       between = value.empty() ? "" : " · ";
        const std::string n       = hidden ? "" : fmt::format(" {}", rows[c]);
        value += fmt::format("{}{} {}{}", between, zh[c], to_string(static_cast<Precision>(c)), n);
        words.zh += fmt::format("{}{}{}", between, zh[c], n);
        words.en += fmt::format("{}{}{}", between, to_string(static_cast<Precision>(c)), n);
    }
    return {key, std::move(label), value.empty() ? "0" : value, std::move(words)};
}

}  // namespace

std::vector<Parameter> parameters_of(const Scene& scene, const Measures& all) {
    const Policy& p = all.policy;
    return {
        {"as_of", {"数据截至", "as of"}, to_string(scene.as_of)},
        {"period", {"发案统计期", "period of cases"}, to_string(p.period_start) + " – " + to_string(p.period_end)},
        {"compare", {"同比期", "compared with"}, to_string(p.compare_start) + " – " + to_string(p.compare_end)},
        {"half_life_days", {"覆盖半衰期（天）", "half-life of a visit (days)"}, fmt::format("{:g}", p.half_life_days)},
        {"q", {"走访/告知/承诺效力", "effect of visit/telling/signing"}, fmt::format("{:g} / {:g} / {:g}", p.q_visited, p.q_informed, p.q_committed)},
        {"walk_m", {"步行可达（米）", "walking reach (m)"}, fmt::format("{:g}", p.walk_m)},
        {"min_households", {"样本过少：户数低于", "too few: households below"}, fmt::format("{}", p.min_households)},
        {"min_people", {"样本过少：16至55岁人数低于", "too few: people aged 16 to 55 below"}, fmt::format("{}", p.min_people)},
        {"withhold_below", {"不公开的案件数：少于", "case counts withheld below"}, fmt::format("{}", p.withhold_below)},
        {"bandwidth_m", {"核密度半径（米，四次核）", "kernel radius (m, quartic)"}, fmt::format("{:g}", p.bandwidth_m)},
        {"surface_top", {"发案面色标上端（起/元每平方公里；0 为按本期最大值）", "end of the surfaces' colours (cases / yuan per km²; 0: by the largest)"}, fmt::format("{:g} / {:g}", p.cases_top, p.loss_top)},
        {"surface_snap_m", {"发案面：案件归入方格，最小边长（米）", "surfaces: cases told by squares, least side (m)"}, fmt::format("{:g}", p.surface_snap_m)},
        {"prior_mean", {"县平均发案率（每万人）", "prior mean (cases per 10,000)"}, all.cases_hidden ? "–" : fmt::format("{:.4f}", 1e4 * all.levels[village].prior_mean)},
        precision_of("placed_households", {"户的定位（走访随户）", "households placed by (visits with them)"}, scene.households.place.precision),
        {"households_nowhere", {"当日不在任何村（社区）的户", "households in no village on that day"}, fmt::format("{}", std::ranges::count(scene.households.place.unit[village], nowhere))},
        precision_of("placed_cases", {"案件的定位", "cases placed by"}, scene.cases.place.precision, p.withhold_below),
        {"ground_tolerance_m", {"底图核查（米）：忽略窄于 / 细条窄于", "checks of the ground (m): not told below / sliver below"},
         fmt::format("{:g} / {:g}", ground_tolerances.pieces.least_width_m, ground_tolerances.sliver_width_m)},
        {"metric_crs", {"量距坐标系", "measured in"}, scene.metric_crs},
    };
}

}  // namespace gapmap
