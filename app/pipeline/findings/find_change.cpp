// This period against the same of last year: cases with an exact interval, losses with what one case can do.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/change.h"
#include "analysis/losses.h"
#include "analysis/multiplicity.h"
#include "analysis/power.h"
#include "app/pipeline/findings/find.h"

namespace gapmap {
namespace {

double days_of(Day first, Day last) { return last.days - first.days + 1; }

std::string percent(double ratio) { return fmt::format("{:+.1f}%", 100 * (ratio - 1)); }

std::string interval_words(const std::optional<Interval>& interval) { return interval ? percent(interval->low) + " … " + percent(interval->high) : "–"; }

/// To the nearest 5 %: exact, it could be solved for the largest loss, which is one person's.
std::string coarse_words(const std::optional<Interval>& interval) {
    const auto coarse = [](double ratio) { return fmt::format("{:+.0f}%", 5 * std::round(20 * (ratio - 1))); };
    return interval ? coarse(interval->low) + " … " + coarse(interval->high) : "–";
}

constexpr std::int64_t least_for_single_cases = 10;  ///< of either period; with fewer, median and largest share tell single losses

/// Of either period; with fewer, a 95 % interval of losses as unequal as these holds the truth in 87 to 93 % of simulated counties (docs/statistics.md).
constexpr std::int64_t least_for_interval = 200;

struct Losses {
    std::vector<double> before, now;
};

Losses losses_of(const Scene& scene, const Policy& policy) {
    Losses out;
    for (std::size_t i = 0; i < scene.cases.size(); ++i) {
        const std::int32_t day = scene.cases.day[i];
        if (day >= policy.period_start.days && day <= policy.period_end.days) out.now.push_back(scene.cases.loss_yuan[i]);
        else if (day >= policy.compare_start.days && day <= policy.compare_end.days) out.before.push_back(scene.cases.loss_yuan[i]);
    }
    return out;
}

std::vector<Text> row(Text label, std::string a, std::string b, std::string c, Text says) { return {std::move(label), {a, a}, {b, b}, {c, c}, std::move(says)}; }

Text loss_interval_words(const LossChange& change, std::int64_t cases) {
    if (cases < least_for_interval) {
        return {fmt::format("不足 {} 起，不给区间：几起大案说了算，见下一行", least_for_interval), fmt::format("no interval below {} cases: a few large ones decide, see the next line", least_for_interval)};
    }
    return {interval_words(change.interval.interval) + "（BCa 自助法）", interval_words(change.interval.interval) + " (BCa bootstrap)"};
}

/// The county's table: cases, total loss, loss a case, and what single cases do.
FindingTable table_of(const CaseTotals& before, const CaseTotals& now, const RateRatio& cases, const Losses& losses, Seed seed, const Execution& exec) {
    const LossOptions options{.bootstrap = {.seed = seed}};
    const LossSummary a = summarise_losses(losses.before, options, exec), b = summarise_losses(losses.now, options, exec);
    const LossChange  change = change_of_losses(losses.before, losses.now, options, exec);
    const auto        yuan   = [](const std::optional<double>& v) { return v ? fmt::format("{:.2f}", *v / 1e4) : std::string("–"); };
    const auto        about  = [](const std::optional<double>& v) {  // the median of an odd number of cases is the loss of one of them
        if (!v || *v <= 0) return std::string("–");
        const double digit = std::pow(10, std::floor(std::log10(*v / 1e4)));
        return fmt::format("{:g}", std::round(*v / 1e4 / digit) * digit);
    };
    const auto        share  = [](const std::optional<double>& v) { return v ? fmt::format("{:.0f}%", 10 * std::round(10 * *v)) : std::string("–"); };
    FindingTable      table{{{"指标", "measure"}, {"同期", "before"}, {"本期", "now"}, {"变化", "change"}, {"95% 区间与说明", "95 % interval, and what it means"}}, {}};
    const std::string high = cases.high ? percent(*cases.high) : "∞";
    table.rows.push_back(row({"案件（起）", "cases"}, fmt::format("{}", before.cases), fmt::format("{}", now.cases), cases.ratio ? percent(*cases.ratio) : "–",
                             {fmt::format("{} … {}（精确条件检验 {}）", percent(cases.low), high, p_band(cases.p)), fmt::format("{} … {} (exact conditional test, {})", percent(cases.low), high, p_band(cases.p))}));
    table.rows.push_back(row({"损失（万元）", "losses (10,000 yuan)"}, yuan(before.loss_yuan), yuan(now.loss_yuan), change.ratio ? percent(*change.ratio) : "–",
                             loss_interval_words(change, std::min(before.cases, now.cases))));
    if (std::min(before.cases, now.cases) < least_for_single_cases) return table;
    table.rows.push_back(row({"去掉任一起案件后损失的变化", "change of losses, any one case left out"}, "–", "–", coarse_words(change.leave_one_out), {"一起案件就能使它这样变动", "this is what a single case can do"}));
    table.rows.push_back(row({"最大一起占损失", "largest case's share"}, share(a.largest_share), share(b.largest_share), "–", {"约数，到一成", "to the nearest 10 %"}));
    table.rows.push_back(row({"每起损失中位数（万元）", "median loss (10,000 yuan)"}, about(a.median), about(b.median), "–", {"约数，一位有效数字；不受最大几起左右", "to one digit; not moved by the largest cases"}));
    table.rows.push_back(row({"每起损失截尾均值（万元，两端各 10%）", "trimmed mean loss (10,000 yuan, 10 % each end)"}, yuan(a.trimmed_mean), yuan(b.trimmed_mean), a.trimmed_mean && b.trimmed_mean && *a.trimmed_mean > 0 ? percent(*b.trimmed_mean / *a.trimmed_mean) : "–", {"", ""}));
    return table;
}

Gate gate_of(const Measures& measures, double largest) {
    const std::int64_t least = measures.policy.withhold_below;
    if (!measures.now.may_be_shown(least) || !measures.before.may_be_shown(least)) return {false, {"其中一期案件太少，不能公布。", "The cases of one of the periods are too few to be told."}};
    if (measures.before.cases == 0) return {false, {"同期没有案件，无从比较。", "There was no case before to compare with."}};
    const Policy&    p = measures.policy;
    const Detectable d = detectable_change(static_cast<double>(measures.before.cases), days_of(p.period_start, p.period_end) / days_of(p.compare_start, p.compare_end));
    const std::string low = d.lower ? percent(*d.lower) : "–", high = d.higher ? percent(*d.higher) : "–";
    const Text says{fmt::format("同期 {} 起：要有八成把握看出变化，幅度须达 {}（减）或 {}（增）；更小的变化可能只是偶然。", measures.before.cases, low, high),
                    fmt::format("From {} cases before, a change is seen four times out of five only if it is {} or {}; a smaller one may be chance.", measures.before.cases, low, high)};
    return {d.lower.has_value() || (d.higher && *d.higher <= largest), says};
}

/// Of one town: class and words. Its counts are not told.
UnitFinding town_change(const std::optional<RateRatio>& change, bool enough, double adjusted, double alpha) {
    if (!enough) return {.adjusted = {}, .plain = {}, .status = Status::too_few, .sentence = {"案件太少，看不出比同期多了还是少了。", "Too few cases to see whether there are more or fewer than before."}};
    const char* direction = change->p_lower < change->p_higher ? "fewer" : "more";
    UnitFinding out{.adjusted = adjusted <= alpha ? direction : "", .plain = change->p <= alpha ? direction : "", .status = Status::ok};
    const Text word = std::string(direction) == "fewer" ? Text{"比同期少", "fewer than before"} : Text{"比同期多", "more than before"};
    out.sentence = out.adjusted.empty() ? Text{"与同期相比看不出变化（校正后 " + p_band(adjusted) + "）", "no change to be seen (" + p_band(adjusted) + " adjusted)"}
                                        : Text{word.zh + "（校正后 " + p_band(adjusted) + "）", word.en + " (" + p_band(adjusted) + " adjusted)"};
    return out;
}

}  // namespace

CountyFinding find_change(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec) {
    const Statistics& how = scene.project.statistics;
    const Policy&     p   = measures.policy;
    const double      now = days_of(p.period_start, p.period_end), before = days_of(p.compare_start, p.compare_end);
    const auto        towns = static_cast<std::int64_t>(scene.units[town].size());
    CountyFinding out{.id = "change", .label = {"与去年同期相比", "Against the same months of last year"},
                      .card = {"案件比去年同期多了还是少了，是真变了还是偶然？区间一头是减、一头是增的，就不能说变了；损失常由一两起大案决定，“去掉任一起”那一行写明一起案件能左右多少。",
                               "How much of the change is chance? Where the exact interval reaches over 0 nobody can say whether it rose or fell; losses often hang on one or two large cases, as leaving one out shows."},
                      .parameters = {}, .gate = gate_of(measures, how.largest_risk), .level = town, .classes = {high_class("more", {"比同期多", "more than before"}), low_class("fewer", {"比同期少", "fewer than before"})}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    std::vector<std::optional<RateRatio>> changes;
    std::vector<double>                   plain;
    std::vector<bool>                     enough;
    for (const UnitMeasure& unit : measures.levels[town].units) {
        const Detectable d = unit.cases_before > 0 ? detectable_change(static_cast<double>(unit.cases_before), now / before, {.alpha = how.alpha, .tests = towns}) : Detectable{};
        changes.push_back(rate_ratio({unit.cases_before, unit.cases, before, now}));
        enough.push_back(changes.back().has_value() && !unit.cases_hidden && (d.lower || (d.higher && *d.higher <= how.largest_risk)));
        plain.push_back(enough.back() ? changes.back()->p : NAN);
    }
    const auto   adjusted = adjusted_p(plain, FalseDiscovery::benjamini_hochberg);
    std::int64_t tested = 0, significant = 0;
    double       least = NAN;
    for (std::size_t i = 0; i < plain.size(); ++i) {
        if (enough[i]) least = std::isnan(least) ? plain[i] : std::min(least, plain[i]);
        out.units.push_back(measures.levels[town].units[i].cases_hidden ? withheld_unit() : town_change(changes[i], enough[i], adjusted[i], how.alpha));
        tested += enough[i] ? 1 : 0;
        significant += !out.units.back().adjusted.empty() ? 1 : 0;
    }
    if (tested > 0) out.tests.push_back({.id = "change_towns", .hypotheses = tested, .alpha = how.alpha, .p = least, .significant = significant, .adjusted = true});
    if (const auto county = rate_ratio({measures.before.cases, measures.now.cases, before, now}); county && out.gate.open) {
        out.table = table_of(measures.before, measures.now, *county, losses_of(scene, p), seed, exec);
        out.tests.push_back({.id = "change_county", .hypotheses = 1, .alpha = how.alpha, .p = county->p, .significant = county->p <= how.alpha ? 1 : 0, .adjusted = false});
    }
    out.parameters = {worded("test", {"检验", "test"}, {"给定两期总数的二项检验，双侧（单侧加倍）", "binomial given the total of both periods, two-sided by doubling"}), worded("interval", {"区间", "interval"}, {"Clopper-Pearson，95%", "Clopper-Pearson, 95 %"}),
                      worded("losses", {"损失区间", "interval of losses"}, {"BCa 自助法，1999 次，案件连同期别一起抽；两期都满 200 起才给", "BCa bootstrap, 1999 draws of cases with their period; only where both periods have 200 cases"}), parameter("adjustment", {"各镇校正", "adjustment over towns"}, "Benjamini-Hochberg"),
                      parameter("days", {"两期天数", "days of the periods"}, fmt::format("{:g} / {:g}", before, now))};
    return out;
}

}  // namespace gapmap
