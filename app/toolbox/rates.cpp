#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "analysis/empirical_bayes.h"
#include "analysis/weights.h"
#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/rates_columns.h"
#include "app/toolbox/report.h"
#include "app/toolbox/unit_values.h"
#include "app/toolbox/weights.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct RatesCommand {
    std::string  input, cases, base, method = "eb", weights, output, strata, standard;
    InputOptions in;
    RatesExtras  extras;
};

void check_rates(const RatesCommand& c) {
    check_output(c.output, OutputKind::table);
    if (!(c.extras.confidence > 0 && c.extras.confidence < 1)) throw UsageError("--confidence: expected a share between 0 and 1, such as 0.95");
    if (c.method == "eb-local" && c.weights.empty()) throw UsageError("--method eb-local needs --weights (queen, rook, knn:K, band:D, inverse:D or file:PATH)");
    const bool by_strata = c.method == "direct" || c.method == "indirect";
    if (by_strata && c.strata.empty()) throw UsageError(fmt::format("--method {} needs --strata: the column that names the stratum of a row", c.method));
    if (!by_strata && !(c.strata.empty() && c.standard.empty())) throw UsageError("--strata and --standard go with --method direct or indirect");
    if (by_strata && (c.extras.funnel || c.extras.ranks)) throw UsageError("--funnel and --ranks go with one row a unit, not with --strata");
}

void run_strata(const RatesCommand& c, const CommandContext& context) {
    nlohmann::ordered_json figures;
    const Layer            layer  = standardised_rates({c.input, c.cases, c.base, c.strata, c.standard, c.in.id, c.method == "direct", c.extras.confidence}, figures, context.exec);
    const TableTarget      target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, layer, context.exec);
    print_report(context, figures, target.to_stdout);
}

/// Of the layer that was read; a CSV file's places are in columns, which its layer does not know.
SpatialWeights neighbours(const RatesCommand& c, const Layer& layer, const Execution& exec) {
    if (!is_csv_name(c.input)) return make_weights(c.weights, UnitFile{c.input, nullptr, layer}, c.in, true, exec).weights;
    return make_weights(c.weights, read_units(c.input, c.in, exec), c.in, true, exec).weights;
}

void run_rates(const RatesCommand& c, const CommandContext& context) {
    check_rates(c);
    if (!c.strata.empty()) return run_strata(c, context);
    const bool local = c.method == "eb-local";
    if (!c.in.crs.empty()) (void)crs_of_option(c.in.crs, "--crs");
    Layer      layer = read_layer(c.input, {.crs = c.in.crs}, context.exec);
    const auto cases = count_column(layer, c.cases, c.input), base = count_column(layer, c.base, c.input);
    const EmpiricalBayes global = empirical_bayes(cases, base);
    std::vector<Status>  status = global.status;
    LocalEmpiricalBayes  nearby;
    if (local) {
        nearby = local_empirical_bayes(cases, base, neighbours(c, layer, context.exec));
        status = nearby.status;
    }
    Column::Texts status_text;
    for (const Status s : status) status_text.emplace_back(to_string(s));
    add_column(layer, "raw", global.raw);
    if (local || c.method == "eb") add_column(layer, "eb", global.smoothed);
    if (local) add_column(layer, "eb_local", nearby.smoothed);
    std::size_t usable = 0;
    for (const Status s : global.status) usable += s == Status::ok ? 1U : 0U;
    const auto of_some = [&](double value) { return usable == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(value); };
    nlohmann::ordered_json figures{{"mean", of_some(global.mean)}, {"variance", of_some(global.variance)}, {"n", layer.rows()}, {"used", usable}, {"method", c.method}};
    if (local) figures["weights"] = c.weights;
    figures["status"] = to_string(usable == 0 ? Status::missing : Status::ok);
    if (usable == 0) figures["reason"] = "no row has both a number of cases and a base above 0";
    if (auto notes = notes_on_counts(cases, base, c.cases, c.base); !notes.empty()) figures["notes"] = std::move(notes);
    RatesExtras extras   = c.extras;
    extras.excess        = c.method == "excess";
    extras.freeman_tukey = c.method == "freeman-tukey";
    extras.seed          = context.common.seed;
    add_rates_extras(layer, figures, cases, base, extras, context.exec);
    add_column(layer, "status", std::move(status_text));
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, layer, context.exec);
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_rates(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("rates", "Rates of cases by base, raw and smoothed by empirical Bayes");
    command->group("Toolbox");
    auto c = std::make_shared<RatesCommand>();
    command->add_option("IN", c->input, "Table or layer: anything GDAL opens (PATH or PATH:LAYER), or a CSV file")->required();
    command->add_option("--cases", c->cases, "Column with the number of cases, >= 0")->required();
    command->add_option("--base", c->base, "Column with the number at risk, >= 0; 0 gives status missing")->required();
    command->add_option("--method", c->method, "raw; eb (empirical Bayes, global prior), eb-local (prior of each neighbourhood, itself included); excess (ratio to expected with exact interval, "
                                               "probability map); freeman-tukey; direct, indirect (standardised by --strata) (default eb)")
        ->check(CLI::IsMember({"raw", "eb", "eb-local", "excess", "freeman-tukey", "direct", "indirect"}));
    command->add_flag("--funnel", c->extras.funnel, "Add funnel limits (95 % and 99.8 %), stretched where the units are over-dispersed");
    command->add_flag("--ranks", c->extras.ranks, "Add each unit's mean rank (1 = highest rate) and its interval, from draws of gamma posteriors");
    command->add_option("--draws", c->extras.draws, "Draws for --ranks (default 999)")->check(CLI::Range(99U, 100000U));
    command->add_option("--confidence", c->extras.confidence, "Of intervals (default 0.95)");
    command->add_option("--per", c->extras.per, "Base that a Freeman-Tukey rate is given for (default 1000)")->check(CLI::PositiveNumber);
    command->add_option("--strata", c->strata, "direct, indirect: IN has a row a unit (--id) and stratum, this column names the stratum");
    command->add_option("--standard", c->standard, "direct: base of each stratum, indirect: rate of each stratum; a column of IN, or FILE[:COLUMN] with the strata in a column of the same "
                                                   "name (default COLUMN: standard, rate; default standard: all units together)");
    command->add_option("--weights", c->weights, "Neighbours for eb-local: queen, rook (polygons that share a vertex, an edge), knn:K, band:D, inverse:D (by area centroids or points) or file:PATH (*.gal, *.gwt, or a CSV i,j,w)");
    add_input_options(*command, c->in, true, true);
    command->add_option("-o,--output", c->output, "Result: *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
    command->footer("Example: gapmap rates examples/data/villages.geojson --cases cases --base people --method eb-local --weights queen -o rates.csv");
    sink(command, [c](const CommandContext& context) { run_rates(*c, context); });
}

}  // namespace gapmap
