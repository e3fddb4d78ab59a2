#pragma once
#include <memory>

#include "data/read/cell_range.h"
#include "data/read/xlsx_workbook.h"

namespace gapmap {

/// The rows of one sheet, parsed as they are asked for; memory holds one block of rows and the shared texts.
/// Cells come as text: shared and inline strings, the last value of a formula, numbers and days as xlsx_format.h says, TRUE and
/// FALSE; errors (#N/A) are empty. Merged cells: the value is filled down in their first column. What the file claims about its
/// size is not believed. Throws InputError for a damaged part, a column beyond 16,384, a cell over 1 MiB.
class XlsxSheet {
public:
    XlsxSheet(XlsxWorkbook& book, const XlsxSheetInfo& info);
    ~XlsxSheet();
    XlsxSheet(const XlsxSheet&)            = delete;
    XlsxSheet& operator=(const XlsxSheet&) = delete;
    /// The next row that has cells, or null at the end. It lives until the next call.
    [[nodiscard]] const SheetRow*               next();
    [[nodiscard]] const std::vector<CellRange>& merges() const noexcept;
    /// Formula cells so far that hold no value, since no spreadsheet program has calculated them.
    [[nodiscard]] std::uint64_t uncalculated() const noexcept;
    /// Cells so far that hold an error (#N/A, #REF!), which come as empty ones.
    [[nodiscard]] std::uint64_t errors() const noexcept;
    /// Rows so far that are hidden (a filter was left on), which are read as any other.
    [[nodiscard]] std::uint64_t hidden_rows() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gapmap
