// How sure the ranking of gaps is, and risk beside coverage in three by three classes.
#include <fmt/format.h>

#include <cmath>

#include "analysis/bivariate.h"
#include "analysis/rank_intervals.h"
#include "app/pipeline/findings/find.h"

namespace gapmap {
namespace {

/// Evidence of the villages from what is released: a village that is pooled has its share of the pool's cases, by people. So nothing can be solved for, and a
/// withheld village is less sure than it could be.
struct Evidence {
    std::vector<double> cases, people, coverage, households;
    [[nodiscard]] GapEvidence view() const noexcept { return {cases, people, coverage, households}; }
};

Evidence evidence_of(const Measures& measures) {
    const LevelMeasure& level = measures.levels[village];
    Evidence            out;
    for (std::size_t i = 0; i < level.units.size(); ++i) {
        const UnitMeasure& unit = level.units[i];
        const std::size_t  pool = level.withheld.pool.empty() ? 0 : level.withheld.pool[i];
        const double       base = level.withheld.pool.empty() ? 0 : level.withheld.pool_base[pool];
        const bool         ranked = level.gaps.status[i] == Status::ok;
        out.cases.push_back(base > 0 ? level.withheld.pool_counts[pool] * static_cast<double>(unit.people_at_risk) / base : NAN);
        out.people.push_back(ranked ? static_cast<double>(unit.people_at_risk) : NAN);
        out.coverage.push_back(unit.effective());
        out.households.push_back(ranked ? static_cast<double>(unit.households) : NAN);
    }
    return out;
}

Gate gate_of(const Measures& measures, bool told_apart, Text open) {
    if (measures.cases_hidden || measures.now.at_home == 0) return {false, {"案件太少，不能公布，名次无从说起。", "There are too few cases to be told, so there is nothing to rank by."}};
    if (!told_apart) return {false, {"凭可公布的案件数看不出各村发案率有差别，名次只由覆盖决定，不宜据此问责。", "By the counts that may be told the villages' rates differ by no more than chance: only coverage orders them, and nobody should be held to account for a rank."}};
    return {true, std::move(open)};
}

// A published palette for two measures (Joshua Stevens, "purple blue"), rows by risk, columns by gap.
constexpr std::array<const char*, 9> bivariate_colours{"#e8e8e8", "#ace4e4", "#5ac8c8", "#dfb0d6", "#a5add3", "#5698b9", "#be64ac", "#8c62aa", "#3b4994"};
constexpr std::array<const char*, 9> bivariate_marks{"none", "none", "lines", "none", "dots", "cross", "dots", "cross", "rings"};

Text third(int c) { return c == 1 ? Text{"低", "low"} : c == 2 ? Text{"中", "middle"} : Text{"高", "high"}; }

}  // namespace

CountyFinding find_bivariate(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec) {
    const Evidence  evidence = evidence_of(measures);
    const Bivariate classes  = bivariate_classes(evidence.view(), {.draws = {.draws = static_cast<std::uint32_t>(scene.project.statistics.permutations), .seed = seed}}, exec);
    CountyFinding out{.id = "bivariate", .label = {"风险与未覆盖", "Risk beside what is not covered"},
                      .card = {"把发案风险和没有覆盖到的部分各分低、中、高三档叠在一起：右上角的颜色是又高发又没走到的村。换一次抽样就会变档的村打上斜线，不着色。",
                               "Risk and what is not covered, each low, middle or high, laid over one another: the darkest colour is high risk that nobody reached. A village whose class would change with another draw is hatched."},
                      .parameters = {}, .gate = gate_of(measures, classes.told_apart, {"各村发案率的差别超出偶然，可以分档；不稳的村不着色。", "The villages' rates differ by more than chance, so that they can be classed; unstable ones are not coloured."}),
                      .level = village, .classes = {}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    for (int risk = 1; risk <= 3; ++risk) {
        for (int gap = 1; gap <= 3; ++gap) {
            const auto at = static_cast<std::size_t>(3 * (risk - 1) + gap - 1);
            out.classes.push_back({fmt::format("risk{}_gap{}", risk, gap), {"风险" + third(risk).zh + "，未覆盖" + third(gap).zh, "risk " + third(risk).en + ", not covered " + third(gap).en}, bivariate_colours[at], bivariate_marks[at]});
        }
    }
    for (std::size_t i = 0; i < classes.risk.size(); ++i) {
        UnitFinding unit{.adjusted = {}, .plain = {}, .status = classes.status[i]};
        if (unit.status == Status::ok) {
            const FindingClass& c = out.classes[static_cast<std::size_t>(3 * (classes.risk[i] - 1) + classes.gap[i] - 1)];
            unit.plain            = c.id;
            unit.status           = classes.masked[i] ? Status::too_few : Status::ok;
            if (!classes.masked[i]) unit.adjusted = c.id;
            unit.sentence = classes.masked[i] ? Text{"分档不稳：换一次抽样就可能变", "its class is not stable: another draw may change it"} : c.label;
        } else {
            unit.sentence = {"没有数据，或单元太小", "no data, or too small a unit"};
        }
        out.units.push_back(std::move(unit));
    }
    out.parameters = {worded("classes", {"分档", "classes"}, {"三分位", "thirds"}), worded("mask", {"不着色", "not coloured"}, {"少于八成抽样落在同一档", "fewer than 80 % of the draws keep the class"}),
                      worded("draws", {"抽样", "draws"}, {fmt::format("{} 次：发案率 gamma 后验，覆盖率 beta 后验", scene.project.statistics.permutations), fmt::format("{} from the gamma posterior of the rate and the beta posterior of the coverage", scene.project.statistics.permutations)}),
                      worded("cases", {"案件数", "cases"}, {"只用可公布的数；不公开的村按人口分摊其合并数", "only what may be told: withheld villages share their pool's cases by people"})};
    return out;
}

CountyFinding find_ranks(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec) {
    const Evidence      evidence = evidence_of(measures);
    const RankIntervals ranks    = gap_ranks(evidence.view(), {.draws = static_cast<std::uint32_t>(scene.project.statistics.permutations), .seed = seed}, exec);
    const auto          ranked   = static_cast<double>(std::ranges::count(ranks.status, Status::ok));
    CountyFinding out{.id = "rank", .label = {"缺口名次有多稳", "How sure the ranks of gaps are"},
                      .card = {"名次不是一个数，是一个区间：换一年运气，这个村可能排在这中间的任何一位。只有整个区间都落在前三分之一或后三分之一的村，才可以说它确实靠前或靠后。",
                               "A rank is not a number but an interval: with another year's luck the village might stand anywhere in it. Only where the whole interval lies in the first or last third can one say that it is near the top or the bottom."},
                      .parameters = {}, .gate = gate_of(measures, ranks.told_apart, {fmt::format("{:.0f} 个村（社区）参加排名；没有着色的村分不出先后。", ranked), fmt::format("{:.0f} villages are ranked; of those without colour nobody can say which comes first.", ranked)}),
                      .level = village, .classes = {high_class("first_third", {"确在前三分之一（缺口大）", "surely in the first third (wide gap)"}), low_class("last_third", {"确在后三分之一（缺口小）", "surely in the last third (small gap)"})},
                      .units = {}, .shapes = {}, .table = {}, .tests = {}};
    for (std::size_t i = 0; i < ranks.status.size(); ++i) {
        UnitFinding unit{.adjusted = {}, .plain = {}, .status = ranks.status[i], .sentence = {"单元太小或没有数据，不排名", "too small a unit or no data: not ranked"}};
        if (unit.status == Status::ok) {
            if (ranks.high[i] <= ranked / 3) unit.adjusted = "first_third";
            else if (ranks.low[i] > ranked * 2 / 3) unit.adjusted = "last_third";
            unit.plain    = unit.adjusted;
            unit.sentence = {fmt::format("名次 95% 区间：第 {:.0f} 至第 {:.0f} 位（共 {:.0f}）", ranks.low[i], ranks.high[i], ranked), fmt::format("95 % interval of its rank: {:.0f} to {:.0f} of {:.0f}", ranks.low[i], ranks.high[i], ranked)};
        }
        out.units.push_back(std::move(unit));
    }
    out.parameters = {worded("draws", {"抽样", "draws"}, {fmt::format("{} 次", scene.project.statistics.permutations), fmt::format("{}", scene.project.statistics.permutations)}), worded("interval", {"区间", "interval"}, {"95%，后验抽样", "95 %, posterior draws"}),
                      worded("cases", {"案件数", "cases"}, {"只用可公布的数", "only what may be told"})};
    return out;
}

}  // namespace gapmap
