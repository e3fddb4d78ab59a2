// The cells that offices send: dates, times, numbers, money, codes, yes and no, coordinates.
#include <doctest/doctest.h>

#include <string>
#include <tuple>

#include "data/ingest/cell_parse.h"
#include "data/ingest/chinese_numeral.h"
#include "data/ingest/coordinate_text.h"
#include "data/ingest/text_normal.h"
#include "data/ingest/words.h"

using namespace gapmap;

namespace {

const DateRules period{.period_start = Day::of(2022, 1, 1), .period_end = Day::of(2022, 8, 31)};

}  // namespace

TEST_CASE("Chinese numerals are read where their value is certain") {
    const std::pair<const char*, double> certain[] = {{"三十五", 35}, {"一百二十", 120}, {"十", 10}, {"十二", 12}, {"二十", 20}, {"两百", 200}, {"两千零五", 2005},
        {"二〇二二", 2022}, {"一万二千", 12000}, {"三亿", 3e8}, {"壹万贰仟", 12000}, {"一百零五", 105}, {"廿三", 23}, {"1.2万", 12000}, {"3万5千", 35000}, {"〇", 0},
        {"一亿二千万", 1.2e8}, {"八", 8}, {"五百六十三", 563}};
    for (const auto& [text, value] : certain) {
        const std::string cell(text);  // CAPTURE makes a lambda, and clang before 16 lets none take a structured binding
        CAPTURE(cell);
        CHECK(chinese_number(text) == value);
    }
    for (const char* text : {"一百二", "三万五", "", "万", "十百", "三四十", "栗川", "百"}) {
        CAPTURE(text);
        CHECK_FALSE(chinese_number(text).has_value());
    }
    CHECK(with_arabic_digits("二〇二二年八月二十三日") == "2022年8月23日");
}

TEST_CASE("a date in any spelling is one day") {
    for (const char* text : {"2022-08-03", "2022/8/3", "2022-8-3", "2022.8.3", "2022.08.03", "20220803", "2022年8月3日", "2022年08月03号", "22.8.3", "22年8月3日", "22-08-03", "220803",
                             "二〇二二年八月三日", "二零二二年八月三日", "2022-08-03 14:05", "2022-08-03T14:05:00", "2022/8/3 下午2点30分", "2022-08-03 14：05", "2022年8月3日14时05分", "44776",
                             "44776.5868", "2022 / 8 / 3", "2022年8月3日 星期三", "2022-08-03(周三)", "2022-08-03T06:05:00Z", "2022-08-03T14:05:00+08:00"}) {
        CAPTURE(text);
        CHECK(parse_day(text).value == Day::of(2022, 8, 3));
    }
    for (const char* text : {"8月3日", "8.3", "8/3", "8-3", "八月三日", "08月03日"}) {
        CAPTURE(text);
        const auto day = parse_day(text, period);
        CHECK(day.value == Day::of(2022, 8, 3));
        CHECK_FALSE(day.note.empty());
        CHECK_FALSE(parse_day(text).value.has_value());
        CHECK(parse_day(text, {.year = 2021}).value == Day::of(2021, 8, 3));
    }
    CHECK(parse_day("8/23/2022").value == Day::of(2022, 8, 23));
    CHECK(parse_day("23/8/2022").value == Day::of(2022, 8, 23));
    CHECK_FALSE(parse_day("8/3/2022").value.has_value());
}

TEST_CASE("a year that was not written comes from the one that brings the day into the period, else from nowhere") {
    const DateRules winter{.period_start = Day::of(2021, 10, 1), .period_end = Day::of(2022, 3, 31)};
    CHECK(parse_day("12月5日", winter).value == Day::of(2021, 12, 5));
    CHECK(parse_day("1月5日", winter).value == Day::of(2022, 1, 5));
    CHECK_FALSE(parse_day("6月5日", winter).value.has_value());
    CHECK(parse_day("6月5日", winter).note.en.find("county.toml") != std::string::npos);
    const DateRules two_years{.period_start = Day::of(2021, 1, 1), .period_end = Day::of(2022, 12, 31)};
    CHECK_FALSE(parse_day("6月5日", two_years).value.has_value());
    CHECK_FALSE(parse_day("2月30日", period).value.has_value());
}

TEST_CASE("Excel serial numbers are read in both epochs, with the leap day that never was") {
    CHECK(excel_day(1, false) == Day::of(1900, 1, 1));
    CHECK(excel_day(59, false) == Day::of(1900, 2, 28));
    CHECK_FALSE(excel_day(60, false).has_value());
    CHECK(excel_day(61, false) == Day::of(1900, 3, 1));
    CHECK(excel_day(44776, false) == Day::of(2022, 8, 3));
    CHECK(excel_day(0, true) == Day::of(1904, 1, 1));
    CHECK(excel_day(43314, true) == Day::of(2022, 8, 3));
    CHECK(parse_day("43314", {.epoch_1904 = true}).value == Day::of(2022, 8, 3));
    CHECK_FALSE(parse_day("43314", {.epoch_1904 = true}).note.empty());
}

TEST_CASE("days as systems and tired hands write them: one run of digits, a part of the day, a dot behind, a rounded time") {
    for (const char* text : {"20220803143000", "202208031430", "2022/8/3 14时30分许", "2022-08-03 14:30左右"}) {
        CAPTURE(text);
        const auto stamp = parse_stamp(text);
        REQUIRE(stamp.value);
        CHECK(stamp.value->day == Day::of(2022, 8, 3));
        CHECK(stamp.value->minute == 14 * 60 + 30);
        CHECK_FALSE(stamp.note.empty());
    }
    for (const char* text : {"2022.8.3 上午", "2022年8月3日下午", "2022.08.03.", "2022。8。3"}) {
        CAPTURE(text);
        CHECK(parse_day(text).value == Day::of(2022, 8, 3));
    }
    for (const char* text : {"20220803253000", "20221303143000", "2022-08-03 许"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_stamp(text).value);
    }
}

TEST_CASE("a code wrapped against spreadsheets is read, and a number beyond every number is none") {
    CHECK(fold_text("=\"00123\"").text == "00123");
    CHECK(fold_text("=\"00123\"").changed);
    CHECK(fold_text("\x1A").text.empty());
    CHECK_FALSE(parse_number("0.1E307亿").value);  // found by fuzz_numbers
}

TEST_CASE("what is no day is refused, and the message says why") {
    const std::pair<const char*, const char*> refused[] = {{"农历八月初三", "lunar"}, {"正月初五", "lunar"}, {"2022-02-30", "calendar"}, {"2022-13-01", "calendar"}, {"2022年8月", "month without its day"},
        {"2202-08-03", "mistyped"}, {"1900-01-05", "formatted as a date"}, {"1904/1/1", "formatted as a date"}, {"2022.8.3-2022.8.5", "a date such as"}, {"8月3日至8月5日", "range"}, {"12", "small number"},
        {"五月初", "a date such as"}, {"610329", "a date such as"}, {"soon", "a date such as"}, {"", "a date such as"}, {"2022-08-03x", "a date such as"}};
    for (const auto& [text, why] : refused) {
        const std::string cell(text);
        CAPTURE(cell);
        const auto day = parse_day(text, period);
        CHECK_FALSE(day.value.has_value());
        CHECK_MESSAGE(day.note.en.find(why) != std::string::npos, day.note.en);
        CHECK_FALSE(day.note.zh.empty());
    }
}

TEST_CASE("times are read in twelve and twenty-four hours and brought to China time") {
    const std::pair<const char*, int> times[] = {{"14:05", 845}, {"9:30:00", 570}, {"14：05", 845}, {"下午2点30分", 870}, {"下午2点半", 870}, {"上午9时", 540}, {"14时05分", 845}, {"2:05 PM", 845},
        {"2022-08-03 14:05", 845}, {"2022-08-03T06:05:00Z", 845}, {"0.5", 720}, {"十四点", 840}, {"中午12点", 720}, {"2022年8月3日下午2点30分", 870}};
    for (const auto& [text, minute] : times) {
        const std::string cell(text);
        CAPTURE(cell);
        CHECK(parse_minute_of_day(text).value == minute);
    }
    for (const char* text : {"25:00", "14:60", "上午", "", "半夜", "2022-08-03", "14"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_minute_of_day(text).value.has_value());
    }
    CHECK(parse_day("2022-08-03T20:00:00Z").value == Day::of(2022, 8, 4));
    CHECK_FALSE(parse_day("2022-08-03T20:00:00Z").note.empty());
}

TEST_CASE("codes that a spreadsheet destroyed are refused; codes that only look like it are kept") {
    for (const char* text : {"6.10329E+11", "6.10329e+11", "6E+11", "6.1e11", "6103291002001230000", "6103291002001230"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_code(text).value.has_value());
        CHECK(parse_code(text).note.en.find("export") != std::string::npos);
    }
    for (const char* text : {"610329100200", "610329-W001-B02", "1E5", "H 001", "6103291002001234", "A000000000000000"}) {
        CAPTURE(text);
        CHECK(parse_code(text).value == text);
        CHECK(parse_code(text).note.empty());
    }
    CHECK(parse_code("610329100200.0").value == "610329100200");
    CHECK(parse_code("610329100200.00").value == "610329100200");
    CHECK(parse_code("610329100200'").value == "610329100200");
    CHECK_FALSE(parse_code("'").value.has_value());
}

TEST_CASE("numbers are read with separators, words, units and rounding, each noted") {
    const std::pair<const char*, double> numbers[] = {{"1,234", 1234}, {"1,234,567.5", 1234567.5}, {"1 234", 1234}, {"三十五", 35}, {"一百二十户", 120}, {"45%", 0.45}, {"百分之四十五", 0.45},
        {"(1,234)", -1234}, {"-3", -3}, {"1000余", 1000}, {"约300人", 300}, {"300人左右", 300}, {"30多户", 30}, {"1.2万", 12000}, {"3千", 3000}, {"2万余人", 20000}, {"12 户", 12}};
    for (const auto& [text, value] : numbers) {
        const std::string cell(text);
        CAPTURE(cell);
        CHECK(parse_number(text).value == doctest::Approx(value));
        if (std::string_view(text) != "-3") CHECK_FALSE(parse_number(text).note.empty());
    }
    for (const char* text : {"1,5", "1,23,456", "12,34", "若干", "", "3箱", "1.2.3", "一百二"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_number(text).value.has_value());
    }
    CHECK(parse_number("1,5").note.en.find("comma") != std::string::npos);
    CHECK(parse_number("约300人").note.en.find("rounded") != std::string::npos);
}

TEST_CASE("a count is whole and not negative") {
    CHECK(parse_count("12").value == 12);
    CHECK(parse_count("1,234户").value == 1234);
    CHECK(parse_count("三十五").value == 35);
    CHECK(parse_count("50余户").value == 50);
    CHECK(parse_count("1.2万").value == 12000);
    for (const char* text : {"-1", "(12)", "12.5", "45%", "100%"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_count(text).value.has_value());
    }
    // Beyond the range of a number it is refused, never taken as something else.
    CHECK_FALSE(parse_count("99999999999999999999").value.has_value());
    CHECK_FALSE(parse_number(std::string(400, '9')).value.has_value());
    CHECK_FALSE(parse_coordinate(std::string(400, '9')).value.has_value());
    CHECK(parse_count("-1").note.en.find("negative") != std::string::npos);
}

TEST_CASE("money follows the unit in the cell, then the header's") {
    const std::tuple<const char*, double, double> amounts[] = {{"3.2", 10000, 32000}, {"3.2万元", 1, 32000}, {"3.2万", 10000, 32000}, {"5600元", 10000, 5600}, {"¥5,600", 10000, 56000000}, {"￥5600.50", 1, 5600.5},
        {"0.5亿元", 1, 5e7}, {"3千元", 1, 3000}, {"三万元", 1, 30000}, {"伍仟元整", 1, 5000}, {"约3万元", 1, 30000}, {"3万余元", 1, 30000}, {"10多万元", 1, 100000}, {"0", 10000, 0}, {"12345.678", 1, 12345.68}};
    for (const auto& [text, scale, yuan] : amounts) {
        const std::string cell(text);
        CAPTURE(cell);
        CHECK(parse_money_yuan(text, scale).value == doctest::Approx(yuan));
    }
    for (const char* text : {"-3", "about 3", "3美元", "", "1,5", "(500)"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_money_yuan(text, 1).value.has_value());
    }
    CHECK(money_unit_in("涉案金额(万元)") == 1e4);
    CHECK(money_unit_in("金额/万元") == 1e4);
    CHECK(money_unit_in("单位：千元") == 1e3);
    CHECK(money_unit_in("损失金额(元)") == 1.0);
    CHECK_FALSE(money_unit_in("涉案金额").has_value());
}

TEST_CASE("yes and no are read in their many forms") {
    for (const char* text : {"是", "√", "✓", "1", "Y", "yes", "有", "已", "已走访", "已签", "对", "TRUE"}) {
        CAPTURE(text);
        CHECK(parse_yes_no(text).value == true);
    }
    for (const char* text : {"否", "×", "0", "N", "no", "无", "未", "未走访", "未签", "没有", "错", "x", "不是"}) {
        CAPTURE(text);
        CHECK(parse_yes_no(text).value == false);
    }
    for (const char* text : {"", "2", "也许", "○"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_yes_no(text).value.has_value());
    }
}

TEST_CASE("a coordinate is read in every spelling of degrees") {
    for (const char* text : {"107°47′12″", "107度47分12秒", "107:47:12", "107 47 12", "107°47'12\"", "107°47'12''", "E107°47′12″", "107°47′12″E", "东经107°47′12″", "107-47-12", "107°47.2'", "107° 47′ 12″"}) {
        CAPTURE(text);
        const auto cell = parse_coordinate(text);
        REQUIRE(cell.value.has_value());
        CHECK(cell.value->value == doctest::Approx(107.786667).epsilon(1e-8));
        CHECK_FALSE(cell.note.empty());
    }
    for (const char* text : {"E107.78", "107.78E", "东经107.78", "东经：107.78", "107.78°", "107.78度", "经度107.78"}) {
        CAPTURE(text);
        const auto cell = parse_coordinate(text);
        REQUIRE(cell.value.has_value());
        CHECK(cell.value->value == doctest::Approx(107.78));
    }
    CHECK(parse_coordinate("1074712").value->value == 1074712);
    CHECK(parse_coordinate("107.78").value->decimals == 2);
    for (const char* text : {"", "near the school", "107°61′00″", "107.5°30′", "1 2 3 4", "E"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_coordinate(text).value.has_value());
    }
}

TEST_CASE("both coordinates in one cell are taken apart") {
    for (const char* text : {"107.78,34.68", "107.78 34.68", "107.78;34.68", "107.78, 34.68", "(107.78,34.68)", "34.68,107.78", "E107.78,N34.68", "N34.68 E107.78", "东经107.78 北纬34.68",
                             "东经107.78北纬34.68", "107.78E34.68N", "经度:107.78,纬度:34.68", "107.78/34.68", "107.78、34.68", "POINT(107.78 34.68)"}) {
        CAPTURE(text);
        const auto cell = parse_coordinate_pair(text);
        REQUIRE(cell.value.has_value());
        CHECK(cell.value->x.value == doctest::Approx(107.78));
        CHECK(cell.value->y.value == doctest::Approx(34.68));
    }
    CHECK(parse_coordinate_pair("34.68,107.78").value->turned);
    CHECK_FALSE(parse_coordinate_pair("E7°47/147").value->turned);  // the mark speaks, not the values
    for (const char* text : {"E107°47′N34°41′", "107°47′E34°41′N", "107°47′,34°41′", "107 47 0 34 41 0"}) {
        CAPTURE(text);
        const auto cell = parse_coordinate_pair(text);
        REQUIRE(cell.value.has_value());
        CHECK(cell.value->x.value == doctest::Approx(107.783333).epsilon(1e-8));
        CHECK(cell.value->y.value == doctest::Approx(34.683333).epsilon(1e-8));
    }
    CHECK(parse_coordinate_pair("36480755,3839112").value->x.value == 36480755);
    for (const char* text : {"107.78", "", "村口", "1,2,3", "E107.78,E34.68", "107.78 34.68 5"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_coordinate_pair(text).value.has_value());
    }
}

TEST_CASE("marks for nothing and for the same again are known; folding drops what nobody sees") {
    for (const char* text : {"", "无", "/", "\\", "—", "——", "-", "(NULL)", "空", "暂无", "未填", "N/A", "不详"}) {
        CAPTURE(text);
        CHECK(is_empty_mark(text));
    }
    CHECK_FALSE(is_empty_mark("0"));
    CHECK(is_word_for_none("无"));
    CHECK_FALSE(is_word_for_none("/"));
    for (const char* text : {"同上", "〃", "”", "同前", "\""}) CHECK(is_ditto_mark(text));
    CHECK_FALSE(is_ditto_mark("同上村"));
    CHECK(fold_text("６１０\u200B３２９\u3000").text == "610329");
    CHECK(fold_text("栗川\n村").text == "栗川 村");
    CHECK(fold_text("（栗川）：，").text == "(栗川):,");
}

TEST_CASE("outcomes and location roles are told by their synonyms") {
    CHECK(outcome_of("见面") == Outcome::met);
    CHECK(outcome_of("家中无人") == Outcome::not_at_home);
    CHECK(outcome_of("拒 访") == Outcome::refused);
    CHECK(outcome_of("锁门") == Outcome::locked);
    CHECK(outcome_of("已搬走") == Outcome::moved);
    CHECK(outcome_of("查无此户") == Outcome::inaccessible);
    CHECK(outcome_of("态度很好") == Outcome::unknown);
    CHECK(is_not_reached(Outcome::locked));
    CHECK_FALSE(is_not_reached(Outcome::unknown));
    CHECK(location_role_of("居住地") == LocationRole::home);
    CHECK(location_role_of("report_desk") == LocationRole::report_desk);
    CHECK(location_role_of("某处") == LocationRole::unsaid);
}
