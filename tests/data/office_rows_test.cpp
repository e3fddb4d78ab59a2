// Rows that offices send, through the import: names, positions, marks, flags. Codes and places are made up.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "data/ingest/import_source.h"
#include "data/ingest/position.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

using namespace gapmap;

namespace {

struct TemporaryFile {
    std::string path;
    explicit TemporaryFile(const std::string& text)
        : path((std::filesystem::temp_directory_path() / ("gapmap_rows_" + std::to_string(::getpid()) + ".csv")).string()) {
        std::ofstream(path, std::ios::binary) << text;
    }
    ~TemporaryFile() { std::filesystem::remove(path); }
};

struct Imported {
    ImportSummary              summary;
    std::vector<Issue>         issues;
    Table                      rows;
    std::vector<std::uint64_t> source_rows;

    [[nodiscard]] std::size_t count(const std::string& code) const { return static_cast<std::size_t>(std::ranges::count(issues, code, &Issue::code)); }
    [[nodiscard]] const Issue& issue(const std::string& code) const {
        const auto found = std::ranges::find(issues, code, &Issue::code);
        REQUIRE_MESSAGE(found != issues.end(), code);
        return *found;
    }
};

/// One square village of a hundredth of a degree around (107.785, 34.685), two towns, a compound with one building.
ImportReference county() {
    ImportReference reference;
    reference.county          = {107.3, 34.5, 108.1, 35.0};
    reference.unit_codes      = {"610329100000", "610329101000", "610329100209", "610329101200", "G-001", "G-001-03", "0042"};
    reference.household_codes = {"H001", "H002", "00123"};
    reference.units           = std::make_shared<UnitDirectory>(
        std::vector<UnitEntry>{{"610329100000", "九成宫镇", "", "", UnitLevel::town},
                               {"610329101000", "崔木镇", "", "", UnitLevel::town},
                               {"610329100209", "栗川村委会", "610329100000", "", UnitLevel::village},
                               {"610329101200", "崔木村委会", "610329101000", "", UnitLevel::village},
                               {"G-001", "杜阳苑", "610329100000", "610329100209", UnitLevel::grid},
                               {"G-001-03", "杜阳苑3号楼", "G-001", "", UnitLevel::building}});
    Polygons<Lonlat> ground;
    for (const auto& [x, y] : {std::pair{107.78, 34.68}, {107.79, 34.68}, {107.79, 34.69}, {107.78, 34.69}, {107.78, 34.68}}) ground.push_point(x, y);
    ground.end_ring();
    ground.end_part();
    ground.end_row();
    auto shapes = std::make_shared<UnitShapes>();
    shapes->add({"610329100209"}, ground);
    reference.shapes = shapes;
    return reference;
}

Imported import_rows(const std::string& ledger, const std::string& text, SourceSpec spec = {}, ImportReference reference = county()) {
    const TemporaryFile file(text);
    spec.ledger = ledger;
    spec.path   = "t.csv";
    spec.file   = file.path;
    if (ledger == "visits" && spec.list.empty()) spec.list = "visited";
    Imported out;
    out.summary = import_source(spec, reference, {}, [&](ImportChunk&& chunk) {
        out.issues.insert(out.issues.end(), chunk.issues.begin(), chunk.issues.end());
        out.rows        = std::move(chunk.rows);
        out.source_rows = std::move(chunk.source_rows);
    });
    CHECK(out.summary.accepted + out.summary.repaired + out.summary.held_back == out.summary.rows_read);
    return out;
}

}  // namespace

TEST_CASE("a visit that names its village instead of coding it is placed there, and that is written down") {
    const auto in = import_rows("visits", "日期,镇,村\n2022-08-03,九成宫镇,栗川村\n2022-08-03,,栗川村民委员会\n2022-08-03,崔木镇,崔木\n");
    CHECK(in.summary.repaired == 3);
    CHECK(in.rows.at("unit_code").text(0) == "610329100209");
    CHECK(in.rows.at("unit_code").text(1) == "610329100209");
    CHECK(in.rows.at("unit_code").text(2) == "610329101200");
    CHECK(in.rows.at("located_by").text(0) == "village");
    CHECK(in.issue("placed_by_name").detail_en.find("610329100209") != std::string::npos);
}

TEST_CASE("an ambiguous name is held back with its candidates, a slip with what it may have been") {
    const auto in = import_rows("visits", "日期,村\n2022-08-03,崔木\n2022-08-03,栗州村\n2022-08-03,某某村\n");
    CHECK(in.summary.held_back == 3);
    CHECK(in.issue("ambiguous_name").detail_en.find("610329101000") != std::string::npos);
    CHECK(in.issue("ambiguous_name").detail_en.find("610329101200") != std::string::npos);
    CHECK(in.issue("unknown_name").detail_en.find("610329100209") != std::string::npos);
}

TEST_CASE("a code and a name that disagree are held back; where they agree nothing is said") {
    const auto in = import_rows("visits", "日期,村编码,村\n2022-08-03,610329100209,栗川\n2022-08-03,610329101200,栗川村\n2022-08-03,G-001-03,栗川村\n");
    CHECK(in.summary.accepted == 2);
    CHECK(in.count("code_name_disagree") == 1);
    CHECK(in.issue("code_name_disagree").row == 3);
}

TEST_CASE("addresses place a case at its building, its compound or its village, and are never quoted") {
    const auto in = import_rows("cases", "案件编号,发案日期,案件类型,涉案金额,地点性质,地址\nA1,2022-08-03,虚假贷款,100,居住地,九成宫镇杜阳苑小区三号楼2单元501室\n"
                                         "A2,2022-08-03,虚假贷款,100,居住地,九成宫镇栗川村3组12号\nA3,2022-08-03,虚假贷款,100,居住地,保密巷7号\n");
    CHECK(in.rows.at("unit_code").text(0) == "G-001-03");
    CHECK(in.rows.at("located_by").text(0) == "building");
    CHECK(in.rows.at("unit_code").text(1) == "610329100209");
    CHECK(in.summary.held_back == 0);
    CHECK(in.issue("unlocated").row == 4);
    CHECK_FALSE(in.rows.at("unit_code").is_valid(2));
    for (const Issue& issue : in.issues) {
        CHECK(issue.detail_en.find("保密巷") == std::string::npos);
        CHECK(issue.detail_zh.find("保密巷") == std::string::npos);
    }
}

TEST_CASE("registers and households that name their unit are placed by name, and so are parents of units") {
    const auto people = import_rows("people_at_risk", "村名,16至55岁人数\n栗川村,120余人\n崔木,5\n");
    CHECK(people.rows.at("unit_code").text(0) == "610329100209");
    CHECK(people.rows.at("people_at_risk").number(0) == 120);
    CHECK(people.count("ambiguous_name") == 1);
    const auto households = import_rows("households", "户编号,村,小区,楼号\nH9,栗川村,,\nH8,栗川村,杜阳苑,3#\n");
    CHECK(households.rows.at("village_code").text(0) == "610329100209");
    CHECK(households.rows.at("building_code").text(1) == "G-001-03");
    const auto units = import_rows("units", "编码,名称,所属镇\n610329101205,北王村委会,崔木\n", {.list = "village"});
    CHECK(units.rows.at("parent_code").text(0) == "610329101000");
    CHECK_THROWS_AS((void)import_rows("warnings", "预警编号,日期\nW1,2022-08-03\n"), InputError);
}

TEST_CASE("a row with its household needs no name of a village") {
    const auto in = import_rows("visits", "日期,村,户编号\n2022-08-03,崔木,H001\n");
    CHECK(in.summary.accepted == 1);
}

TEST_CASE("an end that never comes is no end, and old ground may be older than the campaign") {
    const auto in = import_rows("units", "编码,名称,上级编码,启用日期,停用日期\n610329101205,北王村委会,610329101000,1958-10-01,9999-12-31\n610329101207,杨家沟村委会,610329101000,2022-01-01,长期\n", {.list = "village"});
    CHECK(in.summary.repaired == 2);
    CHECK(in.count("open_end") == 2);
    CHECK_FALSE(in.rows.at("valid_to").is_valid(0));
}

TEST_CASE("an alias of the office is applied") {
    ImportReference reference = county();
    reference.units           = std::make_shared<UnitDirectory>(std::vector<UnitEntry>{{"610329100209", "栗川村委会", "", "", UnitLevel::village}},
                                                                std::vector<std::pair<std::string, std::string>>{{"老庄", "610329100209"}});
    const auto in = import_rows("visits", "日期,村\n2022-08-03,老庄\n", {}, reference);
    CHECK(in.rows.at("unit_code").text(0) == "610329100209");
}

TEST_CASE("codes with lost zeros, blanks, hyphens or small letters are mended where one known code alone fits") {
    const auto in = import_rows("visits", "日期,单元编码,户编号\n2022-08-03,g001,H001\n2022-08-03,42,H001\n2022-08-03,610329100,h001\n2022-08-03,6103291,H001\n2022-08-03,,123\n");
    CHECK(in.summary.repaired == 4);
    CHECK(in.rows.at("unit_code").text(0) == "G-001");
    CHECK(in.rows.at("unit_code").text(1) == "0042");
    CHECK(in.rows.at("unit_code").text(2) == "610329100000");
    CHECK(in.rows.at("household_code").text(3) == "00123");
    CHECK(in.count("unknown_unit") == 1);
}

TEST_CASE("several households in one cell make a row each in the store, and stay one row of the balance") {
    const auto in = import_rows("visits", "日期,户编号\n2022-08-03,H001、H002\n2022-08-03,\"H001,H002\"\n2022-08-03,H001、H999\n2022-08-03,H001\n");
    CHECK(in.summary.rows_read == 4);
    CHECK(in.summary.repaired == 2);
    CHECK(in.summary.held_back == 1);
    CHECK(in.source_rows == std::vector<std::uint64_t>{2, 2, 3, 3, 5});
    CHECK(in.rows.at("household_code").text(1) == "H002");
    CHECK(in.issue("several_values").detail_en.find("own row") != std::string::npos);
}

TEST_CASE("as above takes the value above, also from a row that was held back; in the first row nothing is above") {
    const auto in = import_rows("visits", "日期,村\n2022-08-03,栗川村\n同上,〃\n2022-02-30,栗川村\n2022-08-04,同上\n");
    CHECK(in.summary.held_back == 1);
    CHECK(in.count("as_above") == 3);
    CHECK(in.rows.at("unit_code").text(2) == "610329100209");
    const auto first = import_rows("visits", "日期,村\n2022-08-03,同上\n");
    CHECK(first.count("nothing_above") == 1);
}

TEST_CASE("dates without a year take it from the source, dates to come are noted") {
    const std::string text = "日期,户编号\n8月3日,H001\n2022-09-01,H001\n";
    const auto        in   = import_rows("visits", text, {.dates = {.year = 2022}, .as_of = Day::of(2022, 8, 31)});
    CHECK(in.summary.repaired == 1);
    CHECK(in.summary.accepted == 1);
    CHECK(in.issue("future").fate == Fate::noted);
    CHECK(import_rows("visits", text).summary.held_back == 1);
}

TEST_CASE("a date cell with a time gives the time where the file has no column for it") {
    const auto in = import_rows("visits", "走访时间,户编号\n2022-08-03 14:05,H001\n");
    CHECK(in.rows.at("time").number(0) == 845);
}

TEST_CASE("rows that say yes or no themselves stand for the stages marked yes") {
    const std::string text = "日期,户编号,是否走访,是否告知,是否承诺\n2022-08-03,H001,是,√,未签\n2022-08-03,H002,否,无,×\n2022-08-03,H001,已走访,已告知,已签订\n2022-08-03,H001,也许,是,是\n";
    const auto        in   = import_rows("visits", text, {.list = "flags"});
    CHECK(in.summary.held_back == 1);
    CHECK(in.rows.at("stages").text(0) == "visited informed");
    CHECK(in.rows.at("stages").text(1).empty());
    CHECK(in.rows.at("stages").text(2) == "visited informed committed");
    CHECK_THROWS_WITH_AS((void)import_rows("visits", "日期,户编号\n2022-08-03,H001\n", {.list = "flags"}), doctest::Contains("flags"), InputError);
    const auto list = import_rows("visits", text, {.list = "committed"});
    CHECK(list.rows.at("stages").text(0).empty());
    CHECK(list.rows.at("stages").text(2) == "committed");
}

TEST_CASE("a result of 无 is a result") {
    const auto in = import_rows("visits", "日期,户编号,走访结果\n2022-08-03,H001,无\n2022-08-03,H001,/\n");
    CHECK(in.rows.at("outcome").is_valid(0));
    CHECK_FALSE(in.rows.at("outcome").is_valid(1));
}

TEST_CASE("cases without a location role are asked for it, and may take it from county.toml") {
    const std::string money = "案件编号,发案日期,案件类型,涉案金额,村编码\nA1,2022-08-03,虚假贷款,3.2,610329100209\n";
    CHECK_THROWS_WITH_AS((void)import_rows("cases", money), doctest::Contains("location_role"), InputError);
    const auto in = import_rows("cases", "单位：万元,,,,\n" + money, {.location_role = "home"});
    CHECK(in.rows.at("location_role").text(0) == "home");
    CHECK(in.rows.at("loss_yuan").number(0) == 32000);
    const auto slash = import_rows("cases", "案件编号,发案日期,案件类型,涉案金额/万元,村编码\nA1,2022-08-03,虚假贷款,3.2,610329100209\n", {.location_role = "home"});
    CHECK(slash.rows.at("loss_yuan").number(0) == 32000);
    const auto row = import_rows("cases", "案件编号,发案日期,案件类型,涉案金额(万元),地点性质,村编码\nA1,2022-08-03,虚假贷款,500元,,610329100209\nA2,2022-08-03,虚假贷款,1,外星,610329100209\n");
    CHECK(row.count("missing") == 1);
    CHECK(row.count("unknown_word") == 1);
}

TEST_CASE("both coordinates in one cell are read, kept as delivered, and need a declared system") {
    const std::string text = "编号,名称,类型,坐标,启用日期\nS1,甲,宣传墙,\"107.78512,34.68523\",2022-01-05\nS2,乙,宣传墙,N34°41′06″ E107°47′06″,2022-01-05\n";
    const auto        in   = import_rows("sites", text, {.crs = "EPSG:4490"});
    CHECK(in.summary.repaired == 2);
    CHECK(in.rows.at("lon").number(0) == 107.78512);
    CHECK(in.rows.at("lat").number(1) == doctest::Approx(34.685));
    CHECK(in.rows.at("given_x").text(1) == "N34°41′06″ E107°47′06″");
    CHECK(in.rows.at("given_crs").text(1) == "EPSG:4490");
    CHECK_THROWS_WITH_AS((void)import_rows("sites", text), doctest::Contains("no declared system"), InputError);
}

TEST_CASE("what was delivered in another system is kept beside what is stored") {
    const auto in = import_rows("sites", "编号,名称,类型,经度,纬度,启用日期\nS1,甲,宣传墙,107.78512,34.68523,2022-01-05\n", {.crs = "GCJ02"});
    CHECK(in.rows.at("given_x").text(0) == "107.78512");
    CHECK(in.rows.at("given_crs").text(0) == "GCJ02");
    CHECK(in.rows.at("lon").number(0) != 107.78512);
}

TEST_CASE("coarse, zero and far positions are noted; 0,0 is no position") {
    const auto in = import_rows("visits", "日期,村编码,经度,纬度\n2022-08-03,610329100209,107.78,34.68\n2022-08-03,610329100209,0,0\n2022-08-03,610329100209,107.85123,34.68523\n", {.crs = "EPSG:4490"});
    CHECK(in.summary.accepted == 3);
    CHECK(in.issue("coarse").row == 2);
    CHECK(in.issue("zero_position").row == 3);
    CHECK_FALSE(in.rows.at("lon").is_valid(1));
    CHECK(in.issue("far_from_unit").row == 4);
    CHECK(in.issue("far_from_unit").detail_en.find("5.6 km") != std::string::npos);
    CHECK(std::stod(in.rows.at("outside_m").text(2)) == doctest::Approx(5600).epsilon(0.01));  // in metres, for whoever asks how far
    CHECK_FALSE(in.rows.at("outside_m").is_valid(0));
}

TEST_CASE("many rows on one exact point, and a column swapped throughout, are said once each") {
    std::string text = "日期,户编号,经度,纬度\n";
    for (int i = 0; i < 60; ++i) text += "2022-08-03,H001,34.68512,107.78523\n";
    const auto in = import_rows("visits", text, {.crs = "EPSG:4490"});
    CHECK(in.count("pile_up") == 1);
    CHECK(in.issue("pile_up").detail_en.find("60 rows") != std::string::npos);
    CHECK(in.count("swapped") == 60);
    CHECK(in.count("swapped_throughout") == 1);
}

TEST_CASE("notes of one kind are written for the first twenty rows, then counted") {
    std::string text = "日期,户编号\n";
    for (int i = 0; i < 100; ++i) text += "2022-09-03,H001\n";
    const auto in = import_rows("visits", text, {.as_of = Day::of(2022, 8, 31)});
    CHECK(in.count("future") == 21);
    CHECK(in.issues.back().detail_en.find("80 more rows") != std::string::npos);
}

TEST_CASE("Gauss-Kruger coordinates are read with and without zone, swapped, and in kilometres") {
    const Box<Lonlat> box{107.3, 34.5, 108.1, 35.0};
    PositionReader    plain("EPSG:4545", box);
    std::array        x{107.785}, y{34.685};
    Transform("EPSG:4490", "EPSG:4545").apply(x, y);
    const auto close = [](const Position& p) {
        CHECK(p.fate == Position::Fate::taken);
        CHECK(p.at.x == doctest::Approx(107.785).epsilon(1e-9));
        CHECK(p.at.y == doctest::Approx(34.685).epsilon(1e-9));
    };
    const Position as_given = plain.settle(x[0], y[0]);
    close(as_given);
    CHECK(as_given.code.empty());
    const Position zone = plain.settle(x[0] + 36e6, y[0]);
    close(zone);
    CHECK(zone.code == "zone");
    const Position swapped = plain.settle(y[0], x[0]);
    close(swapped);
    CHECK(swapped.code == "swapped");
    close(plain.settle(y[0], x[0] + 36e6));
    const Position kilometres = plain.settle(x[0] / 1000, y[0] / 1000);
    close(kilometres);
    CHECK(kilometres.code == "scaled");
    PositionReader prefixed("EPSG:4524", box);
    CHECK(prefixed.settle(x[0] + 36e6, y[0]).code.empty());
    close(prefixed.settle(x[0], y[0]));
    std::array sx{107.785}, sy{34.685};
    Transform("EPSG:4490", "EPSG:4496").apply(sx, sy);  // six degrees, zone 18
    close(plain.settle(sx[0], sy[0]));
    CHECK(plain.settle(1.0, 2.0).fate == Position::Fate::refused);
    CHECK(plain.settle(0, 0).fate == Position::Fate::missing);
}

TEST_CASE("seven digits are not guessed to be degrees, minutes and seconds") {
    const Position p = PositionReader("EPSG:4490", {}).settle(1074712, 344106);
    CHECK(p.fate == Position::Fate::refused);
    CHECK(p.code == "not_degrees");
}

TEST_CASE("a distance from the ground is zero inside and right within half a percent outside") {
    Polygons<Lonlat> ground;
    for (const auto& [x, y] : {std::pair{107.0, 34.0}, {108.0, 34.0}, {108.0, 35.0}, {107.0, 35.0}, {107.0, 34.0}}) ground.push_point(x, y);
    ground.end_ring();
    ground.end_part();
    ground.end_row();
    UnitShapes shapes;
    shapes.add({"A"}, ground);
    CHECK(shapes.metres_outside("A", {107.5, 34.5}) == 0.0);
    CHECK(shapes.metres_outside("A", {107.5, 35.01}).value() == doctest::Approx(1110).epsilon(0.005));
    CHECK(shapes.metres_outside("A", {108.01, 34.5}).value() == doctest::Approx(918).epsilon(0.005));
    CHECK_FALSE(shapes.metres_outside("B", {107.5, 34.5}).has_value());
}

TEST_CASE("a unit has a row for each of its validity intervals; only the same first day twice is a duplicate") {
    const std::string text = "编码,名称,启用日期,停用日期\nV-9,旧村,2020-01-01,2022-03-01\nV-9,新村,2022-03-01,\nV-9,又一村,2022-03-01,\n";
    const auto        in   = import_rows("units", text, {.list = "village"});
    CHECK(in.summary.accepted == 2);
    CHECK(in.summary.held_back == 1);
    CHECK(in.issue("duplicate").row == 4);
}
