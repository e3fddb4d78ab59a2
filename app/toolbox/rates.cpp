#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "analysis/empirical_bayes.h"
#include "analysis/weights.h"
#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "app/toolbox/weights.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct RatesCommand {
    std::string input, cases, base, method = "eb", weights, output, id, crs;
};

void run_rates(const RatesCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    const bool local = c.method == "eb-local";
    if (local && c.weights.empty()) throw UsageError("--method eb-local needs --weights (queen, rook or file:PATH)");
    if (!c.crs.empty()) (void)crs_of_option(c.crs, "--crs");
    Layer      layer = read_layer(c.input, {.crs = c.crs}, context.exec);
    const auto cases = count_column(layer, c.cases, c.input), base = count_column(layer, c.base, c.input);
    const EmpiricalBayes global = empirical_bayes(cases, base);
    std::vector<Status>  status = global.status;
    LocalEmpiricalBayes  nearby;
    if (local) {
        nearby = local_empirical_bayes(cases, base, make_weights(c.weights, layer, c.input, c.id, context.exec));
        status = nearby.status;
    }
    Column::Texts status_text;
    for (const Status s : status) status_text.emplace_back(to_string(s));
    add_column(layer, "raw", global.raw);
    if (c.method != "raw") add_column(layer, "eb", global.smoothed);
    if (local) add_column(layer, "eb_local", nearby.smoothed);
    add_column(layer, "status", std::move(status_text));
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, layer, context.exec);
    std::size_t usable = 0;
    for (const Status s : global.status) usable += s == Status::ok ? 1U : 0U;
    const auto of_some = [&](double value) { return usable == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(value); };
    print_report(context, {{"mean", of_some(global.mean)}, {"variance", of_some(global.variance)}, {"n", layer.rows()}, {"used", usable}, {"method", c.method}}, target.to_stdout);
}

}  // namespace

void register_rates(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("rates", "Rates of cases by base, raw and smoothed by empirical Bayes");
    command->group("Toolbox");
    auto c = std::make_shared<RatesCommand>();
    command->add_option("IN", c->input, "Table or layer: anything GDAL opens (PATH or PATH:LAYER), or a CSV file")->required();
    command->add_option("--cases", c->cases, "Column with the number of cases, >= 0")->required();
    command->add_option("--base", c->base, "Column with the number at risk, >= 0; 0 gives status missing")->required();
    command->add_option("--method", c->method, "raw, eb (global prior) or eb-local (prior of each neighbourhood, itself included) (default eb)")
        ->check(CLI::IsMember({"raw", "eb", "eb-local"}));
    command->add_option("--weights", c->weights, "Neighbours for eb-local: queen, rook (polygons that share vertices, edges) or file:PATH (a CSV i,j,w)");
    command->add_option("--id", c->id, "Column that i and j of the weights file speak of (default: id, code, else the row number from 1)");
    command->add_option("--crs", c->crs, "Coordinate system to state in the output where the input states none");
    command->add_option("-o,--output", c->output, "Result: *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
    command->footer("Example: gapmap rates examples/data/villages.geojson --cases cases --base people --method eb-local --weights queen -o rates.csv");
    sink(command, [c](const CommandContext& context) { run_rates(*c, context); });
}

}  // namespace gapmap
