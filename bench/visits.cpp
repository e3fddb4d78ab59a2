// A list of visits for the benchmarks of the import: visits N REGISTER.csv OUT.csv|OUT.xlsx
// REGISTER is the household register of a demo county (户册.csv); the households are visited in turn, each row with all the columns that an office sends.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "geo/core/day.h"
#include "render/workbook.h"

namespace {

using gapmap::CellValue;

struct Household {
    std::string code, village;
    double      lon = 0, lat = 0;
};

std::vector<Household> read_register(const char* path) {
    std::vector<Household> out;
    std::ifstream          in(path);
    std::string            line;
    for (bool header = true; std::getline(in, line); header = false) {
        std::vector<std::string> cells{""};
        for (const char c : line) c == ',' ? void(cells.emplace_back()) : void(cells.back() += c);
        // A demo register has a few faulty rows; a visit to them would be held back and time nothing.
        if (!header && cells.size() >= 8 && cells[1].size() == 12 && cells[0].starts_with(cells[1])) out.push_back({cells[0], cells[1], std::atof(cells[6].c_str()), std::atof(cells[7].c_str())});
    }
    return out;
}

std::vector<CellValue> visit(long i, const Household& home) {
    const gapmap::Day day{gapmap::Day::of(2022, 1, 3).days + static_cast<int>(i % 240)};
    const auto        text = [](const char* format, auto... values) {
        char buffer[64];
        std::snprintf(buffer, sizeof buffer, format, values...);
        return CellValue(std::string(buffer));
    };
    const double shake = static_cast<double>(i % 97 - 48) * 1e-6;  // a phone's fix beside the door
    return {text("V%07ld", i), text("%s", to_string(day).c_str()), text("%02ld:%02ld", 8 + i % 10, i % 60), home.code, home.village, text("包抓组%02ld", 1 + i % 14), text("GA-%04ld", 101 + i % 1400),
            std::string(i % 12 == 0 ? "不在家" : "已见面"), std::string("已提醒下载反诈APP"), text("%.6f", home.lon + shake), text("%.6f", home.lat - shake)};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return std::fputs("usage: visits N REGISTER.csv OUT.csv|OUT.xlsx\n", stderr), 2;
    const long             n     = std::atol(argv[1]);
    const auto             homes = read_register(argv[2]);
    const std::string      path  = argv[3];
    const char*            names[] = {"记录编号", "走访日期", "时间", "户编号", "单元编码", "走访单位", "走访人编号", "走访结果", "情况说明", "经度", "纬度"};
    gapmap::WorkbookSheet  sheet{.name = "走访清单", .rows = {{std::begin(names), std::end(names)}}};
    std::ofstream          out(path, std::ios::binary);
    const bool             csv  = path.ends_with(".csv");
    const auto             keep = [&](std::vector<CellValue> row) {
        if (!csv) return sheet.rows.push_back(std::move(row));
        for (std::size_t c = 0; c < row.size(); ++c) out << (c == 0 ? "" : ",") << std::get<std::string>(row[c]);
        out << '\n';
    };
    if (csv) keep(sheet.rows.front());
    for (long i = 0; i < n; ++i) keep(visit(i, homes[static_cast<std::size_t>(i) % homes.size()]));
    if (!csv) out << gapmap::workbook_bytes({sheet}, {});
    return out ? 0 : 5;
}
