#include "app/pipeline/visit_report.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "render/workbook.h"

namespace gapmap {
namespace {

CellValue text_cell(const Column& column, std::size_t row) { return column.is_valid(row) ? CellValue{column.text(row)} : CellValue{}; }

std::string clock(std::int32_t minute) { return minute < 0 ? "" : fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

/// What made an impossible pair: from which row, how far, how long.
std::string pair_text(const RowFlags& flags, const std::vector<std::uint64_t>& number, const Column& source_row) {
    if (flags.previous == UINT32_MAX) return "";
    return fmt::format("距第 {} 行 {:.1f} 公里，相隔 {:.0f} 分钟", source_row.text(number[flags.previous]), flags.distance_m / 1000, flags.seconds / 60);
}

WorkbookSheet findings_sheet(const Scene& scene, const IntegrityReport& report) {
    WorkbookSheet sheet{.name = "提示", .rows = {{"走访单位", "周", "检验", "情况（提示核查，不是结论；没有任何记录因此不计）"}}, .column_widths = {14, 10, 16, 80}, .autofilter = true, .freeze_header = true};
    for (const FlaggedFinding& one : flagged_findings(report)) {
        const TeamWeek& tw = report.team_weeks[one.team_week];
        sheet.rows.push_back({scene.field.team_name[static_cast<std::size_t>(tw.team)], to_string(iso_week(monday_of(tw.week))), integrity_label(one.test),
                              words_of(one.test, tw.findings[static_cast<std::size_t>(one.test)]).zh});
    }
    return sheet;
}

WorkbookSheet rows_sheet(const Scene& scene, const IntegrityReport& report, const Store& store) {
    WorkbookSheet sheet{.name = "记录", .rows = {{"走访单位", "周", "检验", "文件", "行", "记录编号", "走访人编号", "日期", "时间", "说明"}}, .column_widths = {14, 10, 16, 26, 8, 14, 12, 12, 8, 36},
                        .autofilter = true, .freeze_header = true};
    const Table table = store.read("visits", {"visit_code", "officer_code", "source_row", "batch_id"});
    std::map<std::int64_t, std::string> files;
    for (const Batch& batch : scene.batches) files[batch.id] = batch.source;
    for (const FlaggedFinding& one : flagged_findings(report)) {
        const TeamWeek& tw = report.team_weeks[one.team_week];
        for (const std::uint32_t i : tw.findings[static_cast<std::size_t>(one.test)].evidence) {
            const std::size_t row = scene.field.number[i];
            sheet.rows.push_back({scene.field.team_name[static_cast<std::size_t>(tw.team)], to_string(iso_week(monday_of(tw.week))), integrity_label(one.test),
                                  files.at(static_cast<std::int64_t>(table.at("batch_id").number(row))), table.at("source_row").number(row), text_cell(table.at("visit_code"), row),
                                  text_cell(table.at("officer_code"), row), Day{scene.field.day[i]}, clock(scene.field.minute[i]),
                                  one.test == IntegrityTest::speed ? pair_text(report.rows[i], scene.field.number, table.at("source_row")) : ""});
        }
    }
    return sheet;
}

}  // namespace

void write_visit_report(const Scene& scene, const Counting& counting, const Store& store) {
    const std::filesystem::path folder = scene.project.folder / "reports";
    std::error_code             error;
    std::filesystem::create_directories(folder, error);
    if (error) throw OutputError("cannot be made: " + error.message(), {.source = folder.string()});
    write_whole_file(folder / "visit_checks.xlsx", workbook_bytes({findings_sheet(scene, counting.integrity), rows_sheet(scene, counting.integrity, store)},
                                                                  {.title = scene.project.name + " 走访记录核查", .created = scene.as_of}));
}

}  // namespace gapmap
