#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "data/read/cell_range.h"

namespace gapmap {

/// A table that is read as a whole: of an HTML page, or a sheet of an XML Spreadsheet 2003.
struct SheetTable {
    std::string            name;
    bool                   hidden = false;
    std::vector<SheetRow>  rows;
    std::vector<CellRange> merges;  ///< cells that span rows or columns; the value stands in the first
};

/// The tables of an HTML page, which police systems and web exports call .xls: named 表1, 表2, ... in the order in which they open; a
/// table inside a cell is a table of its own. Tolerant: missing end tags, any case, comments, scripts. Row numbers count from 1
/// within the table. Blanks run together, <br> is one. `html` is UTF-8.
/// Throws InputError for tables nested deeper than 32, and columns beyond 16,384.
[[nodiscard]] std::vector<SheetTable> read_html_tables(std::string_view html, const std::string& source);

/// The charset that the page declares, as decode_text knows it ("GB18030", "UTF-8", ...); "auto" where it says none we know.
[[nodiscard]] std::string html_charset(std::string_view bytes);

/// The sheets of an XML Spreadsheet 2003. Days come as 2022-08-03. Throws InputError where the XML is damaged.
[[nodiscard]] std::vector<SheetTable> read_xml_spreadsheet(std::string_view xml, const std::string& source);

}  // namespace gapmap
