// Near repeats: do cases follow one another nearby and soon?
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "analysis/knox.h"
#include "app/pipeline/findings/find.h"

namespace gapmap {
namespace {

const std::vector<double> distances_m{0, 500, 1000, 2000, 5000}, intervals_days{0, 7, 14, 28, 56};
constexpr double          least_expected = 0.5;  // pairs; below, one chance pair would be a finding

Text cell_words(const KnoxCell& cell, std::int64_t threshold) {
    if (cell.status != Status::ok) return {"数据不足", "not enough data"};
    // A single pair close in place and time could be recognised.
    if (cell.observed > 0 && cell.observed < threshold) return {fmt::format("少于 {} 对", threshold), fmt::format("fewer than {} pairs", threshold)};
    return {fmt::format("{} 对，{:.1f} 倍，{}", cell.observed, cell.ratio, p_band(cell.p_adjusted)), fmt::format("{} pairs, {:.1f} times, {}", cell.observed, cell.ratio, p_band(cell.p_adjusted))};
}

FindingTable table_of(const KnoxTable& knox, std::int64_t threshold) {
    FindingTable table{{{"相距（米）", "distance (m)"}}, {}};
    for (std::size_t t = 0; t + 1 < intervals_days.size(); ++t) {
        table.columns.push_back({fmt::format("相隔 {:g}–{:g} 天", intervals_days[t], intervals_days[t + 1] - 1), fmt::format("{:g} to {:g} days apart", intervals_days[t], intervals_days[t + 1] - 1)});
    }
    for (std::size_t d = 0; d < knox.distance_classes; ++d) {
        const std::string band = fmt::format("{:g}–{:g}", distances_m[d], distances_m[d + 1]);
        table.rows.push_back({{band, band}});
        for (std::size_t t = 0; t < knox.interval_classes; ++t) table.rows.back().push_back(cell_words(knox.cell(d, t), threshold));
    }
    return table;
}

Gate gate_of(const KnoxTable& knox, bool may_be_told) {
    if (!may_be_told) return {false, {"本期或同期案件太少，不能公布。", "The cases of one of the periods are too few to be told."}};
    double      most  = 0;
    std::size_t cells = 0;
    for (const KnoxCell& cell : knox.cells) {
        cells += cell.status == Status::ok ? 1U : 0U;
        most = std::max(most, cell.expected);
    }
    if (cells == 0) {
        return {false, {fmt::format("{} 起有住址的案件，没有一格预期到 {:g} 对：数据不足，看不出近邻重复。", knox.points, least_expected),
                        fmt::format("With {} cases of known home no cell expects even {:g} pairs: too few data to speak of near repeats.", knox.points, least_expected)}};
    }
    if (cells == knox.cells.size()) return {true, {fmt::format("{} 起有住址的案件，{} 格都可检验。", knox.points, cells), fmt::format("{} cases of known home, all {} cells can be tested.", knox.points, cells)}};
    return {true, {fmt::format("{} 起有住址的案件，{} 格可检验；其余各格预期不到 {:g} 对，不作判断。", knox.points, cells, least_expected),
                   fmt::format("{} cases of known home, {} cells can be tested; the others expect fewer than {:g} pairs and are left alone.", knox.points, cells, least_expected)}};
}

}  // namespace

CountyFinding find_near_repeats(const Scene& scene, const CaseGrounds& grounds, Seed seed, const Execution& exec) {
    const Statistics&   how = scene.project.statistics;
    Points<Planar>      places;
    std::vector<double> days;
    for (std::size_t i = 0; i < grounds.day.size(); ++i) {
        if (!grounds.precise[i]) continue;  // villages' middles would make neighbours of strangers
        places.push_back(grounds.point.view()[i]);
        days.push_back(grounds.day[i]);
    }
    const KnoxTable knox_table = knox(places.view(), days, {.distances = distances_m, .intervals = intervals_days, .permutations = static_cast<std::uint32_t>(how.permutations), .seed = seed, .least_expected = least_expected}, exec);
    CountyFinding out{.id = "near_repeat", .label = {"近邻重复（Knox）", "Near repeats (Knox)"},
                      .card = {"一户受骗后，附近的人短期内是不是更容易受骗？电信诈骗里它多半是受害人之间相互介绍、同一话术在熟人中传开，不是骗子回到原地。",
                               "After one household was defrauded, do those nearby follow soon? In remote fraud this is word passing between victims, not an offender coming back."},
                      .parameters = {}, .gate = gate_of(knox_table, grounds.both_may_be_told), .level = {}, .classes = {}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    if (out.gate.open) out.table = table_of(knox_table, scene.project.policy.withhold_below);
    TestRegistry::Entry test{.id = out.id, .hypotheses = 0, .alpha = how.alpha, .p = NAN, .significant = 0, .adjusted = true};
    for (const KnoxCell& cell : knox_table.cells) {
        if (cell.status != Status::ok) continue;
        test.hypotheses += 1;
        test.significant += cell.p_adjusted <= how.alpha ? 1 : 0;
        test.p = std::isnan(test.p) ? cell.p_high : std::min(test.p, cell.p_high);
    }
    if (test.hypotheses > 0) out.tests.push_back(std::move(test));
    out.parameters = {worded("bands", {"分格", "bands"}, {"左闭右开 [a, b)", "half-open [a, b)"}), parameter("permutations", {"日期置换次数", "permutations of dates"}, fmt::format("{}", how.permutations)),
                      worded("p", {"p 值", "p"}, {"单侧（多于预期），各格一起作 Benjamini-Hochberg 校正", "one-sided (more than expected), Benjamini-Hochberg over the cells"}),
                      parameter("same_day", {"同日的案件对", "pairs of the same day"}, knox_table.same_time_pairs >= scene.project.policy.withhold_below || knox_table.same_time_pairs == 0 ? fmt::format("{}", knox_table.same_time_pairs) : "–")};
    return out;
}

}  // namespace gapmap
