#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "geo/tile/tile_matrix_set.h"

namespace gapmap {

/// A set from the JSON of OGC 17-083r4 (Two Dimensional Tile Matrix Set). `source_name` stands in messages.
/// Identifiers that count up by one become the numbers of the levels; others stay names, and levels count from 0. The order of the numbers
/// of an origin is that of `orderedAxes` where its words tell east from north, else that of the system's own axes. Where `cellSize` is absent
/// the scale denominator gives it, at 0.28 mm a pixel.
/// Throws InputError, one line, for what cannot be held: no CRS or an unknown one, a corner other than the top left, levels whose origin or tile
/// size differ, tiles that are not square, scales that do not fall, rows with other widths, numbers beyond all sense.
[[nodiscard]] TileMatrixSet read_tile_matrix_set(std::string_view text, const std::string& source_name);

/// One of the sets inside the program: see tile_matrix_set_ids(). Throws UsageError that lists them.
[[nodiscard]] const TileMatrixSet& tile_matrix_set(std::string_view id);
[[nodiscard]] const std::vector<std::string>& tile_matrix_set_ids();

/// By the name of a set or of a file that ends in .json.
[[nodiscard]] TileMatrixSet load_tile_matrix_set(const std::string& id_or_file);

struct TileMatrixSetJsonOptions {
    bool dpi96        = false;  ///< scale denominators for pixels of 1/96 inch in place of 0.28 mm, as some portals write them
    int  level_offset = 0;      ///< added to the number of every level that has no name of its own. REQUIRES no number below 0.
};
/// The set as OGC JSON; read_tile_matrix_set() reads the same set again (with a level offset: renumbered).
[[nodiscard]] std::string tile_matrix_set_json(const TileMatrixSet& set, const TileMatrixSetJsonOptions& options = {});

/// Scale denominator of a level: metres on the ground in one pixel through a pixel's own size. A degree counts as on the equator of WGS 84.
[[nodiscard]] double scale_denominator(const TileMatrixSet& set, int z, bool dpi96 = false);
/// A level's name after renumbering.
[[nodiscard]] std::string level_name(const TileMatrixSet& set, int z, int level_offset = 0);

/// "EPSG:4490" as "http://www.opengis.net/def/crs/EPSG/0/4490" and "urn:ogc:def:crs:EPSG::4490". REQUIRES "EPSG:n" or "OGC:CRS84".
[[nodiscard]] std::string crs_uri(const std::string& crs);
[[nodiscard]] std::string crs_urn(const std::string& crs);

}  // namespace gapmap
