// reports/import.xlsx: what the clerk opens after an import, and types corrections into.
#include <algorithm>
#include <filesystem>
#include <map>

#include "app/project/corrections.h"
#include "app/project/import_report.h"
#include "data/ingest/row_source.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "render/workbook.h"

namespace gapmap {
namespace {

const std::map<std::string, std::string> code_zh = {
    {"missing", "缺必填项"}, {"unreadable", "无法识别"}, {"unknown_unit", "单元编码不存在"}, {"unknown_household", "户册中无此户"}, {"duplicate", "编号重复"}, {"outside_county", "位置在县域外"},
    {"total_row", "合计行"}, {"swapped", "经纬度颠倒"}, {"folded", "全角或隐藏字符"}, {"converted", "已换算"}, {"no_geometry", "没有几何"}, {"invalid_geometry", "几何无效"}, {"ragged", "列数多于表头"},
    {"stray_quote", "引号不成对"}, {"total_mismatch", "合计不符"}, {"repeated_header", "重复表头"}, {"footer", "签字或备注行"}, {"hidden_sheet", "隐藏工作表"}, {"sheet_left_out", "未读取的工作表"},
    {"uncalculated", "公式未计算"}, {"corrected", "人工更正"}, {"dismissed", "确认不采用"}, {"ambiguous_name", "名称不唯一"}, {"unknown_name", "名称不认识"}, {"as_above", "同上"},
    {"nothing_above", "上一行没有值"}, {"coarse", "坐标过粗"}, {"zero_position", "坐标为零"}, {"code_mended", "编码已补正"}, {"code_name_disagree", "编码与名称不符"}, {"codes_disagree", "编码互相矛盾"},
    {"date_in_text", "文字变成日期"}, {"number_as_date", "数字当日期"}, {"ambiguous_point", "小数点含义不明"}, {"vague", "约数"}, {"ends_before_start", "止早于起"}, {"exceeds_loss", "超过损失金额"},
    {"far_from_unit", "远离所写单元"}, {"far_past", "日期过早"}, {"future", "日期在截止日后"}, {"implausible_amount", "金额异常"}, {"only_town", "只到镇"}, {"open_end", "长期有效"},
    {"other_table", "另一张表"}, {"other_town", "与所在镇不符"}, {"part_exceeds_whole", "部分大于总数"}, {"placed_by_name", "按名称定位"}, {"several_values", "一格多值"}, {"split", "一格多户"},
    {"unknown_word", "不认识的词"}, {"unlocated", "没有位置"}, {"no_place", "没有地点"}, {"not_degrees", "不是经纬度"}, {"zone", "带号已补正"}, {"scaled", "单位已换算"}, {"above_header", "表头上方的行"},
    {"section_title", "分段标题"}, {"corrections_unused", "更正未用"}, {"crs_contradicted", "坐标系与数据不符"}, {"crs_differs_from_prj", "坐标系与 .prj 不同"}, {"filled_down", "合并单元格已下填"},
    {"merged_amount", "合并的数字只计一次"}, {"pile_up", "多行同一点"}, {"swapped_throughout", "整列经纬度颠倒"}, {"error_cells", "错误值单元格"}, {"hidden_rows", "隐藏的行"}};

constexpr std::size_t most_links = 65'000;  // of a sheet; Excel takes 65,530

/// Where the cells of a source can be opened.
struct OpenAt {
    std::string file, sheet;
};

/// The sheet that a link must name: a workbook with one visible sheet is a source without a sheet's name.
std::map<std::string, OpenAt> places_of(const Project& project) {
    std::map<std::string, OpenAt> places;
    for (const SourceSpec& spec : project.sources) {
        OpenAt at{"../" + std::filesystem::path(container_of(spec.path)).generic_string(), spec.sheet};
        if (std::filesystem::path(spec.path).is_absolute()) at.file = spec.path;
        if (at.sheet.empty() && container_of(spec.path) == spec.path && kind_of_file(spec.file) == FileKind::xlsx) {
            const auto sheets  = list_sheets(spec.file, {});
            const auto visible = std::ranges::find(sheets, false, &SheetInfo::hidden);
            if (visible != sheets.end()) at.sheet = visible->name;
        }
        places.insert_or_assign(spec.path, std::move(at));
    }
    return places;
}

std::string column_letters(std::uint32_t column) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26) letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    return letters;
}

std::string quoted_sheet(const std::string& sheet) {
    std::string out = "'";
    for (const char c : sheet) out += c == '\'' ? "''" : std::string(1, c);
    return out + "'";
}

/// "D1204", opening the file there where it is a workbook; else the file.
CellValue cell_link(const BatchIssue& entry, const std::map<std::string, OpenAt>& places) {
    const std::string cell = column_letters(std::max(entry.issue.column, 1U)) + std::to_string(entry.issue.row);
    const auto        at   = places.find(entry.batch.source);
    if (at == places.end()) return cell;
    const std::string sheet = entry.batch.sheet.empty() ? at->second.sheet : entry.batch.sheet;
    return WorkbookLink{cell, at->second.file + (sheet.empty() ? "" : "#" + quoted_sheet(sheet) + "!" + cell)};
}

CellValue problem_of(const Issue& issue) {
    const auto zh = code_zh.find(issue.code);
    return zh == code_zh.end() ? issue.code : zh->second;
}

/// A cell of a file may be longer than one of a workbook may be, and longer than anybody reads.
std::string shortened(const std::string& text) {
    constexpr std::size_t most = 1'000;
    if (text.size() <= most) return text;
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + " …";
}

/// Sums were left out and used; what a person has dismissed is settled.
bool needs_a_person(const Issue& issue) { return issue.fate == Fate::held_back && issue.code != "total_row" && issue.code != "dismissed"; }

WorkbookSheet correction_sheet(const Project& project, const ImportReport& report) {
    const auto    text = [](const char* words) { return CellValue(std::string(words)); };
    WorkbookSheet sheet{.name = held_sheet,
                        .rows = {{text("点“单元格”打开原表；在原表改正，或在“更正”列填写正确的值（不再需要的行填“不采用”），保存并关闭后重新运行 gapmap import")},
                                 {text("文件"), text("工作表"), text("行号"), text("列"), text("单元格"), text("问题"), text("说明"), text("Detail"), text(correction_header), text(mark_header)}},
                        .header_rows = 2,
                        .column_widths = {30, 16, 8, 18, 10, 18, 50, 50, 24, 36},
                        .column_formats = {"", "", "", "", "", "", "", "", "@", ""},
                        .autofilter = true,
                        .freeze_header = true};
    const auto places = places_of(project);
    for (const BatchIssue& entry : report.issues) {
        if (!needs_a_person(entry.issue)) continue;
        CellValue link = cell_link(entry, places);
        if (sheet.rows.size() > most_links && std::holds_alternative<WorkbookLink>(link)) link = std::get<WorkbookLink>(link).text;
        sheet.rows.push_back({entry.batch.source, entry.batch.sheet, static_cast<double>(entry.issue.row), shortened(entry.issue.field), link, problem_of(entry.issue), shortened(entry.issue.detail_zh),
                              shortened(entry.issue.detail_en), std::monostate{}, mark_text(entry)});
    }
    return sheet;
}

WorkbookSheet issue_sheet(const ImportReport& report, const std::string& name, Fate fate) {
    WorkbookSheet sheet{.name = name,
                        .rows = {{std::string("文件"), std::string("工作表"), std::string("行号"), std::string("列"), std::string("问题"), std::string("说明"), std::string("Detail")}},
                        .column_widths = {30, 16, 8, 18, 18, 50, 60},
                        .autofilter = true,
                        .freeze_header = true};
    for (const BatchIssue& entry : report.issues) {
        const bool settled = entry.issue.fate == Fate::held_back && !needs_a_person(entry.issue) && fate == Fate::noted;
        if (entry.issue.fate != fate && !settled) continue;
        sheet.rows.push_back({entry.batch.source, entry.batch.sheet, static_cast<double>(entry.issue.row), shortened(entry.issue.field), problem_of(entry.issue), shortened(entry.issue.detail_zh), shortened(entry.issue.detail_en)});
    }
    return sheet;
}

WorkbookSheet balance_sheet(const ImportReport& report) {
    WorkbookSheet sheet{.name = "平衡",
                        .rows = {{std::string("台账"), std::string("文件"), std::string("读入"), std::string("采用"), std::string("修正"), std::string("退回"), std::string("编码"), std::string("坐标系")}},
                        .column_widths = {14, 30, 10, 10, 10, 10, 12, 12},
                        .freeze_header = true};
    for (const SourceReport& source : report.sources) {
        const Batch& b = source.batch;
        sheet.rows.push_back({b.ledger + (b.list.empty() ? "" : " / " + b.list), b.source, static_cast<double>(b.rows_read), static_cast<double>(b.accepted),
                              static_cast<double>(b.repaired), static_cast<double>(b.held_back), b.encoding, b.crs});
    }
    return sheet;
}

}  // namespace

void write_import_workbook(const Project& project, const ImportReport& report) {
    const std::filesystem::path folder = project.folder / "reports";
    std::error_code             error;
    std::filesystem::create_directories(folder, error);
    if (error) throw OutputError("cannot be made: " + error.message(), {.source = folder.string()});
    write_whole_file(folder / "import.xlsx", workbook_bytes({correction_sheet(project, report), issue_sheet(report, "已修正", Fate::repaired), issue_sheet(report, "提示", Fate::noted), balance_sheet(report)},
                                                            {.title = project.name + " 导入报告", .created = project.as_of}));
}

}  // namespace gapmap
