// gapmap alarm: which weeks have more cases than chance would give.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/cusum.h"
#include "analysis/farrington.h"
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

struct AlarmCommand {
    std::string       input, count, time, by, method = "cusum", step, start, until, output;
    std::size_t       exclude_last = 0, judge_last = 0;
    bool              run_on = false, no_reweight = false, no_trend = false;
    CusumOptions      cusum;
    FarringtonOptions farrington;
};

/// One series in the order of its steps.
struct CountSeries {
    std::string         name;
    std::vector<double> counts, times;
};

std::uint64_t row_number(const AlarmCommand& c, std::size_t row) { return row + (is_csv_name(c.input) ? 2 : 1); }

/// Each row is a step.
CountSeries rows_as_steps(const SeriesRows& one, std::span<const double> counts, const TimeColumn& time, const AlarmCommand& c) {
    std::vector<std::size_t> rows = one.rows;
    std::erase_if(rows, [&](std::size_t row) { return std::isnan(time.values[row]); });
    std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return time.values[row]; });
    CountSeries out{one.name, {}, {}};
    for (const std::size_t row : rows) {
        if (!out.times.empty() && out.times.back() == time.values[row]) {
            throw InputError(fmt::format("has the time '{}' a second time in one series; add --step to sum up rows, or tell series apart with --by", time.text(time.values[row])), {c.input, {}, row_number(c, row), c.time});
        }
        out.counts.push_back(counts[row]);
        out.times.push_back(time.values[row]);
    }
    return out;
}

/// Rows summed up by steps of time; a step without a row counts 0.
CountSeries summed_steps(const SeriesRows& one, std::span<const double> counts, const TimeColumn& time, const TimeGrid& grid) {
    CountSeries out{one.name, std::vector<double>(grid.steps()), {}};
    for (std::size_t s = 0; s < grid.steps(); ++s) out.times.push_back(grid.start_of(s));
    for (const std::size_t row : one.rows) {
        const std::size_t step = grid.step_of(time.values[row]);
        if (step < grid.steps()) out.counts[step] += counts.empty() ? 1 : std::isnan(counts[row]) ? 0 : counts[row];
    }
    return out;
}

std::vector<CountSeries> read_series(const AlarmCommand& c, TimeColumn& time, const Execution& exec) {
    const Layer layer = read_layer(c.input, {}, exec);
    if (c.count.empty() && c.step.empty()) throw UsageError("--count names the column of counts; without it each row is one case, and --step is needed to sum them up");
    const auto counts = c.count.empty() ? std::vector<double>{} : count_column(layer, c.count, c.input);
    time              = time_column(layer, c.time, c.input);
    std::vector<CountSeries> out;
    for (const SeriesRows& one : series_of(layer, c.by, c.input)) {
        if (c.step.empty()) out.push_back(rows_as_steps(one, counts, time, c));
        else out.push_back(summed_steps(one, counts, time, TimeGrid(time, parse_step(c.step, "--step"), c.start, c.until)));
    }
    return out;
}

/// Rows, and what was planned, of one series.
struct Judged {
    Json figures, steps = Json::array();
    Text note;
};

Json step_of(const CountSeries& series, std::size_t at, const TimeColumn& time) {
    Json out;
    out["time"]  = time.dates ? Json(time.text(series.times[at])) : Json(series.times[at]);
    out["count"] = finite_or_null(series.counts[at]);
    return out;
}

Judged judge_cusum(const CountSeries& series, std::span<const double> counts, const AlarmCommand& c, const TimeColumn& time) {
    const CusumWatch watch = watch_counts(counts, c.cusum);
    Judged           out;
    std::size_t      alarms = 0;
    for (std::size_t k = 0; k < watch.steps.size(); ++k) {
        Json row = step_of(series, watch.first + k, time);
        row["s"] = watch.steps[k].s;
        row["h"] = watch.plan->h();
        row["alarm"] = watch.steps[k].alarm;
        alarms += watch.steps[k].alarm ? 1U : 0U;
        out.steps.push_back(std::move(row));
    }
    const auto planned = [&](auto value_of) { return watch.plan ? finite_or_null(value_of(*watch.plan)) : Json(); };
    out.figures = {{"n", counts.size()}, {"baseline_steps", watch.baseline_steps}, {"baseline_cases", watch.baseline_cases}, {"judged", watch.steps.size()}, {"alarms", alarms},
                   {"mu0", planned([](const CusumPlan& p) { return p.mu0; })}, {"mu1", planned([](const CusumPlan& p) { return p.mu1; })}, {"k", planned([](const CusumPlan& p) { return p.k(); })},
                   {"h", planned([](const CusumPlan& p) { return p.h(); })}, {"arl0", planned([](const CusumPlan& p) { return p.arl0; })}, {"arl1", planned([](const CusumPlan& p) { return p.arl1; })},
                   {"status", to_string(watch.status)}};
    if (watch.status == Status::missing) out.note = {"没有计数。", "there is no count"};
    else if (watch.status != Status::ok) {
        out.note = {fmt::format("基线 {} 期内只有 {} 起，少于 {} 起，或基线之后没有可判断的期：不设警报。", watch.baseline_steps, watch.baseline_cases, c.cusum.least_cases),
                    fmt::format("the baseline of {} steps has {} cases, fewer than {}, or no step is left after it: no alarm is set", watch.baseline_steps, watch.baseline_cases, c.cusum.least_cases)};
    }
    return out;
}

Judged judge_farrington(const CountSeries& series, std::span<const double> counts, const AlarmCommand& c, const TimeColumn& time) {
    const FarringtonOptions& o     = c.farrington;
    const std::size_t        need  = o.years * o.season + o.half_window;
    const std::size_t        first = c.judge_last > 0 ? counts.size() - std::min(counts.size(), c.judge_last) : std::min(counts.size(), need);
    Judged      out;
    std::size_t alarms = 0, judged = 0;
    const auto  steps = farrington(counts, first, o);
    for (std::size_t k = 0; k < steps.size(); ++k) {
        const FarringtonStep& step = steps[k];
        Json                  row  = step_of(series, first + k, time);
        row["expected"]   = finite_or_null(step.expected);
        row["dispersion"] = finite_or_null(step.dispersion);
        row["bound"]      = finite_or_null(step.bound);
        row["score"]      = finite_or_null(step.score);
        row["p"]          = finite_or_null(step.p);
        row["trend"]      = step.trend;
        row["enough"]     = step.enough;
        row["alarm"]      = step.alarm;
        row["status"]     = to_string(step.status);
        alarms += step.alarm ? 1U : 0U;
        judged += step.status == Status::ok ? 1U : 0U;
        out.steps.push_back(std::move(row));
    }
    const Status status = counts.empty() ? Status::missing : judged > 0 ? Status::ok : Status::too_few;
    out.figures = {{"n", counts.size()}, {"judged", judged}, {"alarms", alarms}, {"status", to_string(status)}};
    if (status == Status::missing) out.note = {"没有计数。", "there is no count"};
    else if (status != Status::ok) {
        out.note = {fmt::format("共 {} 期；判断一期需要它之前有 {} 期（{} 年，每年 {} 期，再加 {} 期）且有案件：不作判断。", counts.size(), need, o.years, o.season, o.half_window),
                    fmt::format("{} steps; to judge one, {} steps must stand before it ({} years of {}, and {} more) with cases among them: nothing is judged", counts.size(), need, o.years, o.season, o.half_window)};
    }
    return out;
}

void check_options(AlarmCommand& c) {
    c.cusum.restart = !c.run_on;
    const double mu1 = c.cusum.mu1;
    if (mu1 > 0 && !(c.cusum.mu0 > 0)) throw UsageError("--mu1 needs --mu0");
    if (mu1 > 0 && mu1 <= c.cusum.mu0) throw UsageError(fmt::format("--mu1: expected more than --mu0 {}, got {}", c.cusum.mu0, mu1));
    FarringtonOptions& o = c.farrington;
    o.trend = !c.no_trend;
    if (c.no_reweight) o.reweight_above = std::numeric_limits<double>::infinity();
    if (o.season <= 2 * o.half_window + 1 || o.season - 2 * o.half_window - 1 < o.levels - 1) throw UsageError("--season: is too short for --half-window and --levels");
}

void run_alarm(AlarmCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    check_options(c);
    TimeColumn time;
    const auto all = read_series(c, time, context.exec);
    Json       rows = Json::array(), groups = Json::array();
    Text       note;
    for (const CountSeries& series : all) {
        const auto counts = std::span(series.counts).first(series.counts.size() - std::min(series.counts.size(), c.exclude_last));
        Judged     judged = c.method == "cusum" ? judge_cusum(series, counts, c, time) : judge_farrington(series, counts, c, time);
        for (const Json& step : judged.steps) {
            Json row;
            if (!c.by.empty()) row[c.by] = series.name;
            row.update(step);
            rows.push_back(std::move(row));
        }
        Json group;
        if (!c.by.empty()) group[c.by] = series.name;
        group.update(judged.figures);
        if (!c.by.empty() && !judged.note.en.empty()) add_note(group, context, judged.note);
        if (context.common.json) group["steps"] = std::move(judged.steps);
        groups.push_back(std::move(group));
        note = std::move(judged.note);
    }
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, json_table(rows, "alarm"), context.exec);
    Json figures{{"method", c.method}};
    if (c.by.empty()) figures.update(groups.front());
    else {
        figures["series"] = groups.size();
        figures["groups"] = std::move(groups);
    }
    figures["excluded_last"] = c.exclude_last;
    if (c.method == "cusum") figures["target_arl0"] = c.cusum.target_arl0;
    else figures["sided"] = 1, figures["alpha"] = c.farrington.alpha;
    if (c.by.empty() && !note.en.empty()) add_note(figures, context, note);
    print_report(context, figures, target.to_stdout);
}

void add_cusum_options(CLI::App& command, AlarmCommand& c) {
    command.add_option("--baseline", c.cusum.baseline, "First steps that give the mean in control and are not judged (default: half of the series)")->group("CUSUM");
    command.add_option("--mu0", c.cusum.mu0, "Mean count a step in control, instead of a baseline: all steps are judged")->check(CLI::PositiveNumber)->group("CUSUM");
    command.add_option("--mu1", c.cusum.mu1, "Mean count to be found (default: --ratio times the mean in control)")->check(CLI::PositiveNumber)->group("CUSUM");
    command.add_option("--ratio", c.cusum.ratio, "Rise to be found, above 1 (default 2)")->check(CLI::Range(1.01, 1000.0))->group("CUSUM");
    command.add_option("--arl0", c.cusum.target_arl0, "Mean number of steps between false alarms, at least (default 500)")->check(CLI::Range(2.0, 1e7))->group("CUSUM");
    command.add_option("--least-cases", c.cusum.least_cases, "Fewer cases in the baseline: no alarm is set (default 5)")->check(CLI::NonNegativeNumber)->group("CUSUM");
    command.add_flag("--run-on", c.run_on, "After an alarm the sum runs on instead of starting again at 0")->group("CUSUM");
}

void add_farrington_options(CLI::App& command, AlarmCommand& c) {
    FarringtonOptions& o = c.farrington;
    command.add_option("--years", o.years, "Years back that a step is judged by (default 5; a trend needs 3)")->check(CLI::Range(1, 100))->group("Farrington");
    command.add_option("--season", o.season, "Steps a year (default 52)")->check(CLI::Range(2, 366))->group("Farrington");
    command.add_option("--half-window", o.half_window, "Steps each side of the same step of earlier years (default 3)")->check(CLI::Range(0, 100))->group("Farrington");
    command.add_option("--levels", o.levels, "Levels of the season; 1: only the windows of earlier years (default 10)")->check(CLI::Range(1, 60))->group("Farrington");
    command.add_option("--skip-recent", o.skip_recent, "Steps just before the one judged that are not used (default 26)")->check(CLI::Range(0, 1000))->group("Farrington");
    command.add_option("--alpha", o.alpha, "One-sided: the bound is the quantile 1 - alpha (default 0.05)")->check(CLI::Range(1e-9, 0.5))->group("Farrington");
    command.add_option("--reweight-above", o.reweight_above, "Anscombe residuals above it are weighed down (default 2.58)")->check(CLI::PositiveNumber)->group("Farrington");
    command.add_flag("--no-reweight", c.no_reweight, "Past outbreaks keep their weight")->group("Farrington");
    command.add_flag("--no-trend", c.no_trend, "Without trend")->group("Farrington");
    command.add_option("--trend-p", o.trend_p, "The trend is dropped where its p is not below this (default 1: kept)")->check(CLI::Range(0.0, 1.0))->group("Farrington");
    command.add_option("--limit-cases", o.least_cases, "No alarm where the last --limit-steps steps have fewer cases (default 5)")->group("Farrington");
    command.add_option("--limit-steps", o.in_last, "See --limit-cases (default 4)")->check(CLI::Range(1, 1000))->group("Farrington");
    command.add_option("--last", c.judge_last, "Judge the last steps only (default: all that have enough before them)")->group("Farrington");
}

}  // namespace

void register_alarm(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("alarm", "Steps of a series of counts with more cases than chance would give (Poisson CUSUM, Farrington)");
    command->group("Toolbox");
    const auto c = std::make_shared<AlarmCommand>();
    command->add_option("IN", c->input, "Table or layer: anything GDAL opens (PATH or PATH:LAYER), or a CSV file")->required();
    command->add_option("--count", c->count, "Column with the counts; without it each row is a case (then give --step)");
    command->add_option("--time", c->time, "Column with the time: numbers or dates")->required();
    command->add_option("--by", c->by, "Column that tells series apart");
    command->add_option("--method", c->method, "cusum or farrington (default cusum)")->check(CLI::IsMember({"cusum", "farrington"}));
    command->add_option("--step", c->step, "Sum rows up by steps of 1w, 7d, 1mo or a number; steps without a row count 0 (default: each row is one step)");
    command->add_option("--start", c->start, "Start of the first step (default of dates: weeks on a Monday, months on the first)");
    command->add_option("--until", c->until, "End, exclusive: only whole steps before it count");
    command->add_option("--exclude-last", c->exclude_last, "Leave the last steps out, since reports come late (default 0)");
    command->add_option("-o,--output", c->output, "Result, one row a step judged: *.csv, ... (default: CSV to standard output)");
    add_cusum_options(*command, *c);
    add_farrington_options(*command, *c);
    command->footer("Example: gapmap alarm examples/data/weekly.csv --count cases --time week --by town --baseline 26 --arl0 200");
    sink(command, [c](const CommandContext& context) { run_alarm(*c, context); });
}

}  // namespace gapmap
