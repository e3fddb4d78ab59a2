#include <algorithm>
#include <filesystem>

#include "data/ingest/row_source.h"
#include "geo/core/error.h"

namespace gapmap {

std::unique_ptr<RowSource> open_rows(const std::string& path, const SourceOptions& options) {
    if (!std::filesystem::exists(path)) throw InputError("there is no such file; check the path in county.toml", {.source = path});
    std::string kind = std::filesystem::path(path).extension().string();
    std::ranges::transform(kind, kind.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (kind == ".csv" || kind == ".txt" || kind == ".tsv") return open_text_rows(path, options.encoding);
    if (kind == ".xlsx") return open_workbook_rows(path, options.sheet);
    if (kind == ".gpkg" || kind == ".shp" || kind == ".geojson" || kind == ".json") return open_layer_rows(path, options);
    throw InputError("files of kind '" + kind + "' are not read; save it as .xlsx, .csv, .gpkg, .shp or .geojson", {.source = path});
}

}  // namespace gapmap
