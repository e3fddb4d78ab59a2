#include "analysis/autocorrelation.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

#include "analysis/multiplicity.h"
#include "app/commands.h"
#include "app/toolbox/report.h"
#include "app/toolbox/unit_values.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct GlobalCommand : ValueOptions {
    std::string alternative = "greater", field2, sampling = "nonfree";
    double      p = std::nan("");
};

void add_global_options(CLI::App& command, GlobalCommand& c, bool base, const char* field) {
    command.group("Toolbox");
    add_value_options(command, c, base, field);
    command.add_option("--alternative", c.alternative, "greater: more than chance (of Geary's: more alike than chance); less; two-sided (default greater)")->check(CLI::IsMember({"greater", "less", "two-sided"}));
}

Json number(double v) { return std::isfinite(v) ? Json(v) : Json(); }

double normal_p(double z, const std::string& alternative) {
    if (alternative == "two-sided") return std::erfc(std::abs(z) / std::sqrt(2.0));
    return 0.5 * std::erfc((alternative == "greater" ? z : -z) / std::sqrt(2.0));
}

/// `reversed`: low values of the statistic stand for z > 0 (Geary's).
double permutation_p(const GlobalTest& t, std::uint32_t permutations, bool reversed, const std::string& alternative) {
    if (permutations == 0 || t.undefined != Undefined::no) return std::nan("");
    if (alternative == "two-sided") return doubled_p(t.at_least, t.at_most, permutations);
    return rank_p((alternative == "greater") != reversed ? t.at_least : t.at_most, permutations);
}

/// The test's figures under `prefix`.
void add_test(Json& to, const std::string& prefix, const GlobalTest& t, const GlobalCommand& c, bool reversed) {
    to[prefix + "expected"] = number(t.expected);
    to[prefix + "variance"] = number(t.variance);
    to[prefix + "z"]        = number(t.z);
    to[prefix + "p_normal"] = number(normal_p(t.z, c.alternative));
    to[prefix + "p_perm"]   = number(permutation_p(t, c.permutations, reversed, c.alternative));
    if (c.alternative != "two-sided") {
        to[prefix + "p_normal_two_sided"] = number(normal_p(t.z, "two-sided"));
        to[prefix + "p_perm_two_sided"]   = number(permutation_p(t, c.permutations, reversed, "two-sided"));
    }
    if (std::isfinite(t.variance_normality)) {
        to[prefix + "variance_normality"] = t.variance_normality;
        to[prefix + "z_normality"]        = number(t.z_normality);
        to[prefix + "p_normality"]        = number(normal_p(t.z_normality, c.alternative));
    }
    if (t.undefined == Undefined::no && !std::isfinite(t.z)) to[prefix + "reason"] = "every way to lay the values over the units gives the same statistic: z has no value";
    to[prefix + "perm_mean"]     = number(t.permuted_mean);
    to[prefix + "perm_variance"] = number(t.permuted_variance);
}

void add_setting(Json& to, const GlobalTest& t, const GlobalCommand& c, const UnitValues& values) {
    to["variance_under"] = "randomisation";
    to["sided"]          = c.alternative == "two-sided" ? 2 : 1;
    to["alternative"]    = c.alternative;
    to["permutations"]   = c.permutations;
    to["n"]              = t.units;
    to["links"]          = t.links;
    to["isolates"]       = t.isolates;
    to["missing"]        = t.missing;
    to["status"]         = t.undefined == Undefined::no ? "ok" : "undefined";
    if (t.undefined != Undefined::no) to["reason"] = std::string(sentence(t.undefined));
    describe(to, c, values);
}

GlobalOptions options_of(const GlobalCommand& c, const CommandContext& context) { return {c.weights.style_of(), c.permutations, context.common.seed}; }

using Kernel1 = GlobalTest (*)(std::span<const double>, const SpatialWeights&, const GlobalOptions&, const Execution&);

void run_one(const GlobalCommand& c, const CommandContext& context, const char* key, Kernel1 kernel, bool reversed) {
    const UnitValues values = read_values(c, false, context.exec);
    const GlobalTest test   = kernel(values.x, values.weights.weights, options_of(c, context), context.exec);
    Json             report{{key, number(test.statistic)}};
    add_test(report, "", test, c, reversed);
    add_setting(report, test, c, values);
    if (!c.base.empty()) report["values"] = "empirical-Bayes deviates of the rates";
    print_report(context, report, false);
}

void run_lee(const GlobalCommand& c, const CommandContext& context) {
    const UnitValues values = read_values(c, true, context.exec);
    const auto       second = numbers_of(values.units, c.field2, false, context.exec);
    const GlobalTest test   = lee(values.x, second, values.weights.weights, options_of(c, context), context.exec);
    Json             report{{"l", number(test.statistic)}};
    add_test(report, "", test, c, false);
    add_setting(report, test, c, values);
    print_report(context, report, false);
}

void run_join_count(const GlobalCommand& c, const CommandContext& context) {
    const UnitValues values = read_values(c, false, context.exec);
    for (std::size_t i = 0; i < values.x.size(); ++i) {
        const double v = values.x[i];
        if (!std::isnan(v) && v != 0 && v != 1) throw InputError(fmt::format("expected 0 (white) or 1 (black), got {}", v), {c.input, {}, values.units.row_in_file(i), c.field});
    }
    if (c.sampling == "nonfree" && !std::isnan(c.p)) throw UsageError("--p is the chance of black under --sampling free");
    JoinCountOptions options;
    static_cast<GlobalOptions&>(options) = options_of(c, context);
    options.sampling                     = c.sampling == "free" ? Sampling::free : Sampling::nonfree;
    options.p                            = c.p;
    const JoinCounts counts = join_counts(values.x, values.weights.weights, options, context.exec);
    Json             report;
    for (const auto& [key, test] : {std::pair{"bb", &counts.bb}, {"bw", &counts.bw}, {"ww", &counts.ww}}) report[key] = number(test->statistic);
    for (const auto& [key, test] : {std::pair{"bb_", &counts.bb}, {"bw_", &counts.bw}, {"ww_", &counts.ww}}) add_test(report, key, *test, c, false);
    report["black"]    = counts.black;
    report["white"]    = counts.white;
    report["sampling"] = c.sampling;
    add_setting(report, counts.bb, c, values);
    print_report(context, report, false);
}

void register_one(CLI::App& parent, const CommandSink& sink, const char* name, const char* key, const char* about, bool base, const char* footer, Kernel1 kernel, bool reversed) {
    CLI::App* command = parent.add_subcommand(name, about);
    auto      c       = std::make_shared<GlobalCommand>();
    add_global_options(*command, *c, base, base ? "Column with the values; with --base, the number of cases" : "Column with the values; blank: left out");
    command->footer(footer);
    sink(command, [c, key, kernel, reversed](const CommandContext& context) { run_one(*c, context, key, kernel, reversed); });
}

}  // namespace

void register_moran(CLI::App& parent, const CommandSink& sink) {
    register_one(parent, sink, "moran", "i", "Moran's I: whether neighbours are alike, over the whole map", true,
                 "Example: gapmap moran examples/data/villages.geojson --field cases --base people --weights queen", moran, false);
}
void register_geary(CLI::App& parent, const CommandSink& sink) {
    register_one(parent, sink, "geary", "c", "Geary's C: how much neighbours differ, over the whole map", true,
                 "z > 0: neighbours are more alike than chance makes them (C < 1).\n\nExample: gapmap geary examples/data/villages.geojson --field cases --weights queen", geary, true);
}
void register_general_g(CLI::App& parent, const CommandSink& sink) {
    register_one(parent, sink, "general-g", "g", "Getis-Ord general G: whether high or low values lie together, over the whole map", false,
                 "Values must be 0 or more.\n\nExample: gapmap general-g examples/data/villages.geojson --field cases --weights queen --style B", general_g, false);
}
void register_join_count(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("join-count", "Join counts: how often black (1) and white (0) units are neighbours");
    auto      c       = std::make_shared<GlobalCommand>();
    add_global_options(*command, *c, false, "Column of 0 and 1; blank: left out");
    command->add_option("--sampling", c->sampling, "nonfree: as many black units as there are, anywhere; free: each unit black by chance (default nonfree)")->check(CLI::IsMember({"nonfree", "free"}));
    command->add_option("--p", c->p, "Chance of black under free sampling (default: the share of black units)")->check(CLI::Range(0.0, 1.0));
    command->footer("Counts are halves of sums of weights: with --style B, numbers of joins.\n\nExample: gapmap join-count examples/data/grid_units.csv --field hot --weights knn:4 --style B --metric none");
    sink(command, [c](const CommandContext& context) { run_join_count(*c, context); });
}
void register_lee(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("lee", "Lee's L: whether two values go together in space");
    auto      c       = std::make_shared<GlobalCommand>();
    add_global_options(*command, *c, false, "Column with the first value; a unit needs both");
    command->add_option("--field2,--with", c->field2, "Column with the second value")->required();
    command->footer("Example: gapmap lee examples/data/villages.geojson --field cases --field2 people --weights queen");
    sink(command, [c](const CommandContext& context) { run_lee(*c, context); });
}

}  // namespace gapmap
