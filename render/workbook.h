#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "geo/core/day.h"

namespace gapmap {

/// A text that opens a file beside the workbook: "../ledgers/a.xlsx", or a cell of it: "../ledgers/a.xlsx#'Sheet'!B12".
struct WorkbookLink {
    std::string text, target;
};

/// One cell: blank, text, number, date or link.
using CellValue = std::variant<std::monostate, std::string, double, Day, WorkbookLink>;
using WorkbookRow  = std::vector<CellValue>;

/// A rectangle of cells shown as one; its text is that of the first cell. Rows and columns count from 0, ends included.
struct MergedRange {
    std::uint32_t first_row = 0;
    std::uint16_t first_column = 0;
    std::uint32_t last_row = 0;
    std::uint16_t last_column = 0;
};

/// One worksheet. A row may be shorter than others; the cells that are left out are blank.
struct WorkbookSheet {
    std::string              name;  ///< at most 31 characters, none of []:*?/\.
    std::vector<WorkbookRow>    rows;
    std::vector<MergedRange> merges{};
    std::uint32_t            header_rows = 1;      ///< the first rows, printed bold on grey
    std::vector<double>      column_widths{};      ///< in characters; empty: from the text of the first rows
    std::vector<std::string> column_formats{};     ///< Excel number format a column, "0.0%"; empty: General, yyyy-mm-dd for dates
    bool                     autofilter    = false;  ///< on the last header row
    bool                     freeze_header = false;
};

struct WorkbookOptions {
    std::string title{};
    Day         created{};  ///< the only date inside the file, so that the same content gives the same bytes
};

/// An XLSX workbook as bytes. Throws OutputError where it cannot be built (a sheet name that Excel refuses, a full disk).
[[nodiscard]] std::string workbook_bytes(const std::vector<WorkbookSheet>& sheets, const WorkbookOptions& options);

}  // namespace gapmap
