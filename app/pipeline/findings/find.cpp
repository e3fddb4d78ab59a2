#include "app/pipeline/findings/find.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "geo/shape/overlay.h"

namespace gapmap {
namespace {

bool within(std::int32_t day, Day first, Day last) { return day >= first.days && day <= last.days; }

Gate gate_of(const ScanPower& power, const CaseGrounds& grounds, const Statistics& how) {
    if (!grounds.may_be_told) return {false, {"案件太少，不能公布，也就不能作任何聚集判断。", "There are too few cases to be told, let alone to speak of clusters."}};
    if (power.status != Status::ok) return {false, {"案件太少，无法判断聚集：再大的差别也可能只是偶然。", "There are too few cases to speak of clusters: no difference, however large, would stand out from chance."}};
    const bool        found   = std::isfinite(power.relative_risk);
    const bool        open    = found && power.relative_risk <= how.largest_risk;
    const std::string smallest = found ? fmt::format("{:.1f}", power.relative_risk) : std::string();
    const Text        effect = found ? Text{fmt::format("{} 起案件，空间扫描（最灵敏的一种方法）要有八成把握查出一片聚集（约占人口 {:.0f}%），那里的风险须是别处的 {} 倍以上", grounds.total, 100 * power.share, smallest),
                                            fmt::format("With {} cases the spatial scan, the keenest of these methods, finds a cluster of about {:.0f} % of the people four times out of five only where its risk is {} times that elsewhere or more", grounds.total, 100 * power.share, smallest)}
                                     : Text{fmt::format("{} 起案件，风险再高的聚集也没有八成把握查出", grounds.total),
                                            fmt::format("With {} cases no cluster, however risky, is found four times out of five", grounds.total)};
    if (open) return {true, {effect.zh + "；更弱的聚集看不出来，别的方法看出的更少，没有着色不等于没有聚集。", effect.en + "; weaker ones go unseen, other methods see less, so no colour does not mean no cluster."}};
    return {false, {effect.zh + fmt::format("；门槛是 {:g} 倍，数据不足，全图不着色。", how.largest_risk), effect.en + fmt::format("; the gate is {:g} times, so there is not enough data and nothing is coloured.", how.largest_risk)}};
}

/// Behind a closed gate no class, no shape and no word about a unit is left, whatever a method found.
void silence(CountyFinding& finding) {
    if (finding.gate.open) return;
    const Text nothing{"数据不足，不作判断。", "Not enough data: nothing is said of it."};
    for (UnitFinding& unit : finding.units) unit = {.adjusted = {}, .plain = {}, .status = unit.status, .sentence = nothing};
    for (TestRegistry::Entry& test : finding.tests) test.significant = 0;
    finding.shapes.clear();
    finding.table.reset();
}

}  // namespace

CaseGrounds case_grounds(const Scene& scene, const Measures& measures) {
    CaseGrounds   out;
    const Policy& policy   = measures.policy;
    const Units&  villages = scene.units[village];
    for (std::size_t v = 0; v < villages.size(); ++v) {
        const UnitMeasure& unit = measures.levels[village].units[v];
        out.cases.push_back(static_cast<double>(unit.cases));
        out.people.push_back(static_cast<double>(unit.people_at_risk));
        out.middle.push_back(polygon_centroid(villages.metric.view(), v));
        out.total += unit.cases;
    }
    for (std::size_t i = 0; i < scene.cases.size(); ++i) {
        const std::int32_t v = scene.cases.place.unit[village][i], day = scene.cases.day[i];
        if (!scene.cases.at_home[i] || v == nowhere) continue;
        if (!within(day, policy.period_start, policy.period_end) && !within(day, policy.compare_start, policy.compare_end)) continue;
        const Point<Planar> point = scene.cases.place.point.view()[i];
        const bool          known = std::isfinite(point.x) && std::isfinite(point.y);
        out.village.push_back(v);
        out.day.push_back(day);
        out.precise.push_back(known && scene.cases.place.precision[i] <= Precision::building);
        out.point.push_back(known ? point : out.middle.view()[static_cast<std::size_t>(v)]);
    }
    out.may_be_told      = !measures.cases_hidden && measures.now.may_be_shown(policy.withhold_below);
    out.both_may_be_told = out.may_be_told && measures.before.may_be_shown(policy.withhold_below);
    return out;
}

ClusterGate cluster_gate(const Scene& scene, const CaseGrounds& grounds, Seed seed, const Execution& exec) {
    const Statistics&               how = scene.project.statistics;
    const std::vector<std::int64_t> none(grounds.people.size(), 0);
    const ScanData                  data{.x = grounds.middle.x, .y = grounds.middle.y, .z = {}, .cases = none, .base = grounds.people};
    ClusterGate out;
    out.power = scan_minimum_detectable(data, {.cases = grounds.total, .alpha = how.alpha, .max_share = how.scan_max_share, .seed = seed}, exec);
    out.gate  = gate_of(out.power, grounds, how);
    return out;
}

Findings find(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec) {
    constexpr std::size_t stages = 11;
    std::size_t           done   = 0;
    Findings              out;
    const auto            add = [&](CountyFinding finding) {
        if (scene.as_of < measures.policy.period_start) finding.gate = {false, {"统计期还没有开始，不作判断。", "The period has not begun: nothing is said of it."}};
        silence(finding);
        out.all.push_back(std::move(finding));
        exec.report("statistics", ++done, stages);
    };
    exec.report("statistics", 0, stages);
    const CaseGrounds grounds = case_grounds(scene, measures);
    const ClusterGate gate    = cluster_gate(scene, grounds, seed, exec);
    add(find_scan(scene, measures, grounds, gate, seed, exec));
    add(find_scan_time(scene, measures, grounds, gate, seed, exec));
    add(find_local(scene, measures, grounds, gate, LocalMethod::gi_star, seed, exec));
    add(find_local(scene, measures, grounds, gate, LocalMethod::moran, seed, exec));
    RiskMap risk = find_relative_risk(scene, measures, grounds, gate, seed, exec);
    out.surfaces.push_back(std::move(risk.surface));
    add(std::move(risk.finding));
    add(find_near_repeats(scene, grounds, seed, exec));
    add(find_trends(scene, measures, grounds));
    add(find_alarms(scene, measures, grounds));
    add(find_change(scene, measures, seed, exec));
    add(find_bivariate(scene, measures, seed, exec));
    add(find_ranks(scene, measures, seed, exec));
    return out;
}

Polygons<Lonlat> ground_of(const Scene& scene, std::span<const std::uint32_t> villages) {
    std::vector<std::uint32_t> rows(villages.begin(), villages.end());
    std::ranges::sort(rows);
    return unite(scene.units[village].shape.view(), std::span<const std::uint32_t>(rows));
}

Text names_of(const Scene& scene, std::span<const std::uint32_t> villages) {
    constexpr std::size_t most = 6;
    std::string           zh, en;
    for (std::size_t i = 0; i < std::min(villages.size(), most); ++i) {
        const std::string& name = scene.units[village].name[villages[i]];
        zh += (i == 0 ? "" : "、") + name;
        en += (i == 0 ? "" : ", ") + name;
    }
    if (villages.size() <= most) return {zh, en};
    return {fmt::format("{}等 {} 个村（社区）", zh, villages.size()), fmt::format("{} and {} more", en, villages.size() - most)};
}

UnitFinding withheld_unit() {
    return {.adjusted = {}, .plain = {}, .status = Status::suppressed, .sentence = {"案件数不公开，不作判断。", "Its cases are withheld: nothing is said of it."}};
}

std::string p_band(double p) {
    if (std::isnan(p)) return "–";
    return p <= 0.01 ? "p ≤ 0.01" : p <= 0.05 ? "p ≤ 0.05" : "p > 0.05";
}

Parameter parameter(std::string key, Text label, std::string value) { return {std::move(key), std::move(label), std::move(value)}; }

Parameter worded(std::string key, Text label, Text value) { return {std::move(key), std::move(label), value.en, value}; }

FindingClass high_class(std::string id, Text label) { return {std::move(id), std::move(label), "#b2182b", "dots"}; }
FindingClass low_class(std::string id, Text label) { return {std::move(id), std::move(label), "#4393c3", "lines"}; }

}  // namespace gapmap
