// Windows of the scan statistic: on the map, and in space and time.
#include <fmt/format.h>

#include <cmath>

#include "app/pipeline/findings/find.h"

namespace gapmap {
namespace {

/// "5 to 10": no finer, so that no count can be solved for.
Text risk_band(double risk) {
    constexpr std::array steps{1.0, 1.5, 2.0, 3.0, 5.0, 10.0};
    if (!(risk < steps.back())) return {"10 倍以上", "more than 10 times"};
    std::size_t at = 0;
    while (at + 1 < steps.size() && risk >= steps[at + 1]) ++at;
    return {fmt::format("{:g} 至 {:g} 倍", steps[at], steps[at + 1]), fmt::format("{:g} to {:g} times", steps[at], steps[at + 1])};
}

/// Cases and risk inside, where no member's count is withheld; else nothing: people are known, so that either would tell the hidden counts.
Text count_words(const Measures& measures, const ScanCluster& cluster) {
    const auto hidden = [&](std::uint32_t v) { return measures.levels[village].units[v].cases_hidden; };
    if (std::ranges::any_of(cluster.members, hidden)) return {"", ""};
    const Text risk = risk_band(cluster.relative_risk);
    return {fmt::format("{} 起，按人口应为 {:.1f} 起，风险为别处的{}，", cluster.observed, cluster.expected, risk.zh),
            fmt::format("{} cases where {:.1f} would be expected, a risk {} that elsewhere, ", cluster.observed, cluster.expected, risk.en)};
}

/// In bands, since it is a p: how often, looked at weekly, chance alone would show a cluster as strong.
Text recurrence_words(double p) {
    if (p <= 0.01) return {"700 天以上", "700 days or more"};
    if (p <= 0.05) return {"140 至 700 天", "140 to 700 days"};
    return {"不到 140 天，属常见", "less than 140 days: nothing unusual"};
}

void add_cluster(CountyFinding& out, const Scene& scene, const Measures& measures, const ScanCluster& cluster, const Text& when) {
    const Text        names = names_of(scene, cluster.members), counts = count_words(measures, cluster);
    const std::size_t number = out.shapes.size() + 1, villages = cluster.members.size();
    FindingShape      shape{.id = fmt::format("{}_{}", out.id, number), .kind = "cluster", .label = {}, .sentence = {}, .outline = ground_of(scene, cluster.members)};
    shape.label    = {fmt::format("第 {} 处（{} 个村）", number, villages), fmt::format("No. {} ({} {})", number, villages, villages == 1 ? "village" : "villages")};
    shape.sentence = {names.zh + when.zh + "：" + counts.zh + "案件偏多不像偶然（" + p_band(cluster.p) + "）", names.en + when.en + ": " + counts.en + "more cases than chance would bring (" + p_band(cluster.p) + ")"};
    for (const std::uint32_t v : cluster.members) {
        out.units[v].adjusted = out.units[v].plain = "cluster";
        out.units[v].sentence                      = shape.sentence;
    }
    out.shapes.push_back(std::move(shape));
}

/// Adds the windows that stand, and the test. `when` words the time of a window.
template <class When>
void add_result(CountyFinding& out, const Scene& scene, const Measures& measures, const ScanResult& result, const When& when) {
    const double alpha = scene.project.statistics.alpha;
    out.units.assign(scene.units[village].size(), {.adjusted = {}, .plain = {}, .status = result.status, .sentence = {"不在显著的聚集里。", "In no significant cluster."}});
    if (result.status != Status::ok) return;
    std::int64_t significant = 0;
    for (const ScanCluster& cluster : result.clusters) {
        if (cluster.p > alpha) continue;
        ++significant;
        if (out.gate.open) add_cluster(out, scene, measures, cluster, when(cluster));
    }
    out.tests.push_back({.id = out.id, .hypotheses = 1, .alpha = alpha, .p = result.clusters.empty() ? 1 : result.clusters.front().p, .significant = significant > 0 ? 1 : 0, .adjusted = true});
}

std::vector<FindingClass> cluster_classes() { return {high_class("cluster", {"聚集：案件多得不像偶然", "cluster: more cases than chance would bring"})}; }

std::vector<Parameter> scan_parameters(const Statistics& how, const ClusterGate& gate, Text model) {
    return {worded("model", {"模型", "model"}, std::move(model)), parameter("replications", {"模拟次数", "replications"}, fmt::format("{}", how.replications)),
            parameter("max_share", {"窗口最多含", "largest window"}, fmt::format("{:g} %", 100 * how.scan_max_share)), worded("sided", {"方向", "side"}, {"只找偏高，单侧", "high, one-sided"}),
            worded("overlap", {"次要聚集", "secondary clusters"}, {"互不重叠，p 与全县最强窗口相比", "no overlap, p against the best window of all"}), parameter("alpha", {"显著水平", "level"}, fmt::format("{:g}", how.alpha)),
            parameter("detectable", {"可查出的最小相对风险（八成把握）", "smallest relative risk found with power 0.8"}, std::isfinite(gate.power.relative_risk) && gate.power.status == Status::ok ? fmt::format("{:.2f}", gate.power.relative_risk) : "–"),
            parameter("gate", {"门槛：相对风险", "gate: relative risk"}, fmt::format("{:g}", how.largest_risk))};
}

}  // namespace

CountyFinding find_scan(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec) {
    const Statistics&         how = scene.project.statistics;
    std::vector<std::int64_t> cases(grounds.cases.begin(), grounds.cases.end());
    for (std::size_t v = 0; v < cases.size(); ++v) cases[v] = grounds.people[v] > 0 ? cases[v] : 0;  // without people at risk there is nothing to expect there
    const ScanData            data{.x = grounds.middle.x, .y = grounds.middle.y, .z = {}, .cases = cases, .base = grounds.people};
    const ScanResult          result = scan(data, {.max_share = how.scan_max_share, .replications = static_cast<std::uint32_t>(how.replications), .seed = seed}, exec);
    CountyFinding out{.id = "scan", .label = {"空间聚集（扫描统计）", "Clusters (scan statistic)"},
                      .card = {"把相邻的村一片一片圈起来，看哪一片的案件比按人口应有的多，而且多得不像偶然。着色的是整片：片内哪个村、哪一户更高，数据说不出，请整片一起安排走访。",
                               "Circles of many sizes move over the county and find where cases most exceed what the people living there would make one expect. Coloured villages are one patch: it does not say which of them is worse, so plan visits for the whole of it."},
                      .parameters = scan_parameters(how, gate, {"泊松（Poisson），圆形窗口，以村的中心计", "Poisson, circles around villages' middles"}), .gate = gate.gate, .level = village, .classes = cluster_classes(), .units = {}, .shapes = {}, .table = {}, .tests = {}};
    add_result(out, scene, measures, result, [](const ScanCluster&) { return Text{"", ""}; });
    return out;
}

CountyFinding find_scan_time(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec) {
    const Statistics&  how   = scene.project.statistics;
    const Day          start = measures.policy.period_start, end = measures.policy.period_end;
    // Whole weeks that end with the period; the days left over go to the first one.
    const auto                weeks = std::max<std::size_t>(1, static_cast<std::size_t>(end.days - start.days + 1) / 7);
    std::vector<std::int64_t> cases(grounds.people.size() * weeks, 0);
    for (std::size_t i = 0; i < grounds.day.size(); ++i) {
        if (grounds.day[i] < start.days) continue;  // of the period before
        const auto back = static_cast<std::size_t>(end.days - grounds.day[i]) / 7;
        cases[static_cast<std::size_t>(grounds.village[i]) * weeks + (back < weeks ? weeks - 1 - back : 0)] += 1;
    }
    const ScanData   data{.x = grounds.middle.x, .y = grounds.middle.y, .z = {}, .intervals = weeks, .cases = cases, .base = {}};
    const ScanResult result = scan(data, {.model = ScanModel::permutation, .max_share = how.scan_max_share, .max_intervals = std::max<std::size_t>(1, weeks / 4), .prospective = true,
                                          .replications = static_cast<std::uint32_t>(how.replications), .seed = seed}, exec);
    CountyFinding out{.id = "scan_time", .label = {"正在发生的聚集（时空扫描）", "Clusters that are going on (space-time scan)"},
                      .card = {"看最近有没有几个相邻的村突然连着发案，而且到本期末还没有停。各村平时就高或就低不算在内；“重现间隔”是说每周看一次，光凭偶然要隔多久才会碰上一回，越长越该重视。",
                               "It finds cases too close in place and time that go on until the end of the period. It asks only whether cases bunch, whatever a village's usual level; how often chance alone would show such a cluster, looked at weekly, is the recurrence interval."},
                      .parameters = scan_parameters(how, gate, {"时空置换，圆形窗口，按周，只看仍在继续的", "space-time permutation, circles, weekly, prospective"}), .gate = gate.gate, .level = village, .classes = cluster_classes(), .units = {}, .shapes = {}, .table = {}, .tests = {}};
    add_result(out, scene, measures, result, [&](const ScanCluster& c) {
        const Day since = end - static_cast<std::int32_t>(7 * (weeks - c.first) - 1);
        return Text{"，" + to_string(since) + " 起", ", since " + to_string(since)};
    });
    if (out.gate.open && !result.clusters.empty()) out.parameters.push_back(worded("recurrence", {"最强一处的重现间隔", "recurrence interval of the strongest"}, recurrence_words(result.clusters.front().p)));
    return out;
}

}  // namespace gapmap
