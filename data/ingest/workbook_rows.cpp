// Rows of an XLSX sheet.
#include <fmt/format.h>

#include "data/ingest/row_source.h"
#include "data/read/xlsx_sheet.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

std::vector<SheetInfo> sheets_of(const XlsxWorkbook& book) {
    std::vector<SheetInfo> sheets;
    for (const XlsxSheetInfo& sheet : book.sheets()) sheets.push_back({sheet.name, sheet.hidden});
    return sheets;
}

class WorkbookRows final : public RowSource {
public:
    WorkbookRows(const std::string& path, const std::string& sheet)
        : book_(path), info_(book_.sheets()[choose_sheet(sheets_of(book_), sheet, path)]), sheet_(book_, info_) {}

    bool next(RawRow& row) override {
        const SheetRow* found = sheet_.next();
        if (found == nullptr) return false;
        take_cells(*found, row);
        return true;
    }
    [[nodiscard]] std::string            encoding() const override { return "XLSX"; }
    [[nodiscard]] std::string            sheet() const override { return info_.name; }
    [[nodiscard]] std::vector<CellRange> merges() const override { return sheet_.merges(); }
    [[nodiscard]] bool                   counts_from_1904() const override { return book_.is_1904(); }
    [[nodiscard]] std::vector<Issue>     notes() const override {
        std::vector<Issue> out;
        const auto         say = [&](std::uint64_t n, const char* code, const char* zh, const char* en) {
            if (n > 0) out.push_back({0, "", Fate::noted, code, fmt::format(fmt::runtime(zh), n), fmt::format(fmt::runtime(en), n)});
        };
        say(sheet_.uncalculated(), "uncalculated", "{} 个公式单元格没有保存计算结果，按空白处理：请用 Excel 或 WPS 打开并重新保存",
            "{} formula cells hold no calculated value and count as empty: open the file in a spreadsheet program and save it again");
        say(sheet_.errors(), "error_cells", "{} 个单元格是公式错误（#N/A、#REF! 等），按空白处理：请在原表中更正", "{} cells hold an error (#N/A, #REF! and the like) and count as empty: mend them in the file");
        say(sheet_.hidden_rows(), "hidden_rows", "{} 行被隐藏或筛选掉了，仍照常读取", "{} rows are hidden or filtered out; they are read all the same");
        return out;
    }

private:
    XlsxWorkbook  book_;
    XlsxSheetInfo info_;
    XlsxSheet     sheet_;
};

}  // namespace

void take_cells(const SheetRow& from, RawRow& row) {
    row.number = from.number;
    row.cells.clear();
    row.origins.clear();
    row.filled.clear();
    for (std::size_t c = 0; c < from.cells.size(); ++c) {
        row.cells.push_back(from.cell(c));
        row.origins.push_back(from.cells[c].origin);
        if (from.cells[c].filled) row.filled.push_back(c);
    }
}

std::size_t choose_sheet(const std::vector<SheetInfo>& sheets, const std::string& wanted, const std::string& source) {
    std::string names;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        if (wanted.empty() ? !sheets[i].hidden : sheets[i].name == wanted) return i;
        names += (names.empty() ? "" : ", ") + sheets[i].name;
    }
    if (!wanted.empty()) throw InputError(fmt::format("there is no sheet '{}'; there are: {}", wanted, names), {.source = source});
    throw InputError(sheets.empty() ? "the workbook has no sheet" : fmt::format("every sheet is hidden; name one with sheet = \"...\" in county.toml: {}", names), {.source = source});
}

std::unique_ptr<RowSource> open_workbook_rows(const std::string& path, const std::string& sheet) { return std::make_unique<WorkbookRows>(path, sheet); }

std::vector<SheetInfo> workbook_sheets(const std::string& path) { return sheets_of(XlsxWorkbook(path)); }

}  // namespace gapmap
