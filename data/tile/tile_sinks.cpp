#include "data/tile/tile_sinks.h"

#include <fmt/format.h>

#include "data/tile/folder_tiles.h"
#include "data/tile/geopackage_tiles.h"
#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/sqlite_output.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

void refuse_folder_options(const char* container, const TileSinkOptions& options) {
    const char* option = !options.version.empty() ? "a version" : options.tms_rows ? "TMS rows" : options.level_offset != 0 ? "a level offset" : options.dpi96 ? "96 dpi" : nullptr;
    if (option != nullptr) throw UsageError(fmt::format("{} is for folders; a {} file has no such choice", option, container));
}

void require_mercator(const char* container, const TileMatrixSet& set) {
    if (is_web_mercator_quad(set)) return;
    throw UsageError(fmt::format("{} holds the tiles of WebMercatorQuad only, not of '{}' ({}); write a folder, or a .gpkg for raster tiles", container, set.id, set.crs));
}

}  // namespace

bool is_tile_address(std::string_view url) noexcept {
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    return scheme > 0 && url.size() > scheme && url[scheme] != '/' && url.find_first_of(" \t\n\"<>{}?#\\") == std::string_view::npos;
}

std::unique_ptr<TileSink> open_tile_sink(const std::filesystem::path& out, const TileMatrixSet& set, TileKind kind, const TileSinkOptions& options) {
    if (!options.base_url.empty() && !is_tile_address(options.base_url)) {
        throw UsageError(fmt::format("address '{}': expected http:// or https://, a host and a path, such as https://map.example/tiles", options.base_url));
    }
    const std::string ending = out.extension().string();
    if (ending == ".pmtiles") {
        refuse_folder_options("PMTiles", options);
        require_mercator("PMTiles", set);
        return std::make_unique<PmtilesWriter>(out);
    }
    if (ending == ".mbtiles") {
        refuse_folder_options("MBTiles", options);
        require_mercator("MBTiles", set);
        return std::make_unique<MbtilesWriter>(out);
    }
    if (ending == ".gpkg") {
        refuse_folder_options("GeoPackage", options);
        if (kind == TileKind::mvt_gzip) throw UsageError("a GeoPackage holds raster tiles, not vector tiles; write .pmtiles, .mbtiles or a folder, or the layer itself to a .gpkg");
        if (sqlite_file_has(out, "SELECT 1 FROM gpkg_contents WHERE data_type NOT IN ('tiles', '2d-gridded-coverage')")) {
            throw UsageError(fmt::format("'{}' holds layers that are no tiles and is left alone; name a new file", out.string()));
        }
        return std::make_unique<GeopackageTilesWriter>(out, set, options.date);
    }
    if (!ending.empty() && out.has_filename() && !std::filesystem::is_directory(out)) {
        throw UsageError(fmt::format("'{}': tiles go to .pmtiles, .mbtiles, .gpkg or a folder; end the name of a folder in /", out.string()));
    }
    return std::make_unique<FolderTilesWriter>(out, set, kind, options);
}

}  // namespace gapmap
