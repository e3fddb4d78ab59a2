#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "data/tile/tile_matrix_set_json.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

using namespace gapmap;
using Json = nlohmann::ordered_json;

namespace {

TileMatrixSet read(const Json& json) { return read_tile_matrix_set(json.dump(), "set.json"); }

/// A set of two levels in EPSG:4545 that is right; the tests break it.
Json good() {
    const auto level = [](const char* id, double cell, int n) {
        return Json{{"id", id}, {"cellSize", cell}, {"cornerOfOrigin", "topLeft"}, {"pointOfOrigin", {3900000, 400000}}, {"tileWidth", 256}, {"tileHeight", 256}, {"matrixWidth", n}, {"matrixHeight", n}};
    };
    return {{"id", "county"}, {"crs", "http://www.opengis.net/def/crs/EPSG/0/4545"}, {"orderedAxes", {"X", "Y"}}, {"tileMatrices", {level("7", 100, 3), level("8", 50, 6)}}};
}

/// The one line that says why `json` is refused.
std::string refusal(const Json& json) {
    try {
        (void)read(json);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("the sets that travel as data are those that the program computes") {
    CHECK(tile_matrix_set("WebMercatorQuad") == web_mercator_quad());
    CHECK(tile_matrix_set("WorldCRS84Quad") == world_crs84_quad());
    CHECK_THROWS_WITH_AS((void)tile_matrix_set("Tianditu"), doctest::Contains("WebMercatorQuad, WorldCRS84Quad, Tianditu_w, Tianditu_c, Linyou4545"), UsageError);
}

TEST_CASE("published places fall in the tiles that Tianditu's own numbers say") {
    const Transform to_mercator("EPSG:4490", "EPSG:3857");
    std::ifstream   file(std::string(GAPMAP_TEST_DATA) + "/tile_vectors.csv");
    std::string     line;
    std::getline(file, line);
    int seen = 0;
    while (std::getline(file, line)) {
        std::istringstream       cells(line);
        std::vector<std::string> cell(7);
        for (auto& text : cell) std::getline(cells, text, ',');
        CAPTURE(line);
        double       x = std::stod(cell[1]), y = std::stod(cell[2]);
        const TileId expected{static_cast<std::uint8_t>(std::stoi(cell[4])), static_cast<std::uint32_t>(std::stoul(cell[5])), static_cast<std::uint32_t>(std::stoul(cell[6]))};
        if (cell[3].starts_with("tianditu_c")) {
            CHECK(tile_matrix_set("Tianditu_c").tile_at(expected.z, x, y) == expected);
        } else {
            to_mercator.apply({&x, 1}, {&y, 1});
            CHECK(tile_matrix_set("Tianditu_w").tile_at(expected.z, x, y) == expected);
        }
        ++seen;
    }
    CHECK(seen == 40);
}

TEST_CASE("Tianditu counts its levels from 1, and its c is one ahead of WorldCRS84Quad") {
    const TileMatrixSet& c = tile_matrix_set("Tianditu_c");
    CHECK(c.crs == "EPSG:4490");
    CHECK(c.first_level == 1);
    CHECK(c.last_level() == 18);
    for (int z = 1; z <= 18; ++z) {
        CHECK(c.span(z) == world_crs84_quad().span(z - 1));
        CHECK(c.levels[static_cast<std::size_t>(z)].columns == world_crs84_quad().levels[static_cast<std::size_t>(z - 1)].columns);
    }
    CHECK(scale_denominator(c, 1) == doctest::Approx(2.795411320143589e8));
    CHECK(scale_denominator(c, 1, true) == doctest::Approx(2.958293554545656e8));  // what Tianditu's own services print
    CHECK_THROWS_AS((void)c.span(0), PreconditionError);
    CHECK_THROWS_AS((void)c.tile_at(0, 0, 0), PreconditionError);
}

TEST_CASE("the county's own set covers the county at resolutions that are powers of two") {
    const TileMatrixSet& set = tile_matrix_set("Linyou4545");
    const Transform      to_metres("EPSG:4490", set.crs);
    for (const Point<Lonlat> p : {Point<Lonlat>{107.3205, 34.75}, {108.027, 34.65}, {107.78, 34.95}, {107.7, 34.5}}) {
        double x = p.x, y = p.y;
        to_metres.apply({&x, 1}, {&y, 1});
        CHECK(set.tile_at(0, x, y) == TileId{0, 0, 0});
    }
    CHECK(set.levels[0].resolution == 512);
    CHECK(set.levels[9].resolution == 1);
}

TEST_CASE("a set that is written is read again as it was, at either size of a pixel") {
    for (const std::string& id : tile_matrix_set_ids()) {
        CAPTURE(id);
        const TileMatrixSet& set = tile_matrix_set(id);
        CHECK(read_tile_matrix_set(tile_matrix_set_json(set), "again") == set);
        CHECK(read_tile_matrix_set(tile_matrix_set_json(set, {.dpi96 = true}), "again") == set);
    }
    const TileMatrixSet moved = read_tile_matrix_set(tile_matrix_set_json(tile_matrix_set("Tianditu_c"), {.level_offset = -1}), "moved");
    CHECK(moved.first_level == 0);
    CHECK(moved.levels.size() == 18);
    CHECK(moved.span(4) == tile_matrix_set("Tianditu_c").span(5));
}

TEST_CASE("the origin follows the axes: by their names where these tell, else by the system's own") {
    const TileMatrixSet set = read(good());  // X and Y of EPSG:4545 are north and east
    CHECK(set.x_origin == 400000);
    CHECK(set.y_origin == 3900000);
    CHECK(set.first_level == 7);
    CHECK(set.box({7, 2, 0}).x_min == 400000 + 2 * 25600);
    Json swapped           = good();
    swapped["orderedAxes"] = {"E", "N"};
    for (auto& level : swapped["tileMatrices"]) level["pointOfOrigin"] = {400000, 3900000};
    CHECK(read(swapped) == set);
    Json silent = good();
    silent.erase("orderedAxes");
    CHECK(read(silent) == set);
}

TEST_CASE("names of levels that are no numbers stay names") {
    Json json                      = good();
    json["tileMatrices"][0]["id"] = "L07";
    json["tileMatrices"][1]["id"] = "L08";
    const TileMatrixSet set        = read(json);
    CHECK(set.first_level == 0);
    CHECK(set.identifier(1) == "L08");
    CHECK(read_tile_matrix_set(tile_matrix_set_json(set), "again") == set);
    json["tileMatrices"][1]["id"] = "L07";
    CHECK(refusal(json) == "set.json, field 'tileMatrices[1].id': 'L07' stands twice");
    json["tileMatrices"][1]["id"] = "../x";
    CHECK(refusal(json).find("expected at most 64 letters") != std::string::npos);
}

TEST_CASE("what a set cannot be is refused in one line that names the place") {
    const auto broken = [](auto change) {
        Json json = good();
        change(json);
        const std::string why = refusal(json);
        CHECK(why.find('\n') == std::string::npos);
        return why;
    };
    CHECK(broken([](Json& j) { j.erase("crs"); }).find("field 'crs': is missing") != std::string::npos);
    CHECK(broken([](Json& j) { j["crs"] = "EPSG:999999"; }).find("field 'crs'") != std::string::npos);
    CHECK(broken([](Json& j) { j["crs"] = "Mercator"; }).find("neither an EPSG code nor CRS84") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][1]["variableMatrixWidths"] = {{{"coalesce", 2}}}; }).find("[1].variableMatrixWidths") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][0]["cornerOfOrigin"] = "bottomLeft"; }).find("expected topLeft") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][1]["pointOfOrigin"][0] = 3900001; }).find("share their origin") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][1]["tileWidth"] = j["tileMatrices"][1]["tileHeight"] = 512; }).find("one tile size") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][1]["tileHeight"] = 512; }).find("not square") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][1]["cellSize"] = 100; }).find("coarse to fine") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][0]["cellSize"] = -1; }).find("cellSize") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][0]["cellSize"] = nullptr; }).find("no number") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][0].erase("cellSize"); }).find("so is scaleDenominator") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][0]["scaleDenominator"] = 5; }).find("at 0.28 mm or 96 dpi") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"][0]["matrixWidth"] = 2.5; }).find("whole number") != std::string::npos);
    CHECK(broken([](Json& j) { j["tileMatrices"] = Json::array(); }).find("list of levels") != std::string::npos);
    CHECK(broken([](Json& j) { j["crs"] = "http://www.opengis.net/def/crs/EPSG/0/4490"; }).find("is no place") != std::string::npos);
    CHECK_THROWS_WITH_AS((void)read_tile_matrix_set("{\"id\": NaN}", "a.json"), doctest::Contains("is not JSON"), InputError);
    CHECK_THROWS_AS((void)read_tile_matrix_set("[]", "a.json"), InputError);
    CHECK_THROWS_AS((void)read_tile_matrix_set("", "a.json"), InputError);
}

TEST_CASE("a scale denominator alone gives the cell at 0.28 mm") {
    Json json = good();
    for (auto& level : json["tileMatrices"]) {
        level["scaleDenominator"] = level["cellSize"].get<double>() / 0.00028;
        level.erase("cellSize");
    }
    CHECK(read(json).levels[7].resolution == doctest::Approx(100));
}
