// Towns whose monthly cases rise or fall, and weeks with more cases than last year's level allows for.
#include <fmt/format.h>

#include <cmath>

#include "analysis/cusum.h"
#include "analysis/exact_counts.h"
#include "analysis/multiplicity.h"
#include "analysis/trend.h"
#include "app/pipeline/findings/find.h"

namespace gapmap {
namespace {

/// Cases of each town (the last row: of the county) in equal steps of a period; none for a town whose count is withheld, so that nothing is tested there.
std::vector<std::vector<double>> counts_by_town(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, Day first, std::size_t steps, std::int32_t step_days) {
    const std::size_t                towns = scene.units[town].size();
    std::vector<std::vector<double>> counts(towns + 1, std::vector<double>(steps, 0));
    for (std::size_t i = 0; i < grounds.day.size(); ++i) {
        const std::int32_t at = grounds.day[i] - first.days;
        if (at < 0 || static_cast<std::size_t>(at / step_days) >= steps) continue;
        const std::int32_t up = scene.units[village].above[town][static_cast<std::size_t>(grounds.village[i])];
        const bool told = up != nowhere && !measures.levels[town].units[static_cast<std::size_t>(up)].cases_hidden;
        if (told) counts[static_cast<std::size_t>(up)][static_cast<std::size_t>(at / step_days)] += 1;
        counts[towns][static_cast<std::size_t>(at / step_days)] += 1;
    }
    return counts;
}

double sum_of(const std::vector<double>& counts) {
    double sum = 0;
    for (const double c : counts) sum += c;
    return sum;
}

constexpr std::int32_t trend_step_days = 14;
constexpr double       least_cases     = 10;  ///< of a town in the period: with fewer, a run of zeros decides

struct TownTrend {
    Trend  trend;
    bool   enough = false;
    double adjusted = NAN;
};

/// Trends of the towns and, last, of the county.
std::vector<TownTrend> trends_of(const std::vector<std::vector<double>>& counts, const Statistics& how) {
    std::vector<TownTrend> out;
    std::vector<double>    p;
    for (const auto& series : counts) {
        TownTrend one{.trend = mann_kendall(series, {}, {.alpha = how.alpha})};
        one.enough = one.trend.status == Status::ok && sum_of(series) >= least_cases;
        p.push_back(one.enough ? one.trend.p : NAN);
        out.push_back(one);
    }
    const auto adjusted = adjusted_p(p, FalseDiscovery::benjamini_hochberg);
    for (std::size_t i = 0; i < out.size(); ++i) out[i].adjusted = adjusted[i];
    return out;
}

Text trend_words(const TownTrend& t, double alpha, std::size_t steps) {
    if (t.trend.status != Status::ok) return {fmt::format("本期只有 {} 个两周，不作趋势判断。", steps), fmt::format("The period has only {} fortnights: no trend is spoken of.", steps)};
    if (!t.enough) return {fmt::format("本期案件少于 {:g} 起，不作趋势判断。", least_cases), fmt::format("Fewer than {:g} cases in the period: no trend is spoken of.", least_cases)};
    const std::string band = p_band(t.adjusted);
    if (!(t.adjusted <= alpha)) return {"看不出升降（校正后 " + band + "）", "no trend to be seen (" + band + " adjusted)"};
    return t.trend.s > 0 ? Text{"上升（校正后 " + band + "）", "rising (" + band + " adjusted)"} : Text{"下降（校正后 " + band + "）", "falling (" + band + " adjusted)"};
}

std::string trend_class(const TownTrend& t, double p, double alpha) { return !t.enough || !(p <= alpha) ? "" : t.trend.s > 0 ? "rising" : "falling"; }

}  // namespace

CountyFinding find_trends(const Scene& scene, const Measures& measures, const CaseGrounds& grounds) {
    const Statistics& how   = scene.project.statistics;
    const Day         first = measures.policy.period_start;
    const auto        steps = static_cast<std::size_t>(std::max(0, (measures.policy.period_end.days - first.days + 1) / trend_step_days));
    const auto        towns = trends_of(counts_by_town(scene, measures, grounds, first, steps, trend_step_days), how);
    CountyFinding out{.id = "trend", .label = {"升降趋势（Mann-Kendall）", "Trends (Mann-Kendall)"},
                      .card = {"本期每两周的案件数，是在升、在降，还是时高时低？只比先后的高低次序，不看差多少，所以某一周扎堆不会左右结论。",
                               "Do the cases of each fortnight of the period go up, go down, or to and fro? Only their order counts, so that a single busy week does not decide."},
                      .parameters = {}, .gate = {}, .level = town, .classes = {high_class("rising", {"上升", "rising"}), low_class("falling", {"下降", "falling"})}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    std::int64_t tested = 0, significant = 0;
    double       least = NAN;
    for (std::size_t i = 0; i < towns.size(); ++i) {
        const TownTrend& t = towns[i];
        if (t.enough) {
            ++tested;
            significant += t.adjusted <= how.alpha ? 1 : 0;
            least = std::isnan(least) ? t.trend.p : std::min(least, t.trend.p);
        }
        if (i + 1 == towns.size()) break;  // the county is not a unit of the level
        if (measures.levels[town].units[i].cases_hidden) {
            out.units.push_back(withheld_unit());
            continue;
        }
        out.units.push_back({.adjusted = trend_class(t, t.adjusted, how.alpha), .plain = trend_class(t, t.trend.p, how.alpha), .status = t.enough ? Status::ok : Status::too_few, .sentence = trend_words(t, how.alpha, steps)});
    }
    if (tested > 0) out.tests.push_back({.id = out.id, .hypotheses = tested, .alpha = how.alpha, .p = least, .significant = significant, .adjusted = true});
    const Text county = trend_words(towns.back(), how.alpha, steps);
    out.gate = {grounds.may_be_told && tested > 0, tested > 0 ? Text{fmt::format("全县：{}；{} 个镇中 {} 个够得上判断。", county.zh, towns.size() - 1, tested - (towns.back().enough ? 1 : 0)),
                                                                        fmt::format("County: {}; of {} towns {} have data enough.", county.en, towns.size() - 1, tested - (towns.back().enough ? 1 : 0))}
                                                                : Text{fmt::format("全县和各镇本期都少于 {:g} 起或不足 10 个两周：数据不足，不作趋势判断。", least_cases),
                                                                       fmt::format("County and towns have fewer than {:g} cases or fewer than 10 fortnights: not enough data to speak of a trend.", least_cases)}};
    out.parameters = {worded("step", {"步长", "step"}, {"两周，只用整步", "fortnights, whole ones only"}), parameter("steps", {"步数", "steps"}, fmt::format("{}", steps)),
                      parameter("least_cases", {"最少案件数", "least cases"}, fmt::format("{:g}", least_cases)), worded("p", {"p 值", "p"}, {"双侧，计入同值，Benjamini-Hochberg 校正", "two-sided, tie-corrected, Benjamini-Hochberg"}),
                      parameter("alpha", {"显著水平", "level"}, fmt::format("{:g}", how.alpha))};
    return out;
}

namespace {

struct TownWatch {
    std::optional<CusumPlan> plan;
    std::vector<CusumStep>   steps;
    [[nodiscard]] bool       alarm() const { return std::ranges::any_of(steps, &CusumStep::alarm); }
};

constexpr double least_before = 5;  ///< cases in the period before, to know a usual level by

/// A CUSUM of the weeks against a level that last year's cases make unlikely to be too low: the upper end of its 80 % interval. All charts
/// together shall alarm falsely once in weeks / alpha.
TownWatch watch(const std::vector<double>& before, const std::vector<double>& now, std::size_t charts, double alpha) {
    TownWatch out;
    const double cases = sum_of(before);
    if (cases < least_before || now.empty()) return out;
    const double mu0 = poisson_interval(cases, 0.8).high / static_cast<double>(before.size());
    out.plan         = plan_cusum(mu0, 2 * mu0, static_cast<double>(charts * now.size()) / alpha);
    out.steps        = poisson_cusum(now, *out.plan, true);
    return out;
}

Text watch_words(const TownWatch& w, Day first) {
    if (!w.plan) return {fmt::format("同期案件少于 {:g} 起，没有可比的常年水平。", least_before), fmt::format("Fewer than {:g} cases in the period before: no usual level to compare with.", least_before)};
    for (std::size_t week = w.steps.size(); week-- > 0;) {
        if (!w.steps[week].alarm) continue;
        const std::string day = to_string(first + static_cast<std::int32_t>(7 * week));
        return {day + " 那一周起明显多于同期水平", "plainly above the level of the period before in the week of " + day};
    }
    return {"没有哪一周明显多于同期水平", "no week plainly above the level of the period before"};
}

}  // namespace

CountyFinding find_alarms(const Scene& scene, const Measures& measures, const CaseGrounds& grounds) {
    const Statistics& how    = scene.project.statistics;
    const Policy&     policy = measures.policy;
    const auto        weeks_of = [](Day first, Day last) { return static_cast<std::size_t>(std::max(0, (last.days - first.days + 1) / 7)); };
    const auto        before = counts_by_town(scene, measures, grounds, policy.compare_start, weeks_of(policy.compare_start, policy.compare_end), 7);
    const auto        now    = counts_by_town(scene, measures, grounds, policy.period_start, weeks_of(policy.period_start, policy.period_end), 7);
    CountyFinding out{.id = "alarm", .label = {"周警报（CUSUM）", "Weekly alarms (CUSUM)"},
                      .card = {"以去年同期每周的案件数作常年水平，把本期每周多出来的部分累加，累得太高就报警：不大但一直在多，也能看出来。报警是请人去看看，不是结论。",
                               "Week by week what exceeds the level of the period before is added up, and too high a sum is an alarm: small but lasting increases show too. An alarm asks somebody to look; it is no verdict."},
                      .parameters = {}, .gate = {}, .level = town, .classes = {high_class("alarm", {"报警", "alarm"})}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    std::int64_t watched = 0, alarms = 0;
    Text         county;
    for (std::size_t i = 0; i < now.size(); ++i) {
        const TownWatch w = watch(before[i], now[i], now.size(), how.alpha);
        const bool      alarm = w.plan && w.alarm();
        watched += w.plan ? 1 : 0;
        alarms += alarm ? 1 : 0;
        if (i + 1 == now.size()) {
            county = watch_words(w, policy.period_start);
        } else if (measures.levels[town].units[i].cases_hidden) {
            out.units.push_back(withheld_unit());
        } else {
            out.units.push_back({.adjusted = alarm ? "alarm" : "", .plain = alarm ? "alarm" : "", .status = w.plan ? Status::ok : Status::too_few, .sentence = watch_words(w, policy.period_start)});
        }
    }
    if (watched > 0) out.tests.push_back({.id = out.id, .hypotheses = watched, .alpha = how.alpha, .p = 1, .significant = alarms, .adjusted = true});
    out.gate = {grounds.may_be_told && watched > 0, watched > 0 ? Text{"全县：" + county.zh + "。", "County: " + county.en + "."}
                                                                : Text{"没有同期案件作为常年水平，不能报警。", "There are no cases before to know a usual level by, so nothing can alarm."}};
    out.parameters = {worded("baseline", {"常年水平", "usual level"}, {"同期每周案件数的 80% 区间上端", "upper end of the 80 % interval of the weekly cases before"}), worded("shift", {"要查出的增加", "increase to be found"}, {"一倍", "twofold"}),
                      worded("run_length", {"误报", "false alarms"}, {fmt::format("全部图合计约每 {:.0f} 周一次（已知常年水平时）", static_cast<double>(now.front().size()) / how.alpha), fmt::format("once in {:.0f} weeks over all charts, were the level known", static_cast<double>(now.front().size()) / how.alpha)}),
                      parameter("weeks", {"周数", "weeks"}, fmt::format("{}", now.front().size()))};
    return out;
}

}  // namespace gapmap
