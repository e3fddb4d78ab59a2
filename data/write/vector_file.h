#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "geo/shape/layer.h"

namespace gapmap {

/// What a vector file is written as.
struct VectorFormat {
    std::string              driver;           ///< OGR's name: "GPKG", "ESRI Shapefile", "GeoJSON", "FlatGeobuf"
    std::vector<std::string> layer_options{};  ///< "ENCODING=GB18030", "COORDINATE_PRECISION=7"
    std::string              date = "2000-01-01";  ///< the "last changed" day that the format records; fixed, so that bytes repeat
};

/// Writes one layer (points or polygons) as a new file, whole or not at all: it is built in a folder beside `path` and its
/// files (a Shapefile has five) are moved into place. Same layer, same bytes. Throws OutputError with the driver's reason.
void write_layer(const Layer& layer, const std::filesystem::path& path, const VectorFormat& format);

/// The same for several layers in one file (GeoPackage). A layer without geometry becomes a plain table.
void write_layers(const std::vector<const Layer*>& layers, const std::filesystem::path& path, const VectorFormat& format);

/// The format that the file name stands for: *.gpkg, *.shp (UTF-8), *.geojson and *.json, *.fgb. Throws UsageError for others.
[[nodiscard]] VectorFormat vector_format_for(const std::filesystem::path& path);

}  // namespace gapmap
