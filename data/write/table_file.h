#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/read/csv_file.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// Writes a layer to `path`: *.csv (UTF-8, LF), "-" or "" (the same to standard output), *.gpkg, *.geojson or *.json, *.shp.
/// A CSV holds the attributes; points also as columns x and y where the table has none of that name; polygons are left out.
/// Whole or not at all. Throws OutputError, and UsageError for an ending that is not known.
void write_table_file(const std::string& path, const Layer& layer, const Execution& exec = {});

/// A column added to a CSV file on its way through: its name, and a function that appends the field of a row as it must stand.
struct AddedColumn {
    std::string                                                 name;
    std::function<void(std::size_t row, std::string& to)> append;
};

/// Copies a CSV file record by record, as it stands, with columns added at the end. Streams, so memory stays small.
void write_csv_with(const std::string& path, const CsvFile& source, std::span<const AddedColumn> added, const Execution& exec);

/// A column of a CSV file whose fields are replaced by numbers with so many decimals, zeros at the end left out; NaN is an empty field.
struct ReplacedColumn {
    std::size_t             column;
    std::span<const double> values;  ///< one a row
    int                     decimals = 6;  ///< REQUIRES in [0, 15]
};
/// Copies a CSV file with some fields replaced. REQUIRES different columns.
void write_csv_replacing(const std::string& path, const CsvFile& source, std::span<const ReplacedColumn> replaced, const Execution& exec);

/// The shortest text that reads back as the same double; empty for NaN.
void append_number(std::string& to, double value);

}  // namespace gapmap
