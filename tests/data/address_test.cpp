#include "data/ingest/address.h"

#include <doctest/doctest.h>

#include "data/ingest/unit_directory.h"

using namespace gapmap;

namespace {

/// Two towns, each with a village of its own name; a compound with two buildings.
UnitDirectory small_county(const std::vector<std::pair<std::string, std::string>>& aliases = {}) {
    return UnitDirectory({{"T1", "九成宫镇", "", "", UnitLevel::town},
                          {"T2", "崔木镇", "", "", UnitLevel::town},
                          {"V1", "九成宫村委会", "T1", "", UnitLevel::village},
                          {"V2", "栗川村委会", "T1", "", UnitLevel::village},
                          {"V3", "崔木村委会", "T2", "", UnitLevel::village},
                          {"V4", "九成宫东大街居委会", "T1", "", UnitLevel::village},
                          {"V5", "河西村委会", "T1", "", UnitLevel::village},
                          {"V6", "河西村委会", "T2", "", UnitLevel::village},
                          {"G1", "杜阳苑", "T1", "V4", UnitLevel::grid},
                          {"B3", "杜阳苑3号楼", "G1", "", UnitLevel::building},
                          {"B4", "杜阳苑四号楼", "G1", "", UnitLevel::building}},
                         aliases);
}

std::string code_of(const Resolution& r) { return r.kind == Resolution::Kind::found ? r.unit->code : r.kind == Resolution::Kind::ambiguous ? "ambiguous" : r.kind == Resolution::Kind::unknown ? "unknown" : "nothing"; }

}  // namespace

TEST_CASE("an address is taken apart by its suffixes") {
    CHECK(parse_address("杜阳苑3号楼2单元501室") == Address{.compound = "杜阳苑", .building = "3", .unit = "2", .room = "501"});
    CHECK(parse_address("九成宫镇栗川村3组12号") == Address{.town = "九成宫镇", .village = "栗川村", .group = "3", .house = "12"});
    CHECK(parse_address("陕西省宝鸡市麟游县九成宫镇杜阳苑小区三幢") == Address{.town = "九成宫镇", .compound = "杜阳苑小区", .building = "3"});
    CHECK(parse_address("丈八镇万家城村第三村民小组") == Address{.town = "丈八镇", .village = "万家城村", .group = "3"});
    CHECK(parse_address("杜阳苑3-2-501") == Address{.compound = "杜阳苑", .building = "3", .unit = "2", .room = "501"});
    CHECK(parse_address("杜阳苑3号楼2-501") == Address{.compound = "杜阳苑", .building = "3", .unit = "2", .room = "501"});
    CHECK(parse_address("官坪社区A座5层") == Address{.village = "官坪社区", .building = "A", .floor = "5"});
    CHECK(parse_address("移民新村小区１号楼") == Address{.compound = "移民新村小区", .building = "1"});
    CHECK(parse_address("栗川村（学校旁）") == Address{.village = "栗川村"});
    CHECK(parse_address("") == Address{});
}

TEST_CASE("a building's number is read in all its spellings; a floor is not a building") {
    for (const char* text : {"3", "3幢", "3栋", "3号楼", "三号楼", "#3", "3#", "03号楼", "3#楼", "３栋", "3号"}) {
        CAPTURE(text);
        CHECK(building_number(text) == "3");
    }
    CHECK(building_number("A座") == "A");
    CHECK(building_number("十二栋") == "12");
    for (const char* text : {"3楼", "三层", "", "杜阳苑", "3号楼2单元"}) {
        CAPTURE(text);
        CHECK_FALSE(building_number(text).has_value());
    }
}

TEST_CASE("a village is found under every variant of its name") {
    const UnitDirectory county = small_county();
    for (const char* text : {"九成宫镇栗川村委会", "九成宫镇栗川村", "栗川村", "栗川", "麟游县九成宫镇栗川村民委员会", "九成宫栗川村", " 栗 川 村 ", "栗川行政村"}) {
        CAPTURE(text);
        CHECK(code_of(county.resolve({.unit = text})) == "V2");
    }
    for (const char* text : {"东大街社区", "九成宫东大街居委会", "东大街社区居委会", "九成宫镇东大街社区", "东大街"}) {
        CAPTURE(text);
        CHECK(code_of(county.resolve({.unit = text})) == "V4");
    }
}

TEST_CASE("a name of a town and of a village is ambiguous until its suffix or a town beside it decides") {
    const UnitDirectory county = small_county();
    const Resolution    bare   = county.resolve({.unit = "崔木"});
    CHECK(bare.kind == Resolution::Kind::ambiguous);
    CHECK(bare.candidates.size() == 2);
    CHECK(code_of(county.resolve({.unit = "崔木镇"})) == "T2");
    CHECK(code_of(county.resolve({.unit = "崔木村"})) == "V3");
    CHECK(code_of(county.resolve({.town = "崔木镇", .unit = "崔木"})) == "V3");
    CHECK(code_of(county.resolve({.unit = "河西村"})) == "ambiguous");
    CHECK(code_of(county.resolve({.town = "崔木", .unit = "河西村"})) == "V6");
    CHECK(code_of(county.resolve({.unit = "崔木镇河西"})) == "V6");
    CHECK(code_of(county.resolve({.town = "九成宫镇", .unit = "崔木镇河西村"})) == "ambiguous");
}

TEST_CASE("a slip of one character is suggested, never applied; an alias is applied") {
    const auto       county = small_county();  // a resolution points into its directory
    const Resolution slip   = county.resolve({.unit = "栗州村"});
    CHECK(slip.kind == Resolution::Kind::unknown);
    REQUIRE(slip.candidates.size() == 1);
    CHECK(slip.candidates[0]->code == "V2");
    CHECK(code_of(small_county({{"栗川大队", "V2"}}).resolve({.unit = "栗川大队"})) == "V2");
    CHECK(code_of(small_county({{"老庄", "栗川村"}}).resolve({.unit = "老庄"})) == "V2");
    CHECK(code_of(small_county().resolve({.unit = "某某村"})) == "unknown");
}

TEST_CASE("addresses are placed as finely as the ledgers of units allow") {
    const UnitDirectory county = small_county();
    CHECK(code_of(county.resolve({.address = "杜阳苑3号楼2单元501室"})) == "B3");
    CHECK(code_of(county.resolve({.address = "九成宫镇杜阳苑小区四栋"})) == "B4");
    CHECK(code_of(county.resolve({.grid = "杜阳苑", .building = "3幢"})) == "B3");
    CHECK(code_of(county.resolve({.building = "杜阳苑4#"})) == "B4");
    CHECK(code_of(county.resolve({.unit = "东大街社区", .grid = "杜阳苑小区", .building = "#3"})) == "B3");
    CHECK(code_of(county.resolve({.address = "九成宫镇栗川村3组12号"})) == "V2");
    CHECK(code_of(county.resolve({.unit = "九成宫镇栗川村3组"})) == "V2");
    CHECK(code_of(county.resolve({.address = "杜阳苑"})) == "G1");
    const Resolution missing = county.resolve({.address = "杜阳苑9号楼"});
    CHECK(code_of(missing) == "G1");
    CHECK_FALSE(missing.note.empty());
    const Resolution street = county.resolve({.address = "九成宫镇幸福路12号"});
    CHECK(code_of(street) == "T1");
    CHECK_FALSE(street.note.empty());
    CHECK(code_of(county.resolve({.address = "某处"})) == "unknown");
    CHECK(code_of(county.resolve({})) == "nothing");
}

TEST_CASE("a compound is looked for in the village that is named beside it, never elsewhere") {
    const UnitDirectory county({{"T1", "九成宫镇", "", "", UnitLevel::town},
                                {"V4", "九成宫东大街居委会", "T1", "", UnitLevel::village},
                                {"V5", "河西村委会", "T1", "", UnitLevel::village},
                                {"G1", "九成宫东大街第1网格", "T1", "V4", UnitLevel::grid},
                                {"G2", "九成宫第1网格", "T1", "V5", UnitLevel::grid},
                                {"G3", "河西网格", "T1", "V5", UnitLevel::grid},
                                {"B1", "九成宫东大街第1网格3号楼", "G1", "", UnitLevel::building},
                                {"B2", "九成宫第1网格3号楼", "G2", "", UnitLevel::building}});
    CHECK(code_of(county.resolve({.address = "九成宫镇东大街社区第1网格3号楼2单元501室"})) == "B1");
    CHECK(code_of(county.resolve({.unit = "东大街社区", .grid = "第1网格", .building = "3"})) == "B1");
    CHECK(code_of(county.resolve({.unit = "东大街社区", .grid = "河西网格"})) == "ambiguous");
    CHECK(code_of(county.resolve({.address = "河西村东大街第1网格"})) == "V5");
    CHECK(code_of(county.resolve({.unit = "河西"})) == "V5");
    const Resolution community = county.resolve({.unit = "东大街村"});
    CHECK(community.kind == Resolution::Kind::unknown);
    REQUIRE_FALSE(community.candidates.empty());
    CHECK(community.candidates[0]->code == "V4");
}

TEST_CASE("a code and a name agree where one lies in the other") {
    const UnitDirectory county = small_county();
    const auto          unit   = [&](const char* code) -> const UnitEntry& { return *county.find(code); };
    CHECK(county.agree(unit("V2"), unit("V2")));
    CHECK(county.agree(unit("V2"), unit("T1")));
    CHECK(county.agree(unit("B3"), unit("G1")));
    CHECK(county.agree(unit("B3"), unit("V4")));
    CHECK(county.agree(unit("B3"), unit("T1")));
    CHECK_FALSE(county.agree(unit("V2"), unit("V1")));
    CHECK_FALSE(county.agree(unit("V2"), unit("T2")));
    CHECK_FALSE(county.agree(unit("B3"), unit("V2")));
}
