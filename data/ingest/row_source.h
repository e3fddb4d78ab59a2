#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geo/shape/layer.h"

namespace gapmap {

/// One row of a file, before anything is understood. Views live until the next call of next().
struct RawRow {
    std::uint64_t                 number = 0;  ///< 1-based, as the user sees it in the file
    std::vector<std::string_view> cells;
};

/// Rows of an office file, one after the other.
class RowSource {
public:
    virtual ~RowSource() = default;
    /// False at the end.
    virtual bool next(RawRow& row) = 0;
    /// What the file turned out to be: encoding, or the driver.
    [[nodiscard]] virtual std::string encoding() const = 0;
    /// The sheet or layer that is read; empty for text files.
    [[nodiscard]] virtual std::string sheet() const { return {}; }
    /// Where the source is a GIS layer: its geometry in its own CRS (rows in order), its header is the first row.
    [[nodiscard]] virtual const Layer* layer() const { return nullptr; }
};

struct SourceOptions {
    std::string sheet;     ///< worksheet or layer; empty: the first
    std::string encoding;  ///< text files and Shapefiles; empty or "auto": found out
};

/// Opens `.csv .txt .tsv` as text, `.xlsx` as workbook, `.gpkg .shp .geojson .json` as GIS layer.
/// Throws InputError for a missing file, an unknown kind, a missing sheet (naming those there are), a damaged file.
[[nodiscard]] std::unique_ptr<RowSource> open_rows(const std::string& path, const SourceOptions& options);

std::unique_ptr<RowSource> open_text_rows(const std::string& path, const std::string& encoding);
std::unique_ptr<RowSource> open_workbook_rows(const std::string& path, const std::string& sheet);
std::unique_ptr<RowSource> open_layer_rows(const std::string& path, const SourceOptions& options);

}  // namespace gapmap
