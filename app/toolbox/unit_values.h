#pragma once
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "app/toolbox/inputs.h"
#include "app/toolbox/units.h"
#include "app/toolbox/weights.h"

namespace CLI {
class App;
}

namespace gapmap {

/// What the commands of autocorrelation share: units, a value each, weights.
struct ValueOptions {
    std::string   input, field, base;
    std::uint32_t permutations = 999;
    InputOptions  in;
    WeightOptions weights;
};
/// Adds IN, --field, --base where asked, --weights, --style, --permutations and the options of inputs.
void add_value_options(CLI::App& command, ValueOptions& options, bool base, const char* field);

struct UnitValues {
    UnitFile                 units;
    std::vector<double>      x;  ///< NaN: no value, or no place where the weights need one
    MadeWeights              weights;
    std::vector<std::string> notes;
};
/// Reads them. With --base, x are the empirical-Bayes deviates of the rates. Throws InputError, UsageError.
[[nodiscard]] UnitValues read_values(const ValueOptions& options, bool allow_self, const Execution& exec);

/// What counts and bases give cause to doubt or leave out: more cases than base, bases of 0, no case at all.
[[nodiscard]] std::vector<std::string> notes_on_counts(std::span<const double> cases, std::span<const double> base, const std::string& cases_name, const std::string& base_name);

/// A value of a unit without place is none.
void leave_out_unplaced(std::vector<double>& x, const MadeWeights& weights);

/// Weights, style, metric, notes into a report.
void describe(nlohmann::ordered_json& report, const ValueOptions& options, const UnitValues& values);

}  // namespace gapmap
