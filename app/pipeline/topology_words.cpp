// Issues of the ground in words, as a layer, and as JSON.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/pipeline/topology.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

std::string called(const std::string& name, const std::string& code) { return name.empty() || name == code ? code : fmt::format("{} {}", name, code); }

/// 1234.5 as "1,235", 0.26 as "0.3": no more digits than a border has.
std::string number(double value) {
    if (value < 10) return fmt::format("{:.1f}", value);
    std::string digits = fmt::format("{:.0f}", value);
    for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

/// `zh` and `en` are formats of: unit, other, area, width, share, what_zh, what_en, level_zh.
Text in_words(const GroundIssue& issue, const char* zh, const char* en) {
    const std::string unit = called(issue.name, issue.code), other = called(issue.other_name, issue.other_code), area = number(issue.area_m2), width = number(issue.width_m),
                      share = fmt::format("{:.1f} %", 100 * issue.share);
    const auto told = [&](const char* text) {
        return fmt::format(fmt::runtime(text), fmt::arg("unit", unit), fmt::arg("other", other), fmt::arg("area", area), fmt::arg("width", width), fmt::arg("share", share), fmt::arg("what_zh", issue.detail.zh),
                           fmt::arg("what_en", issue.detail.en), fmt::arg("level_zh", level_labels[issue.level].zh));
    };
    return {told(zh), told(en)};
}

constexpr std::array<const char*, level_count> plural = {"towns", "villages", "grids", "buildings"};

double rounded(double value, double scale) { return std::round(value * scale) / scale; }

}  // namespace

Text ground_message(const GroundIssue& issue) {
    const std::string& kind = issue.issue;
    if (kind == "overlap") return in_words(issue, "{unit} 与 {other} 重叠 {area} 平方米，平均宽 {width} 米", "{unit} and {other} share {area} m², {width} m wide on average");
    if (kind == "overlap_sliver") return in_words(issue, "{unit} 与 {other} 的边界重叠成细条：{area} 平方米，平均宽 {width} 米", "the borders of {unit} and {other} cross in a sliver of {area} m², {width} m wide on average");
    if (kind == "duplicate") return in_words(issue, "{unit} 与 {other} 是同一块地", "{unit} and {other} are the same ground");
    if (kind == "gap" && issue.code.empty()) return in_words(issue, "各镇之间有 {area} 平方米不属于任何镇，平均宽 {width} 米", "{area} m² between the towns belong to none, {width} m wide on average");
    if (kind == "gap") return in_words(issue, "{unit} 有 {area} 平方米不属于任何{level_zh}，平均宽 {width} 米", fmt::format("{{area}} m² of {{unit}} belong to none of the {}, {{width}} m wide on average", plural[issue.level]).c_str());
    if (kind == "gap_sliver") return in_words(issue, "{unit} 的{level_zh}之间有细缝：{area} 平方米，平均宽 {width} 米", fmt::format("{{unit}} has a sliver of {{area}} m² between its {}, {{width}} m wide on average", plural[issue.level]).c_str());
    if (kind == "across_town") return in_words(issue, "{unit} 跨入 {other} {area} 平方米（占 {share}）", "{unit} reaches into {other} with {area} m² ({share} of it)");
    if (kind == "outside_parent") return in_words(issue, "{unit} 有 {area} 平方米（占 {share}）在上级 {other} 之外", "{unit} has {area} m² ({share} of it) outside {other}, to which it belongs");
    if (kind == "building_outside_grid") return in_words(issue, "楼栋 {unit} 有 {area} 平方米（占 {share}）在网格 {other} 之外", "building {unit} has {area} m² ({share} of it) outside its grid {other}");
    if (kind == "no_geometry") return in_words(issue, "{unit} 没有几何图形", "{unit} has no polygon");
    if (kind == "repaired_geometry") return in_words(issue, "{unit} 的几何图形无效（{what_zh}），导入时已修复：请核对此处", "the polygon of {unit} was invalid ({what_en}) and was made valid on import: look at this place");
    return in_words(issue, "{unit} {what_zh}", "{unit} {what_en}");  // of intervals: what and when
}

Layer topology_layer(const Topology& topology) {
    const auto texts = [&](const char* name, auto value_of) {
        Column column{name, Column::Texts{}, {}};
        for (const GroundIssue& issue : topology.issues) {
            const std::string value = value_of(issue);
            column.valid.push_back(!value.empty());
            std::get<Column::Texts>(column.data).push_back(value);
        }
        return column;
    };
    const auto reals = [&](const char* name, double scale, auto member) {
        Column column{name, Column::Reals{}, {}};
        for (const GroundIssue& issue : topology.issues) {
            column.valid.push_back(std::isfinite(issue.*member));
            std::get<Column::Reals>(column.data).push_back(std::isfinite(issue.*member) ? rounded(issue.*member, scale) : 0);
        }
        return column;
    };
    using One = const GroundIssue&;
    Layer layer{"topology", {}, Polygons<Lonlat>{}, "EPSG:4490"};
    layer.table.columns = {texts("issue", [](One i) { return i.issue; }), texts("level", [](One i) { return std::string(level_names[i.level]); }),
                           texts("code", [](One i) { return i.code; }), texts("name", [](One i) { return i.name; }),
                           texts("other_code", [](One i) { return i.other_code; }), texts("other_name", [](One i) { return i.other_name; }),
                           reals("area_m2", 10, &GroundIssue::area_m2), reals("width_m", 100, &GroundIssue::width_m), reals("share", 1e4, &GroundIssue::share),
                           texts("message_zh", [](One i) { return i.message.zh; }), texts("message_en", [](One i) { return i.message.en; })};
    for (const GroundIssue& issue : topology.issues) copy_row(issue.place.view(), 0, std::get<Polygons<Lonlat>>(layer.geometry));
    return layer;
}

nlohmann::ordered_json topology_json(const Topology& topology) {
    nlohmann::ordered_json by_issue = nlohmann::ordered_json::object();
    for (const char* code : ground_issue_codes) by_issue[code] = 0;
    for (const GroundIssue& issue : topology.issues) by_issue[issue.issue] = by_issue[issue.issue].get<int>() + 1;
    constexpr GroundTolerances t = ground_tolerances;
    return {{"issues", topology.issues.size()}, {"by_issue", by_issue},
            {"tolerances", {{"least_width_m", t.pieces.least_width_m}, {"least_area_m2", t.pieces.least_area_m2}, {"duplicate_share", t.pieces.duplicate_share},
                            {"sliver_width_m", t.sliver_width_m}, {"tiled_share", t.tiled_share}}},
            {"towns_tiled_by_grids", topology.towns_tiled_by_grids}};
}

Text topology_line(const Topology& topology) {
    const std::size_t n = topology.issues.size();
    if (n == 0) return {};
    return {fmt::format("底图有 {} 处不合（重叠、空隙、跨界等），见 gaps.gpkg 的图层 topology；请核对边界。", n),
            fmt::format("The ground does not fit in {} place{} (overlaps, gaps, border crossings and the like): layer topology of gaps.gpkg; have the borders checked.", n, n == 1 ? "" : "s")};
}

}  // namespace gapmap
