// gapmap mantel: do events that are near in space come near in time?
#include "analysis/mantel.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/toolbox/events.h"
#include "app/toolbox/report.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct MantelCommand {
    std::string   points, time, distance = "euclidean", transform = "none", distance_constant = "1";
    double        interval_constant = 1;
    std::uint32_t permutations      = 999;
    InputOptions  input;
};

void run_mantel(const MantelCommand& c, const CommandContext& context) {
    const double    constant = parse_distance_m(c.distance_constant, "--distance-constant");
    const EventFile events   = read_events(c.points, c.input, c.time, context.exec);
    const bool      reciprocal = c.transform == "reciprocal";
    const MantelResult m = mantel(events.places.view(), events.time.values,
                                  {.distance = c.distance == "manhattan" ? PlaneDistance::manhattan : PlaneDistance::euclidean, .reciprocal = reciprocal,
                                   .distance_constant = constant / events.metres_per_unit, .interval_constant = c.interval_constant, .permutations = c.permutations, .seed = context.common.seed},
                                  context.exec);
    const bool none = m.status == Status::missing;
    Json figures{{"n", m.points}, {"missing", m.missing}, {"pairs", m.pairs}, {"sum", none ? Json() : Json(m.sum)}, {"expected", none ? Json() : Json(m.expected)},
                 {"variance", none ? Json() : Json(m.variance)}, {"z", finite_or_null(m.z)}, {"r", finite_or_null(m.r)}, {"p", finite_or_null(m.p_high)}, {"p_low", finite_or_null(m.p_low)},
                 {"sided", 1}, {"permutations", c.permutations}, {"seed", context.common.seed.value}, {"distance", c.distance}, {"transform", c.transform}};
    if (reciprocal) {
        figures["distance_constant"] = constant;
        figures["interval_constant"] = c.interval_constant;
    }
    figures["time_unit"] = events.time.dates ? "days" : "as the column";
    if (!events.metric.empty()) figures["crs"] = events.metric;
    figures["status"] = to_string(m.status);
    if (none) add_note(figures, context, {"有地点和时间的事件不足两起，没有可比的对。", "fewer than two events with place and time: there is no pair to compare"});
    else if (m.status != Status::ok) add_note(figures, context, {"所有距离或所有间隔都相同，任何次序结果一样，无从检验。", "all distances or all intervals are equal: no order of the dates could differ, so there is nothing to test"});
    print_report(context, figures, false);
}

}  // namespace

void register_mantel(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("mantel", "Whether events near in space come near in time, over all pairs (Mantel's test)");
    command->group("Toolbox");
    const auto c = std::make_shared<MantelCommand>();
    command->add_option("POINTS", c->points, "Events: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("--time", c->time, "Column with the time: numbers, or dates (then in days)")->required();
    command->add_option("--distance", c->distance, "euclidean or manhattan (default euclidean)")->check(CLI::IsMember({"euclidean", "manhattan"}));
    command->add_option("--transform", c->transform, "none: d times |dt|; reciprocal: 1 / (d + c) times 1 / (|dt| + c), near pairs weigh most (default none)")->check(CLI::IsMember({"none", "reciprocal"}));
    command->add_option("--distance-constant", c->distance_constant, "c of distances, a distance (default 1m, with --metric none 1 unit)");
    command->add_option("--interval-constant", c->interval_constant, "c of intervals, in days or the unit of the times (default 1)")->check(CLI::PositiveNumber);
    command->add_option("--permutations", c->permutations, "Random orders of the dates (default 999)")->check(CLI::Range(1U, 10'000'000U));
    add_input_options(*command, c->input, true, false);
    command->footer("p is one-sided: a sum as large or larger under random dates. r is the correlation over pairs.\n\n"
                    "Example: gapmap mantel examples/data/cases.csv --crs EPSG:4490 --time date --transform reciprocal --distance-constant 100m --interval-constant 1");
    sink(command, [c](const CommandContext& context) { run_mantel(*c, context); });
}

}  // namespace gapmap
