// gapmap trend: does a series rise or fall?
#include "analysis/trend.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/multiplicity.h"
#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/events.h"
#include "app/toolbox/json_table.h"
#include "app/toolbox/report.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct TrendCommand {
    std::string  input, value, time, by, correction = "none", output;
    TrendOptions options;
    bool         no_continuity = false;
};

/// The series of some rows, in the order of their times.
Trend trend_of(std::span<const double> values, const TimeColumn& time, std::vector<std::size_t> rows, const TrendCommand& c) {
    std::vector<double> series, when;
    if (!c.time.empty()) {
        std::erase_if(rows, [&](std::size_t row) { return std::isnan(time.values[row]); });
        std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return time.values[row]; });
    }
    for (const std::size_t row : rows) {
        series.push_back(values[row]);
        if (c.time.empty()) continue;
        if (!when.empty() && when.back() == time.values[row]) {
            throw InputError(fmt::format("has the time '{}' a second time in one series; sum up such rows first, or tell series apart with --by", time.text(time.values[row])),
                             {c.input, {}, row + (is_csv_name(c.input) ? 2 : 1), c.time});
        }
        when.push_back(time.values[row]);
    }
    return mann_kendall(series, when, c.options);
}

std::string_view word_of(TrendClass trend) { return trend == TrendClass::rising ? "rising" : trend == TrendClass::falling ? "falling" : "none"; }

Json figures_of(const Trend& t) {
    const bool tested = t.n >= 2;
    const auto known  = [&](double value) { return tested ? finite_or_null(value) : Json(); };
    return {{"n", t.n}, {"missing", t.missing}, {"s", tested ? Json(t.s) : Json()}, {"var_s", known(t.var_s)}, {"z", known(t.z)}, {"p", known(t.p)}, {"tau_a", known(t.tau_a)}, {"tau_b", known(t.tau_b)},
            {"slope", known(t.slope)}, {"slope_low", known(t.slope_interval.low)}, {"slope_high", known(t.slope_interval.high)}, {"tie_groups", t.tie_groups}, {"factor", t.factor},
            {"class", t.status == Status::ok ? Json(word_of(t.trend)) : Json()}, {"status", to_string(t.status)}};
}

/// One row a series, with p adjusted over the series.
Json rows_of(const std::vector<SeriesRows>& series, std::span<const Trend> trends, const std::string& by) {
    std::vector<double> p;
    for (const Trend& t : trends) p.push_back(t.status == Status::ok ? t.p : std::nan(""));
    const auto adjusted = adjusted_p(p, FalseDiscovery::benjamini_hochberg);
    Json       rows     = Json::array();
    for (std::size_t k = 0; k < trends.size(); ++k) {
        Json row;
        if (!by.empty()) row[by] = series[k].name;
        row.update(figures_of(trends[k]));
        if (!by.empty()) row["p_fdr"] = finite_or_null(adjusted[k]);
        rows.push_back(std::move(row));
    }
    return rows;
}

void note_status(Json& figures, const CommandContext& context, const Trend& t, const TrendOptions& options) {
    if (t.status == Status::missing) add_note(figures, context, {"没有数值。", "there is no value"});
    else if (t.n < std::max<std::size_t>(2, options.least_steps)) {
        add_note(figures, context, {fmt::format("只有 {} 期，少于 {} 期，不判断趋势类别。", t.n, options.least_steps), fmt::format("{} values, fewer than {}: no class", t.n, options.least_steps)});
    } else if (t.status != Status::ok) {
        add_note(figures, context, {"自相关修正后的方差不大于零，无法检验。", "the variance corrected for autocorrelation is not above 0: there is no test"});
    }
}

void run_trend(TrendCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    c.options.continuity = !c.no_continuity;
    c.options.correction = c.correction == "hamed-rao" ? Autocorrelation::hamed_rao : Autocorrelation::none;
    const Layer      layer  = read_layer(c.input, {}, context.exec);
    const auto       values = number_column(layer, c.value, c.input);
    const TimeColumn time   = c.time.empty() ? TimeColumn{} : time_column(layer, c.time, c.input);
    const auto       series = series_of(layer, c.by, c.input);
    std::vector<Trend> trends;
    for (const SeriesRows& one : series) trends.push_back(trend_of(values, time, one.rows, c));
    Json              rows   = rows_of(series, trends, c.by);
    const TableTarget target = table_target(context, c.output);
    const bool        table  = !c.by.empty() || (!c.output.empty() && c.output != "-");  // a single series is told by its figures
    if (target.write && table) write_table_file(target.path, json_table(rows, "trend"), context.exec);
    Json figures = c.by.empty() ? rows.front() : Json{{"series", rows.size()}};
    figures["sided"]      = 2;
    figures["correction"] = c.correction;
    figures["continuity"] = c.options.continuity;
    figures["confidence"] = c.options.confidence;
    figures["alpha"]      = c.options.alpha;
    figures["slope_per"]  = c.time.empty() ? "step" : time.dates ? "day" : "unit of the time column";
    if (c.by.empty()) note_status(figures, context, trends.front(), c.options);
    else if (context.common.json) figures["rows"] = std::move(rows);
    print_report(context, figures, target.to_stdout && table);
}

}  // namespace

void register_trend(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("trend", "Whether values rise or fall in time: Mann-Kendall's test and Sen's slope");
    command->group("Toolbox");
    const auto c = std::make_shared<TrendCommand>();
    command->add_option("IN", c->input, "Table or layer: anything GDAL opens (PATH or PATH:LAYER), or a CSV file")->required();
    command->add_option("--value", c->value, "Column with the values; blank is missing")->required();
    command->add_option("--time", c->time, "Column with the time, numbers or dates (then the slope is per day) (default: the order of rows, the slope is per step)");
    command->add_option("--by", c->by, "Column that tells series apart: one result each, p adjusted over them");
    command->add_option("--correction", c->correction, "none, or hamed-rao: variance corrected for autocorrelation (default none)")->check(CLI::IsMember({"none", "hamed-rao"}));
    command->add_flag("--no-continuity", c->no_continuity, "z = S / sd(S), without taking 1 off |S|");
    command->add_option("--confidence", c->options.confidence, "Of the slope's interval (default 0.95)")->check(CLI::Range(0.5, 0.9999));
    command->add_option("--alpha", c->options.alpha, "p below which a series has a trend (default 0.05)")->check(CLI::Range(0.0001, 0.5));
    command->add_option("--least-steps", c->options.least_steps, "Fewer values have no class (default 10)");
    command->add_option("-o,--output", c->output, "Result: *.csv, ... (default: with --by CSV to standard output)");
    command->footer("p is two-sided, by the normal approximation with ties. tau_a and tau_b are Kendall's.\n\n"
                    "Example: gapmap trend examples/data/weekly.csv --value cases --time week --by town");
    sink(command, [c](const CommandContext& context) { run_trend(*c, context); });
}

}  // namespace gapmap
