#include "app/pipeline/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "app/pipeline/words.h"
#include "render/workbook.h"

namespace gapmap {
namespace {

struct Heading {
    const char* column;
    const char* header;
    double      width;
};

constexpr std::array<Heading, 28> headings = {{{"rank", "排名", 6}, {"town_name", "镇", 12}, {"name", "名称", 22}, {"code", "编码", 18}, {"level", "层级", 8},
                                               {"score", "缺口（可预防案件）", 12}, {"status", "状态", 10}, {"coverage", "有效覆盖", 10}, {"risk_per_10000", "平滑发案率（每万人）", 12},
                                               {"households", "户数", 8}, {"people_at_risk", "16至55岁人数", 12}, {"people", "登记人口", 10}, {"population", "总人口（台账）", 12},
                                               {"app_installed", "国家反诈中心安装", 12}, {"app_real_name", "国家反诈中心实名", 12}, {"visited", "已走访户", 10},
                                               {"visited_at_most", "已走访户上限（含未落户记录）", 12}, {"more_to_90", "距90%还差户数", 10}, {"informed", "已告知户", 10},
                                               {"committed", "已承诺户", 10}, {"reached_by_site", "步行可达阵地户", 12}, {"sites", "阵地数", 8}, {"last_visit", "最近走访", 12},
                                               {"cases", "案件数（少于下限不公开）", 12}, {"cases_status", "案件数状态", 10}, {"organisation", "包抓单位", 16}, {"sentence_zh", "情况", 48}, {"reasons_zh", "原因", 60}}};

const std::map<std::string, std::string> status_zh = {{"ok", "正常"}, {"too_few", "样本过少"}, {"missing", "无数据"}, {"suppressed", "不公开"}, {"isolate", "无邻接"}};
const std::map<std::string, std::string> level_zh  = {{"town", "镇"}, {"village", "村（社区）"}, {"grid", "网格"}, {"building", "楼栋"}};

std::string shown(const std::string& column, const std::string& value) {
    if (column == "status" || column == "cases_status") return status_zh.at(value);
    if (column == "level") return level_zh.at(value);
    return value;
}

/// A name that starts like a formula would be one to a spreadsheet; a leading apostrophe makes it text there.
std::string as_text(const std::string& text) { return text.find_first_of("=+-@\t") == 0 ? "'" + text : text; }

std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

bool is_text(const Column& column) { return std::holds_alternative<Column::Texts>(column.data); }

CellValue cell(const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return std::monostate{};
    if (is_text(column)) return shown(column.name, column.text(row));
    return column.number(row);
}

WorkbookSheet level_sheet(const Layer& layer, const std::string& name) {
    WorkbookSheet sheet{.name = name, .rows = {{}}, .autofilter = true, .freeze_header = true};
    for (const Heading& heading : headings) {
        sheet.rows[0].emplace_back(std::string(heading.header));
        sheet.column_widths.push_back(heading.width);
        sheet.column_formats.emplace_back(std::string(heading.column) == "coverage" ? "0.0%" : "");
    }
    for (const std::size_t i : ranked_order(layer)) {
        WorkbookRow row;
        for (const Heading& heading : headings) row.push_back(cell(layer.table.at(heading.column), i));
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

WorkbookSheet team_sheet(const Layer& layer) {
    WorkbookSheet sheet{.name = "走访记录核查", .rows = {{}}, .column_widths = {14, 10, 10, 80, 16}, .autofilter = true, .freeze_header = true};
    for (const char* header : {"走访单位", "周", "该周记录数", "情况（提示核查，不是结论）", "检验"}) sheet.rows[0].emplace_back(std::string(header));
    for (std::size_t i = 0; i < layer.rows(); ++i) {
        WorkbookRow row;
        for (const char* name : {"team", "week", "rows", "finding_zh"}) row.push_back(cell(layer.table.at(name), i));
        row.emplace_back(integrity_label(layer.table.at("test").text(i)));
        sheet.rows.push_back(std::move(row));
    }
    return sheet;
}

}  // namespace

std::vector<std::size_t> ranked_order(const Layer& layer) {
    const Column&            rank = layer.table.at("rank");
    std::vector<std::size_t> order(layer.rows());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return rank.is_valid(i) ? rank.number(i) : 1e18; });
    return order;
}

std::string gaps_csv(const Release& release) {
    std::string csv = "\xEF\xBB\xBF";
    for (std::size_t h = 0; h < headings.size(); ++h) csv += (h == 0 ? "" : ",") + csv_field(headings[h].header);
    csv += "\r\n";
    for (const ReleasedLayer& released : release.gaps) {
        const Layer& layer = released.layer();
        for (const std::size_t i : ranked_order(layer)) {
            for (std::size_t h = 0; h < headings.size(); ++h) {
                const Column& column = layer.table.at(headings[h].column);
                csv += (h == 0 ? "" : ",") + csv_field(!column.is_valid(i) ? "" : is_text(column) ? as_text(shown(column.name, column.text(i))) : column.text(i));
            }
            csv += "\r\n";
        }
    }
    return csv;
}

std::string gaps_workbook(const Scene& scene, const Measures& measures, const Release& release) {
    std::vector<WorkbookSheet> sheets;
    for (const std::size_t level : {std::size_t{village}, std::size_t{grid}, std::size_t{building}, std::size_t{town}}) {
        sheets.push_back(level_sheet(release.gaps[level].layer(), level_labels[level].zh));
    }
    const Table&  sites = release.sites.layer().table;
    WorkbookSheet site_sheet{.name = "宣传阵地", .rows = {{}}, .autofilter = true, .freeze_header = true};
    for (const char* header : {"编号", "名称", "类型", "启用日期", "撤除日期", "目前启用"}) site_sheet.rows[0].emplace_back(std::string(header));
    for (std::size_t i = 0; i < sites.rows(); ++i) {
        WorkbookRow row;
        for (const Column& column : sites.columns) row.push_back(cell(column, i));
        site_sheet.rows.push_back(std::move(row));
    }
    sheets.push_back(std::move(site_sheet));
    sheets.push_back(team_sheet(release.team_weeks.layer()));
    WorkbookSheet notes{.name = "口径", .rows = {{std::string("项目"), std::string("值")}}, .column_widths = {32, 90}};
    notes.rows.push_back({std::string("公式"), formula_of(measures.policy).zh});
    for (const Parameter& p : parameters_of(scene, measures)) notes.rows.push_back({p.label.zh, p.value});
    if (scene.project.demo) notes.rows.push_back({std::string("说明"), std::string("演示数据：边界、人口、走访与案件均为虚构")});
    sheets.push_back(std::move(notes));
    return workbook_bytes(sheets, {.title = scene.project.name + "反诈宣防缺口", .created = scene.as_of});
}

}  // namespace gapmap
