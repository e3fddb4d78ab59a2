#include "app/project/corrections.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "app/project/import_project.h"
#include "app/project/import_report.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"
#include "render/workbook.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

/// A county of nothing but publicity sites.
struct County {
    fs::path folder = fs::temp_directory_path() / "gapmap_corrections_test";
    County() {
        fs::remove_all(folder);
        fs::create_directories(folder / "ledgers");
        std::ofstream(folder / "county.toml") << "[county]\ncode = \"610329\"\nname = \"麟游县\"\nmetric_crs = \"EPSG:4545\"\nas_of = \"2022-09-04\"\n\n[policy]\nperiod_start = \"2022-01-01\"\nperiod_end = \"2022-08-31\"\ncompare_start = \"2021-01-01\"\ncompare_end = \"2021-08-31\"\n\n"
                                                 "[[source]]\nledger = \"sites\"\npath = \"ledgers/阵地.csv\"\ncrs = \"EPSG:4490\"\n";
    }
    ~County() { fs::remove_all(folder); }
    void write(const std::string& rows) const { std::ofstream(folder / "ledgers/阵地.csv") << "编号,名称,类型,经度,纬度,启用日期\n" << rows; }

    [[nodiscard]] ImportReport import() const {
        const Project      project = read_project(folder);
        Store              store   = Store::open(project.store_path());
        const ImportReport report  = import_project(project, store, Execution{});
        write_import_workbook(project, report);
        return report;
    }
    [[nodiscard]] Batch balance() const { return import().sources.at(0).batch; }

    /// The clerk opens the report, and types; `edit` gets each line below the header.
    void type(const std::function<void(WorkbookRow&)>& edit) const {
        WorkbookSheet sheet{.name = held_sheet, .rows = {}};
        {
            const auto rows = open_workbook_rows((folder / "reports/import.xlsx").string(), held_sheet);
            RawRow     row;
            while (rows->next(row)) {
                WorkbookRow cells;
                for (const std::string_view cell : row.cells) cells.emplace_back(std::string(cell));
                cells.resize(10);
                if (row.number > 2) edit(cells);
                sheet.rows.push_back(std::move(cells));
            }
        }
        std::ofstream(folder / "reports/import.xlsx", std::ios::binary) << workbook_bytes({sheet}, {});
    }
    void type_everywhere(const std::string& value) const {
        type([&](WorkbookRow& row) { row[8] = value; });
    }
};

std::string text_of(const CellValue& value) { return std::get<std::string>(value); }

const std::string good = "S-1,甲,宣传墙,107.79,34.68,2022-01-05\n", bad_date = "S-2,乙,宣传墙,107.80,34.69,2022-02-30\n";

}  // namespace

TEST_CASE("a value typed into the import report corrects its cell, and the balance follows") {
    const County county;
    county.write(good + bad_date);
    CHECK(county.balance().held_back == 1);
    county.type([](WorkbookRow& row) {
        CHECK(text_of(row[0]) == "ledgers/阵地.csv");
        CHECK(text_of(row[2]) == "3");
        CHECK(text_of(row[4]) == "F3");
        row[8] = "2022-02-28";
    });
    const ImportReport corrected = county.import();
    CHECK(corrected.corrections == 1);
    const Batch& batch = corrected.sources.at(0).batch;
    CHECK(batch.rows_read == 2);
    CHECK(batch.accepted == 1);
    CHECK(batch.repaired == 1);
    CHECK(batch.held_back == 0);
    const Store store = Store::open_existing(county.folder / "county.sqlite");
    const Table sites = store.read("sites", {"site_code", "opened"});
    REQUIRE(sites.rows() == 2);
    CHECK(sites.columns[1].number(1) == Day::of(2022, 2, 28).days);
    REQUIRE(store.history().size() == 2);
    CHECK(store.history()[0].superseded_by == store.history()[1].batch.id);
}

TEST_CASE("importing again after a correction changes nothing and says so") {
    const County county;
    county.write(good + bad_date);
    static_cast<void>(county.import());
    county.type_everywhere("2022-02-28");
    static_cast<void>(county.import());
    const ImportReport again = county.import();
    CHECK_FALSE(again.changed());
    CHECK(again.corrections == 0);
    CHECK(again.sources.at(0).batch.held_back == 0);
}

TEST_CASE("a correction that is wrong again comes back with its own problem, and the next one counts") {
    const County county;
    county.write(good + bad_date);
    static_cast<void>(county.import());
    county.type_everywhere("2022-02-31");
    CHECK(county.balance().held_back == 1);
    county.type_everywhere("2022-02-27");
    CHECK(county.balance().held_back == 0);
    CHECK(Store::open_existing(county.folder / "county.sqlite").read("sites", {"opened"}).columns[0].number(1) == Day::of(2022, 2, 27).days);
}

TEST_CASE("a row that is not wanted is dismissed and stays held back without asking again") {
    const County county;
    county.write(good + bad_date);
    static_cast<void>(county.import());
    county.type_everywhere(" 不采用 ");
    const ImportReport report = county.import();
    CHECK(report.sources.at(0).batch.held_back == 1);
    REQUIRE(!report.issues.empty());
    CHECK(std::ranges::any_of(report.issues, [](const BatchIssue& entry) { return entry.issue.code == "dismissed"; }));
    int lines = 0;
    county.type([&](WorkbookRow&) { ++lines; });
    CHECK(lines == 0);
}

TEST_CASE("a correction follows its row when other rows are added above it, and is dropped when the row itself changes") {
    const County county;
    county.write(good + bad_date);
    static_cast<void>(county.import());
    county.type_everywhere("2022-02-28");
    static_cast<void>(county.import());
    county.write(good + "S-3,丙,宣传墙,107.81,34.67,2022-03-01\n" + bad_date);
    CHECK(county.balance().held_back == 0);
    county.write(good + "S-2,乙改,宣传墙,107.80,34.69,2022-02-30\n");
    const ImportReport changed = county.import();
    CHECK(changed.sources.at(0).batch.held_back == 1);
    CHECK(std::ranges::any_of(changed.issues, [](const BatchIssue& entry) { return entry.issue.code == "corrections_unused"; }));
}

TEST_CASE("two rows with the same cells take the correction that was typed for each") {
    const County county;
    const std::string nameless = ",甲,宣传墙,107.79,34.68,2022-01-05\n";
    county.write(nameless + nameless);
    CHECK(county.balance().held_back == 2);
    int n = 0;
    county.type([&](WorkbookRow& row) { row[8] = "S-" + std::to_string(++n); });
    CHECK(county.balance().held_back == 0);
    CHECK(Store::open_existing(county.folder / "county.sqlite").read("sites", {"site_code"}).columns[0].text(1) == "S-2");
}

TEST_CASE("a correction that nothing ties to a cell is refused by its line, and the report is not written over") {
    const auto edited_mark = [](const CellValue& mark) { return CellValue(text_of(mark).substr(0, 16) + "-4294967295"); };
    const auto no_mark     = [](const CellValue&) { return CellValue(std::monostate{}); };
    for (const std::function<CellValue(const CellValue&)>& spoil : std::vector<std::function<CellValue(const CellValue&)>>{no_mark, edited_mark}) {
        const County county;
        county.write(good + bad_date);
        static_cast<void>(county.import());
        county.type([&](WorkbookRow& row) {
            row[8] = "2022-02-28";
            row[9] = spoil(row[9]);
        });
        const auto before = fs::file_size(county.folder / "reports/import.xlsx");
        try {
            static_cast<void>(county.import());
            FAIL("the correction was taken");
        } catch (const InputError& error) {
            CHECK(std::string(error.what()).find("without its mark") != std::string::npos);
            CHECK(error.place().row == 3);
        }
        CHECK(fs::file_size(county.folder / "reports/import.xlsx") == before);
    }
}

TEST_CASE("a report whose headers are gone is refused, and what was typed stays in it") {
    const County county;
    county.write(good + bad_date);
    static_cast<void>(county.import());
    county.type_everywhere("2022-02-28");
    WorkbookSheet bare{.name = held_sheet, .rows = {{std::string("文件")}, {std::string("2022-02-28")}}};
    std::ofstream(county.folder / "reports/import.xlsx", std::ios::binary) << workbook_bytes({bare}, {});
    CHECK_THROWS_WITH_AS(static_cast<void>(county.import()), doctest::Contains("headers"), InputError);
}

TEST_CASE("what is typed for one list leaves the other list of the same file alone") {
    const County county;
    std::ofstream(county.folder / "county.toml", std::ios::app) << "\n[[source]]\nledger = \"visits\"\nlist = \"visited\"\npath = \"ledgers/两列.csv\"\ncolumns = { date = \"走访日期\" }\nmax_held_share = 1.0\n"
                                                                   "\n[[source]]\nledger = \"visits\"\nlist = \"informed\"\npath = \"ledgers/两列.csv\"\ncolumns = { date = \"告知日期\" }\nmax_held_share = 1.0\n";
    county.write(good);
    std::ofstream(county.folder / "ledgers/两列.csv") << "记录编号,走访日期,告知日期,走访单位\nV1,2022-03-01,2022-03-02,甲\nV2,2022-03-03,2022-02-30,乙\n";
    const auto balances = [](const ImportReport& report) {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> all;
        for (const SourceReport& source : report.sources) {
            if (source.batch.ledger == "visits") all.emplace_back(source.batch.accepted, source.batch.held_back);
        }
        return all;
    };
    using Balances = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    CHECK(balances(county.import()) == Balances{{2, 0}, {1, 1}});
    county.type_everywhere("不采用");
    CHECK(balances(county.import()) == Balances{{2, 0}, {1, 1}});
}

TEST_CASE("a cell longer than a workbook may hold does not keep the report from being written") {
    const County county;
    county.write(good + std::string(40'000, 'X') + "、" + std::string(40'000, 'Y') + ",乙,宣传墙,107.80,34.69,2022-01-05\n");
    CHECK(county.balance().held_back == 1);
    CHECK(fs::exists(county.folder / "reports/import.xlsx"));
}

TEST_CASE("a list that is sent again with what it held before is no bad file") {
    const County county;
    std::string  rows;
    for (int i = 0; i < 60; ++i) rows += "S-" + std::to_string(100 + i) + ",甲,宣传墙,107.79,34.68,2022-01-05\n";
    county.write(rows + rows + rows);
    const Batch batch = county.balance();
    CHECK(batch.accepted == 60);
    CHECK(batch.held_back == 120);
}
