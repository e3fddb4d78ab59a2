#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

struct TileSinkOptions {
    std::string base_url{};      ///< where the folder will be served, without version; empty: links are relative, which no WMTS client follows
    std::string version{};       ///< folders: tiles go to OUT/VERSION, a path that never comes back, so that no cache serves an old week
    bool        tms_rows = false;  ///< folders: rows count from the south; then no WMTS and OGC metadata, which cannot say so
    bool        dpi96    = false;  ///< folders: scale denominators at 96 dpi in place of 0.28 mm
    int         level_offset = 0;  ///< folders: added to the number of every level
    std::string layer{};         ///< folders: identifier of the WMTS layer; empty: the stem of OUT
    std::string date{};          ///< GeoPackage: YYYY-MM-DD of the contents; empty: 1970-01-01
};

/// Whether tiles can be asked for below this address: http or https, a host, no blanks, braces, query or fragment.
[[nodiscard]] bool is_tile_address(std::string_view url) noexcept;

/// The sink that the ending of `out` names: *.pmtiles, *.mbtiles, *.gpkg, else a folder ({level}/{column}/{row}.png) with its metadata.
/// Whole or not at all: see each writer. Throws UsageError where the container cannot hold the set or the kind of tiles, or an option is not its own,
/// and says what can; OutputError as the writers do.
[[nodiscard]] std::unique_ptr<TileSink> open_tile_sink(const std::filesystem::path& out, const TileMatrixSet& set, TileKind kind, const TileSinkOptions& options = {});

}  // namespace gapmap
