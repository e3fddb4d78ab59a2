// HTML pages, XML spreadsheets, KML, the layout of .xls and number formats of any bytes: tables come out, or an InputError. Rows count up; no cell lies
// outside its row's text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/read/kml_file.h"
#include "data/read/sheet_table.h"
#include "data/read/xls_layout.h"
#include "data/read/xlsx_format.h"
#include "geo/core/error.h"

namespace {

void check(const std::vector<gapmap::SheetTable>& tables) {
    for (const auto& table : tables) {
        std::uint64_t last = 0;
        for (const auto& row : table.rows) {
            if (row.number <= last || row.cells.size() > 16'384) std::abort();
            last = row.number;
            for (const auto& cell : row.cells) {
                if (cell.from + cell.size > row.text.size()) std::abort();
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        switch (data[0] % 5) {
            case 0: check(gapmap::read_html_tables(text, "fuzz")); break;
            case 1: check(gapmap::read_xml_spreadsheet(text, "fuzz")); break;
            case 2: (void)gapmap::read_kml(text, "fuzz"); break;
            case 3: (void)gapmap::read_xls_layout(text); break;
            default: (void)gapmap::kind_of_format(text);
        }
    } catch (const gapmap::InputError&) {
    }
    return 0;
}
