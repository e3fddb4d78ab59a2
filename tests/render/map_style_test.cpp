#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "render/hatch.h"
#include "render/map_style.h"

using namespace gapmap;
using nlohmann::json;

namespace {

const TileSetInfo units{.name = "units", .attribution = "the county", .kind = TileKind::mvt_gzip, .min_zoom = 6, .max_zoom = 14, .bounds = {107, 34, 108, 35},
                        .layers = {{"villages", 8, 14, {{"name", "String"}, {"hatch", "String"}}}, {"cases", 6, 14, {{"point_count", "Number"}}}}};

}  // namespace

TEST_CASE("a style draws every layer, lays patterns over those that name one, and lets dots grow with what they stand for") {
    const json style = json::parse(map_style_json(units, {.tiles = "https://map.example/weekly/{z}/{x}/{y}.mvt", .sprite = "https://map.example/style/sprite"}));
    CHECK(style["version"] == 8);
    CHECK(style["sprite"] == "https://map.example/style/sprite");
    CHECK(style["sources"]["tiles"]["tiles"] == json::array({"https://map.example/weekly/{z}/{x}/{y}.mvt"}));
    CHECK(style["sources"]["tiles"]["maxzoom"] == 14);
    std::set<std::string> ids;
    for (const json& layer : style["layers"]) {
        ids.insert(layer["id"]);
        if (layer["id"] == "villages-hatch") CHECK(layer["paint"]["fill-pattern"] == json::array({"get", "hatch"}));
        if (layer["id"] == "cases-dots") CHECK(layer["paint"]["circle-radius"][0] == "interpolate");
    }
    CHECK(ids == std::set<std::string>{"ground", "villages-fill", "villages-hatch", "villages-outline", "villages-dots", "cases-fill", "cases-outline", "cases-dots"});
}

TEST_CASE("of one archive the style names the archive, which says its own levels") {
    const json source = json::parse(map_style_json(units, {.archive = "pmtiles://units.pmtiles", .sprite = "sprite"}))["sources"]["tiles"];
    CHECK(source == json{{"type", "vector"}, {"url", "pmtiles://units.pmtiles"}, {"attribution", "the county"}});
}

TEST_CASE("the sprite has every pattern that vector tiles can name, side by side, and twice as large for sharp screens") {
    for (const int ratio : {1, 2}) {
        const json  places = json::parse(hatch_sprite_json(ratio));
        const auto  png    = hatch_sprite_png(ratio);
        std::set<int> at;
        for (const char* word : {"missing", "suppressed", "too_few", "isolate", "zero"}) {
            REQUIRE(places.contains(std::string(hatch_of_word(word))));
            const json& place = places[std::string(hatch_of_word(word))];
            CHECK(place["width"] == hatch_period_px * ratio);
            CHECK(place["pixelRatio"] == ratio);
            at.insert(place["x"].get<int>());
        }
        CHECK(at.size() == places.size());
        CHECK(png.starts_with("\x89PNG"));
        CHECK(static_cast<unsigned char>(png[19]) == 40 * ratio);  // its width
    }
}
