#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "analysis/scan.h"
#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/report.h"
#include "app/toolbox/scan_input.h"
#include "data/write/table_file.h"
#include "geo/core/day.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct ScanCommand {
    std::string   input, model = "poisson", side = "high", shape = "circle", penalty = "none", max_radius, secondary = "plain", output;
    ScanColumns   columns;
    InputOptions  input_options;
    double        max_share = 0.5;
    std::int64_t  min_cases = 2;
    std::uint32_t replications = 999;
    bool          prospective = false, gini = false;
};

ScanModel model_of(const std::string& text) { return text == "poisson" ? ScanModel::poisson : text == "bernoulli" ? ScanModel::bernoulli : ScanModel::permutation; }
ScanSide  side_of(const std::string& text) { return text == "high" ? ScanSide::high : text == "low" ? ScanSide::low : ScanSide::both; }

void check_usage(const ScanCommand& c) {
    const bool permutation = c.model == "st-permutation", bernoulli = c.model == "bernoulli";
    if (permutation && c.columns.time.empty()) throw UsageError("--model st-permutation needs --time: it compares places over time");
    if (permutation && (!c.columns.base.empty() || !c.columns.controls.empty())) throw UsageError("--model st-permutation takes no base: what it expects comes from the cases alone");
    if (!permutation && c.columns.cases.empty()) throw UsageError("--cases is missing: the column with the number of cases");
    if (!permutation && c.columns.base.empty() && c.columns.controls.empty()) throw UsageError("--base is missing: the column with the number at risk (Bernoulli: cases and controls, or --controls)");
    if (!c.columns.controls.empty() && (!bernoulli || !c.columns.base.empty())) throw UsageError("--controls goes with --model bernoulli and without --base");
    if (!c.columns.strata.empty() && c.model != "poisson") throw UsageError("--strata goes with --model poisson: only expected counts can be standardised");
    if (c.columns.time.empty() && (c.prospective || !c.columns.time_step.empty() || !c.columns.period.empty())) throw UsageError("--prospective, --time-step and --period need --time");
    if (c.penalty != "none" && c.shape != "ellipse") throw UsageError("--penalty goes with --shape ellipse");
    if (c.gini && c.secondary == "sequential") throw UsageError("--gini and --secondary sequential exclude each other");
    if (c.gini && !c.columns.time.empty()) throw UsageError("--gini is for purely spatial scans; leave out --time");
}

double chord(double arc) { return arc >= std::numbers::pi * scan_sphere_m ? 2 * scan_sphere_m : 2 * scan_sphere_m * std::sin(arc / (2 * scan_sphere_m)); }
double arc(double chord) { return 2 * scan_sphere_m * std::asin(std::min(1.0, chord / (2 * scan_sphere_m))); }

/// A distance in the units of the coordinates: metres, except where numbers are used as they are.
double radius_of(const std::string& text, const ScanCommand& c) {
    if (text.empty()) return 0;
    const double radius = parse_distance_m(text, "--max-radius");
    if (c.input_options.as_is() && text.find_first_of("km") != std::string::npos) throw UsageError(fmt::format("--max-radius {}: with --metric none distances are in the units of the coordinates; leave the unit out", text));
    return radius;
}

ScanOptions options_of(const ScanCommand& c, const ScanTable& table, const CommandContext& context) {
    ScanOptions o;
    o.model        = model_of(c.model);
    o.side         = side_of(c.side);
    o.max_share    = c.max_share;
    o.max_radius   = radius_of(c.max_radius, c);
    if (table.on_sphere() && o.max_radius > 0) o.max_radius = chord(o.max_radius);
    o.ellipses     = c.shape == "ellipse";
    o.penalty      = c.penalty == "none" ? 0 : c.penalty == "medium" ? 0.5 : 1;
    o.prospective  = c.prospective;
    o.min_cases    = c.min_cases;
    o.replications = c.replications;
    o.seed         = context.common.seed;
    o.sequential   = c.secondary == "sequential";
    o.gini         = c.gini;
    if (table.axis) {
        o.max_intervals = table.axis->longest(c.columns.max_time_share);
        if (o.max_intervals == 0) throw UsageError(fmt::format("--max-time-share {}: the period of {} steps of {} leaves no window", c.columns.max_time_share, table.intervals(), to_string(table.axis->step)));
    }
    if (o.ellipses && table.on_sphere()) throw UsageError("--shape ellipse needs a plane: give --metric EPSG:... (a projected system), or --metric none");
    return o;
}

nlohmann::ordered_json number_or_null(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(); }

nlohmann::ordered_json id_of(const ScanTable& table, std::size_t place) {
    const Column& ids = table.ids.front();
    if (const auto* numbers = std::get_if<Column::Integers>(&ids.data)) return (*numbers)[place];
    return ids.text(place);
}

nlohmann::ordered_json time_of(const TimeAxis& axis, std::int64_t day) {
    if (!axis.is_calendar()) return day;
    return to_string(Day{static_cast<std::int32_t>(day)});
}

double radius_shown(const ScanTable& table, double radius) { return table.on_sphere() ? arc(radius) : radius; }

nlohmann::ordered_json cluster_json(const ScanTable& table, const ScanCommand& c, const ScanCluster& k) {
    nlohmann::ordered_json members = nlohmann::ordered_json::array();
    double                 population = 0;
    for (const std::uint32_t place : k.members) {
        members.push_back(id_of(table, place));
        population += table.population.empty() ? 0 : table.population[place];
    }
    nlohmann::ordered_json out{{"members", members}, {"centre", id_of(table, k.centre)}, {"centre_x", table.x[k.centre]}, {"centre_y", table.y[k.centre]}, {"radius", radius_shown(table, k.radius)}};
    if (c.shape == "ellipse") {
        out["ellipse_shape"] = k.shape;
        out["ellipse_angle"] = k.angle;
    }
    out["observed"]          = k.observed;
    out["expected"]          = k.expected;
    out["observed_expected"] = number_or_null(static_cast<double>(k.observed) / k.expected);
    out["relative_risk"]     = number_or_null(k.relative_risk);
    if (c.model != "st-permutation") out["population"] = population;
    out["llr"]      = k.llr;
    out["p"]        = k.p;
    out["p_gumbel"] = number_or_null(k.p_gumbel);
    out["start"]    = table.axis ? time_of(*table.axis, table.axis->bounds[k.first]) : nlohmann::ordered_json();
    out["end"]      = table.axis ? time_of(*table.axis, table.axis->bounds[k.last + 1] - 1) : nlohmann::ordered_json();
    if (c.prospective) {
        // How often a window as good comes up where nothing happens and each step is looked at once.
        out["recurrence_steps"] = 1 / k.p;
        if (table.axis->step.unit == TimeUnit::day) out["recurrence_days"] = static_cast<double>(table.axis->step.length) / k.p;
    }
    return out;
}

nlohmann::ordered_json figures_of(const ScanCommand& c, const ScanTable& table, const ScanOptions& options, const ScanResult& result) {
    nlohmann::ordered_json clusters = nlohmann::ordered_json::array();
    for (const ScanCluster& k : result.clusters) clusters.push_back(cluster_json(table, c, k));
    nlohmann::ordered_json out{{"clusters", clusters}, {"n", table.places()}, {"positions", result.places}, {"cases", result.cases}};
    if (c.model != "st-permutation") out["base"] = std::accumulate(table.population.begin(), table.population.end(), 0.0);
    out["status"] = to_string(result.status);
    if (!result.reason.empty()) out["reason"] = result.reason;
    out["model"]     = c.model;
    out["scan"]      = c.side;
    out["sided"]     = options.side == ScanSide::both ? 2 : 1;
    out["shape"]     = c.shape;
    if (c.shape == "ellipse") out["penalty"] = c.penalty;
    out["max_share"] = c.max_share;
    if (!c.max_radius.empty()) out["max_radius"] = radius_of(c.max_radius, c);
    out["min_cases"]    = c.min_cases;
    out["distance"]     = table.on_sphere() ? "great circle, sphere of 6367 km" : "planar";
    out["crs"]          = table.on_sphere() ? table.crs : table.metric;
    out["strata"]       = c.columns.strata;
    if (table.axis) {
        out["intervals"]      = table.intervals();
        out["time_step"]      = to_string(table.axis->step);
        out["period"]         = {time_of(*table.axis, table.axis->bounds.front()), time_of(*table.axis, table.axis->bounds.back() - 1)};
        out["max_time_share"] = c.columns.max_time_share;
        out["max_intervals"]  = options.max_intervals;
        out["prospective"]    = c.prospective;
        out["outside_period"] = table.outside_period;
    }
    out["secondary"]    = c.gini ? "gini" : c.secondary;
    if (c.gini) {
        out["gini"]       = result.gini;
        out["gini_share"] = result.gini_share;
    }
    out["permutations"]        = c.replications;
    out["seed"]                = options.seed.value;
    out["rows"]                = table.rows;
    out["without_place"]       = table.without_place;
    out["cases_without_place"] = table.cases_without_place;
    return out;
}

/// One row a member, points in the input's coordinates.
Layer members_layer(const ScanTable& table, const ScanCommand& c, const ScanResult& result) {
    Column::Integers         rank, observed;
    Column::Texts            id, centre, start, end;
    Column::Reals            radius, expected, risk, llr, p, gumbel;
    std::vector<bool>        has_risk, has_gumbel;
    Points<Planar>           points;
    const auto               text = [&](std::size_t place) { return table.ids.front().text(place); };
    for (std::size_t k = 0; k < result.clusters.size(); ++k) {
        const ScanCluster& cluster = result.clusters[k];
        for (const std::uint32_t place : cluster.members) {
            rank.push_back(static_cast<std::int64_t>(k) + 1);
            id.push_back(text(place));
            centre.push_back(text(cluster.centre));
            radius.push_back(radius_shown(table, cluster.radius));
            observed.push_back(cluster.observed);
            expected.push_back(cluster.expected);
            risk.push_back(cluster.relative_risk);
            has_risk.push_back(std::isfinite(cluster.relative_risk));
            llr.push_back(cluster.llr);
            p.push_back(cluster.p);
            gumbel.push_back(cluster.p_gumbel);
            has_gumbel.push_back(std::isfinite(cluster.p_gumbel));
            const auto day = [&](std::int64_t d) { const auto t = time_of(*table.axis, d); return t.is_string() ? t.get<std::string>() : t.dump(); };
            start.push_back(table.axis ? day(table.axis->bounds[cluster.first]) : "");
            end.push_back(table.axis ? day(table.axis->bounds[cluster.last + 1] - 1) : "");
            points.push_back({table.x[place], table.y[place]});
        }
    }
    Layer out{"clusters", {}, {}, table.crs};
    out.table.columns = {{"cluster", rank, {}}, {table.ids.front().name, id, {}}, {"centre", centre, {}}, {"radius", radius, {}}, {"observed", observed, {}}, {"expected", expected, {}},
                         {"relative_risk", risk, has_risk}, {"llr", llr, {}}, {"p", p, {}}, {"p_gumbel", gumbel, has_gumbel}};
    if (table.axis) {
        out.table.columns.push_back({"start", start, {}});
        out.table.columns.push_back({"end", end, {}});
    }
    if (c.input_options.as_is() || table.crs.empty() || !table.on_sphere()) out.geometry = points;
    else out.geometry = Points<Lonlat>{points.x, points.y};
    return out;
}

void run_scan(const ScanCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    check_usage(c);
    (void)radius_of(c.max_radius, c);
    const ScanTable   table   = read_scan_table(c.input, c.columns, model_of(c.model), c.input_options, context.exec);
    const ScanOptions options = options_of(c, table, context);
    const ScanResult  result  = scan(table.view(), options, context.exec);
    const TableTarget target  = table_target(context, c.output);
    if (target.write) write_table_file(target.path, members_layer(table, c, result), context.exec);
    auto figures = figures_of(c, table, options, result);
    if (!context.common.json) figures["clusters"] = result.clusters.size();  // the table tells of each
    print_report(context, figures, target.to_stdout);
}

void add_scan_options(CLI::App& command, ScanCommand& c) {
    command.add_option("IN", c.input, "Table, points or polygons (placed by their centroid): anything GDAL opens (PATH or PATH:LAYER), or a CSV file. Rows with one id are one place")->required();
    command.add_option("--cases", c.columns.cases, "Column with the number of cases, whole numbers >= 0 (st-permutation: default 1 a row)");
    command.add_option("--base", c.columns.base, "Column with the number at risk; for bernoulli cases and controls together");
    command.add_option("--controls", c.columns.controls, "Column with the number of controls, instead of --base (bernoulli)");
    add_input_options(command, c.input_options, true, true);
    command.add_option("--model", c.model, "poisson, bernoulli or st-permutation (default poisson)")->check(CLI::IsMember({"poisson", "bernoulli", "st-permutation"}));
    command.add_option("--scan", c.side, "high, low or both (default high)")->check(CLI::IsMember({"high", "low", "both"}));
    command.add_option("--shape", c.shape, "circle or ellipse (default circle): ellipses 1.5, 2, 3, 4, 5 times as long as wide, at 4, 6, 9, 12, 15 angles, besides circles")->check(CLI::IsMember({"circle", "ellipse"}));
    command.add_option("--penalty", c.penalty, "none, medium or strong (default none): an ellipse's ratio times (4 s / (s + 1)^2)^0, 0.5 or 1")->check(CLI::IsMember({"none", "medium", "strong"}));
    const auto share = CLI::Validator([](const std::string& text) { double v = 0; return CLI::detail::lexical_cast(text, v) && v > 0 && v <= 1 ? "" : fmt::format("expected a share above 0 and up to 1, got '{}'", text); }, "", "share");
    command.add_option("--max-share", c.max_share, "Largest window, as a share of all that is expected (default 0.5)")->check(share);
    command.add_option("--max-radius", c.max_radius, "Largest window, as a distance such as 5km; of an ellipse its shorter half-axis (default: no limit)");
    command.add_option("--min-cases", c.min_cases, "Least number of cases in a window with a high rate (default 2)")->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31));
    command.add_option("--strata", c.columns.strata, "Columns that split cases and base, such as age,sex: expected counts are standardised (poisson)")->delimiter(',');
    command.add_option("--time", c.columns.time, "Column with the time of cases and base: YYYY, YYYY-MM, YYYY-MM-DD, or whole numbers. Makes the scan one of space and time");
    command.add_option("--time-step", c.columns.time_step, "Length of an interval: 1d, 2w, 1m, 1y; a number for times that are numbers (default: one unit of the times as given)");
    command.add_option("--period", c.columns.period, "START,END of the study, both inside (default: first to last time of a row with cases)");
    command.add_option("--max-time-share", c.columns.max_time_share, "Longest window, as a share of the period (default 0.5)")->check(share);
    command.add_flag("--base-by-interval", c.columns.base_by_interval, "A base belongs to the interval of its row (default: a population on a day, with straight lines between days)");
    command.add_flag("--prospective", c.prospective, "Only windows that last until the end");
    command.add_option("--permutations", c.replications, "Replications of the null (default 999)")->check(CLI::Range(1U, 10'000'000U));
    command.add_option("--secondary", c.secondary, "plain: further clusters against the same null; sequential: each after the better ones are taken out, while p <= 0.05, ten at most (default plain)")->check(CLI::IsMember({"plain", "sequential"}));
    command.add_flag("--gini", c.gini, "Of the sets of clusters under several largest windows, the one with the largest Gini coefficient");
    command.add_option("-o,--output", c.output, "Result, one row a member: *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
}

}  // namespace

void register_scan(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("scan", "Clusters of cases in space, or space and time: scan statistics");
    command->group("Toolbox");
    auto c = std::make_shared<ScanCommand>();
    add_scan_options(*command, *c);
    command->footer("Example: gapmap scan examples/data/villages.geojson --cases cases --base people -o clusters.csv");
    sink(command, [c](const CommandContext& context) { run_scan(*c, context); });
}

}  // namespace gapmap
