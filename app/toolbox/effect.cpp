// gapmap effect: did a measure do anything? Before and after with control areas, or a series that was interrupted.
#include "app/toolbox/effect.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

#include "app/commands.h"
#include "app/toolbox/report.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

void run_effect(const EffectCommand& c, const CommandContext& context) {
    if (!(c.confidence > 0 && c.confidence < 1)) throw UsageError("--confidence: expected a share between 0 and 1, such as 0.95");
    EffectAnswer answer = c.method == "wdd" ? answer_displacement(c, context) : answer_interrupted(c, context);
    if (context.common.json) {
        answer.figures["sentences"] = nlohmann::ordered_json::array();
        for (const Text& one : answer.sentences) answer.figures["sentences"].push_back({{"zh", one.zh}, {"en", one.en}});
        return print_report(context, answer.figures, false);
    }
    const Tongue t = choose_tongue(context.common.lang, "");
    for (const Text& one : answer.sentences) fmt::print("{}\n", t(one));
}

void add_wdd_options(CLI::App& command, EffectCommand& c) {
    command.add_option("--treated", c.treated, "wdd: BEFORE,AFTER counts of the treated areas, instead of points")->group("Before and after");
    command.add_option("--control", c.control, "wdd: BEFORE,AFTER of the control areas; its: column of the counts of a series without the measure")->group("Before and after");
    command.add_option("--displacement", c.displacement, "wdd: BEFORE,AFTER around the treated areas")->group("Before and after");
    command.add_option("--displacement-control", c.displacement_control, "wdd: BEFORE,AFTER around the control areas")->group("Before and after");
    command.add_option("--role", c.role, "wdd: column of SITES that holds treated or control (default role)")->group("Before and after");
    command.add_option("--radius", c.radius, "wdd: how far a site's own area reaches, inclusive")->group("Before and after");
    command.add_option("--ring", c.ring, "wdd: how far the ring around it reaches, inclusive (default: no ring)")->group("Before and after");
    command.add_option("--from", c.from, "wdd: first day (default: as long before --start as the cases go on after it)")->group("Before and after");
    command.add_option("--to", c.to, "wdd: last day (default likewise)")->group("Before and after");
}

void add_its_options(CLI::App& command, EffectCommand& c) {
    command.add_option("--cases", c.cases, "its: column of the counts, a row a step of time")->group("Interrupted series");
    command.add_option("--base", c.base, "its: column of the people or days at risk")->group("Interrupted series");
    command.add_option("--control-base", c.control_base, "its: the same of the control series")->group("Interrupted series");
    command.add_option("--period", c.period, "its: steps of a season, 12 for months, 52.18 for weeks (default: no season)")->check(CLI::NonNegativeNumber)->group("Interrupted series");
    command.add_option("--harmonics", c.harmonics, "its: pairs of sine and cosine of the season (default 2)")->check(CLI::Range(1, 6))->group("Interrupted series");
    command.add_option("--family", c.family, "its: quasi-poisson or nb (default quasi-poisson)")->check(CLI::IsMember({"quasi-poisson", "nb"}))->group("Interrupted series");
    command.add_option("--lag", c.lag, "its: lags of the Newey-West errors (default floor(4 (n/100)^(2/9)))")->check(CLI::Range(0, 1000))->group("Interrupted series");
    command.add_flag("--no-slope", c.no_slope, "its: the measure changes the level only")->group("Interrupted series");
    command.add_flag("--placebo", c.placebo, "its: the same at every date before the start")->group("Interrupted series");
}

}  // namespace

void register_effect(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("effect", "Did a measure work: before and after with control areas (wdd), or an interrupted series (its)");
    command->group("Toolbox");
    const auto c = std::make_shared<EffectCommand>();
    command->add_option("CASES", c->first, "wdd: points with a date; its: a table, a row a step of time");
    command->add_option("SITES", c->second, "wdd: points where the measure was taken, and where not");
    command->add_option("--method", c->method, "wdd (weighted displacement difference and quotient) or its (interrupted time series)")->required()->check(CLI::IsMember({"wdd", "its"}));
    command->add_option("--time", c->time, "Column of the time: YYYY-MM-DD for wdd; for its anything that sorts, evenly spaced");
    command->add_option("--start", c->start, "When the measure began: its first day (wdd) or the time of its first step (its)");
    command->add_option("--confidence", c->confidence, "Of intervals (default 0.95)");
    add_wdd_options(*command, *c);
    add_its_options(*command, *c);
    add_input_options(*command, c->inputs, true, false);
    command->footer("Example: gapmap effect examples/data/monthly.csv --method its --time month --cases cases --control neighbours --start 2022-04 --period 12 --harmonics 1");
    sink(command, [c](const CommandContext& context) { run_effect(*c, context); });
}

}  // namespace gapmap
