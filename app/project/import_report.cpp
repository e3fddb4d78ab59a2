#include "app/project/import_report.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

namespace gapmap {
namespace {

nlohmann::ordered_json balance(const Batch& batch) {
    return {{"rows_read", batch.rows_read}, {"accepted", batch.accepted}, {"repaired", batch.repaired}, {"held_back", batch.held_back}};
}

/// Page breaks, signatures and merged cells as they are everywhere are not worth a line on the screen.
bool is_everyday(const std::string& code) { return code == "repeated_header" || code == "footer" || code == "section_title" || code == "filled_down"; }

/// What is good to know of the files as a whole, and sums that do not agree.
std::string note_lines(const ImportReport& report, Tongue tongue) {
    std::string text;
    std::size_t notes = 0;
    for (const BatchIssue& entry : report.issues) {
        if (entry.issue.fate != Fate::noted || is_everyday(entry.issue.code)) continue;
        if (++notes > 20) continue;
        if (notes == 1) text += fmt::format("\n{}\n", tongue("提示：", "notes:"));
        const std::string sheet = entry.batch.sheet.empty() ? "" : " [" + entry.batch.sheet + "]";
        const std::string row   = entry.issue.row == 0 ? "" : tongue.chinese ? fmt::format(" 第 {} 行", entry.issue.row) : fmt::format(" row {}", entry.issue.row);
        text += fmt::format("  {}{}{}{}{}\n", entry.batch.source, sheet, row, tongue("：", ": "), tongue(entry.issue.detail_zh, entry.issue.detail_en));
    }
    if (notes > 20) text += fmt::format("  {} {}\n", notes - 20, tongue("条见 reports/import.xlsx", "more in reports/import.xlsx"));
    return text;
}

}  // namespace

nlohmann::ordered_json import_json(const ImportReport& report) {
    std::map<std::string, Batch> ledgers;
    nlohmann::ordered_json       body;
    body["changed"] = report.changed();
    body["corrections"] = report.corrections;
    body["ledgers"] = nlohmann::ordered_json::object();
    body["sources"] = nlohmann::ordered_json::array();
    for (const SourceReport& source : report.sources) {
        const Batch& batch = source.batch;
        Batch&       sum   = ledgers[batch.ledger];
        sum.rows_read += batch.rows_read;
        sum.accepted += batch.accepted;
        sum.repaired += batch.repaired;
        sum.held_back += batch.held_back;
        nlohmann::ordered_json entry{{"ledger", batch.ledger}, {"list", batch.list}, {"path", batch.source}, {"sheet", batch.sheet},
                                     {"encoding", batch.encoding}, {"crs", batch.crs}, {"sha256", batch.source_hash}, {"unchanged", source.unchanged}};
        entry.update(balance(batch));
        body["sources"].push_back(std::move(entry));
    }
    for (const auto& [name, sum] : ledgers) body["ledgers"][name] = balance(sum);
    std::map<std::string, std::map<std::string, std::uint64_t>> codes;
    for (const BatchIssue& entry : report.issues) ++codes[std::string(to_string(entry.issue.fate))][entry.issue.code];
    body["issues"] = codes;
    return body;
}

std::string import_text(const ImportReport& report, Tongue tongue) {
    std::string text = fmt::format("{:>8} {:>8} {:>8} {:>8}  {}\n", tongue("读入", "read"), tongue("采用", "accepted"), tongue("修正", "repaired"),
                                   tongue("退回", "held"), tongue("来源", "source"));
    for (const SourceReport& source : report.sources) {
        const Batch& b = source.batch;
        text += fmt::format("{:>8} {:>8} {:>8} {:>8}  {}{}{}\n", b.rows_read, b.accepted, b.repaired, b.held_back, b.source,
                            b.sheet.empty() ? "" : " [" + b.sheet + "]", source.unchanged ? tongue("  (未变)", "  (unchanged)") : "");
    }
    if (report.corrections > 0) text += fmt::format("\n{}\n", fmt::format(fmt::runtime(tongue("读入 {} 处在 reports/import.xlsx 中填写的更正", "{} corrections typed into reports/import.xlsx were read")), report.corrections));
    std::size_t shown = 0, held = 0;
    for (const BatchIssue& entry : report.issues) {
        if (entry.issue.fate != Fate::held_back || entry.issue.code == "total_row" || entry.issue.code == "dismissed") continue;
        if (++held > 40) continue;
        if (shown++ == 0) text += fmt::format("\n{}\n", tongue("需要人工处理的行：", "rows that need a person:"));
        const std::string sheet = entry.batch.sheet.empty() ? "" : " [" + entry.batch.sheet + "]";
        text += tongue.chinese ? fmt::format("  {}{} 第 {} 行，{}：{}\n", entry.batch.source, sheet, entry.issue.row, entry.issue.field, entry.issue.detail_zh)
                               : fmt::format("  {}{} row {}, {}: {}\n", entry.batch.source, sheet, entry.issue.row, entry.issue.field, entry.issue.detail_en);
    }
    if (held > 40) text += fmt::format("  {} {}\n", held - 40, tongue("行见 reports/import.xlsx", "more in reports/import.xlsx"));
    return text + note_lines(report, tongue);
}

}  // namespace gapmap
