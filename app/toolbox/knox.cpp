// gapmap knox: pairs of events close in space and in time, against random dates.
#include "analysis/knox.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/commands.h"
#include "app/toolbox/events.h"
#include "app/toolbox/json_table.h"
#include "app/toolbox/report.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct KnoxCommand {
    std::string   points, time, distances, intervals, distance = "euclidean", fdr = "bh", output, pairs;
    bool          cumulative     = false;
    std::uint32_t permutations   = 999;
    double        least_expected = 0;
    InputOptions  input;
};

const std::map<std::string, FalseDiscovery> corrections{{"none", FalseDiscovery::none}, {"bh", FalseDiscovery::benjamini_hochberg}, {"by", FalseDiscovery::benjamini_yekutieli}};

/// One result class as it was asked for: its limits in metres, or in the unit of the coordinates or times.
struct Limits {
    double from, to;
};

Limits limits_of(std::span<const double> breaks, bool cumulative, std::size_t k) { return cumulative ? Limits{0, breaks[k]} : Limits{breaks[k], breaks[k + 1]}; }

Json row_of(const KnoxTable& table, const KnoxCommand& c, std::size_t d, std::size_t t, const Limits& distance, const Limits& interval) {
    const KnoxCell& cell = table.cell(d, t);
    Json            row{{"distance_from", distance.from}, {"distance_to", finite_or_null(distance.to)}, {"interval_from", interval.from}, {"interval_to", finite_or_null(interval.to)}};
    const bool      none = table.status == Status::missing;
    row["observed"]     = cell.observed;
    row["expected"]     = none ? Json() : Json(cell.expected);
    row["variance"]     = none ? Json() : Json(cell.variance);
    row["ratio"]        = finite_or_null(cell.ratio);
    row["p"]            = finite_or_null(cell.p_high);
    row["p_low"]        = finite_or_null(cell.p_low);
    if (c.fdr != "none") row["p_fdr"] = finite_or_null(cell.p_adjusted);
    row["same_time"]    = cell.same_time;
    row["pairs_in_space"] = table.pairs_in_space[d];
    row["pairs_in_time"]  = table.pairs_in_time[t];
    row["status"]       = to_string(cell.status);
    return row;
}

/// The ids of rows: a column's values, else row numbers from 1.
struct Ids {
    std::vector<std::string> text;
    std::vector<std::size_t> order;  ///< rows by id: as numbers where all are, else as text
};

Ids ids_of(const EventFile& events, const KnoxCommand& c, const Execution& exec) {
    const Table   table  = events.file.csv ? events.file.csv->table(exec) : events.file.table;
    const Column* column = id_column(table, c.input.id, c.points);
    Ids           out;
    for (std::size_t i = 0; i < events.places.size(); ++i) out.text.push_back(column != nullptr ? column->text(i) : std::to_string(i + 1));
    out.order.resize(out.text.size());
    std::iota(out.order.begin(), out.order.end(), std::size_t{0});
    if (column == nullptr) return out;
    const bool texts = std::holds_alternative<Column::Texts>(column->data);
    std::ranges::stable_sort(out.order, [&](std::size_t a, std::size_t b) { return texts ? out.text[a] < out.text[b] : column->number(a) < column->number(b); });
    return out;
}

/// The pairs within the largest finite distance and interval; of the same time, by id.
void write_pairs(const KnoxCommand& c, const EventFile& events, const KnoxOptions& options, const Execution& exec) {
    const auto largest = [](std::span<const double> breaks, const char* option) {
        if (std::isfinite(breaks.back())) return breaks.back();
        if (breaks.size() < 2) throw UsageError(fmt::format("--pairs needs a finite limit in {}", option));
        return breaks[breaks.size() - 2];
    };
    const NearPairRule  rule{.distance = largest(options.distances, "--distances"), .interval = largest(options.intervals, "--intervals"), .metric = options.distance};
    const Ids           ids = ids_of(events, c, exec);
    Points<Planar>      places;
    std::vector<double> times;
    for (const std::size_t row : ids.order) {
        places.push_back(events.places.view()[row]);
        times.push_back(events.time.values[row]);
    }
    Column::Texts    first, second, first_time, second_time;
    Column::Reals    distance, interval;
    Column::Integers tie;
    for (const NearPair& pair : near_pairs(places.view(), times, rule)) {
        if (!c.cumulative && (pair.distance >= rule.distance || pair.interval >= rule.interval)) continue;  // as the last bands are open above
        first.push_back(ids.text[ids.order[pair.first]]);
        second.push_back(ids.text[ids.order[pair.second]]);
        first_time.push_back(events.time.text(times[pair.first]));
        second_time.push_back(events.time.text(times[pair.second]));
        distance.push_back(pair.distance * events.metres_per_unit);
        interval.push_back(pair.interval);
        tie.push_back(pair.is_tie() ? 1 : 0);
    }
    Layer layer{"pairs", {}, {}, {}};
    layer.table.columns = {{"first", std::move(first), {}},       {"second", std::move(second), {}},     {"first_time", std::move(first_time), {}}, {"second_time", std::move(second_time), {}},
                           {"distance", std::move(distance), {}}, {"interval", std::move(interval), {}}, {"tie", std::move(tie), {}}};
    write_table_file(c.pairs, layer, exec);
}

void run_knox(const KnoxCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    check_output(c.pairs, OutputKind::table);
    const std::size_t least     = c.cumulative ? 1 : 2;
    const auto        distances = parse_breaks(c.distances, "--distances", least, false), intervals = parse_breaks(c.intervals, "--intervals", least, true);
    const EventFile   events = read_events(c.points, c.input, c.time, context.exec);
    KnoxOptions options{.distances = distances, .intervals = intervals, .cumulative = c.cumulative, .distance = c.distance == "manhattan" ? PlaneDistance::manhattan : PlaneDistance::euclidean,
                        .permutations = c.permutations, .seed = context.common.seed, .fdr = corrections.at(c.fdr), .least_expected = c.least_expected};
    for (double& d : options.distances) d /= events.metres_per_unit;
    const KnoxTable table = knox(events.places.view(), events.time.values, options, context.exec);
    if (!c.pairs.empty()) write_pairs(c, events, options, context.exec);
    Json rows = Json::array();
    for (std::size_t d = 0; d < table.distance_classes; ++d) {
        for (std::size_t t = 0; t < table.interval_classes; ++t) rows.push_back(row_of(table, c, d, t, limits_of(distances, c.cumulative, d), limits_of(intervals, c.cumulative, t)));
    }
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, json_table(rows, "knox"), context.exec);
    Json figures{{"n", table.points}, {"missing", table.missing}, {"pairs", table.pairs}, {"same_time_pairs", table.same_time_pairs}, {"distance", c.distance},
                 {"bands", c.cumulative ? "cumulative, d <= s and |dt| <= t" : "half-open, [a, b)"}, {"time_unit", events.time.dates ? "days" : "as the column"},
                 {"permutations", c.permutations}, {"seed", context.common.seed.value}, {"sided", 1}, {"fdr", c.fdr}, {"status", to_string(table.status)}};
    if (!events.metric.empty()) figures["crs"] = events.metric;
    if (table.status != Status::ok) add_note(figures, context, {"有地点和时间的事件不足两起，没有可比的对。", "fewer than two events with place and time: there is no pair to compare"});
    if (context.common.json) figures["rows"] = std::move(rows);
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_knox(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("knox", "Pairs of events close in space and time against random dates (Knox; near repeats)");
    command->group("Toolbox");
    const auto c = std::make_shared<KnoxCommand>();
    command->add_option("POINTS", c->points, "Events: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("--time", c->time, "Column with the time: numbers, or dates (then in days)")->required();
    command->add_option("--distances", c->distances, "Breaks of distance, rising, such as 0,100,500m,2km,inf: half-open bands [a,b) between neighbours")->required();
    command->add_option("--intervals", c->intervals, "Breaks of time, rising, such as 0,7,14,inf (d, w; else the unit of the times): half-open bands [a,b)")->required();
    command->add_option("--distance", c->distance, "euclidean or manhattan (default euclidean)")->check(CLI::IsMember({"euclidean", "manhattan"}));
    command->add_flag("--cumulative", c->cumulative, "Each break s, t is the class d <= s and |dt| <= t instead");
    command->add_option("--permutations", c->permutations, "Random orders of the dates (default 999)")->check(CLI::Range(1U, 10'000'000U));
    command->add_option("--fdr", c->fdr, "Adjusts p over the bands: bh (Benjamini-Hochberg), by (Yekutieli), none (default bh)")->check(CLI::IsMember({"bh", "by", "none"}));
    command->add_option("--least-expected", c->least_expected, "Bands that expect fewer pairs have status too_few and stay out of the FDR (default 0)")->check(CLI::NonNegativeNumber);
    command->add_option("--pairs", c->pairs, "Also write the pairs within the last finite breaks: who came first, by (time, id), and whether that is a tie");
    command->add_option("-o,--output", c->output, "Result: *.csv, ... (default: CSV to standard output)");
    add_input_options(*command, c->input, true, true);
    command->footer("p is one-sided: as many pairs or more under random dates, (1 + b) / (1 + permutations). expected and variance are exact.\n\n"
                    "Example: gapmap knox examples/data/cases.csv --crs EPSG:4490 --time date --distances 0,500m,2km,inf --intervals 0,14,60,inf");
    sink(command, [c](const CommandContext& context) { run_knox(*c, context); });
}

}  // namespace gapmap
