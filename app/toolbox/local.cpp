#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <map>

#include "analysis/local_autocorrelation.h"
#include "analysis/multiplicity.h"
#include "app/commands.h"
#include "app/toolbox/report.h"
#include "app/toolbox/unit_values.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

struct LocalCommand : ValueOptions {
    std::string stat = "moran", output, draws = "shared", fdr = "bh", class_by;
    double      alpha = 0.05;
};

LocalStatistic statistic_of(const std::string& name) {
    if (name == "gi") return LocalStatistic::gi;
    if (name == "gistar") return LocalStatistic::gi_star;
    return name == "geary" ? LocalStatistic::geary : LocalStatistic::moran;
}

FalseDiscovery adjustment_of(const std::string& name) {
    if (name == "none") return FalseDiscovery::none;
    return name == "by" ? FalseDiscovery::benjamini_yekutieli : FalseDiscovery::benjamini_hochberg;
}

constexpr const char* not_significant = "not_significant";

/// The class of a unit that is significant.
const char* class_of(LocalStatistic statistic, double above_expected, std::uint8_t quadrant) {
    constexpr std::array quadrants{not_significant, "high-high", "low-low", "low-high", "high-low"};
    switch (statistic) {
        case LocalStatistic::moran: return quadrants[quadrant];
        case LocalStatistic::gi:
        case LocalStatistic::gi_star: return above_expected > 0 ? "hot" : "cold";
        case LocalStatistic::geary: return above_expected > 0 ? "negative" : quadrant <= 2 ? quadrants[quadrant] : "other-positive";
    }
    return not_significant;
}

Column classes(const std::string& name, const LocalResult& r, LocalStatistic statistic, const std::vector<double>& p, double alpha) {
    Column        out{name, Column::Texts(p.size()), std::vector<bool>(p.size())};
    Column::Texts& texts = std::get<Column::Texts>(out.data);
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (r.status[i] != Status::ok) continue;
        out.valid[i] = true;
        texts[i]     = p[i] <= alpha ? class_of(statistic, r.statistic[i] - r.expected[i], r.quadrant[i]) : not_significant;
    }
    return out;
}

nlohmann::ordered_json counts_of(const Column& classes) {
    std::map<std::string, std::size_t> counts;
    const auto&                        texts = std::get<Column::Texts>(classes.data);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (classes.valid[i]) ++counts[texts[i]];
    }
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (const auto& [name, count] : counts) out[name] = count;
    return out;
}

Column quadrants(const LocalResult& r) {
    Column out{"quadrant", Column::Integers(r.quadrant.begin(), r.quadrant.end()), std::vector<bool>(r.quadrant.size())};
    for (std::size_t i = 0; i < r.quadrant.size(); ++i) out.valid[i] = r.quadrant[i] != 0;
    return out;
}

Column statuses(const LocalResult& r) {
    Column out{"status", Column::Texts(r.status.size()), {}};
    for (std::size_t i = 0; i < r.status.size(); ++i) std::get<Column::Texts>(out.data)[i] = to_string(r.status[i]);
    return out;
}

nlohmann::ordered_json report_of(const LocalCommand& c, const LocalResult& r, const UnitValues& values, bool by_permutation) {
    nlohmann::ordered_json report{{"stat", c.stat}, {"n", r.units}, {"links", r.links}, {"isolates", r.isolates}, {"missing", r.missing}, {"permutations", c.permutations}};
    if (c.permutations > 0) report["draws"] = c.draws;
    report["sided"]   = 2;
    if (c.permutations > 0) report["p_least"] = std::min(1.0, 2.0 / (1.0 + c.permutations));
    report["fdr"]      = c.fdr;
    report["alpha"]    = c.alpha;
    report["class_by"] = by_permutation ? "p_perm" : "p";
    if (statistic_of(c.stat) == LocalStatistic::gi || statistic_of(c.stat) == LocalStatistic::gi_star) report["form"] = r.sums ? "sum" : "share";
    report["status"] = r.undefined == Undefined::no ? "ok" : "undefined";
    if (r.undefined != Undefined::no) report["reason"] = std::string(sentence(r.undefined));
    if (!c.base.empty()) report["values"] = "empirical-Bayes deviates of the rates";
    describe(report, c, values);
    return report;
}

/// A permutation p cannot fall below its least: after adjustment some units must share that least p before one of them can have a class.
void add_resolution(nlohmann::ordered_json& report, const LocalCommand& c, const LocalResult& r, bool by_permutation) {
    if (!by_permutation || c.fdr != "bh" || c.alpha <= 0) return;
    const double needed  = std::ceil(report["p_least"].get<double>() * static_cast<double>(r.units - r.isolates) / c.alpha - 1e-9);
    report["least_units"] = static_cast<std::int64_t>(needed);
    const auto none_but = [](const nlohmann::ordered_json& counts) { return counts.size() == (counts.contains(not_significant) ? 1U : 0U); };
    if (!none_but(report["classes"]) || none_but(report["classes_plain"]) || needed <= 1) return;
    report["notes"].push_back(fmt::format("with {} permutations p is at least {}, so no class survives the adjustment unless {} units have that p; take more --permutations, or --class-by p",
                                          c.permutations, report["p_least"].get<double>(), needed));
}

void run_local(const LocalCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    if (c.class_by == "p_perm" && c.permutations == 0) throw UsageError("--class-by p_perm needs --permutations above 0");
    const LocalStatistic statistic = statistic_of(c.stat);
    UnitValues           values    = read_values(c, statistic == LocalStatistic::gi_star, context.exec);
    LocalResult          r         = local_autocorrelation(values.x, values.weights.weights,
                                                          {.statistic = statistic, .style = c.weights.style_of(), .permutations = c.permutations,
                                                           .draws = c.draws == "separate" ? DrawMode::separate : DrawMode::shared, .seed = context.common.seed}, context.exec);
    values.weights.weights = {};
    const bool by_permutation = c.class_by.empty() ? c.permutations > 0 : c.class_by == "p_perm";
    auto       p_fdr = adjusted_p(r.p, adjustment_of(c.fdr)), p_perm_fdr = adjusted_p(r.p_perm, adjustment_of(c.fdr));
    Column     adjusted = classes("class", r, statistic, by_permutation ? p_perm_fdr : p_fdr, c.alpha);
    Column     plain    = classes("class_plain", r, statistic, by_permutation ? r.p_perm : r.p, c.alpha);
    nlohmann::ordered_json report = report_of(c, r, values, by_permutation);
    report["classes"]             = counts_of(adjusted);
    report["classes_plain"]       = counts_of(plain);
    add_resolution(report, c, r, by_permutation);
    const TableTarget target      = table_target(context, c.output);
    if (target.write) {
        std::vector<Column> added;
        added.push_back({"stat", std::move(r.statistic), {}});
        added.push_back({"expected", std::move(r.expected), {}});
        added.push_back({"variance", std::move(r.variance), {}});
        added.push_back({"z", std::move(r.z), {}});
        added.push_back({"p", std::move(r.p), {}});
        added.push_back({"p_perm", std::move(r.p_perm), {}});
        added.push_back({"p_fdr", std::move(p_fdr), {}});
        added.push_back({"p_perm_fdr", std::move(p_perm_fdr), {}});
        added.push_back(quadrants(r));
        added.push_back(std::move(adjusted));
        added.push_back(std::move(plain));
        added.push_back(statuses(r));
        write_units(target.path, values.units, std::move(added), context.exec);
    }
    print_report(context, report, target.to_stdout);
}

}  // namespace

void register_local(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("local", "Local statistics: which units lie among units like (or unlike) themselves");
    command->group("Toolbox");
    auto c = std::make_shared<LocalCommand>();
    add_value_options(*command, *c, true, "Column with the values, blank: status missing; with --base, the number of cases");
    command->add_option("--stat", c->stat, "moran; gi (neighbours only), gistar (neighbours and the unit itself); geary (default moran)")->check(CLI::IsMember({"moran", "gi", "gistar", "geary"}));
    command->add_option("--draws", c->draws, "Random neighbours of the permutations: shared by all units (fast), or separate for each (default shared)")->check(CLI::IsMember({"shared", "separate"}));
    command->add_option("--fdr", c->fdr, "Adjustment of p for the number of units: bh (Benjamini-Hochberg), by (Benjamini-Yekutieli), none (default bh)")->check(CLI::IsMember({"bh", "by", "none"}));
    command->add_option("--alpha", c->alpha, "Level of the classes (default 0.05)")->check(CLI::Range(0.0, 1.0));
    command->add_option("--class-by", c->class_by, "p or p_perm: which p, adjusted, makes the class (default p_perm, without permutations p)")->check(CLI::IsMember({"p", "p_perm"}));
    command->add_option("-o,--output", c->output, "Result: *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
    command->footer("Every p is two-sided. class_plain is the class before the adjustment.\n\n"
                    "Example: gapmap local examples/data/villages.geojson --field cases --base people --weights queen --stat moran -o local.csv");
    sink(command, [c](const CommandContext& context) { run_local(*c, context); });
}

}  // namespace gapmap
