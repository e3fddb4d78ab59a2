// The store's content does not depend on the order of rows or on how they are split into files.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <vector>

#include "app/project/import_project.h"
#include "geo/core/draws.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

constexpr const char* households_header = "户编号,村编码,人口数,16至55岁人数,经度,纬度\n";
constexpr const char* visits_header     = "记录编号,日期,户编号,走访单位,走访结果,经度,纬度\n";

/// Rows as an office might send them: good ones, ones to repair, ones to hold back, keys that repeat with the same and with other content.
std::vector<std::string> some_rows(bool visits, std::uint64_t seed) {
    std::vector<std::string> rows;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Draws             draws(Seed{seed}, visits ? 2 : 1, i);
        const std::string number = std::to_string(1000 + draws.below(visits ? 260 : 120)), household = "H" + std::to_string(1000 + draws.below(140));
        const char*       days[] = {"2022-03-01", "2022/3/2", "2022年3月3日", "2022-02-30", "44650", ""};
        const std::string place  = std::vector<std::string>{"107.79,34.68", "34.69,107.80", ",", "107.81,34.67", "10.0,34.6"}[draws.below(5)];
        const std::string fill   = draws.below(2) == 0 ? "" : "包抓组0" + std::to_string(draws.below(3));
        rows.push_back(visits ? "V" + number + "," + days[draws.below(6)] + "," + household + "," + fill + ",已见面," + place + "\n"
                              : "H" + number + ",6103291000" + std::to_string(10 + draws.below(3)) + "," + std::to_string(1 + draws.below(6)) + "," + (fill.empty() ? "" : "1") + "," + place + "\n");
    }
    rows.insert(rows.end(), rows.begin(), rows.begin() + 20);  // a page that was copied twice
    return rows;
}

void shuffle(std::vector<std::string>& rows, std::uint64_t seed) {
    for (std::size_t i = rows.size(); i > 1; --i) {
        Draws draws(Seed{seed}, 3, i);
        std::swap(rows[i - 1], rows[draws.below(static_cast<std::uint32_t>(i))]);
    }
}

struct County {
    fs::path folder = fs::temp_directory_path() / "gapmap_order_test";
    County() { clean(); }
    ~County() { fs::remove_all(folder); }
    void clean() const {
        fs::remove_all(folder);
        fs::create_directories(folder);
    }

    /// Writes `rows` into `files` files and lists them in county.toml.
    void write(std::ofstream& toml, const std::string& ledger, const std::string& header, const std::vector<std::string>& rows, std::size_t files) const {
        for (std::size_t file = 0; file < files; ++file) {
            const std::string name = ledger + std::to_string(file) + ".csv";
            std::ofstream     out(folder / name);
            out << header;
            for (std::size_t i = rows.size() * file / files; i < rows.size() * (file + 1) / files; ++i) out << rows[i];
            toml << "\n[[source]]\nledger = \"" << ledger << "\"\npath = \"" << name << "\"\ncrs = \"EPSG:4490\"\nmax_held_share = 1.0\n" << (ledger == "visits" ? "list = \"visited\"\n" : "");
        }
    }
    void write_all(const std::vector<std::string>& households, std::size_t household_files, const std::vector<std::string>& visits, std::size_t visit_files) const {
        std::ofstream(folder / "towns.geojson") << R"({"type":"FeatureCollection","features":[)"
                                                   R"({"type":"Feature","properties":{"code":"610329100010","name":"甲村"},"geometry":{"type":"Polygon","coordinates":[[[107.7,34.6],[107.9,34.6],[107.9,34.8],[107.7,34.8],[107.7,34.6]]]}},)"
                                                   R"({"type":"Feature","properties":{"code":"610329100011","name":"乙村"},"geometry":{"type":"Polygon","coordinates":[[[107.9,34.6],[108.0,34.6],[108.0,34.8],[107.9,34.8],[107.9,34.6]]]}}]})";
        std::ofstream toml(folder / "county.toml");
        toml << "[county]\ncode = \"610329\"\nname = \"麟游县\"\nmetric_crs = \"EPSG:4545\"\nas_of = \"2022-09-04\"\n\n[policy]\nperiod_start = \"2022-01-01\"\nperiod_end = \"2022-08-31\"\ncompare_start = \"2021-01-01\"\ncompare_end = \"2021-08-31\"\n\n[[source]]\nledger = \"units\"\nlevel = \"village\"\npath = \"towns.geojson\"\n";
        write(toml, "households", households_header, households, household_files);
        write(toml, "visits", visits_header, visits, visit_files);
    }

    /// The current rows of a ledger as sorted text, and how many were read and held back.
    [[nodiscard]] std::vector<std::string> content(const Store& store, const std::string& ledger, const std::vector<std::string>& columns) const {
        const Table              table = store.read(ledger, columns);
        std::vector<std::string> rows;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            std::string text;
            for (const Column& column : table.columns) text += column.text(row) + '|';
            rows.push_back(std::move(text));
        }
        std::ranges::sort(rows);
        std::uint64_t read = 0, held = 0, kept = 0;
        for (const Batch& batch : store.current_batches()) {
            if (batch.ledger != ledger) continue;
            read += batch.rows_read;
            held += batch.held_back;
            kept += batch.accepted + batch.repaired;
        }
        CHECK(read == kept + held);
        CHECK(kept == rows.size());
        rows.push_back("read " + std::to_string(read) + ", held back " + std::to_string(held));
        return rows;
    }
    [[nodiscard]] std::vector<std::string> import() const {
        const Project project = read_project(folder);
        Store         store   = Store::open(project.store_path());
        static_cast<void>(import_project(project, store, Execution{.threads = 2}));
        auto       rows   = content(store, "households", {"household_code", "village_code", "people", "people_at_risk", "lon", "lat", "given_x", "given_y"});
        const auto visits = content(store, "visits", {"visit_code", "date", "household_code", "team", "outcome", "lon", "lat", "given_x", "given_y"});
        rows.insert(rows.end(), visits.begin(), visits.end());
        return rows;
    }
};

}  // namespace

TEST_CASE("the same rows in any order and any split of files give the same store") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        const County county;
        auto         households = some_rows(false, seed), visits = some_rows(true, seed);
        county.write_all(households, 1, visits, 1);
        const auto expected = county.import();
        REQUIRE(expected.size() > 150);
        for (const std::size_t files : {1U, 2U, 5U}) {
            CAPTURE(files);
            shuffle(households, seed * 10 + files);
            shuffle(visits, seed * 10 + files);
            county.clean();
            county.write_all(households, 1 + files / 2, visits, files);
            CHECK(county.import() == expected);
        }
    }
}

TEST_CASE("files that come and go one at a time leave the store as if all had been read at once") {
    for (std::uint64_t seed = 21; seed <= 26; ++seed) {
        CAPTURE(seed);
        const County county;
        const auto   households = some_rows(false, seed);
        auto         visits     = some_rows(true, seed);
        county.write_all(households, 1, visits, 1);
        const auto expected = county.import();
        county.clean();
        shuffle(visits, seed);
        const auto half = std::vector(visits.begin(), visits.begin() + static_cast<std::ptrdiff_t>(visits.size() / 2));
        county.write_all(households, 1, half, 2);
        const auto first = county.import();
        CHECK(first != expected);
        county.write_all(households, 1, visits, 4);  // the first two files hold what they held
        CHECK(county.import() == expected);
        county.write_all(households, 1, half, 2);  // and the other two are gone again
        CHECK(county.import() == first);
    }
}

TEST_CASE("a later row with the key of an earlier one, however full, changes nothing before its day") {
    const County county;
    const auto   with = [&](const std::string& later) {
        county.clean();
        county.write_all({"H1000,610329100010,3,1,107.79,34.68\n"}, 1, {"V1,2022-03-01,H1000,,已见面,,\n", later}, 1);
        return county.import();
    };
    const auto rows = with("V1,2022-08-20,H1000,包抓组01,已见面,107.79,34.68\n");
    CHECK(std::ranges::any_of(rows, [](const std::string& row) { return row.starts_with("V1|19052|"); }));  // 1 March 2022
    CHECK(std::ranges::none_of(rows, [](const std::string& row) { return row.starts_with("V1|19224|"); }));
}
