// The week's bulletin: county figures with their denominators, this week against last, the worst and the best.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/pipeline/tables.h"
#include "app/pipeline/words.h"
#include "render/bulletin.h"

namespace gapmap {
namespace {

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

std::string change(double now, double before) {
    if (before <= 0) return "–";
    return fmt::format("{:+.2f} %", 100 * (now / before - 1));
}

Document::Table rates_table(const Measures& measures, Tongue t) {
    Document::Table table{std::string(t("全县覆盖", "Coverage of the county")),
                          {std::string(t("指标", "measure")), std::string(t("比例", "share")), std::string(t("分子", "count")), std::string(t("分母", "of")),
                           std::string(t("分母口径", "denominator")), std::string(t("来源", "source")), std::string(t("截至", "as of"))},
                          {}, {false, true, true, true, false, false, true}};
    for (const NamedRate& r : measures.county.rates) {
        const auto value = r.rate.value();
        table.rows.push_back({t(r.label), value ? percent(*value) : "–", fmt::format("{:.0f}", r.rate.numerator()), fmt::format("{:.0f}", r.rate.denominator().count),
                              t(r.population), t(r.source), to_string(r.rate.denominator().as_of)});
    }
    return table;
}

Document::Table cases_table(const Scene& scene, const Measures& m, Tongue t) {
    const std::int64_t least = m.policy.withhold_below;
    const std::string  hidden(t("不公开", "withheld")), not_begun(t("未开始", "not begun"));
    const bool         begun = !(scene.as_of < m.policy.period_start);
    const bool         now = begun && m.now.may_be_shown(least), before = m.before.may_be_shown(least);
    const auto         row = [&](std::string label, double a, double b, const char* format) {
        return std::vector<std::string>{std::move(label), now ? fmt::format(fmt::runtime(format), a) : begun ? hidden : not_begun, before ? fmt::format(fmt::runtime(format), b) : hidden,
                                        now && before ? change(a, b) : std::string("–")};
    };
    return {std::string(t("发案与损失（同比）", "Cases and losses against the same months of last year")),
            {std::string(t("指标", "measure")), std::string(t("本期", "now")), std::string(t("同期", "before")), std::string(t("变化", "change"))},
            {row(std::string(t("案件（起）", "cases")), static_cast<double>(m.now.cases), static_cast<double>(m.before.cases), "{:.0f}"),
             row(std::string(t("损失（万元）", "losses (10,000 yuan)")), m.now.loss_yuan / 1e4, m.before.loss_yuan / 1e4, "{:.2f}"),
             row(std::string(t("止付（万元）", "stopped (10,000 yuan)")), m.now.stopped_yuan / 1e4, m.before.stopped_yuan / 1e4, "{:.2f}")},
            {false, true, true, true}};
}

Document::Table gaps_table(const Layer& layer, std::size_t most, const std::string& caption, Tongue t) {
    Document::Table table{caption, {std::string(t("排名", "rank")), std::string(t("镇", "town")), std::string(t("名称", "name")), std::string(t("缺口", "gap")),
                                    std::string(t("有效覆盖", "coverage")), std::string(t("情况", "situation"))}, {}, {true, false, false, true, true, false}};
    for (const std::size_t i : ranked_order(layer)) {
        if (table.rows.size() == most || !layer.table.at("rank").is_valid(i)) break;
        table.rows.push_back({layer.table.at("rank").text(i), layer.table.at("town_name").text(i), layer.table.at("name").text(i),
                              fmt::format("{:.3f}", layer.table.at("score").number(i)), percent(layer.table.at("coverage").number(i)),
                              layer.table.at(t.chinese ? "sentence_zh" : "sentence_en").text(i)});
    }
    return table;
}

/// Households visited for the first time in the last week, by town, most first.
Document::Table week_table(const Scene& scene, const Measures& m, Tongue t) {
    const WeeklyCoverage& weekly = m.levels[town].weekly;
    Document::Table table{std::string(t("本周各镇新走访户（首次）", "Households visited for the first time this week, by town")),
                          {std::string(t("镇", "town")), std::string(t("本周新走访户", "new this week")), std::string(t("累计已走访", "visited so far")),
                           std::string(t("户数", "households")), std::string(t("已走访率", "share"))}, {}, {false, true, true, true, true}};
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < scene.units[town].size(); ++i) {
        const double now  = weekly.visited[(weekly.weeks - 1) * weekly.units + i];
        const double then = weekly.weeks > 1 ? weekly.visited[(weekly.weeks - 2) * weekly.units + i] : 0;
        order.emplace_back(-(now - then), i);
    }
    std::ranges::sort(order);
    for (const auto& [gain, i] : order) {
        const UnitMeasure& unit = m.levels[town].units[i];
        table.rows.push_back({scene.units[town].name[i], fmt::format("{:.0f}", -gain), fmt::format("{}", unit.done[0]), fmt::format("{}", unit.households),
                              unit.households == 0 ? "–" : percent(static_cast<double>(unit.done[0]) / static_cast<double>(unit.households))});
    }
    return table;
}

/// The team-weeks whose rows need a look, the plainest first.
Document::Section integrity_section(const Layer& flagged, Tongue t) {
    constexpr std::size_t most = 20;
    Document::Section     section{std::string(t("四、走访记录核查", "4. Visit records to look at")),
                              {std::string(t("下列各周的记录与同期其他组明显不同，请调阅原始记录或回访核实。提示不是结论；没有任何记录因此被删去或不计。",
                                             "The rows of these weeks differ plainly from what other teams wrote at the time: read them or call back. A flag is no verdict, and no row was left out because of it."))},
                              {}};
    Document::Table table{"", {std::string(t("走访单位", "team")), std::string(t("周", "week")), std::string(t("情况", "finding"))}, {}, {false, false, false}};
    for (std::size_t i = 0; i < std::min(most, flagged.rows()); ++i) {
        table.rows.push_back({flagged.table.at("team").text(i), flagged.table.at("week").text(i), flagged.table.at(t.chinese ? "finding_zh" : "finding_en").text(i)});
    }
    if (flagged.rows() == 0) section.paragraphs = {std::string(t("没有明显异常的周。", "No week stands out."))};
    else section.tables.push_back(std::move(table));
    if (flagged.rows() > most) section.paragraphs.push_back(fmt::format("{} {}", t("其余见 gaps.xlsx，共", "The rest stands in gaps.xlsx; findings in all:"), flagged.rows()));
    return section;
}

/// What one method found: its shapes in words, else the units of each class by name.
std::string result_of(const Scene& scene, const CountyFinding& f, Tongue t) {
    if (!f.gate.open) return "–";
    std::string all;
    const auto  add = [&](const std::string& words) { all += (all.empty() ? "" : std::string(t("；", "; "))) + words; };
    for (const FindingShape& shape : f.shapes) add(t(shape.sentence));
    for (const FindingClass& c : f.classes) {
        std::string names;
        for (std::size_t i = 0; f.shapes.empty() && i < f.units.size(); ++i) {
            if (f.units[i].adjusted == c.id) names += (names.empty() ? "" : std::string(t("、", ", "))) + scene.units[*f.level].name[i];
        }
        if (!names.empty()) add(fmt::format("{}{}{}", t(c.label), t("：", ": "), names));
    }
    if (all.empty() && f.table) return std::string(t("见下表", "see the table below"));
    return all.empty() ? std::string(t("没有发现", "nothing found")) : all;
}

/// What the statistics found, a method a row; tables of methods that have one follow.
Document::Section findings_section(const Scene& scene, const Findings& findings, Tongue t) {
    Document::Section section{std::string(t("五、统计发现", "5. What the statistics say")), {t(tests_sentence(findings))}, {}};
    Document::Table   methods{"", {std::string(t("方法", "method")), std::string(t("结果", "result")), std::string(t("说明", "what it says")), std::string(t("能否下结论", "is there data enough"))}, {}, {false, false, false, false}};
    std::string before;  // five methods share a gate; its sentence stands once
    for (const CountyFinding& f : findings.all) {
        const std::string gate = t(f.gate.sentence);
        methods.rows.push_back({t(f.label), result_of(scene, f, t), t(f.card), gate == before ? std::string(t("同上", "as above")) : gate});
        before = gate;
    }
    section.tables.push_back(std::move(methods));
    for (const CountyFinding& f : findings.all) {
        if (!f.table) continue;
        Document::Table table{t(f.label), {}, {}, std::vector<bool>(f.table->columns.size(), false)};
        for (const Text& column : f.table->columns) table.head.push_back(t(column));
        for (const auto& row : f.table->rows) {
            table.rows.emplace_back();
            for (const Text& cell : row) table.rows.back().push_back(t(cell));
        }
        section.tables.push_back(std::move(table));
    }
    return section;
}

Document in_language(const Scene& scene, const Measures& m, const Release& release, const Text& ground, const Findings& findings, Tongue t) {
    Document d{.lang = t.chinese ? "zh-CN" : "en", .title = scene.project.name + std::string(t("反诈宣防周通报", ": weekly bulletin of fraud prevention")),
               .subtitle = fmt::format("{} {} · {}", t("数据截至", "data as of"), to_string(scene.as_of), to_string(iso_week(scene.as_of))),
               .notice = scene.project.demo ? std::string(t("演示数据：边界、人口、走访与案件均为虚构。", "Demo data: borders, people, visits and cases are made up.")) : "",
               .sections = {}, .footer = {}};
    d.sections.push_back({std::string(t("一、覆盖", "1. Coverage")), {}, {rates_table(m, t), week_table(scene, m, t)}});
    d.sections.push_back({std::string(t("二、发案", "2. Cases")),
                          {fmt::format("{}{} – {}{}{} – {}", t("本期 ", "now: "), to_string(m.policy.period_start), to_string(m.policy.period_end), t("；同期 ", "; before: "),
                                       to_string(m.policy.compare_start), to_string(m.policy.compare_end)),
                           std::string(t("案件数很小：百分比由两个小数相除而来，起落可能只是偶然，不宜据此排名或问责。", "The counts are small: a percentage of two small numbers may move by chance alone and should not decide a ranking."))},
                          {cases_table(scene, m, t)}});
    d.sections.push_back({std::string(t("三、缺口最大的村（社区）和网格", "3. The widest gaps")), {},
                          {gaps_table(release.gaps[village].layer(), 10, std::string(t("村（社区）", "Villages and communities")), t),
                           gaps_table(release.gaps[grid].layer(), 10, std::string(t("网格", "Grids")), t)}});
    d.sections.push_back(integrity_section(release.team_weeks.layer(), t));
    d.sections.push_back(findings_section(scene, findings, t));
    Document::Section method{std::string(t("六、口径与参数", "6. Method and parameters")), {t(formula_of(m.policy))}, {}};
    if (!t(ground).empty()) method.paragraphs.push_back(t(ground));
    Document::Table   parameters{"", {std::string(t("参数", "parameter")), std::string(t("值", "value"))}, {}, {false, false}};
    for (const Parameter& p : parameters_of(scene, m)) parameters.rows.push_back({t(p.label), t(p.shown())});
    method.tables.push_back(std::move(parameters));
    d.sections.push_back(std::move(method));
    d.footer.push_back(std::string(t("每个数字均可由 summary.json 与 manifest.json 追溯到台账行。", "Each number can be traced through summary.json and manifest.json to the rows of the ledgers.")));
    return d;
}

}  // namespace

std::string bulletin_html(const Scene& scene, const Measures& measures, const Release& release, const Text& ground, const Findings& findings) {
    return document_html({in_language(scene, measures, release, ground, findings, {true}), in_language(scene, measures, release, ground, findings, {false})});
}

}  // namespace gapmap
