// 10,000 seeded mutations of small office files: each is refused with one InputError or read with a balance that holds; where the
// mutation leaves rows countable, none is lost. A failure prints its seed.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

#include "data/ingest/text_normal.h"
#include "geo/core/error.h"
#include "tests/data/office_files.h"

using namespace gapmap;
using namespace office;

namespace {

using Grid = std::vector<std::vector<std::string>>;

SourceSpec lenient(const char* ledger) { return {.ledger = ledger, .crs = "EPSG:4490", .max_held_share = 1}; }

const Grid sites_grid = {{"宣传阵地一览", "", "", "", "", ""},
                         {"编号", "名称", "类型", "经度", "纬度", "启用日期"},
                         {"S1", "甲", "宣传墙", "107.7", "34.6", "2022-01-05"},
                         {"S2", "乙", "警示牌", "107.8", "34.7", "2022/3/1"},
                         {"", "", "", "", "", ""},
                         {"S3", "丙", "主题广场", "107.9", "34.8", "2022年8月3日"},
                         {"合计", "", "", "", "", ""},
                         {"填表人：", "", "", "", "", ""}};

const std::array<std::string, 26> odd_cells = {"", " ", "　", "无", "/", "合计", "小  计", "填表人：甲", "注：乙", "6.10329E+11", "107.7", "34.6", "E107°42′", "2022-02-30", "44776", "８月３日", "-1", "1e999", "nan",
                                               "编号", "启用日期", "'007", "甲\xE2\x80\x8B乙", "１２３", "(NULL)", "一二三四五六七八九十一二三四五六七八九十"};

class Mutator {
public:
    explicit Mutator(unsigned seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

    /// Cells, whole rows and rows' order; what it leaves is still a grid.
    Grid grid(Grid rows) {
        for (std::size_t n = 1 + below(4); n > 0; --n) {
            auto& row = rows[below(rows.size())];
            switch (below(6)) {
                case 0: rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(below(rows.size() + 1)), std::vector(rows[below(rows.size())])); break;
                case 1: std::swap(row, rows[below(rows.size())]); break;
                case 2: if (rows.size() > 3) rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(below(rows.size()))); break;
                default: if (!row.empty()) row[below(row.size())] = odd_cells[below(odd_cells.size())];
            }
        }
        return rows;
    }
    std::string bytes(std::string text) {
        for (std::size_t n = 1 + below(6); n > 0 && !text.empty(); --n) {
            const std::size_t at = below(text.size());
            switch (below(5)) {
                case 0: text.resize(at); break;
                case 1: text.erase(at, 1 + below(8)); break;
                case 2: text.insert(at, 1, static_cast<char>(below(256))); break;
                case 3: text.insert(at, text.substr(below(text.size()), below(40))); break;
                default: text[at] = static_cast<char>(below(256));
            }
        }
        return text;
    }

private:
    std::mt19937 random_;
};

std::string csv(const Grid& rows) {
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) out += (c == 0 ? "" : ",") + row[c];
        out += '\n';
    }
    return out;
}

struct Tally {
    int read = 0, refused = 0;
};

/// Imports a file; true where it was read. Anything but an InputError fails the test.
bool read_one(const std::string& path, const SourceSpec& spec, unsigned seed, Imported& out, Tally& tally) {
    CAPTURE(seed);
    try {
        out = import(path, spec);
        ++tally.read;
        return true;
    } catch (const InputError&) {
        ++tally.refused;
    } catch (const std::exception& error) {
        FAIL_CHECK("seed " << seed << ": " << error.what());
    }
    return false;
}

bool is_blank(const std::vector<std::string>& row) {
    return std::ranges::all_of(row, [](const std::string& cell) { return fold_text(cell).text.empty(); });
}

/// Rows below the header, as a plain reader sees them: the header is the first row that the issues or the ledger leave for it.
std::size_t rows_below_header(const Grid& rows) {
    std::size_t below = 0;
    bool        seen  = false;
    for (const auto& row : rows) {
        const bool header = std::ranges::find(row, "编号") != row.end() && std::ranges::find(row, "类型") != row.end();
        if (seen && !is_blank(row)) ++below;
        seen |= header;
    }
    return below;
}

/// Only where one row alone can be the header is its place certain.
bool has_whole_header(const Grid& rows) {
    const auto headers = std::ranges::count_if(rows, [](const auto& row) { return row == sites_grid[1]; });
    const auto partial = std::ranges::count_if(rows, [](const auto& row) { return std::ranges::find(row, "编号") != row.end() || std::ranges::find(row, "启用日期") != row.end(); });
    return headers == 1 && partial == 1;
}

void check_no_row_lost(const Grid& rows, const Imported& in, unsigned seed) {
    if (!has_whole_header(rows)) return;
    const auto left_out = static_cast<std::size_t>(std::ranges::count_if(in.issues, [](const Issue& issue) { return issue.code == "footer" || issue.code == "repeated_header"; }));
    CHECK_MESSAGE(in.summary.rows_read + left_out == rows_below_header(rows), "seed " << seed);
}

}  // namespace

TEST_CASE("mutations: cells and rows of CSV files in three encodings, 3,000 times") {
    const Folder folder;
    Tally        tally;
    for (unsigned seed = 0; seed < 3000; ++seed) {
        Mutator           mutate(seed);
        const Grid        rows = mutate.grid(sites_grid);
        const std::string text = csv(rows);
        Imported          in;
        const std::string bytes = seed % 3 == 0 ? text : seed % 3 == 1 ? gb18030(text) : "\xFF\xFE" + utf16le(text);
        if (read_one(folder.write("a.csv", bytes), lenient("sites"), seed, in, tally)) check_no_row_lost(rows, in, seed);
    }
    CHECK(tally.read > 1500);
    CHECK(tally.refused > 0);
}

TEST_CASE("mutations: cells and rows of workbooks, 2,000 times") {
    const Folder folder;
    Tally        tally;
    for (unsigned seed = 0; seed < 2000; ++seed) {
        Mutator    mutate(seed);
        const Grid rows = mutate.grid(sites_grid);
        Imported   in;
        if (read_one(folder.write("a.xlsx", xlsx({{"甲", text_rows(rows)}})), lenient("sites"), seed, in, tally)) check_no_row_lost(rows, in, seed);
    }
    CHECK(tally.read > 1000);
}

TEST_CASE("mutations: bytes of CSV files, HTML tables and workbooks, 5,000 times") {
    const Folder      folder;
    Tally             tally;
    const std::string text = csv(sites_grid), sheet = text_rows(sites_grid);
    const std::string book = xlsx({{"甲", sheet, R"(<mergeCells><mergeCell ref="A1:F1"/></mergeCells>)"}});
    std::string       page = "<html><table>";
    for (const auto& row : sites_grid) {
        page += "<tr>";
        for (const auto& cell : row) page += "<td rowspan=1>" + cell + "</td>";
        page += "</tr>";
    }
    for (unsigned seed = 0; seed < 5000; ++seed) {
        Mutator     mutate(seed);
        std::string bytes;
        switch (seed % 6) {
            case 0: bytes = mutate.bytes(text); break;
            case 1: bytes = mutate.bytes(gb18030(text)); break;
            case 2: bytes = mutate.bytes("\xFF\xFE" + utf16le(text)); break;
            case 3: bytes = mutate.bytes(page); break;
            case 4: bytes = mutate.bytes(book); break;
            default: bytes = xlsx({{"甲", mutate.bytes(sheet), R"(<mergeCells><mergeCell ref="A3:B9"/></mergeCells>)"}});
        }
        Imported in;
        (void)read_one(folder.write(seed % 6 > 3 ? "a.xlsx" : "a.xls", bytes), lenient("sites"), seed, in, tally);
    }
    CHECK(tally.read > 500);
    CHECK(tally.refused > 500);
}
