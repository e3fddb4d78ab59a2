#include "data/ingest/import_source.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "geo/core/error.h"

using namespace gapmap;

namespace {

struct TemporaryFile {
    std::string path;
    TemporaryFile(const std::string& name, const std::string& text)
        : path((std::filesystem::temp_directory_path() / ("gapmap_" + std::to_string(::getpid()) + "_" + name)).string()) {
        std::ofstream(path, std::ios::binary) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(path); }
};

struct Imported {
    ImportSummary      summary;
    std::vector<Issue> issues;
    Table              rows;
    Points<Lonlat>     points;
};

Imported import_text(const std::string& ledger, const std::string& text, SourceSpec spec = {}, ImportReference reference = {}, const std::string& name = "t.csv") {
    const TemporaryFile file(name, text);
    spec.ledger = ledger;
    spec.path   = name;
    spec.file   = file.path;
    Imported out;
    out.summary = import_source(spec, reference, {}, [&](ImportChunk&& chunk) {
        // Coordinates of one decimal, as these tests have them, are noted as coarse.
        std::ranges::copy_if(chunk.issues, std::back_inserter(out.issues), [](const Issue& issue) { return issue.fate != Fate::noted; });
        out.rows = std::move(chunk.rows);
        if (auto* points = std::get_if<Points<Lonlat>>(&chunk.geometry)) out.points = *points;
    });
    CHECK(out.summary.accepted + out.summary.repaired + out.summary.held_back == out.summary.rows_read);
    return out;
}

ImportReference linyou() {
    ImportReference reference;
    reference.county     = {107.3, 34.5, 108.1, 35.0};
    reference.unit_codes = {"610329100200", "610329100201"};
    return reference;
}

const std::string sites_header = "编号,名称,类型,经度,纬度,启用日期\n";

}  // namespace

TEST_CASE("a clean file is accepted row by row, under a title and with blank rows between") {
    const auto in = import_text("sites", "2022年宣传阵地一览表\n,,\n" + sites_header + "S1,甲,宣传墙,107.7,34.6,2022-01-05\n,,,,,\nS2,乙,警示牌,107.8,34.7,2022/3/1\n",
                                {.crs = "EPSG:4490"}, linyou());
    CHECK(in.summary.rows_read == 2);
    CHECK(in.summary.accepted == 2);
    CHECK(in.points.x[1] == 107.8);
}

TEST_CASE("a swapped pair of coordinates is turned and written down") {
    const auto in = import_text("sites", sites_header + "S1,甲,宣传墙,34.6,107.7,2022-01-05\n", {.crs = "EPSG:4490"}, linyou());
    CHECK(in.summary.repaired == 1);
    REQUIRE(in.issues.size() == 1);
    CHECK(in.issues[0].code == "swapped");
    CHECK(in.issues[0].row == 2);
    CHECK(in.points.x[0] == 107.7);
}

TEST_CASE("GCJ-02 that is declared is converted, some 500 m; undeclared coordinates are refused with a hint") {
    const std::string text = sites_header + "S1,甲,宣传墙,107.7,34.6,2022-01-05\n";
    const auto        in   = import_text("sites", text, {.crs = "GCJ02"}, linyou());
    CHECK(std::abs(in.points.x[0] - 107.7) * 91'000 > 200);
    try {
        (void)import_text("sites", text, {}, linyou());
        FAIL("a file without a declared system was read");
    } catch (const InputError& error) {
        CHECK(std::string(error.what()).find("GCJ02") != std::string::npos);
    }
}

TEST_CASE("rows that nobody can use are held back with row, column and reason") {
    const auto in = import_text("sites",
                                sites_header + "S1,甲,宣传墙,107.7,34.6,2022-02-30\nS2,乙,,107.7,34.6,2022-01-05\nS3,丙,宣传墙,10.7,3.6,2022-01-05\n"
                                               "S4,丁,宣传墙,107.7,34.6,2022-01-05\nS4,戊,宣传墙,107.7,34.6,2022-01-05\n合计,,,,,\n",
                                {.crs = "EPSG:4490"}, linyou());
    CHECK(in.summary.rows_read == 6);
    CHECK(in.summary.accepted == 1);
    std::vector<std::string> codes;
    for (const Issue& issue : in.issues) codes.push_back(issue.code);
    CHECK(codes == std::vector<std::string>{"unreadable", "missing", "outside_county", "duplicate", "total_row"});
    CHECK(in.issues[0].row == 2);
    CHECK(in.issues[0].field == "启用日期");
}

TEST_CASE("an unknown unit code is named; a personal value is not quoted") {
    const auto in = import_text("cases", "案件编号,发案日期,案件类型,涉案金额(万元),地点性质,村编码,经度,纬度\nA1,2022-01-05,虚假贷款,3.2,居住地,610329109999,,\nA2,2022-01-05,虚假贷款,3.2,居住地,610329100200,1o7.7,34.6\n",
                                {.crs = "EPSG:4490"}, linyou());
    REQUIRE(in.issues.size() == 2);
    CHECK(in.issues[0].detail_en.find("610329109999") != std::string::npos);
    CHECK(in.issues[1].detail_en.find("1o7.7") == std::string::npos);
}

TEST_CASE("a header of two merged rows, and 万元 in it, are understood") {
    const auto in = import_text("cases", "案件编号,发案日期,案件类型,金额,,地点性质\n,,,涉案金额(万元),止付金额(元),\nA1,2022-01-05,虚假贷款,3.2,500,居住地\n", {}, linyou());
    REQUIRE(in.summary.accepted == 1);
    CHECK(in.rows.at("loss_yuan").number(0) == 32000);
    CHECK(in.rows.at("stopped_yuan").number(0) == 500);
}

TEST_CASE("two columns that match one field are refused by name, and chosen by columns in county.toml") {
    const std::string text = "编号,编号,类型,经度,纬度,启用日期\nS1,T1,宣传墙,107.7,34.6,2022-01-05\n";
    CHECK_THROWS_WITH_AS((void)import_text("sites", text, {.crs = "EPSG:4490"}, linyou()), doctest::Contains("both match the field site_code"), InputError);
    const std::string other = "编号,载体编号,类型,经度,纬度,启用日期\nS1,T1,宣传墙,107.7,34.6,2022-01-05\n";
    const auto        in    = import_text("sites", other, {.crs = "EPSG:4490", .columns = {{"site_code", "载体编号"}}}, linyou());
    CHECK(in.rows.at("site_code").text(0) == "T1");
}

TEST_CASE("a bow tie is made valid on import and the repair is written down") {
    const std::string text = R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"编码":"V1","名称":"甲村"},
      "geometry":{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}]})";
    const auto in = import_text("units", text, {.list = "village", .crs = "EPSG:4490"}, {}, "t.geojson");
    CHECK(in.summary.repaired == 1);
    REQUIRE(in.issues.size() == 1);
    CHECK(in.issues[0].code == "invalid_geometry");
}

TEST_CASE("a file without the required columns is refused with the headers it has") {
    CHECK_THROWS_WITH_AS((void)import_text("sites", "甲,乙\n1,2\n", {.crs = "EPSG:4490"}, linyou()), doctest::Contains("甲, 乙"), InputError);
    CHECK_THROWS_AS((void)import_text("sites", "", {.crs = "EPSG:4490"}, linyou()), InputError);
    CHECK_THROWS_AS((void)import_text("sites", "编号,\"名称\n", {.crs = "EPSG:4490"}, linyou()), InputError);
}
