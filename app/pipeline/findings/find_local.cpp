// Local Moran and Gi* of the villages' rates.
#include <fmt/format.h>

#include <cmath>

#include "analysis/local_autocorrelation.h"
#include "analysis/multiplicity.h"
#include "app/pipeline/findings/find.h"

namespace gapmap {
namespace {

/// The class of a village. Of one whose count is withheld its own rate is not told either, only that of its surroundings.
std::string class_of(LocalMethod method, std::uint8_t quadrant, bool hidden) {
    const bool around_high = quadrant == 1 || quadrant == 3;
    if (method == LocalMethod::gi_star) return around_high ? "hot" : "cold";
    if (hidden) return around_high ? "around_high" : "around_low";
    return std::array{"", "high_high", "low_low", "low_high", "high_low"}[quadrant];
}

std::vector<FindingClass> classes_of(LocalMethod method) {
    if (method == LocalMethod::gi_star) return {high_class("hot", {"热点：连同邻村，发案率偏高", "hot: high with its neighbours"}), low_class("cold", {"冷点：连同邻村，发案率偏低", "cold: low with its neighbours"})};
    return {high_class("high_high", {"高—高：本村高，邻村也高", "high among high"}), low_class("low_low", {"低—低：本村低，邻村也低", "low among low"}),
            {"high_low", {"高—低：本村高，邻村低", "high among low"}, "#f4a582", "cross"}, {"low_high", {"低—高：本村低，邻村高", "low among high"}, "#92c5de", "rings"},
            {"around_high", {"周围偏高（本村数不公开）", "surroundings high (own count withheld)"}, "#d6604d", "dots"},
            {"around_low", {"周围偏低（本村数不公开）", "surroundings low (own count withheld)"}, "#d1e5f0", "lines"}};
}

Text unit_sentence(const std::vector<FindingClass>& classes, const UnitFinding& unit, double p, double adjusted) {
    if (unit.status == Status::isolate) return {"没有相邻的村，无从比较。", "It has no neighbour to be compared with."};
    if (unit.status != Status::ok) return {"没有人口数，或各村全无差别，无从比较。", "There is no base, or no difference at all, to compare."};
    const std::string& id    = unit.adjusted.empty() ? unit.plain : unit.adjusted;
    const auto         found = std::ranges::find(classes, id, &FindingClass::id);
    const std::string  zh = fmt::format("（校正前 {}，校正后 {}）", p_band(p), p_band(adjusted)), en = fmt::format(" ({} unadjusted, {} adjusted)", p_band(p), p_band(adjusted));
    if (!unit.adjusted.empty()) return {found->label.zh + zh, found->label.en + en};
    if (!unit.plain.empty()) return {"校正前似为“" + found->label.zh + "”，校正后不成立" + zh, "unadjusted it looks " + found->label.en + ", adjusted it does not stand" + en};
    return {"与偶然无异" + zh, "no different from chance" + en};
}

Text card_of(LocalMethod method) {
    if (method == LocalMethod::gi_star) {
        return {"把每个村和它的邻村放在一起，看这一片的发案率是不是高得（或低得）不像偶然。热点连同邻村值得先去走访；没有着色的，数据还说不出它与别处不同。",
                "Each village is taken together with its neighbours: is the rate of this patch higher or lower than reshuffling would make it? Coloured villages deserve a first look with their neighbours; of the others the data cannot say that they differ."};
    }
    return {"看每个村与邻村是都高、都低，还是正好相反：“高—高”是成片高发，请连片走访；“高—低”是孤零零一个高发村。案件数不公开的村，只说它周围偏高还是偏低。",
            "Is a village like its neighbours, or their opposite? High among high is a patch of high rates, high among low a single village that stands out. Of a village whose count is withheld only its surroundings are told."};
}

/// With fewer cases than this a village, reshuffling rates of villages unequal in people errs: of 2,000 simulated counties of 70 villages with nothing to find,
/// 7.7 % had a colour at 24 cases, 3.9 % at 50 (docs/statistics.md).
constexpr double least_cases_a_village = 0.7;

Gate gate_of(const ClusterGate& clusters, const CaseGrounds& grounds) {
    const auto least = static_cast<std::int64_t>(std::ceil(least_cases_a_village * static_cast<double>(grounds.people.size())));
    if (!clusters.gate.open || grounds.total >= least) return clusters.gate;
    return {false, {fmt::format("{} 起案件分在 {} 个村（社区），少于 {} 起时这种检验误报偏多：数据不足，全图不着色。", grounds.total, grounds.people.size(), least),
                    fmt::format("{} cases over {} villages: below {} this test errs too often, so there is not enough data and nothing is coloured.", grounds.total, grounds.people.size(), least)}};
}

}  // namespace

CountyFinding find_local(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, LocalMethod method, Seed seed, const Execution& exec) {
    const Statistics&    how     = scene.project.statistics;
    const SpatialWeights queen   = contiguity(scene.units[village].metric.view(), Contiguity::queen, exec);
    const auto           deviate = empirical_bayes_deviates(grounds.cases, grounds.people);
    const bool           star    = method == LocalMethod::gi_star;
    const LocalResult    local   = local_autocorrelation(deviate, star ? with_self(queen) : queen, {.statistic = star ? LocalStatistic::gi_star : LocalStatistic::moran,
                                                           .permutations = static_cast<std::uint32_t>(how.permutations), .seed = seed}, exec);
    const auto           adjusted = adjusted_p(local.p_perm, FalseDiscovery::benjamini_hochberg);
    CountyFinding out{.id = star ? "gistar" : "moran", .label = star ? Text{"冷热点（Gi*）", "Hot and cold spots (Gi*)"} : Text{"局部聚集（Moran）", "Local clusters (Moran)"},
                      .card = card_of(method), .parameters = {}, .gate = gate_of(gate, grounds), .level = village, .classes = classes_of(method), .units = {}, .shapes = {}, .table = {}, .tests = {}};
    TestRegistry::Entry test{.id = out.id, .hypotheses = 0, .alpha = how.alpha, .p = NAN, .significant = 0, .adjusted = true};
    for (std::size_t i = 0; i < deviate.size(); ++i) {
        UnitFinding unit{.adjusted = {}, .plain = {}, .status = local.status[i]};
        if (unit.status == Status::ok && local.quadrant[i] != 0) {
            const std::string name = class_of(method, local.quadrant[i], measures.levels[village].units[i].cases_hidden);
            if (local.p_perm[i] <= how.alpha) unit.plain = name;
            if (adjusted[i] <= how.alpha) unit.adjusted = name;
            test.hypotheses += 1;
            test.significant += adjusted[i] <= how.alpha ? 1 : 0;
            test.p = std::isnan(test.p) ? local.p_perm[i] : std::min(test.p, local.p_perm[i]);
        }
        unit.sentence = unit_sentence(out.classes, unit, local.p_perm[i], adjusted[i]);
        out.units.push_back(std::move(unit));
    }
    if (test.hypotheses > 0) out.tests.push_back(std::move(test));
    out.parameters = {worded("values", {"数值", "values"}, {"按人口差异校正的发案率偏差（经验贝叶斯，Assunção 与 Reis）", "empirical-Bayes deviates of cases per person at risk (Assunção & Reis)"}), worded("weights", {"邻接", "neighbours"}, star ? Text{"共边或共点（queen），含本村，行标准化", "queen, with itself, row-standardised"} : Text{"共边或共点（queen），行标准化", "queen, row-standardised"}),
                      parameter("permutations", {"置换次数", "permutations"}, fmt::format("{}", how.permutations)), worded("p", {"p 值", "p"}, {"条件置换，双侧（单侧加倍）", "conditional permutation, two-sided by doubling"}),
                      parameter("adjustment", {"多重检验校正", "adjustment"}, "Benjamini-Hochberg"), parameter("alpha", {"显著水平", "level"}, fmt::format("{:g}", how.alpha)),
                      parameter("isolates", {"没有邻村的村", "villages without neighbours"}, fmt::format("{}", local.isolates))};
    return out;
}

}  // namespace gapmap
