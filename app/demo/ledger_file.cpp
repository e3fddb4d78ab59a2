#include "app/demo/ledger_file.h"

#include <fmt/format.h>

#include "data/write/whole_file.h"

namespace gapmap::demo {
namespace {

struct AppendCell {
    std::string& line;
    void operator()(std::monostate) const {}
    void operator()(const std::string& text) const {
        if (text.find_first_of(",\"\t\n") == std::string::npos) { line += text; return; }
        line += '"';
        for (const char c : text) { if (c == '"') line += '"'; line += c; }
        line += '"';
    }
    void operator()(const WorkbookLink& link) const { line += link.text; }
    void operator()(double value) const { fmt::format_to(std::back_inserter(line), "{}", value); }
    void operator()(Day day) const { line += to_string(day); }
};

}  // namespace

std::string County::tagged(const std::string& record_code) const { return k == 0 ? record_code : fmt::format("{}-C{:02}", record_code, k); }

TextLedger::TextLedger(Journal& journal, std::string path, TextEncoding encoding, char separator)
    : journal_(&journal), path_(std::move(path)), separator_(separator), out_(journal.folder / path_, encoding) {}

std::uint64_t TextLedger::add(const WorkbookRow& row) {
    line_.clear();
    for (std::size_t c = 0; c < row.size(); ++c) {
        if (c != 0) line_ += separator_;
        std::visit(AppendCell{line_}, row[c]);
    }
    line_ += "\r\n";
    out_.write(line_);
    return ++rows_;
}

void TextLedger::note(std::uint64_t row, std::string field, std::string what, std::string fate) {
    journal_->quirks.push_back({path_, "", row, std::move(field), std::move(what), std::move(fate)});
}

void TextLedger::finish() {
    out_.finish();
    journal_->files.push_back({path_, rows_ - 1});
}

std::uint64_t SheetLedger::add(WorkbookRow row) {
    sheet_.rows.push_back(std::move(row));
    return sheet_.rows.size();
}

void SheetLedger::add_header(WorkbookRow row) {
    add(std::move(row));
    sheet_.header_rows = static_cast<std::uint32_t>(sheet_.rows.size());
}

void SheetLedger::note(std::uint64_t row, std::string field, std::string what, std::string fate) {
    journal_->quirks.push_back({path_, sheet_.name, row, std::move(field), std::move(what), std::move(fate)});
}

void write_workbook(Journal& journal, const std::string& path, const std::vector<const SheetLedger*>& sheets) {
    std::vector<WorkbookSheet> content;
    std::uint64_t              rows = 0;
    for (const SheetLedger* sheet : sheets) {
        content.push_back(sheet->sheet());
        rows += sheet->data_rows();
    }
    write_whole_file(journal.folder / path, workbook_bytes(content, {.created = as_of()}));
    journal.files.push_back({path, rows});
}

std::string slash_date(Day day) { return fmt::format("{}/{}/{}", day.year(), day.month(), day.day()); }
std::string dot_date(Day day) { return fmt::format("{}.{}.{}", day.year(), day.month(), day.day()); }
std::string chinese_date(Day day) { return fmt::format("{}年{}月{}日", day.year(), day.month(), day.day()); }

std::string full_width(std::string_view ascii) {
    std::string out;
    for (const char c : ascii) {
        if (c < '0' || c > '9') { out += c; continue; }
        out += "\xEF\xBC";
        out += static_cast<char>(0x90 + (c - '0'));
    }
    return out;
}

std::string degrees_text(double degrees) { return fmt::format("{:.6f}", degrees); }
std::string time_text(unsigned minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

}  // namespace gapmap::demo
