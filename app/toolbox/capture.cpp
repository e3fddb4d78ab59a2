// gapmap capture: how many there are, from how two lists of the same households overlap.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/capture.h"
#include "app/commands.h"
#include "app/toolbox/report.h"
#include "app/tongue.h"
#include "data/read/csv_file.h"
#include "data/read/vector_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct CaptureCommand {
    std::string first, second, id = "household_code";
    double      confidence = 0.95;
};

/// What the estimate stands on and no count can show.
const std::array<Text, 2> warnings = {
    Text{"前提：两份名单互不相关。两份名单都容易查到同样的户（好找的户）时，估计值偏低。", "dependence: the lists must be independent; where both find the same easy households, the estimate is too low."},
    Text{"前提：编号完全一致才算同一户。编号写错、漏写而未能对上时，估计值偏高。", "matching errors: a key is equal or it is not; keys that fail to match make the estimate too high."}};

std::vector<std::string> keys_of(const std::string& path, const std::string& id, const Execution& exec) {
    if (!is_csv_name(path)) throw InputError("expected a CSV file", {.source = path});
    const CsvFile file(path, exec);
    return file.texts(file.column(id), exec);
}

/// Three decimals: more would pretend to know more.
double rounded(double value) { return std::round(value * 1e3) / 1e3; }

Json figures_of(const ListMatch& match, const CaptureEstimate& estimate, const CaptureCommand& c, bool exact) {
    const auto value = [&](double x) { return exact ? x : rounded(x); };
    return {{"n1", match.first}, {"n2", match.second}, {"m", match.both}, {"seen", match.seen()},
            {"repeats", {match.first_repeats, match.second_repeats}}, {"without_key", {match.first_without, match.second_without}},
            {"estimate", value(estimate.total)}, {"variance", value(estimate.variance)}, {"unseen", value(estimate.unseen)}, {"confidence", c.confidence},
            {"interval", {value(estimate.log_normal.low), value(estimate.log_normal.high)}}, {"interval_normal", {value(estimate.normal.low), value(estimate.normal.high)}}};
}

void run_capture(const CaptureCommand& c, const CommandContext& context) {
    if (!(c.confidence > 0 && c.confidence < 1)) throw UsageError("--confidence: expected a share between 0 and 1, such as 0.95");
    const ListMatch match    = match_lists(keys_of(c.first, c.id, context.exec), keys_of(c.second, c.id, context.exec));
    if (match.first == 0 || match.second == 0) throw InputError(fmt::format("has no value in column '{}': an empty list says nothing about how many there are", c.id), {.source = match.first == 0 ? c.first : c.second});
    if (match.both == 0) throw InputError(fmt::format("shares no value of column '{}' with the other list: without an overlap nothing can be estimated; are the keys written alike?", c.id), {.source = c.first});
    const auto estimate = chapman(match.first, match.second, match.both, c.confidence);  // two lists that overlap always give one
    Json figures = figures_of(match, estimate.value(), c, context.common.json);
    if (context.common.json) {
        figures["warnings"] = Json::array();
        for (const Text& one : warnings) figures["warnings"].push_back({{"zh", one.zh}, {"en", one.en}});
    }
    print_report(context, figures, false);
    if (context.common.json) return;
    const Tongue t = choose_tongue(context.common.lang, "");
    for (const Text& one : warnings) fmt::print("{}\n", t(one));
}

}  // namespace

void register_capture(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("capture", "How many there are, from the overlap of two lists (Chapman's estimate)");
    command->group("Toolbox");
    const auto c = std::make_shared<CaptureCommand>();
    command->add_option("LIST1", c->first, "A CSV file with a column of keys")->required();
    command->add_option("LIST2", c->second, "Another list of the same population")->required();
    command->add_option("--id", c->id, "Column of the key in both (default: household_code)");
    command->add_option("--confidence", c->confidence, "Of the intervals (default 0.95)");
    command->footer("Example: gapmap capture examples/data/list_officers.csv examples/data/list_grid.csv --id household_code");
    sink(command, [c](const CommandContext& context) { run_capture(*c, context); });
}

}  // namespace gapmap
