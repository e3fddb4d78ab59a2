#include "data/ingest/cell_parse.h"

#include <doctest/doctest.h>

#include "data/ingest/text_decode.h"
#include "data/ingest/text_normal.h"
#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("dates are read in every form an office writes") {
    for (const char* text : {"2022-08-03", "2022/8/3", "2022.8.3", "20220803", "2022年8月3日", "2022-8-3 09:30:00", "2022/08/03 9:05", "44776"}) {
        CAPTURE(text);
        CHECK(parse_day(text).value == Day::of(2022, 8, 3));
    }
    CHECK_FALSE(parse_day("44776").note.empty());
    CHECK(parse_day("2022/8/3").note.empty());
    for (const char* text : {"2022-02-30", "2022-13-01", "8月", "soon", "", "2022-08-03x", "610329"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_day(text).value.has_value());
    }
}

TEST_CASE("money follows the unit in the cell, else the header") {
    CHECK(parse_money_yuan("3.2", 10000).value == 32000.0);
    CHECK(parse_money_yuan("3.2万元", 1).value == 32000.0);
    CHECK(parse_money_yuan("5600元", 10000).value == 5600.0);
    CHECK(parse_money_yuan("12,345.67", 1).value == 12345.67);
    CHECK_FALSE(parse_money_yuan("about 3", 1).value.has_value());
    CHECK_FALSE(parse_money_yuan("-3", 1).value.has_value());
}

TEST_CASE("a code that was turned into a rounded number is refused, never guessed") {
    CHECK_FALSE(parse_code("6.10329E+11").value.has_value());
    CHECK(parse_code("610329100200.0").value == "610329100200");
    CHECK(parse_code("610329-W001-B02").value == "610329-W001-B02");
}

TEST_CASE("degrees are read with marks and in degrees, minutes, seconds") {
    CHECK(parse_degrees("107.78758").value == 107.78758);
    CHECK(parse_degrees("E107.78758").value == doctest::Approx(107.78758));
    CHECK(parse_degrees("北纬34°40'43.2\"").value == doctest::Approx(34.678667).epsilon(1e-6));
    CHECK(parse_degrees("107°47′15.3″").value == doctest::Approx(107.787583).epsilon(1e-6));
    CHECK_FALSE(parse_degrees("near the school").value.has_value());
}

TEST_CASE("counts are whole numbers; a unit or a decimal point behind is repaired and noted") {
    CHECK(parse_count("212").value == 212);
    CHECK(parse_count("212").note.empty());
    CHECK(parse_count("212户").value == 212);
    CHECK(parse_count("212.0").note.en == "decimal point removed");
    CHECK_FALSE(parse_count("212.5").value.has_value());
    CHECK_FALSE(parse_count("-1").value.has_value());
}

TEST_CASE("folding makes office text plain and says that it did") {
    CHECK(fold_text("２０２２").text == "2022");
    CHECK(fold_text("２０２２").changed);
    CHECK(fold_text(" 栗川村\xC2\xA0").text == "栗川村");
    CHECK(fold_text("'610329").text == "610329");
    CHECK(fold_text("'' '610329").text == "610329");
    CHECK_FALSE(fold_text(" a ").changed);
    CHECK(match_key("涉案金额（万元） ") == match_key("涉案金额(万元)"));
    CHECK(match_key("Unit Code") == "unitcode");
}

TEST_CASE("encodings are told apart, and a broken file names the row") {
    CHECK(decode_text("\xEF\xBB\xBF村", "auto", "f").encoding == "UTF-8-BOM");
    CHECK(decode_text("村", "auto", "f").encoding == "UTF-8");
    CHECK(decode_text(std::string("\xFF\xFE\x51\x67", 4), "auto", "f").text == "村");
    CHECK(decode_text("\xB4\xE5", "auto", "f").text == "村");
    CHECK(decode_text("\xB4\xE5", "auto", "f").encoding == "GB18030");
    CHECK_FALSE(is_utf8("\xED\xA0\x80"));
    CHECK_FALSE(is_utf8("\xC0\x80"));
    try {
        (void)decode_text("a\nb\n\xB4", "auto", "bad.csv");
        FAIL("a lone lead byte was accepted");
    } catch (const InputError& error) {
        CHECK(error.place().row == 3);
        CHECK(std::string(error.what()).find("bad.csv") != std::string::npos);
    }
}
