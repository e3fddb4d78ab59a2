// reports/import.xlsx: what the clerk opens after an import.
#include <filesystem>
#include <map>

#include "app/project/import_report.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "render/workbook.h"

namespace gapmap {
namespace {

const std::map<std::string, std::string> code_zh = {
    {"missing", "缺必填项"}, {"unreadable", "无法识别"}, {"unknown_unit", "单元编码不存在"}, {"unknown_household", "户册中无此户"}, {"duplicate", "编号重复"},
    {"outside_county", "位置在县域外"}, {"total_row", "合计行"}, {"swapped", "经纬度颠倒"}, {"folded", "全角或隐藏字符"}, {"converted", "已换算"}, {"no_geometry", "没有几何"}, {"invalid_geometry", "几何无效"},
    {"ragged", "列数多于表头"}, {"stray_quote", "引号不成对"}, {"total_mismatch", "合计不符"}, {"repeated_header", "重复表头"}, {"footer", "签字或备注行"},
    {"hidden_sheet", "隐藏工作表"}, {"sheet_left_out", "未读取的工作表"}, {"uncalculated", "公式未计算"}};

WorkbookSheet issue_sheet(const ImportReport& report, const std::string& name, Fate fate) {
    WorkbookSheet sheet{.name = name,
                        .rows = {{std::string("文件"), std::string("工作表"), std::string("行号"), std::string("列"), std::string("问题"), std::string("说明"), std::string("Detail")}},
                        .column_widths = {30, 16, 8, 18, 18, 50, 60},
                        .autofilter = true,
                        .freeze_header = true};
    for (const BatchIssue& entry : report.issues) {
        if (entry.issue.fate != fate) continue;
        const auto zh = code_zh.find(entry.issue.code);
        sheet.rows.push_back({entry.batch.source, entry.batch.sheet, static_cast<double>(entry.issue.row), entry.issue.field,
                              zh == code_zh.end() ? entry.issue.code : zh->second, entry.issue.detail_zh, entry.issue.detail_en});
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
    write_whole_file(folder / "import.xlsx", workbook_bytes({issue_sheet(report, "待处理", Fate::held_back), issue_sheet(report, "已修正", Fate::repaired), issue_sheet(report, "提示", Fate::noted), balance_sheet(report)},
                                                            {.title = project.name + " 导入报告", .created = project.as_of}));
}

}  // namespace gapmap
