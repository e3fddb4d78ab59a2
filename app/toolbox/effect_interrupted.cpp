// An interrupted series from a table, a row a step of time.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/interrupted.h"
#include "analysis/test_registry.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/effect.h"
#include "data/read/vector_file.h"
#include "geo/core/day.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

/// Steps that lie evenly: months for YYYY-MM and first days of months, days for dates, else the numbers themselves.
std::optional<double> place_in_time(const std::string& text) {
    const std::string whole = text.size() == 7 && text[4] == '-' ? text + "-01" : text;
    if (const auto day = Day::parse_iso(whole)) return day->days;
    return std::nullopt;
}

bool all_months(const std::vector<std::string>& times) {
    return std::ranges::all_of(times, [](const std::string& t) { return (t.size() == 7 && place_in_time(t)) || (t.size() == 10 && t.ends_with("-01") && place_in_time(t)); });
}

/// Where each row lies: for equal spacing and order.
std::vector<double> places(const Layer& layer, const std::string& name, const std::string& path) {
    const Column* column = layer.table.find(name);
    if (column == nullptr || !std::holds_alternative<Column::Texts>(column->data)) return number_column(layer, name, path);
    const auto&         times  = std::get<Column::Texts>(column->data);
    const bool          months = all_months(times);
    std::vector<double> out;
    for (const std::string& text : times) {
        const auto place = place_in_time(text);
        if (!place) throw InputError(fmt::format("expected a number, a month YYYY-MM or a date YYYY-MM-DD, got '{}'", text), {path, {}, out.size() + (is_csv_name(path) ? 2 : 1), name});
        const Day day{static_cast<std::int32_t>(*place)};
        out.push_back(months ? 12.0 * day.year() + static_cast<double>(day.month()) : *place);
    }
    return out;
}

struct SeriesTable {
    std::vector<std::string> times;
    std::vector<double>      counts, base, control, control_base;
};

/// Rows in the order of time. A step that is missing would shift all that follow: it is refused.
SeriesTable read_series(const EffectCommand& c, const Execution& exec) {
    const Layer layer = read_layer(c.first, {}, exec);
    const auto  at    = places(layer, c.time, c.first);
    std::vector<std::size_t> order(layer.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return at[a] < at[b]; });
    const auto row_of = [&](std::size_t row) { return row + (is_csv_name(c.first) ? 2 : 1); };
    for (std::size_t k = 1; k < order.size(); ++k) {
        const double step = at[order[1]] - at[order[0]], here = at[order[k]] - at[order[k - 1]];
        if (!(here > 0)) throw InputError("this time stands there twice", {c.first, {}, row_of(order[k]), c.time});
        if (std::abs(here - step) > 1e-9 * step) throw InputError("steps of time must be equal: a row is missing before this one (write 0 where there was no case)", {c.first, {}, row_of(order[k]), c.time});
    }
    SeriesTable     out;
    const auto take = [&](const std::string& name, std::vector<double>& to, bool positive) {
        if (name.empty()) return;
        const auto values = count_column(layer, name, c.first);
        for (const std::size_t row : order) {
            if (std::isnan(values[row]) || (positive && !(values[row] > 0))) throw InputError(fmt::format("expected a number {} 0 for every step", positive ? ">" : ">="), {c.first, {}, row_of(row), name});
            to.push_back(values[row]);
        }
    };
    take(c.cases, out.counts, false), take(c.base, out.base, true), take(c.control, out.control, false), take(c.control_base, out.control_base, true);
    for (const std::size_t row : order) out.times.push_back(layer.table.at(c.time).text(row));
    return out;
}

Json json_of(const Effect& e) {
    return {{"estimate", e.estimate}, {"se", e.error}, {"se_model", e.model_error}, {"ratio", e.ratio}, {"interval", {e.interval.low, e.interval.high}}, {"p", e.p}};
}

std::string_view to_text(InterruptedStatus status) {
    switch (status) {
        case InterruptedStatus::ok: return "ok";
        case InterruptedStatus::too_few_before: return "too_few_before";
        case InterruptedStatus::too_few_after: return "too_few_after";
        case InterruptedStatus::too_short_for_season: return "too_short_for_season";
        case InterruptedStatus::no_case: return "no_case";
        case InterruptedStatus::not_estimable: return "not_estimable";
    }
    return "not_estimable";
}

Text why_not(const InterruptedResult& r, const InterruptedOptions& o) {
    switch (r.status) {
        case InterruptedStatus::too_few_before:
            return {fmt::format("措施前只有 {} 个时点，少于 {} 个：不作估计。", r.before, o.min_before), fmt::format("Only {} points before the start, fewer than {}: no estimate.", r.before, o.min_before)};
        case InterruptedStatus::too_few_after:
            return {fmt::format("措施后只有 {} 个时点，少于 {} 个：不作估计。", r.after, o.min_after), fmt::format("Only {} points from the start on, fewer than {}: no estimate.", r.after, o.min_after)};
        case InterruptedStatus::too_short_for_season: return {"序列不足两个季节周期，无法分出季节：请去掉 --period 或加长序列。", "Fewer than two seasons: the season cannot be told apart; leave out --period or give a longer series."};
        case InterruptedStatus::no_case: return {"序列里没有发案。", "The series has no case."};
        default: return {"模型无法估计：某一段没有发案，或各项彼此重复。", "The model cannot be estimated: a stretch has no case, or terms repeat each other."};
    }
}

void add_placebo(EffectAnswer& a, TestRegistry& registry, const InterruptedSeries& series, const InterruptedOptions& o, const InterruptedResult& r, const SeriesTable& table) {
    const PlaceboDates placebo = placebo_dates(series, o, r);
    Json               dates   = Json::array();
    for (std::size_t k = 0; k < placebo.start.size(); ++k) {
        dates.push_back({{"start", table.times[placebo.start[k]]}, {"estimate", placebo.estimate[k]}, {"p", placebo.p[k]}});
    }
    a.figures["placebo"] = {{"tested", placebo.tested}, {"significant", placebo.significant}, {"rank_p", placebo.rank_p ? Json(*placebo.rank_p) : Json()}, {"dates", std::move(dates)}};
    if (placebo.tested == 0) {
        a.sentences.push_back({"措施前的时点不够，做不了安慰剂日期检验。", "Too few points before the start for placebo dates."});
        return;
    }
    double least = 1;
    for (const double p : placebo.p) least = std::isnan(p) ? least : std::min(least, p);
    registry.add({.id = "placebo dates", .hypotheses = static_cast<std::int64_t>(placebo.tested), .alpha = 1 - o.confidence, .p = least, .significant = static_cast<std::int64_t>(placebo.significant)});
    a.sentences.push_back({fmt::format("安慰剂日期 {} 个，其中 {} 个“显著”（按偶然应有 {:.1f} 个）。", placebo.tested, placebo.significant, (1 - o.confidence) * static_cast<double>(placebo.tested)),
                           fmt::format("{} placebo dates, {} of them significant (chance alone: {:.1f}).", placebo.tested, placebo.significant, (1 - o.confidence) * static_cast<double>(placebo.tested))});
}

void add_estimates(EffectAnswer& a, const InterruptedResult& r, const InterruptedOptions& o) {
    a.figures.update(Json{{"level", json_of(r.level)}, {"slope", r.slope ? json_of(*r.slope) : Json()}, {"trend", json_of(*r.trend)}, {"observed", r.observed}, {"expected", r.expected}, {"total", json_of(*r.total)},
                          {"lag", r.lag}, {"dispersion", r.fit.dispersion}, {"theta", r.fit.theta > 0 && std::isfinite(r.fit.theta) ? Json(r.fit.theta) : Json()}, {"deviance", r.fit.deviance}, {"sided", 2}});
    const bool clear = r.level.p <= 1 - o.confidence;
    a.sentences.push_back({fmt::format("开始之时水平变为 {:.2f} 倍（区间 {:.2f} 至 {:.2f}，双侧 p = {:.2g}）：{}。", r.level.ratio, r.level.interval.low, r.level.interval.high, r.level.p, clear ? "超出偶然波动" : "偶然波动也能造成"),
                           fmt::format("At the start the level changed to {:.2f} times (interval {:.2f} to {:.2f}, two-sided p = {:.2g}): {}.", r.level.ratio, r.level.interval.low, r.level.interval.high, r.level.p, clear ? "more than chance" : "chance alone can do this")});
    a.sentences.push_back({fmt::format("此后实有 {:.0f} 起；若无措施预计 {:.1f} 起，为其 {:.2f} 倍（区间 {:.2f} 至 {:.2f}）。", r.observed, r.expected, r.total->ratio, r.total->interval.low, r.total->interval.high),
                           fmt::format("{:.0f} cases since; {:.1f} were to be expected without the measure: {:.2f} times (interval {:.2f} to {:.2f}).", r.observed, r.expected, r.total->ratio, r.total->interval.low, r.total->interval.high)});
    if (r.control_points == 0) a.sentences.push_back({"没有对照序列：同时发生的其他变化（如全国趋势）也会算在措施头上。", "Without a control series, whatever else changed at that time (a national trend) counts as the measure's."});
}

}  // namespace

EffectAnswer answer_interrupted(const EffectCommand& c, const CommandContext& context) {
    if (c.first.empty() || c.time.empty() || c.cases.empty() || c.start.empty()) throw UsageError("--method its needs a table, --time F, --cases F and --start V");
    if (!c.control_base.empty() && c.control.empty()) throw UsageError("--control-base goes with --control");
    if (c.period > 0 && c.period < 2.0 * c.harmonics) throw UsageError("--period: a season needs at least two steps for each of --harmonics");
    const SeriesTable table = read_series(c, context.exec);
    const auto   first = std::ranges::find(table.times, c.start);
    if (first == table.times.end()) throw InputError(fmt::format("no row has the time '{}' of --start", c.start), {c.first, {}, 0, c.time});
    InterruptedOptions o;
    o.start      = static_cast<std::size_t>(first - table.times.begin());
    o.family     = c.family == "nb" ? CountFamily::negative_binomial : CountFamily::quasi_poisson;
    o.period     = c.period;
    o.harmonics  = c.harmonics;
    o.slope      = !c.no_slope;
    o.lag        = c.lag;
    o.confidence = c.confidence;
    const InterruptedSeries series{table.counts, table.base, table.control, table.control_base};
    const InterruptedResult r = interrupted_series(series, o);
    EffectAnswer            a;
    a.figures = {{"method", "its"}, {"status", to_text(r.status)}, {"start", c.start}, {"before", r.before}, {"after", r.after}, {"control", !table.control.empty()}, {"family", c.family}, {"period", c.period}, {"confidence", c.confidence}};
    if (r.status != InterruptedStatus::ok) {
        a.sentences.push_back(why_not(r, o));
        return a;
    }
    add_estimates(a, r, o);
    TestRegistry registry;
    registry.add({.id = "level", .alpha = 1 - o.confidence, .p = r.level.p, .significant = r.level.p <= 1 - o.confidence ? 1 : 0});
    if (r.slope) registry.add({.id = "slope", .alpha = 1 - o.confidence, .p = r.slope->p, .significant = r.slope->p <= 1 - o.confidence ? 1 : 0});
    if (c.placebo) add_placebo(a, registry, series, o, r, table);
    a.figures["tests"] = {{"run", registry.run()}, {"significant", registry.significant()}, {"expected_false", registry.expected_false()}};
    a.sentences.push_back({fmt::format("共做 {} 个检验，按偶然会有 {:.2f} 个“显著”，实有 {} 个。", registry.run(), registry.expected_false(), registry.significant()),
                           fmt::format("{} tests were run; chance alone would call {:.2f} significant, {} are.", registry.run(), registry.expected_false(), registry.significant())});
    return a;
}

}  // namespace gapmap
