#include "data/tile/mbtiles_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "data/tile/tile_format.h"
#include "data/tile/tile_metadata.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr const char* schema =
    "CREATE TABLE metadata (name TEXT, value TEXT);"
    "CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id INTEGER);"
    "CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB);"
    "CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column, map.tile_row AS tile_row,"
    " images.tile_data AS tile_data FROM map JOIN images ON images.tile_id = map.tile_id;";

std::vector<std::pair<std::string, std::string>> metadata_of(const TileSetInfo& info) {
    const bool  vector = info.kind == TileKind::mvt_gzip;
    const auto& b      = info.bounds;
    std::vector<std::pair<std::string, std::string>> rows = {
        {"name", info.name},
        {"format", vector ? "pbf" : std::string(tile_ending(info.kind))},
        {"bounds", fmt::format("{:.7f},{:.7f},{:.7f},{:.7f}", b.x_min, b.y_min, b.x_max, b.y_max)},
        {"center", fmt::format("{:.7f},{:.7f},{}", (b.x_min + b.x_max) / 2, (b.y_min + b.y_max) / 2, info.min_zoom)},
        {"minzoom", std::to_string(info.min_zoom)},
        {"maxzoom", std::to_string(info.max_zoom)},
        {"attribution", info.attribution},
        {"description", info.description},
        {"type", "overlay"},
        {"version", "1"}};
    if (vector) rows.emplace_back("json", vector_layers_json(info));
    return rows;
}

}  // namespace

MbtilesWriter::MbtilesWriter(const std::filesystem::path& target)
    : file_(target, "PRAGMA application_id = 1297105496;") {  // "MPBX", as MBTiles 1.3 asks
    file_.run(schema);
    statements_.emplace(Statements{file_.prepare("INSERT INTO map VALUES (?, ?, ?, ?)"), file_.prepare("INSERT INTO images VALUES (?, ?)"),
                                   file_.prepare("SELECT tile_data FROM images WHERE tile_id = ?")});
}

void MbtilesWriter::put(TileId tile, std::string_view bytes) {
    GEO_EXPECTS(statements_.has_value());
    const auto same = [&](std::int64_t image) { return statements_->read_image.bind(1, image).first_blob_equals(bytes); };
    std::int64_t image = last_image_ + 1;
    if (const std::int64_t* known = images_.find_or_add(bytes, image, same)) {
        image = *known;
    } else {
        statements_->add_image.bind(1, image).bind_blob(2, bytes).run();
        last_image_ = image;
    }
    min_level_ = std::min(min_level_, int{tile.z});
    max_level_ = std::max(max_level_, int{tile.z});
    const std::int64_t row = (std::int64_t{1} << tile.z) - 1 - tile.y;
    statements_->add_map.bind(1, int{tile.z}).bind(2, std::int64_t{tile.x}).bind(3, row).bind(4, image).run();
}

void MbtilesWriter::finish(const TileSetInfo& wanted) {
    GEO_EXPECTS(statements_.has_value());
    TileSetInfo info = wanted;
    if (max_level_ >= 0) {  // readers open the last level that is told
        info.min_zoom = min_level_;
        info.max_zoom = max_level_;
    }
    statements_.reset();
    {
        SqliteOutput::Statement add = file_.prepare("INSERT INTO metadata VALUES (?, ?)");
        for (const auto& [name, value] : metadata_of(info)) add.bind(1, std::string_view(name)).bind(2, std::string_view(value)).run();
    }
    file_.run("CREATE UNIQUE INDEX metadata_name ON metadata (name);"
              "CREATE UNIQUE INDEX map_tile ON map (zoom_level, tile_column, tile_row);");
    file_.commit();
}

}  // namespace gapmap
