#include "data/tile/geopackage_tiles.h"

#include <fmt/format.h>
#include <cpl_conv.h>
#include <ogr_srs_api.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr const char* schema =
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,"
    " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_tile_matrix_set (table_name TEXT NOT NULL PRIMARY KEY, srs_id INTEGER NOT NULL, min_x DOUBLE NOT NULL, min_y DOUBLE NOT NULL,"
    " max_x DOUBLE NOT NULL, max_y DOUBLE NOT NULL, CONSTRAINT fk_gtms_table_name FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gtms_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));"
    "CREATE TABLE gpkg_tile_matrix (table_name TEXT NOT NULL, zoom_level INTEGER NOT NULL, matrix_width INTEGER NOT NULL, matrix_height INTEGER NOT NULL,"
    " tile_width INTEGER NOT NULL, tile_height INTEGER NOT NULL, pixel_x_size DOUBLE NOT NULL, pixel_y_size DOUBLE NOT NULL,"
    " CONSTRAINT pk_ttm PRIMARY KEY (table_name, zoom_level), CONSTRAINT fk_tmm_table_name FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name));"
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));"
    "CREATE TABLE tiles (id INTEGER PRIMARY KEY AUTOINCREMENT, zoom_level INTEGER NOT NULL, tile_column INTEGER NOT NULL, tile_row INTEGER NOT NULL,"
    " tile_data BLOB NOT NULL, UNIQUE (zoom_level, tile_column, tile_row));";

std::string definition_of(const std::string& crs) {
    OGRSpatialReferenceH srs = OSRNewSpatialReference(nullptr);
    char*                wkt = nullptr;
    const bool           ok  = OSRSetFromUserInput(srs, crs.c_str()) == OGRERR_NONE && OSRExportToWkt(srs, &wkt) == OGRERR_NONE;
    const std::string    text = ok ? wkt : "";
    CPLFree(wkt);
    OSRDestroySpatialReference(srs);
    if (!ok) throw InputError(fmt::format("'{}' is not a coordinate system that GDAL knows", crs));
    return text;
}

Box<Planar> extent(const TileMatrixSet& set, int z) {
    const TileMatrix& level = set.levels[static_cast<std::size_t>(z)];
    const double      edge  = set.span(z);
    return {set.x_origin, set.y_origin - level.rows * edge, set.x_origin + level.columns * edge, set.y_origin};
}

/// A GeoPackage has one extent for all levels.
const TileMatrixSet& with_one_extent(const TileMatrixSet& set) {
    const Box<Planar> first = extent(set, set.first_level);
    for (int z = set.first_level + 1; z <= set.last_level(); ++z) {
        const Box<Planar> e = extent(set, z);
        const double      slack = 1e-9 * (first.x_max - first.x_min + first.y_max - first.y_min);
        if (std::abs(e.x_max - first.x_max) > slack || std::abs(e.y_min - first.y_min) > slack) {
            throw UsageError(fmt::format("the levels of tile matrix set '{}' cover different extents, which a GeoPackage cannot hold; write a folder", set.id));
        }
    }
    return set;
}

bool halves(const TileMatrixSet& set) {
    for (int z = set.first_level; z < set.last_level(); ++z) {
        if (std::abs(set.span(z) / set.span(z + 1) - 2) > 1e-9) return false;
    }
    return true;
}

}  // namespace

GeopackageTilesWriter::GeopackageTilesWriter(const std::filesystem::path& target, const TileMatrixSet& set, const std::string& date)
    : file_(target, "PRAGMA application_id = 1196444487; PRAGMA user_version = 10300;"), set_(with_one_extent(set)), date_(date) {  // "GPKG"
    file_.run(schema);
    add_tile_ = file_.prepare("INSERT INTO tiles (zoom_level, tile_column, tile_row, tile_data) VALUES (?, ?, ?, ?)");
}

void GeopackageTilesWriter::put(TileId tile, std::string_view bytes) {
    GEO_EXPECTS(add_tile_.has_value());
    add_tile_->bind(1, int{tile.z}).bind(2, std::int64_t{tile.x}).bind(3, std::int64_t{tile.y}).bind_blob(4, bytes).run();
    const Box<Planar> box = set_.box(tile);
    const auto [place, is_new] = extents_.try_emplace(tile.z, box);
    if (is_new) return;
    Box<Planar>& all = place->second;
    all = {std::min(all.x_min, box.x_min), std::min(all.y_min, box.y_min), std::max(all.x_max, box.x_max), std::max(all.y_max, box.y_max)};
}

std::int64_t GeopackageTilesWriter::add_system() {
    auto       add    = file_.prepare("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)");
    const auto system = [&](std::string_view name, std::int64_t id, std::string_view organization, const std::string& definition) {
        add.bind(1, name).bind(2, id).bind(3, organization).bind(4, id).bind(5, std::string_view(definition)).run();
    };
    system("Undefined Cartesian SRS", -1, "NONE", "undefined");
    system("Undefined geographic SRS", 0, "NONE", "undefined");
    system("WGS 84 geodetic", 4326, "EPSG", definition_of("EPSG:4326"));
    if (!set_.crs.starts_with("EPSG:")) return 4326;
    const std::int64_t code = std::atoll(set_.crs.c_str() + 5);
    system(set_.crs, code, "EPSG", definition_of(set_.crs));
    return code;
}

void GeopackageTilesWriter::add_contents(const TileSetInfo& info, std::int64_t srs_id) {
    const Box<Planar> told = extents_.empty() ? extent(set_, set_.first_level) : extents_.rbegin()->second;
    const std::string when = (date_.empty() ? "1970-01-01" : date_) + "T00:00:00.000Z";
    file_.prepare("INSERT INTO gpkg_contents VALUES ('tiles', 'tiles', ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(1, std::string_view(info.name)).bind(2, std::string_view(info.description)).bind(3, std::string_view(when))
        .bind(4, told.x_min).bind(5, told.y_min).bind(6, told.x_max).bind(7, told.y_max).bind(8, srs_id).run();
}

void GeopackageTilesWriter::add_levels(std::int64_t srs_id) {
    const Box<Planar> whole = extent(set_, set_.first_level);
    file_.prepare("INSERT INTO gpkg_tile_matrix_set VALUES ('tiles', ?, ?, ?, ?, ?)")
        .bind(1, srs_id).bind(2, whole.x_min).bind(3, whole.y_min).bind(4, whole.x_max).bind(5, whole.y_max).run();
    auto add = file_.prepare("INSERT INTO gpkg_tile_matrix VALUES ('tiles', ?, ?, ?, ?, ?, ?, ?)");
    const int first = extents_.empty() ? set_.first_level : extents_.begin()->first, last = extents_.empty() ? first : extents_.rbegin()->first;
    for (int z = first; z <= last; ++z) {
        const TileMatrix& level = set_.levels[static_cast<std::size_t>(z)];
        const std::int64_t pixels = set_.tile_size;
        add.bind(1, z).bind(2, std::int64_t{level.columns}).bind(3, std::int64_t{level.rows}).bind(4, pixels).bind(5, pixels)
            .bind(6, level.resolution).bind(7, level.resolution).run();
    }
}

void GeopackageTilesWriter::add_extensions(const TileSetInfo& info) {
    auto add = file_.prepare("INSERT INTO gpkg_extensions VALUES ('tiles', ?, ?, ?, 'read-write')");
    const auto extension = [&](std::string_view column, std::string_view name, std::string_view definition) { add.bind(1, column).bind(2, name).bind(3, definition).run(); };
    if (info.kind == TileKind::webp) extension("tile_data", "gpkg_webp", "http://www.geopackage.org/spec120/#extension_tiles_webp");
    if (!halves(set_)) extension("zoom_level", "gpkg_zoom_other", "http://www.geopackage.org/spec120/#extension_zoom_other_intervals");
}

void GeopackageTilesWriter::finish(const TileSetInfo& info) {
    GEO_EXPECTS(add_tile_.has_value() && info.kind != TileKind::mvt_gzip);
    add_tile_.reset();
    const std::int64_t srs_id = add_system();
    add_contents(info, srs_id);
    add_levels(srs_id);
    add_extensions(info);
    file_.commit();
}

}  // namespace gapmap
