#include "app/toolbox/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>

#include "app/toolbox/columns.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

bool has_wkt(const CsvFile& file) { return file.find("wkt") || file.find("geom") || file.find("geometry") || file.find("the_geom"); }

/// The layer's own system, else --crs; empty where coordinates are used as they are.
std::string system_of(const Layer& layer, const InputOptions& options, const std::string& path) {
    if (!layer.crs.empty()) return layer.crs;
    if (!options.crs.empty()) return crs_of_option(options.crs, "--crs");
    if (options.as_is()) return {};
    throw InputError("states no coordinate system; add --crs EPSG:4490 (or EPSG:4326, ...), or --metric none to use the numbers as they are", {path});
}

template <class Space>
Points<Planar> centroids(const Polygons<Space>& polygons, const InputOptions& options, const std::string& crs, std::string& metric, const Execution& exec) {
    Polygons<Planar> moved{polygons.x, polygons.y, polygons.rings, polygons.parts, polygons.rows};
    metric = choose_metric(options, crs, {moved.x, moved.y});
    if (!metric.empty()) transform_coordinates(moved.x, moved.y, crs, metric, exec);
    Points<Planar> out;
    out.x.resize(moved.size());
    out.y.resize(moved.size());
    parallel_chunks(exec, moved.size(), 4'096, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            const Point<Planar> c = polygon_centroid(moved.view(), r);
            out.x[r]              = c.x;
            out.y[r]              = c.y;
        }
    });
    return out;
}

Points<Planar> moved_points(Points<Planar> points, const InputOptions& options, const std::string& crs, std::string& metric, const Execution& exec) {
    metric = choose_metric(options, crs, points.view());
    if (!metric.empty()) transform_coordinates(points.x, points.y, crs, metric, exec);
    return points;
}

}  // namespace

std::uint64_t UnitFile::row_in_file(std::size_t row) const { return row + (csv || is_csv_name(path) ? 2 : 1); }

UnitFile read_units(const std::string& path, const InputOptions& options, const Execution& exec) {
    if (!options.crs.empty()) (void)crs_of_option(options.crs, "--crs");
    UnitFile        out{path, nullptr, {}};
    std::error_code ignored;
    if (is_csv_name(path) && std::filesystem::exists(path, ignored)) {
        auto csv = std::make_shared<const CsvFile>(path, exec);
        if (!has_wkt(*csv) || !options.x.empty()) out.csv = std::move(csv);
    }
    if (!out.csv) out.layer = read_layer(path, {.crs = options.crs}, exec);
    return out;
}

std::vector<double> numbers_of(const UnitFile& units, const std::string& name, bool counts, const Execution& exec) {
    if (!units.csv) return counts ? count_column(units.layer, name, units.path) : number_column(units.layer, name, units.path);
    std::vector<double> out = std::move(units.csv->numbers(std::array{units.csv->column(name)}, exec).front());
    for (std::size_t i = 0; counts && i < out.size(); ++i) {
        if (out[i] < 0) throw InputError(fmt::format("expected a number >= 0, got '{}'", out[i]), {units.path, {}, units.row_in_file(i), name});
    }
    return out;
}

std::vector<std::string> names_of(const UnitFile& units, const std::string& wanted, const Execution& exec) {
    if (units.csv) {
        auto column = wanted.empty() ? units.csv->find("id") : std::optional(units.csv->column(wanted));
        if (!column) column = units.csv->find("code");
        if (column) return units.csv->texts(*column, exec);
    } else if (const Column* id = id_column(units.layer.table, wanted, units.path)) {
        std::vector<std::string> out(units.rows());
        for (std::size_t r = 0; r < out.size(); ++r) out[r] = id->text(r);
        return out;
    }
    std::vector<std::string> out(units.rows());
    for (std::size_t r = 0; r < out.size(); ++r) out[r] = std::to_string(r + 1);
    return out;
}

Places places_of(const UnitFile& units, const InputOptions& options, const Execution& exec) {
    Places out;
    if (units.csv) {
        PointFile file = read_points(units.path, options, {}, exec);
        out.points     = moved_points(std::move(file.points), options, file.crs, out.metric, exec);
    } else {
        const Geometry& g = units.layer.geometry;
        if (std::holds_alternative<std::monostate>(g)) throw InputError("has no places: weights by distance need points, polygons, or columns of coordinates (--x, --y)", {units.path});
        if (units.rows() == 0) throw InputError("holds no features", {units.path});
        const std::string crs = system_of(units.layer, options, units.path);
        if (const auto* p = std::get_if<Polygons<Lonlat>>(&g)) out.points = centroids(*p, options, crs, out.metric, exec);
        else if (const auto* q = std::get_if<Polygons<Planar>>(&g)) out.points = centroids(*q, options, crs, out.metric, exec);
        else if (const auto* s = std::get_if<Points<Lonlat>>(&g)) out.points = moved_points({s->x, s->y}, options, crs, out.metric, exec);
        else out.points = moved_points(std::get<Points<Planar>>(g), options, crs, out.metric, exec);
    }
    if (!out.metric.empty()) out.metres_per_unit = metres_per_unit(out.metric);
    for (std::size_t i = 0; i < out.points.size(); ++i) {
        if (!std::isfinite(out.points.x[i]) || !std::isfinite(out.points.y[i])) out.points.x[i] = out.points.y[i] = std::nan("");
    }
    return out;
}

void write_units(const std::string& path, UnitFile& units, std::vector<Column> added, const Execution& exec) {
    for (Column& column : added) {
        if (units.has_column(column.name)) column.name += "_1";
    }
    if (units.csv && (path.empty() || path == "-" || is_csv_name(path))) {
        std::vector<AddedColumn> columns;
        for (const Column& column : added) {
            columns.push_back({column.name, [&column, delimiter = units.csv->delimiter()](std::size_t row, std::string& to) {
                                   if (!column.is_valid(row)) return;
                                   if (const auto* reals = std::get_if<Column::Reals>(&column.data)) append_number(to, (*reals)[row]);
                                   else append_csv_field(to, column.text(row), delimiter);
                               }});
        }
        write_csv_with(path, *units.csv, columns, exec);
        return;
    }
    if (units.csv) units.layer.table = units.csv->table(exec);
    for (Column& column : added) {
        if (const auto* reals = std::get_if<Column::Reals>(&column.data)) {  // a vector file has no NaN: it is "no value"
            column.valid.resize(reals->size());
            for (std::size_t i = 0; i < reals->size(); ++i) column.valid[i] = !std::isnan((*reals)[i]);
        }
        units.layer.table.columns.push_back(std::move(column));
    }
    write_table_file(path, units.layer, exec);
}

}  // namespace gapmap
