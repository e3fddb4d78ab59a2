// A sheet's XML, and a whole file of any bytes, as a workbook: rows come out in memory bounded by the limits, or an InputError.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "data/read/xlsx_sheet.h"
#include "geo/core/error.h"

namespace {

std::string path_of_run() {
    static const std::string path = (std::filesystem::temp_directory_path() / ("gapmap_fuzz_xlsx_" + std::to_string(::getpid()))).string();
    return path;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path = path_of_run();
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    try {
        gapmap::XlsxWorkbook book(path);
        for (const auto& info : book.sheets()) {
            gapmap::XlsxSheet sheet(book, info);
            std::uint64_t     rows = 0;
            while (const gapmap::SheetRow* row = sheet.next()) {
                if (row->cells.size() > 16'384 || row->number == 0) std::abort();
                if (++rows > 100'000) break;
            }
        }
    } catch (const gapmap::InputError&) {
    }
    return 0;
}
