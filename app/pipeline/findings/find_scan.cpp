// Windows of the scan statistic: on the map, and in space and time.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "app/pipeline/findings/find.h"
#include "geo/crs/transform.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

constexpr double step_days = 7, least_radius_m = 300;

/// A window as a shape: a circle, or the village's outline where it is one village.
Polygons<Lonlat> outline_of(const Scene& scene, const CaseGrounds& grounds, const ScanCluster& cluster) {
    Polygons<Lonlat> out;
    if (cluster.members.size() == 1) {
        copy_row(scene.units[village].shape.view(), cluster.members.front(), out);
        return out;
    }
    const Point<Planar> centre = grounds.middle.view()[cluster.centre];
    const double        radius = std::max(cluster.radius, least_radius_m);
    Points<Planar>      rim;
    for (int corner = 0; corner <= 64; ++corner) {
        const double angle = 2 * std::numbers::pi * (corner % 64) / 64;
        rim.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
    }
    const Points<Lonlat> degrees = unproject(rim.view(), scene.metric_crs, "EPSG:4490");
    for (std::size_t i = 0; i < degrees.size(); ++i) out.push_point(degrees.x[i], degrees.y[i]);
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

/// "5 to 10": no finer, so that no count can be solved for.
Text risk_band(double risk) {
    constexpr std::array steps{1.0, 1.5, 2.0, 3.0, 5.0, 10.0};
    if (!(risk < steps.back())) return {"10 倍以上", "more than 10 times"};
    std::size_t at = 0;
    while (at + 1 < steps.size() && risk >= steps[at + 1]) ++at;
    return {fmt::format("{:g} 至 {:g} 倍", steps[at], steps[at + 1]), fmt::format("{:g} to {:g} times", steps[at], steps[at + 1])};
}

/// The number of cases inside, where no member's count is withheld; else nothing: the shown members taken away would tell the hidden one.
Text count_words(const Measures& measures, const ScanCluster& cluster) {
    const auto hidden = [&](std::uint32_t v) { return measures.levels[village].units[v].cases_hidden; };
    if (std::ranges::any_of(cluster.members, hidden)) return {"", ""};
    return {fmt::format("{} 起（按人口应为 {:.1f} 起），", cluster.observed, cluster.expected), fmt::format("{} cases where {:.1f} would be expected, ", cluster.observed, cluster.expected)};
}

Text names_of(const Units& villages, const std::vector<std::uint32_t>& members) {
    std::string all;
    for (std::size_t i = 0; i < std::min<std::size_t>(members.size(), 6); ++i) all += (i == 0 ? "" : "、") + villages.name[members[i]];
    if (members.size() <= 6) return {all, all};
    return {fmt::format("{} 等 {} 个村（社区）", all, members.size()), fmt::format("{} and {} more", all, members.size() - 6)};
}

void add_cluster(CountyFinding& out, const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ScanCluster& cluster, const Text& when) {
    const Text    names = names_of(scene.units[village], cluster.members), risk = risk_band(cluster.relative_risk), count = count_words(measures, cluster);
    FindingShape  shape{.id = fmt::format("{}_{}", out.id, out.shapes.size() + 1), .kind = "cluster", .label = names, .sentence = {}, .outline = outline_of(scene, grounds, cluster)};
    shape.sentence = {fmt::format("{}{}：{}风险约为别处的 {}（{}）", names.zh, when.zh, count.zh, risk.zh, p_band(cluster.p)),
                      fmt::format("{}{}: {}a risk {} that elsewhere ({})", names.en, when.en, count.en, risk.en, p_band(cluster.p))};
    for (const std::uint32_t v : cluster.members) {
        out.units[v].adjusted = out.units[v].plain = "cluster";
        out.units[v].sentence                      = shape.sentence;
    }
    out.shapes.push_back(std::move(shape));
}

/// Adds the windows that stand, and the test. `when` words the time of a window.
template <class When>
void add_result(CountyFinding& out, const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ScanResult& result, const When& when) {
    const double alpha = scene.project.statistics.alpha;
    out.units.assign(scene.units[village].size(), {.adjusted = {}, .plain = {}, .status = result.status, .sentence = {"不在显著的聚集里。", "In no significant cluster."}});
    if (result.status != Status::ok) return;
    std::int64_t significant = 0;
    for (const ScanCluster& cluster : result.clusters) {
        if (cluster.p > alpha) continue;
        ++significant;
        if (out.gate.open) add_cluster(out, scene, measures, grounds, cluster, when(cluster));
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
    const ScanData            data{.x = grounds.middle.x, .y = grounds.middle.y, .z = {}, .cases = cases, .base = grounds.people};
    const ScanResult          result = scan(data, {.max_share = how.scan_max_share, .replications = static_cast<std::uint32_t>(how.replications), .seed = seed}, exec);
    CountyFinding out{.id = "scan", .label = {"空间聚集（扫描统计）", "Clusters (scan statistic)"},
                      .card = {"用大小不等的圆在全县移动，找出案件比按人口应有的多得最不像偶然的地方。着色的村是一片一片的，片内哪一户、哪一村更高，它不说。",
                               "Circles of many sizes move over the county and find where cases most exceed what the people living there would make one expect. Coloured villages are one patch: it does not say which of them is worse."},
                      .parameters = scan_parameters(how, gate, {"Poisson，圆", "Poisson, circles"}), .gate = gate.gate, .level = village, .classes = cluster_classes(), .units = {}, .shapes = {}, .table = {}, .tests = {}};
    add_result(out, scene, measures, grounds, result, [](const ScanCluster&) { return Text{"", ""}; });
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
                      .card = {"找出到本期末仍在继续、时间和地点都过于集中的案件。它只看案件彼此是否扎堆，各村本来的高低不算在内；每周看一次，偶然出现一次这样的聚集要隔多久，见参数“重现间隔”。",
                               "It finds cases too close in place and time that go on until the end of the period. It asks only whether cases bunch, whatever a village's usual level; how often chance alone would show such a cluster, looked at weekly, is the recurrence interval."},
                      .parameters = scan_parameters(how, gate, {"时空置换，圆，按周，只看仍在继续的", "space-time permutation, circles, weekly, prospective"}), .gate = gate.gate, .level = village, .classes = cluster_classes(), .units = {}, .shapes = {}, .table = {}, .tests = {}};
    add_result(out, scene, measures, grounds, result, [&](const ScanCluster& c) {
        const Day since = end - static_cast<std::int32_t>(7 * (weeks - c.first) - 1);
        return Text{"，" + to_string(since) + " 起", ", since " + to_string(since)};
    });
    if (!result.clusters.empty()) {
        out.parameters.push_back(parameter("recurrence", {"最强一处的重现间隔（天）", "recurrence interval of the strongest (days)"}, fmt::format("{:.0f}", step_days / result.clusters.front().p)));
    }
    return out;
}

}  // namespace gapmap
