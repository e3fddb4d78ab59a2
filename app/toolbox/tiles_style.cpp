#include "app/toolbox/tiles_style.h"

#include <fmt/format.h>

#include <filesystem>

#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "render/map_style.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

std::string with_slash(std::string url) {
    if (!url.empty() && !url.ends_with('/')) url += '/';
    return url;
}

}  // namespace

void check_style(const TilesWords& c, const TileMatrixSet& set) {
    if (c.style.empty()) {
        if (!c.style_url.empty()) throw UsageError("--style-url goes with --style");
        return;
    }
    if (!is_web_mercator_quad(set) || c.sink.level_offset != 0) throw UsageError(fmt::format("--style is for MapLibre, which shows the tiles of WebMercatorQuad under their own numbers; --set {} is for a portal", set.id));
    const std::string ending = fs::path(c.output).extension().string();
    if (ending == ".mbtiles") throw UsageError("--style: a page cannot open .mbtiles; write .pmtiles or a folder");
    if (fs::exists(c.style) && !fs::is_directory(c.style)) throw UsageError(fmt::format("--style {}: there is a file of that name; expected a folder", c.style));
}

void write_style(const TilesWords& c, const TileSetInfo& info) {
    const fs::path  folder(c.style);
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw OutputError(fmt::format("cannot be made: {}", error.message()), {.source = c.style});
    MapStyleLinks links{.sprite = with_slash(c.style_url) + "sprite", .tms = c.sink.tms_rows};
    if (c.output.ends_with(".pmtiles")) links.archive = "pmtiles://" + with_slash(c.sink.base_url) + fs::path(c.output).filename().string();
    else links.tiles = with_slash(c.sink.base_url) + with_slash(c.sink.version) + "{z}/{x}/{y}.mvt";
    for (const int ratio : {1, 2}) {
        const std::string stem = ratio == 1 ? "sprite" : "sprite@2x";
        write_whole_file(folder / (stem + ".png"), hatch_sprite_png(ratio));
        write_whole_file(folder / (stem + ".json"), hatch_sprite_json(ratio));
    }
    write_whole_file(folder / "style.json", map_style_json(info, links));
}

}  // namespace gapmap
