#pragma once
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "data/tile/sqlite_output.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_sink.h"

namespace gapmap {

/// Writes the raster tiles of one set as the table `tiles` of a GeoPackage (1.3), in the set's own system; rows count from the north as they do
/// there. WebP and levels that do not halve are declared as extensions. CRS84 is EPSG:4326 there: a GeoPackage always gives longitude first.
/// The file appears whole with finish(). The same tiles give the same bytes: `date` (YYYY-MM-DD) is the only time in it.
/// Throws UsageError where the levels of the set cover different extents, which a GeoPackage cannot say, OutputError for a full disk.
class GeopackageTilesWriter final : public TileSink {
public:
    GeopackageTilesWriter(const std::filesystem::path& target, const TileMatrixSet& set, const std::string& date);

    void put(TileId tile, std::string_view bytes) override;
    void finish(const TileSetInfo& info) override;

private:
    [[nodiscard]] std::int64_t add_system();
    void                       add_contents(const TileSetInfo& info, std::int64_t srs_id);
    void                       add_levels(std::int64_t srs_id);
    void                       add_extensions(const TileSetInfo& info);

    SqliteOutput                           file_;
    TileMatrixSet                          set_;
    std::string                            date_;
    std::optional<SqliteOutput::Statement> add_tile_;  // after the file; none after finish()
    std::map<int, Box<Planar>>             extents_;   // of the tiles of each level
};

}  // namespace gapmap
