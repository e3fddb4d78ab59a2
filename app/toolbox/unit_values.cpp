#include "app/toolbox/unit_values.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

#include "analysis/autocorrelation.h"
#include "geo/core/error.h"

namespace gapmap {

void add_value_options(CLI::App& command, ValueOptions& options, bool base, const char* field) {
    command.add_option("IN", options.input, "Units: anything GDAL opens (PATH or PATH:LAYER), or a CSV file")->required();
    command.add_option("--field", options.field, field)->required();
    if (base) command.add_option("--base", options.base, "Column with the number at risk: --field then holds cases, and their rates are compared after allowing for unequal bases (empirical Bayes)");
    add_weight_options(command, options.weights);
    command.add_option("--permutations", options.permutations, "Permutations, 0: none (default 999)")->check(CLI::Range(0U, 10'000'000U));
    add_input_options(command, options.in, true, true);
}

std::vector<std::string> notes_on_counts(std::span<const double> cases, std::span<const double> base, const std::string& cases_name, const std::string& base_name) {
    std::vector<std::string> out;
    std::size_t              above = 0, without = 0, with_cases = 0;
    for (std::size_t i = 0; i < base.size(); ++i) {
        above += cases[i] > base[i] ? 1U : 0U;
        without += base[i] == 0 ? 1U : 0U;
        with_cases += cases[i] > 0 && base[i] > 0 ? 1U : 0U;
    }
    if (above > 0) out.push_back(fmt::format("{} of {} units have more cases than base: check that {} counts the people that {} come from", above, base.size(), base_name, cases_name));
    if (without > 0) out.push_back(fmt::format("{} units with a base of 0 have no rate and are left out", without));
    if (with_cases == 0 && without < base.size()) out.push_back("there are no cases, so there is no difference between rates");
    return out;
}

void leave_out_unplaced(std::vector<double>& x, const MadeWeights& weights) {
    for (std::size_t i = 0; i < weights.located.size(); ++i) {
        if (!weights.located[i]) x[i] = std::nan("");
    }
}

UnitValues read_values(const ValueOptions& options, bool allow_self, const Execution& exec) {
    UnitValues out{read_units(options.input, options.in, exec), {}, {}, {}};
    out.x = numbers_of(out.units, options.field, !options.base.empty(), exec);
    if (!options.base.empty()) {
        const std::vector<double> base = numbers_of(out.units, options.base, true, exec);
        out.notes = notes_on_counts(out.x, base, options.field, options.base);
        out.x = empirical_bayes_deviates(out.x, base);
    }
    out.weights = make_weights(options.weights.weights, out.units, options.in, allow_self, exec);
    leave_out_unplaced(out.x, out.weights);
    return out;
}

void describe(nlohmann::ordered_json& report, const ValueOptions& options, const UnitValues& values) {
    report["weights"] = options.weights.weights;
    report["style"]   = options.weights.style;
    if (!values.weights.metric.empty()) report["metric"] = values.weights.metric;
    if (!values.notes.empty()) report["notes"] = values.notes;
}

}  // namespace gapmap
