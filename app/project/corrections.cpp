#include "app/project/corrections.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "data/ingest/row_source.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr const char*   report       = "reports/import.xlsx";
constexpr std::uint32_t most_columns = 16'384;  // of a worksheet: a mark that says more was edited, and would ask for a row of that many cells

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number     value{};
    const auto end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && at == end ? std::optional(value) : std::nullopt;
}

/// Columns of the sheet by header; nothing where this is not the row of headers.
std::optional<std::map<std::string, std::size_t>> columns_of(const RawRow& row) {
    std::map<std::string, std::size_t> columns;
    for (std::size_t c = 0; c < row.cells.size(); ++c) columns.emplace(row.cells[c], c);
    if (!columns.contains(correction_header) || !columns.contains(mark_header)) return std::nullopt;
    for (const char* needed : {"文件", "工作表", "行号"}) {
        if (!columns.contains(needed)) throw InputError(fmt::format("the column '{}' is gone; put it back, or delete the file", needed), {.source = report, .sheet = held_sheet});
    }
    return columns;
}

Correction correction_of(const RawRow& row, const std::map<std::string, std::size_t>& columns) {
    const auto cell = [&](const char* header) {
        const std::size_t c = columns.at(header);
        return c < row.cells.size() ? row.cells[c] : std::string_view();
    };
    // "<mark of the row>-<column>@<ledger>/<list>"
    const std::string_view mark = cell(mark_header);
    const std::size_t      dash = mark.find('-'), at = mark.find('@'), slash = mark.find('/', at == std::string_view::npos ? 0 : at);
    const bool             whole  = dash != std::string_view::npos && at != std::string_view::npos && slash != std::string_view::npos && dash < at;
    const auto             number = whole_number<std::uint64_t>(cell("行号"));
    const auto             column = whole ? whole_number<std::uint32_t>(mark.substr(dash + 1, at - dash - 1)) : std::nullopt;
    if (!number || !column || *column == 0 || *column > most_columns) {
        throw InputError("a correction without its mark: nothing ties it to a cell of a ledger; type it on the line that gapmap wrote (some rows as a whole can only be corrected in their file)",
                         {.source = report, .sheet = held_sheet, .row = row.number, .field = correction_header});
    }
    return {std::string(mark.substr(at + 1, slash - at - 1)), std::string(mark.substr(slash + 1)), std::string(cell("文件")), std::string(cell("工作表")), *number, *column,
            std::string(mark.substr(0, dash)), std::string(cell(correction_header))};
}

std::vector<Correction> typed_corrections(const std::filesystem::path& file) {
    std::vector<Correction> typed;
    const auto              rows = open_workbook_rows(file.string(), held_sheet);
    RawRow                  row;
    std::optional<std::map<std::string, std::size_t>> columns;
    while (rows->next(row)) {
        if (!columns) {
            columns = columns_of(row);
            continue;
        }
        const std::size_t c = columns->at(correction_header);
        if (c < row.cells.size() && row.cells[c].find_first_not_of(" \t") != std::string_view::npos) typed.push_back(correction_of(row, *columns));
    }
    if (!columns) {
        throw InputError(fmt::format("has no row of headers with '{}' and '{}' any more, so nothing in it can be tied to a cell; put them back, or delete the file", correction_header, mark_header),
                         {.source = report, .sheet = held_sheet});
    }
    return typed;
}

}  // namespace

std::string mark_text(const BatchIssue& entry) {
    const auto& [batch, issue] = entry;
    return issue.row_mark.empty() || issue.column == 0 ? std::string() : fmt::format("{}-{}@{}/{}", issue.row_mark, issue.column, batch.ledger, batch.list);
}

std::size_t take_corrections(Project& project, Store& store) {
    const std::filesystem::path file  = project.folder / report;
    const std::size_t           added = std::filesystem::exists(file) ? store.add_corrections(typed_corrections(file)) : 0;
    for (const Correction& correction : store.corrections()) {
        for (SourceSpec& source : project.sources) {
            const bool same_list = source.ledger == correction.ledger && source.list == correction.list;
            if (same_list && source.path == correction.source && source.sheet == correction.sheet) source.corrections.push_back(correction);
        }
    }
    return added;
}

}  // namespace gapmap
