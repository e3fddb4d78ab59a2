// gapmap change: is this period different from that one, and by how much at least and at most.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "analysis/change.h"
#include "analysis/losses.h"
#include "analysis/power.h"
#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/report.h"
#include "app/tongue.h"
#include "data/read/vector_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

struct ChangeCommand {
    std::string  first, second, loss, period, compare, percent;
    std::int64_t before = -1, now = -1, bound = 1000;
    TwoCounts    bases{};  ///< only the bases are used
    double       confidence = 0.95, trim = 0.1;
    std::uint32_t replicates = 1999;
};

Json of(const std::optional<double>& value) { return value ? Json(*value) : Json(); }
Json of(const Interval& interval) { return {interval.low, std::isfinite(interval.high) ? Json(interval.high) : Json()}; }
Json of(const std::optional<Interval>& interval) { return interval ? of(*interval) : Json(); }

/// A ratio as people say it: "down 47.92 %".
double percent_of(double ratio) { return 100 * (ratio - 1); }

struct Answer {
    Json              figures;
    std::vector<Text> sentences;
};

void add_counts(Answer& a, const TwoCounts& counts, double confidence) {
    const auto r = rate_ratio(counts, confidence);
    a.figures.update(Json{{"before", counts.before}, {"now", counts.now}, {"base_before", counts.base_before}, {"base_now", counts.base_now}, {"confidence", confidence}});
    if (!r) {
        a.figures["status"] = "no_case";
        a.sentences.push_back({"两个时段都没有发案，无从比较。", "Neither period has a case: there is nothing to compare."});
        return;
    }
    a.figures.update(Json{{"status", r->ratio ? "ok" : "none_before"}, {"ratio", of(r->ratio)}, {"interval", {r->low, of(r->high)}}, {"change_percent", r->ratio ? Json(percent_of(*r->ratio)) : Json()},
                          {"change_interval_percent", {percent_of(r->low), r->high ? Json(percent_of(*r->high)) : Json()}}, {"p", r->p}, {"sided", 2}, {"p_lower", r->p_lower},
                          {"p_higher", r->p_higher}, {"p_likelihood", r->p_likelihood}});
    const double level = 1 - confidence, share = 100 * confidence;
    if (!r->ratio) {
        a.sentences.push_back({fmt::format("前期无案，无法算百分比；本期 {} 起（双侧 p = {:.2g}）。", counts.now, r->p), fmt::format("No case before, so there is no percentage; {} now (two-sided p = {:.2g}).", counts.now, r->p)});
    } else {
        const std::string high = r->high ? fmt::format("{:+.0f} %", percent_of(*r->high)) : "";
        a.sentences.push_back({fmt::format("{} 起到 {} 起：变化 {:+.2f} %，{:.0f} % 区间 {:+.0f} % 至 {}，双侧 p = {:.2g}：{}。", counts.before, counts.now, percent_of(*r->ratio), share, percent_of(r->low), high, r->p,
                                           r->p <= level ? "超出偶然波动" : "偶然波动也能造成"),
                               fmt::format("{} to {}: {:+.2f} %, {:.0f} % interval {:+.0f} % to {}, two-sided p = {:.2g}: {}.", counts.before, counts.now, percent_of(*r->ratio), share, percent_of(r->low), high, r->p,
                                           r->p <= level ? "more than chance" : "chance alone can do this")});
    }
    if (counts.before == 0 || counts.before > 100000) return;
    const Detectable d = detectable_change(static_cast<double>(counts.before), counts.base_now / counts.base_before, {.alpha = level});
    a.figures["detectable"] = {{"power", 0.8}, {"lower", of(d.lower)}, {"higher", of(d.higher)}};
    const std::string lower = d.lower ? fmt::format("{:.0f} %", 100 * (1 - *d.lower)) : "", higher = d.higher ? fmt::format("{:.0f} %", percent_of(*d.higher)) : "";
    a.sentences.push_back({fmt::format("以前期 {} 起为底，十有八九看得出的最小变化：{}{}。", counts.before, d.lower ? "下降 " + lower : "再大的下降也看不出", d.higher ? "，上升 " + higher : ""),
                           fmt::format("From {} cases before, the smallest change found 8 times in 10: {}{}.", counts.before, d.lower ? "a fall of " + lower : "no fall, not even to none", d.higher ? ", a rise of " + higher : "")});
}

Json summary_of(const LossSummary& s) {
    return {{"cases", s.cases}, {"unknown", s.unknown}, {"zero", s.zero}, {"total", s.total}, {"mean", of(s.mean)}, {"mean_interval", of(s.mean_interval.interval)}, {"median", of(s.median)},
            {"trimmed_mean", of(s.trimmed_mean)}, {"log_mean", of(s.log_mean)}, {"largest", of(s.largest)}, {"largest_share", of(s.largest_share)}};
}

void add_losses(Answer& a, std::span<const double> before, std::span<const double> now, const ChangeCommand& c, const CommandContext& context) {
    LossOptions options{.trim = c.trim, .bootstrap = {.replicates = c.replicates, .confidence = c.confidence, .seed = context.common.seed}};
    const LossSummary past = summarise_losses(before, options, context.exec);
    options.bootstrap.row  = 1;
    const LossSummary present = summarise_losses(now, options, context.exec);
    options.bootstrap.row  = 2;
    const LossChange change = change_of_losses(before, now, options, context.exec);
    const char* status = !change.ratio ? "nothing_before" : !change.interval.interval ? "too_few" : "ok";
    a.figures["losses"] = {{"status", status}, {"before", summary_of(past)}, {"now", summary_of(present)}, {"ratio", of(change.ratio)}, {"interval", of(change.interval.interval)},
                           {"mean_ratio", of(change.mean_ratio)}, {"mean_ratio_interval", of(change.mean_interval.interval)}, {"leave_one_out", of(change.leave_one_out)},
                           {"replicates", c.replicates}, {"trim", c.trim}, {"undefined_replicates", change.interval.undefined_replicates}};
    if (!change.ratio) {
        a.sentences.push_back({"前期没有损失金额，无从比较。", "There is no loss before, so there is nothing to compare with."});
        return;
    }
    const auto range = [](const Interval& i) { return fmt::format("{:+.0f} % {} {}", percent_of(i.low), "…", std::isfinite(i.high) ? fmt::format("{:+.0f} %", percent_of(i.high)) : "∞"); };
    std::string zh = fmt::format("损失 {:.2f} 到 {:.2f}：变化 {:+.2f} %", past.total, present.total, percent_of(*change.ratio)), en = fmt::format("Losses {:.2f} to {:.2f}: {:+.2f} %", past.total, present.total, percent_of(*change.ratio));
    if (change.interval.interval) zh += fmt::format("，区间 {}", range(*change.interval.interval)), en += fmt::format(", interval {}", range(*change.interval.interval));
    else zh += "，案件太少，给不出区间", en += ", too few cases for an interval";
    a.sentences.push_back({zh + "。", en + "."});
    if (!change.leave_one_out || !past.largest_share) return;
    a.sentences.push_back({fmt::format("去掉任何一起案件，变化就在 {} 之间；前期最大一案占 {:.0f} %。", range(*change.leave_one_out), 100 * *past.largest_share),
                           fmt::format("Leaving out any one case gives {}; the largest case before is {:.0f} % of its total.", range(*change.leave_one_out), 100 * *past.largest_share)});
}

Percent parse_percent(std::string text) {
    const std::string asked = text;
    if (text.ends_with('%')) text.pop_back();
    if (text.starts_with('+')) text.erase(0, 1);
    Percent    out;
    const auto point = text.find('.');
    if (point != std::string::npos) {
        out.decimals = static_cast<int>(text.size() - point - 1);
        text.erase(point, 1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.scaled);
    if (error != std::errc() || end != text.data() + text.size() || out.decimals > 6 || std::abs(out.scaled) > 1'000'000'000'000) {
        throw UsageError(fmt::format("--percent: expected a change such as -47.92, with at most 6 decimals, got '{}'", asked));
    }
    return out;
}

/// The base from which on a pair comes that is no multiple of the smallest; nothing where there is none.
std::optional<std::int64_t> first_other(const std::vector<CountPair>& pairs) {
    const auto other = std::ranges::find_if(pairs, [&](const CountPair& p) { return p.before % pairs.front().before != 0 || p.now != p.before / pairs.front().before * pairs.front().now; });
    if (other == pairs.end()) return std::nullopt;
    return other->before;
}

Answer answer_percent(const ChangeCommand& c) {
    const auto pairs = pairs_of_percent(parse_percent(c.percent), c.bound);
    Answer     a;
    a.figures = {{"percent", c.percent}, {"bound", c.bound}, {"pairs", Json::array()}};
    for (const CountPair& pair : pairs) a.figures["pairs"].push_back({pair.before, pair.now});
    if (pairs.empty()) {
        a.figures["status"] = "no_pair";
        a.sentences.push_back({fmt::format("前期不超过 {} 起时，没有任何两个整数会得出 {} %。", c.bound, c.percent), fmt::format("No two whole numbers with a base of up to {} give {} %.", c.bound, c.percent)});
        return a;
    }
    const CountPair& least = pairs.front();
    const auto       other = first_other(pairs);
    a.figures["other_from"] = other ? Json(*other) : Json();
    const std::int64_t multiples = std::ranges::count_if(pairs, [&](const CountPair& p) { return !other || p.before < *other; });
    a.sentences.push_back({fmt::format("{} %：最小的整数解是 {} 起到 {} 起；前期 {} 起以内只有它和它的倍数（共 {} 组）。", c.percent, least.before, least.now, other ? *other - 1 : c.bound, multiples),
                           fmt::format("{} %: the smallest pair is {} to {}; up to a base of {} only it and its multiples fit ({} in all).", c.percent, least.before, least.now, other ? *other - 1 : c.bound, multiples)});
    add_counts(a, {least.before, least.now}, c.confidence);
    return a;
}

/// Losses (or, without --loss, rows) of two periods.
struct Periods {
    std::vector<double> before, now;
};

std::vector<double> losses_of(const Layer& layer, const ChangeCommand& c, const std::string& path) {
    return c.loss.empty() ? std::vector<double>(layer.rows(), 0.0) : count_column(layer, c.loss, path);
}

Periods read_one_table(const ChangeCommand& c, Json& figures, const Execution& exec) {
    const Layer   layer  = read_layer(c.first, {}, exec);
    const auto    losses = losses_of(layer, c, c.first);
    const Column* period = layer.table.find(c.period);
    if (period == nullptr) (void)number_column(layer, c.period, c.first);  // says which columns there are
    std::set<std::string> names;
    for (std::size_t i = 0; i < layer.rows(); ++i) names.insert(period->text(i));
    std::vector<std::string> two;
    if (const auto comma = c.compare.find(','); comma != std::string::npos) two = {c.compare.substr(0, comma), c.compare.substr(comma + 1)};
    else two.assign(names.begin(), names.end());
    if (two.size() != 2 || two[0] == two[1]) {
        throw InputError(fmt::format("column '{}' holds {} values ({}): name the two periods with --compare BEFORE,NOW", c.period, names.size(), fmt::join(std::vector<std::string>(names.begin(), std::next(names.begin(), static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, names.size())))), ", ")),
                         {c.first, {}, 0, c.period});
    }
    Periods out;
    for (std::size_t i = 0; i < layer.rows(); ++i) {
        if (period->text(i) == two[0]) out.before.push_back(losses[i]);
        if (period->text(i) == two[1]) out.now.push_back(losses[i]);
    }
    figures["periods"] = two;
    return out;
}

Answer answer_tables(const ChangeCommand& c, const CommandContext& context) {
    Answer  a;
    Periods periods;
    if (c.second.empty()) periods = read_one_table(c, a.figures, context.exec);
    else periods = {losses_of(read_layer(c.first, {}, context.exec), c, c.first), losses_of(read_layer(c.second, {}, context.exec), c, c.second)};
    add_counts(a, {static_cast<std::int64_t>(periods.before.size()), static_cast<std::int64_t>(periods.now.size()), c.bases.base_before, c.bases.base_now}, c.confidence);
    if (!c.loss.empty()) add_losses(a, periods.before, periods.now, c, context);
    return a;
}

void check_change(const ChangeCommand& c) {
    const bool counts = c.before >= 0 || c.now >= 0, tables = !c.first.empty();
    if (!(c.confidence > 0 && c.confidence < 1)) throw UsageError("--confidence: expected a share between 0 and 1, such as 0.95");
    if (!(c.trim >= 0 && c.trim < 0.5)) throw UsageError("--trim: expected a share from 0 to below 0.5, such as 0.1");
    if (!(c.bases.base_before > 0 && c.bases.base_now > 0)) throw UsageError("--base-before and --base-now: expected numbers > 0");
    if ((counts ? 1 : 0) + (tables ? 1 : 0) + (c.percent.empty() ? 0 : 1) != 1) throw UsageError("give one of: --before N --now M; one or two tables; --percent P");
    if (counts && (c.before < 0 || c.now < 0)) throw UsageError("--before and --now: expected both, whole numbers >= 0");
    if (tables && c.second.empty() && c.period.empty()) throw UsageError("one table needs --period: the column that tells the two periods apart (or give two tables)");
    if (!c.compare.empty() && c.compare.find(',') == std::string::npos) throw UsageError(fmt::format("--compare: expected BEFORE,NOW, got '{}'", c.compare));
}

void run_change(const ChangeCommand& c, const CommandContext& context) {
    check_change(c);
    Answer a;
    if (!c.percent.empty()) a = answer_percent(c);
    else if (!c.first.empty()) a = answer_tables(c, context);
    else add_counts(a, {c.before, c.now, c.bases.base_before, c.bases.base_now}, c.confidence);
    if (context.common.json) {
        a.figures["sentences"] = Json::array();
        for (const Text& one : a.sentences) a.figures["sentences"].push_back({{"zh", one.zh}, {"en", one.en}});
        return print_report(context, a.figures, false);
    }
    const Tongue t = choose_tongue(context.common.lang, "");
    for (const Text& one : a.sentences) fmt::print("{}\n", t(one));
}

}  // namespace

void register_change(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("change", "This period against that one: exact interval and test of counts, robust figures of losses");
    command->group("Toolbox");
    const auto c = std::make_shared<ChangeCommand>();
    command->add_option("BEFORE", c->first, "Table of the period before, a row a case; or one table of both, with --period");
    command->add_option("NOW", c->second, "Table of the period now");
    command->add_option("--before", c->before, "Cases before, instead of tables");
    command->add_option("--now", c->now, "Cases now");
    command->add_option("--base-before", c->bases.base_before, "People or days behind the cases before (default 1)");
    command->add_option("--base-now", c->bases.base_now, "People or days behind the cases now (default 1)");
    command->add_option("--loss", c->loss, "Column with the loss of a case, >= 0; blank: unknown");
    command->add_option("--period", c->period, "One table: the column that tells the periods apart; its two values in the order of their text are before and now");
    command->add_option("--compare", c->compare, "BEFORE,NOW: the values of --period to compare");
    command->add_option("--percent", c->percent, "A published change, such as -47.92: the pairs of counts that give it");
    command->add_option("--bound", c->bound, "Largest base before to look at for --percent (default 1000)")->check(CLI::Range(1, 1000000));
    command->add_option("--confidence", c->confidence, "Of intervals (default 0.95)");
    command->add_option("--trim", c->trim, "Share left out at each end of the trimmed mean (default 0.1)");
    command->add_option("--replicates", c->replicates, "Bootstrap draws (default 1999)")->check(CLI::Range(99U, 1000000U));
    command->footer("Example: gapmap change examples/data/losses.csv --loss loss_yuan --period year");
    sink(command, [c](const CommandContext& context) { run_change(*c, context); });
}

}  // namespace gapmap
