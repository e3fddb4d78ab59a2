#include "data/write/vector_file.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "data/write/text_encoding.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {
Layer unit_square() {
    Polygons<Lonlat> shape;
    for (const auto& [x, y] : {std::pair{107.0, 34.0}, {108.0, 34.0}, {108.0, 35.0}, {107.0, 34.0}}) shape.push_point(x, y);
    shape.end_ring();
    shape.end_part();
    shape.end_row();
    shape.end_row();  // a row without geometry
    return {"单元", {{{"编码", Column::Texts{"610329", "610330"}, {}}, {"户数", Column::Integers{7, 0}, {true, false}}}}, shape, "EPSG:4490"};
}
}  // namespace

TEST_CASE("a layer is written as each format, with the same bytes each time and nothing left beside it") {
    const fs::path folder = fs::temp_directory_path() / "gapmap_vector_file_test";
    fs::remove_all(folder);
    fs::create_directory(folder);
    for (const char* name : {"a.gpkg", "b.shp", "c.geojson", "d.fgb"}) {
        write_layer(unit_square(), folder / name, vector_format_for(name));
        const std::string first = read_whole_file(folder / name);
        write_layer(unit_square(), folder / name, vector_format_for(name));
        CHECK_MESSAGE(read_whole_file(folder / name) == first, name);
    }
    CHECK(read_whole_file(folder / "c.geojson").find("\"户数\": 7") != std::string::npos);
    CHECK(read_whole_file(folder / "b.cpg") == "UTF-8");
    for (const auto& entry : fs::directory_iterator(folder)) CHECK_FALSE(entry.path().filename().string().starts_with("."));
    fs::remove_all(folder);
}

TEST_CASE("a layer that cannot be written is an output error") {
    CHECK_THROWS_AS(write_layer(unit_square(), "/nowhere/at/all/a.gpkg", {.driver = "GPKG"}), OutputError);
    CHECK_THROWS_AS((void)vector_format_for("a.docx"), UsageError);
    Layer unknown = unit_square();
    unknown.crs   = "EPSG:999999";
    CHECK_THROWS_AS(write_layer(unknown, fs::temp_directory_path() / "gapmap_unknown_crs.gpkg", {.driver = "GPKG"}), OutputError);
}

TEST_CASE("text is written in the encodings of the offices") {
    CHECK(encode_text("麟游", TextEncoding::gb18030) == "\xF7\xEB\xD3\xCE");
    CHECK(encode_text("A村", TextEncoding::utf16le_bom) == std::string_view("A\0\x51\x67", 4));
    CHECK(encode_text("䶮", TextEncoding::gb18030).size() == 2);  // legal in names, lost by GBK
    CHECK_THROWS_AS((void)encode_text("\xFF\xFE", TextEncoding::gb18030), InputError);
    const fs::path path = fs::temp_directory_path() / "gapmap_text_file_test.csv";
    {
        TextFileWriter file(path, TextEncoding::utf8_bom);
        file.write("编码,");
        file.write("名称\r\n");
        CHECK_FALSE(fs::exists(path));
        file.finish();
    }
    CHECK(read_whole_file(path) == "\xEF\xBB\xBF编码,名称\r\n");
    { TextFileWriter given_up(path, TextEncoding::utf8); given_up.write("x"); }
    CHECK(read_whole_file(path) == "\xEF\xBB\xBF编码,名称\r\n");
    fs::remove(path);
}
