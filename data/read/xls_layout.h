#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/read/cell_range.h"

namespace gapmap {

/// What GDAL's driver for .xls does not tell of a sheet.
struct XlsSheetLayout {
    std::string            name;  ///< UTF-8
    bool                   hidden = false;
    std::vector<CellRange> merges;
};
struct XlsLayout {
    std::vector<XlsSheetLayout> sheets;
    bool                        locked = false;  ///< encrypted with a password
};

/// Sheets, their visibility and merged cells of an .xls workbook (BIFF5, BIFF8 in an OLE container), by its records. The cells are the
/// driver's to read and its damage the driver's to report: records that are cut short end the list, and older kinds have none.
[[nodiscard]] XlsLayout read_xls_layout(std::string_view bytes);

}  // namespace gapmap
