#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/read/csv_file.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace CLI {
class App;
}

namespace gapmap {

/// The options that say how point files and coordinate systems are read.
struct InputOptions {
    std::string x, y;  ///< columns of a CSV point file; empty: the usual names
    std::string crs;   ///< of inputs that state none; empty: not given
    std::string metric = "auto";
    std::string id;    ///< column that identifies a row; empty: id, code, else the row number

    [[nodiscard]] bool as_is() const noexcept { return metric == "none"; }
};

/// Adds --x --y --crs and, where asked, --metric and --id.
void add_input_options(CLI::App& command, InputOptions& options, bool metric, bool id);

/// The columns of x and y of a CSV point file: --x and --y, else the usual names. Throws InputError where there is none, UsageError where both are the same.
[[nodiscard]] std::array<std::size_t, 2> coordinate_columns(const CsvFile& file, const InputOptions& options);

/// Points and where their attributes are: a mapped CSV file, or a layer.
struct PointFile {
    std::string                      path, crs;  ///< crs empty where coordinates are used as they are
    Points<Planar>                   points;     ///< as in the file; the tag says nothing until they are projected
    std::vector<std::vector<double>> numbers;    ///< the numeric columns that were asked for
    std::shared_ptr<const CsvFile>   csv;        ///< null where the input is a layer
    std::size_t                      x_column = 0, y_column = 0;  ///< of the CSV file
    Table                            table;      ///< attributes of a layer

    [[nodiscard]] std::size_t rows() const noexcept { return points.size(); }
    [[nodiscard]] bool        has_column(const std::string& name) const;
};

/// Reads points and the numeric columns named. A CSV file without --crs is an InputError, unless coordinates are used as they are.
[[nodiscard]] PointFile read_points(const std::string& path, const InputOptions& options, const std::vector<std::string>& numbers, const Execution& exec);

/// Reads polygons. `crs` of the result is settled as for points; the geometry's tag is dropped.
struct PolygonFile {
    std::string      path, crs, name;
    Polygons<Planar> polygons;
    Table            table;
};
[[nodiscard]] PolygonFile read_polygons(const std::string& path, const InputOptions& options, const Execution& exec);

/// The canonical name of the system that an option gives. Throws InputError naming the option where PROJ does not know it.
[[nodiscard]] std::string crs_of_option(const std::string& text, const std::string& option);

/// In place, in parallel. Equal or empty systems: nothing happens.
void transform_coordinates(std::vector<double>& x, std::vector<double>& y, const std::string& from, const std::string& to, const Execution& exec);

/// The projected system to measure in: --metric if given, the data's own if projected, else the best zone around their middle.
/// Empty with --metric none.
[[nodiscard]] std::string choose_metric(const InputOptions& options, const std::string& crs, PointsView<Planar> points);

/// The column that identifies rows: --id, else id, else code; nothing where rows go by number.
[[nodiscard]] const Column* id_column(const Table& table, const std::string& wanted, const std::string& path);

/// Writes the points with their own columns and these added ones, to CSV (streamed, as they stand) or a vector format.
void write_points(const std::string& path, const PointFile& file, std::vector<Column> added, const Execution& exec);

/// "500m", "2km", "500": metres. Throws UsageError naming the option.
[[nodiscard]] double parse_distance_m(const std::string& text, const std::string& option);

/// "a,b,c": exactly n numbers; nothing where the text is something else.
[[nodiscard]] std::optional<std::vector<double>> parse_numbers(const std::string& text, std::size_t n);

}  // namespace gapmap
