// Before and after with control areas: counts as given, or points put into one area each.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "analysis/displacement.h"
#include "app/toolbox/effect.h"
#include "geo/core/day.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

AreaCounts parse_counts(const std::string& text, const std::string& option) {
    if (text.empty()) return {};
    AreaCounts  out;
    const char* end   = text.data() + text.size();
    const auto  first = std::from_chars(text.data(), end, out.before);
    const bool  comma = first.ec == std::errc() && first.ptr != end && *first.ptr == ',';
    const auto  last  = comma ? std::from_chars(first.ptr + 1, end, out.after) : first;
    if (!comma || last.ec != std::errc() || last.ptr != end || out.before < 0 || out.after < 0) {
        throw UsageError(fmt::format("{}: expected two whole numbers >= 0, BEFORE,AFTER, got '{}'", option, text));
    }
    return out;
}

std::vector<std::string> texts_of(const PointFile& file, const std::string& name, const Execution& exec) {
    if (file.csv) return file.csv->texts(file.csv->column(name), exec);
    const Column*            column = &file.table.at(name);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < column->size(); ++i) out.push_back(column->text(i));
    return out;
}

Day day_option(const std::string& text, const std::string& option) {
    const auto day = Day::parse_iso(text);
    if (!day) throw UsageError(fmt::format("{}: expected a date YYYY-MM-DD, got '{}'", option, text));
    return *day;
}

std::vector<Day> days_of(const PointFile& file, const std::string& name, const Execution& exec) {
    std::vector<Day> out;
    for (const std::string& text : texts_of(file, name, exec)) {
        const auto day = Day::parse_iso(std::string_view(text).substr(0, 10));
        if (!day) throw InputError(fmt::format("expected a date YYYY-MM-DD, got '{}'", text), {file.path, {}, out.size() + (file.csv ? 2 : 1), name});
        out.push_back(*day);
    }
    return out;
}

std::vector<SiteRole> roles_of(const PointFile& file, const std::string& name, const Execution& exec) {
    std::vector<SiteRole> out;
    for (const std::string& text : texts_of(file, name, exec)) {
        if (text != "treated" && text != "control") throw InputError(fmt::format("expected treated or control, got '{}'", text), {file.path, {}, out.size() + (file.csv ? 2 : 1), name});
        out.push_back(text == "treated" ? SiteRole::treated : SiteRole::control);
    }
    if (std::ranges::count(out, SiteRole::treated) == 0 || std::ranges::count(out, SiteRole::control) == 0) {
        throw InputError("needs at least one treated and one control site", {file.path, {}, 0, name});
    }
    return out;
}

/// The days to count: equally long before and after, unless the caller says otherwise.
struct Days {
    Day from, start, to;
};

Days choose_days(const EffectCommand& c, const std::vector<Day>& days) {
    Days out{{}, day_option(c.start, "--start"), {}};
    if (days.empty()) throw InputError("holds no case", {c.first});
    const std::int32_t before = out.start - *std::ranges::min_element(days), after = *std::ranges::max_element(days) - out.start + 1;
    const std::int32_t length = std::max(0, std::min(before, after));
    out.from = c.from.empty() ? out.start + -length : day_option(c.from, "--from");
    out.to   = c.to.empty() ? out.start + (length - 1) : day_option(c.to, "--to");
    if (!(out.from < out.start) || out.to < out.start) throw UsageError("--start must lie after the first day and not after the last, so that there is a time before and one after");
    return out;
}

DisplacementCounts count_points(const EffectCommand& c, Json& figures, const CommandContext& context) {
    PointFile  cases = read_points(c.first, c.inputs, {}, context.exec), sites = read_points(c.second, c.inputs, {}, context.exec);
    const auto days = days_of(cases, c.time, context.exec);
    const auto roles = roles_of(sites, c.role, context.exec);
    const Days span = choose_days(c, days);
    const std::string metric = choose_metric(c.inputs, cases.crs, cases.points.view());
    transform_coordinates(cases.points.x, cases.points.y, cases.crs, metric, context.exec);
    transform_coordinates(sites.points.x, sites.points.y, sites.crs, metric, context.exec);
    const double radius = parse_distance_m(c.radius, "--radius"), ring = c.ring.empty() ? radius : parse_distance_m(c.ring, "--ring");
    if (!(radius > 0) || ring < radius) throw UsageError("--radius: expected a distance > 0, and --ring one that is not smaller");
    std::vector<double> x, y;
    std::vector<bool>   after;
    for (std::size_t i = 0; i < cases.rows(); ++i) {
        if (!std::isfinite(cases.points.x[i]) || !std::isfinite(cases.points.y[i]) || days[i] < span.from || span.to < days[i]) continue;
        x.push_back(cases.points.x[i]), y.push_back(cases.points.y[i]), after.push_back(!(days[i] < span.start));
    }
    const auto         areas = assign_areas(nearest_sites({x, y}, sites.points.view()), roles, {radius, ring});
    DisplacementCounts out;
    std::size_t        outside = 0;
    for (std::size_t i = 0; i < areas.size(); ++i) {
        if (areas[i] == Area::outside) { ++outside; continue; }
        const std::array<AreaCounts*, 4> counts{&out.treated, &out.displacement, &out.control, &out.displacement_control};
        AreaCounts& area = *counts[static_cast<std::size_t>(areas[i])];
        (after[i] ? area.after : area.before) += 1;
    }
    figures.update(Json{{"cases", cases.rows()}, {"counted", areas.size() - outside}, {"outside", outside}, {"other_days", cases.rows() - areas.size()}, {"sites", sites.rows()}, {"from", to_string(span.from)},
                        {"start", to_string(span.start)}, {"to", to_string(span.to)}, {"days_before", span.start - span.from}, {"days_after", span.to - span.start + 1}, {"radius", radius}, {"ring", ring}});
    return out;
}

Json pair(const AreaCounts& area) { return {area.before, area.after}; }
Json of(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

DisplacementCounts counts_of(const EffectCommand& c, Json& figures, const CommandContext& context) {
    if (c.first.empty()) {
        if (c.treated.empty() || c.control.empty()) throw UsageError("--method wdd needs points (CASES SITES) or --treated BEFORE,AFTER and --control BEFORE,AFTER");
        return {parse_counts(c.treated, "--treated"), parse_counts(c.control, "--control"), parse_counts(c.displacement, "--displacement"), parse_counts(c.displacement_control, "--displacement-control")};
    }
    if (c.second.empty() || c.time.empty() || c.start.empty() || c.radius.empty()) throw UsageError("--method wdd with points needs CASES SITES --time F --start DATE --radius D");
    return count_points(c, figures, context);
}

}  // namespace

EffectAnswer answer_displacement(const EffectCommand& c, const CommandContext& context) {
    EffectAnswer             a;
    a.figures                       = {{"method", "wdd"}};
    const DisplacementCounts counts = counts_of(c, a.figures, context);
    const auto               d      = weighted_displacement_difference(counts, c.confidence);
    a.figures.update(Json{{"treated", pair(counts.treated)}, {"control", pair(counts.control)}, {"displacement", pair(counts.displacement)}, {"displacement_control", pair(counts.displacement_control)},
                          {"status", d.z ? "ok" : "no_case"}, {"wdd", d.wdd}, {"se", d.standard_error}, {"z", of(d.z)}, {"p", of(d.p)}, {"sided", 2}, {"confidence", c.confidence},
                          {"interval", d.z ? Json{d.interval.low, d.interval.high} : Json()}, {"tests", 1}});
    if (!d.z) {
        a.sentences.push_back({"各区两个时段都没有发案，无从判断。", "No area has a case in either period: nothing can be said."});
        return a;
    }
    const bool clear = *d.p <= 1 - c.confidence;
    a.sentences.push_back({fmt::format("与对照相比，净变化 {:+.0f} 起（区间 {:+.1f} 至 {:+.1f}，双侧 p = {:.2g}）：{}。", d.wdd, d.interval.low, d.interval.high, *d.p, clear ? "超出偶然波动" : "偶然波动也能造成"),
                           fmt::format("Net of the control: {:+.0f} cases (interval {:+.1f} to {:+.1f}, two-sided p = {:.2g}): {}.", d.wdd, d.interval.low, d.interval.high, *d.p, clear ? "more than chance" : "chance alone can do this")});
    const bool has_ring = counts.displacement.before + counts.displacement.after > 0 || !c.displacement.empty() || !c.ring.empty();
    if (!has_ring) return a;
    const auto q = weighted_displacement_quotient(counts.treated, counts.displacement, counts.control);
    a.figures.update(Json{{"wdq", of(q.wdq)}, {"wdq_status", q.wdq ? "ok" : q.target_change ? "no_clear_change" : "no_control_case"}, {"target_change", of(q.target_change)}, {"buffer_change", of(q.buffer_change)},
                          {"target_change_se", q.target_change ? Json(q.target_error) : Json()}});
    if (q.wdq) a.sentences.push_back({fmt::format("转移商 {:.2f}：{}。", *q.wdq, *q.wdq > 0 ? "周边与目标区同向变化（效果外溢）" : "周边与目标区反向变化（转移）"), fmt::format("Displacement quotient {:.2f}: {}.", *q.wdq, *q.wdq > 0 ? "the ring changed the same way (benefits spread)" : "the ring changed the other way (displacement)")});
    else a.sentences.push_back({"转移商无定义：目标区相对对照没有清楚的变化，或对照区无案。", "The displacement quotient is undefined: the target did not clearly change against the control, or the control has no case."});
    return a;
}

}  // namespace gapmap
