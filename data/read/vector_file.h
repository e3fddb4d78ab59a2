#pragma once
#include <string>

#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

struct ReadOptions {
    std::string crs;              ///< coordinate system where the source states none; empty: the layer's `crs` stays empty
    bool        override_crs = false;  ///< `crs` stands even where the source states another
};

/// True for names that end in .csv, .tsv or .txt.
[[nodiscard]] bool is_csv_name(const std::string& path) noexcept;

/// Reads a layer of anything that GDAL opens, `PATH` or `PATH:LAYER` (default: the only layer, else the first with geometry),
/// and CSV with a WKT column (named WKT, geom, geometry or the_geom) through our own parser.
/// Points and (multi)polygons become columns; curves are flattened; Z and M are dropped; rows without geometry are null.
/// A table without geometry has std::monostate. Lines and mixed kinds are an InputError that names the row.
/// `crs` of the result is "EPSG:n" where the system can be identified, else WKT, else empty.
[[nodiscard]] Layer read_layer(const std::string& path_and_layer, const ReadOptions& options = {}, const Execution& exec = {});

}  // namespace gapmap
