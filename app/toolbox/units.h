#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/toolbox/inputs.h"
#include "data/read/csv_file.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// Units with columns: a mapped CSV file, or a layer. They have a place where the layer has points or polygons, or the file columns of coordinates.
struct UnitFile {
    std::string                    path;
    std::shared_ptr<const CsvFile> csv;  ///< null where the input is a layer
    Layer                          layer;

    [[nodiscard]] std::size_t   rows() const noexcept { return csv ? csv->rows() : layer.rows(); }
    [[nodiscard]] bool          has_column(const std::string& name) const { return csv ? csv->find(name).has_value() : layer.table.find(name) != nullptr; }
    /// The row as the user sees it in the file.
    [[nodiscard]] std::uint64_t row_in_file(std::size_t row) const;
};

/// A CSV file without WKT stays mapped; anything else is read by GDAL or our WKT reader.
[[nodiscard]] UnitFile read_units(const std::string& path, const InputOptions& options, const Execution& exec);

/// A column of numbers, blank is NaN. With `counts` they must be >= 0. Throws InputError with row and field.
[[nodiscard]] std::vector<double> numbers_of(const UnitFile& units, const std::string& name, bool counts, const Execution& exec);

/// What names each row: the column `wanted`, else `id`, else `code`, else the row number from 1.
[[nodiscard]] std::vector<std::string> names_of(const UnitFile& units, const std::string& wanted, const Execution& exec);

/// Where the units are, in a metric system: points as they are, polygons by their area centroid; NaN where a unit has no place.
struct Places {
    Points<Planar> points;
    std::string    metric;               ///< empty: coordinates as they are
    double         metres_per_unit = 1;
};
[[nodiscard]] Places places_of(const UnitFile& units, const InputOptions& options, const Execution& exec);

/// The units with columns added, to CSV (as they stand) or a vector format. A name that is taken gets `_1`.
void write_units(const std::string& path, UnitFile& units, std::vector<Column> added, const Execution& exec);

}  // namespace gapmap
