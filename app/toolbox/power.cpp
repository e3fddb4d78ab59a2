// gapmap power: how large an effect would have to be before these few cases show it.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "analysis/power.h"
#include "app/commands.h"
#include "app/toolbox/report.h"
#include "app/tongue.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct PowerCommand {
    std::int64_t cases = 0;
    double       expected = 0, before = 0, base_ratio = 1;
    PowerOptions options{};
};

Text sentence_of(const Detectable& d, const PowerCommand& c, bool change) {
    const auto one = [](const std::optional<double>& value, const char* none) { return value ? fmt::format("{:.2f}", *value) : std::string(none); };
    const std::string zh = change ? fmt::format("前期预计 {:.4g} 起", c.before) : fmt::format("全部 {} 起，该单位预计 {:.4g} 起", c.cases, c.expected);
    const std::string en = change ? fmt::format("With {:.4g} cases expected before", c.before) : fmt::format("With {} cases in all and {:.4g} expected here", c.cases, c.expected);
    const double share = 100 * c.options.power;
    return {fmt::format("{}：{:.0f} % 把握能看出的最小倍数，升高 {}，降低 {}。", zh, share, one(d.higher, "无（再高也看不出）"), one(d.lower, "无（降到零也看不出）")),
            fmt::format("{}, the smallest rate ratio found {:.0f} times in 100 is {} upwards, {} downwards.", en, share, one(d.higher, "none (no increase is found)"), one(d.lower, "none (not even a fall to zero is found)"))};
}

void run_power(const PowerCommand& c, const CommandContext& context) {
    const bool change = c.before > 0, unit = c.cases > 0 || c.expected > 0;
    if (change == unit) throw UsageError("give one of: --cases N --expected E (a unit among all cases); --before N (a change)");
    if (unit && !(c.expected > 0 && c.expected < static_cast<double>(c.cases))) throw UsageError("--expected: expected a number above 0 and below --cases");
    if (!(c.options.power > c.options.alpha && c.options.power < 1)) throw UsageError("--power: expected a share above --alpha and below 1");
    if (change && c.before > 1e6) throw UsageError("--before: expected at most 1000000; with so many cases every change that matters is found");
    const Detectable d = change ? detectable_change(c.before, c.base_ratio, c.options) : detectable_ratio(c.expected, c.cases, c.options);
    const auto       of = [](const auto& value) { return value ? Json(*value) : Json(); };
    Json figures{{"higher", of(d.higher)}, {"lower", of(d.lower)}, {"power", c.options.power}, {"alpha", c.options.alpha}, {"sided", c.options.sided}, {"tests", c.options.tests}, {"level", d.level}};
    if (unit) figures.update(Json{{"least_high", of(d.least_high)}, {"most_low", of(d.most_low)}});
    const Text sentence = sentence_of(d, c, change);
    if (!context.common.json) {
        fmt::print("{}\n", choose_tongue(context.common.lang, "")(sentence));
        return;
    }
    figures["sentences"] = {{{"zh", sentence.zh}, {"en", sentence.en}}};
    print_report(context, figures, false);
}

}  // namespace

void register_power(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("power", "The smallest rate ratio that this number of cases can show");
    command->group("Toolbox");
    const auto c = std::make_shared<PowerCommand>();
    command->add_option("--cases", c->cases, "All cases of the area");
    command->add_option("--expected", c->expected, "Cases expected in the unit at equal rates");
    command->add_option("--before", c->before, "Instead: cases expected in the period before, for a change");
    command->add_option("--base-ratio", c->base_ratio, "Base now / base before (default 1)")->check(CLI::PositiveNumber);
    command->add_option("--power", c->options.power, "Probability of finding it (default 0.8)");
    command->add_option("--alpha", c->options.alpha, "Level of the test (default 0.05)")->check(CLI::Range(1e-9, 0.5));
    command->add_option("--sided", c->options.sided, "1 or 2 (default 2)")->check(CLI::Range(1, 2));
    command->add_option("--tests", c->options.tests, "Units tested at once: the level is divided by it (default 1)")->check(CLI::Range(1, 100000000));
    command->footer("Example: gapmap power --cases 40 --expected 0.6 --tests 70");
    sink(command, [c](const CommandContext& context) { run_power(*c, context); });
}

}  // namespace gapmap
