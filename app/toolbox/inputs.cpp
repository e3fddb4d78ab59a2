#include "app/toolbox/inputs.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "data/read/number_text.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::size_t coordinate_column(const CsvFile& file, const std::string& wanted, std::initializer_list<const char*> usual, const char* option) {
    if (!wanted.empty()) return file.column(wanted);
    for (const char* name : usual) {
        if (const auto found = file.find(name)) return *found;
    }
    throw InputError(fmt::format("has no column with a usual name for {}; name it with --{} (columns: {})", option, option, fmt::join(file.header(), ", ")), {file.path()});
}

std::string settled(const std::string& stated, const InputOptions& options, const std::string& path) {
    if (!stated.empty()) return stated;
    if (!options.crs.empty()) {
        return crs_of_option(options.crs, "--crs");
    }
    if (options.as_is()) return {};
    throw InputError("states no coordinate system; add --crs EPSG:4490 (or EPSG:4326, GCJ02, BD09, ...), or --metric none to use the numbers as they are", {path});
}

bool has_wkt(const CsvFile& file) {
    return file.find("wkt") || file.find("geom") || file.find("geometry") || file.find("the_geom");
}

PointFile points_of_csv(std::shared_ptr<const CsvFile> csv, const InputOptions& options, const std::vector<std::string>& numbers, const Execution& exec) {
    PointFile out;
    out.path     = csv->path();
    const auto place = coordinate_columns(*csv, options);
    out.x_column     = place[0];
    out.y_column     = place[1];
    out.crs      = settled({}, options, out.path);
    std::vector<std::size_t> columns{out.x_column, out.y_column};
    for (const std::string& name : numbers) columns.push_back(csv->column(name));
    auto parsed  = csv->numbers(columns, exec);
    out.points   = {std::move(parsed[0]), std::move(parsed[1])};
    for (std::size_t i = 0; i < out.points.size(); ++i) {
        if (std::isnan(out.points.x[i]) || std::isnan(out.points.y[i])) out.points.x[i] = out.points.y[i] = missing;
    }
    out.numbers.assign(std::make_move_iterator(parsed.begin() + 2), std::make_move_iterator(parsed.end()));
    out.csv = std::move(csv);
    return out;
}

/// Without a feature nothing tells points from polygons, so what is missing is said first.
Layer layer_with_features(const std::string& path, const std::string& crs, const Execution& exec) {
    Layer layer = read_layer(path, {.crs = crs}, exec);
    if (layer.rows() == 0) throw InputError("holds no features", {path});
    return layer;
}

PointFile points_of_layer(Layer layer, const std::string& path, const InputOptions& options, const std::vector<std::string>& numbers) {
    PointFile out;
    out.path = path;
    out.crs  = settled(layer.crs, options, path);
    if (auto* p = std::get_if<Points<Lonlat>>(&layer.geometry)) out.points = {std::move(p->x), std::move(p->y)};
    else if (auto* q = std::get_if<Points<Planar>>(&layer.geometry)) out.points = std::move(*q);
    else throw InputError("holds no points; points are needed here", {path});
    out.table = std::move(layer.table);
    for (const std::string& name : numbers) {
        const Column* column = out.table.find(name);
        if (column == nullptr) {
            try {
                (void)out.table.at(name);
            } catch (const InputError& error) {
                throw InputError(error.message(), {path});
            }
        }
        if (std::holds_alternative<Column::Texts>(column->data)) throw InputError("holds text; a number is needed", {path, {}, 0, name});
        std::vector<double> values(column->size());
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = column->number(i);
        out.numbers.push_back(std::move(values));
    }
    return out;
}

}  // namespace

void add_input_options(CLI::App& command, InputOptions& options, bool metric, bool id) {
    command.add_option("--x", options.x, "Column with longitude or easting of a CSV point file (default: lon, lng, longitude, x, 经度)");
    command.add_option("--y", options.y, "Column with latitude or northing of a CSV point file (default: lat, latitude, y, 纬度)");
    command.add_option("--crs", options.crs, "Coordinate system of inputs that state none, a CSV file for one: EPSG code, GCJ02 or BD09 (no default)");
    if (metric) {
        command.add_option("--metric", options.metric,
                           "Projected system to measure in, an EPSG code; auto (default): the data's own, else the best CGCS2000 3-degree zone in China or UTM elsewhere; none: coordinates as they are");
    }
    if (id) command.add_option("--id", options.id, "Column that identifies a row (default: id, code, else the row number from 1)");
}

std::array<std::size_t, 2> coordinate_columns(const CsvFile& file, const InputOptions& options) {
    const std::array columns{coordinate_column(file, options.x, {"lon", "lng", "longitude", "x", "经度"}, "x"),
                             coordinate_column(file, options.y, {"lat", "latitude", "y", "纬度"}, "y")};
    if (columns[0] == columns[1]) throw UsageError(fmt::format("--x and --y name the same column '{}'", file.header()[columns[0]]));
    return columns;
}

bool PointFile::has_column(const std::string& name) const { return csv ? csv->find(name).has_value() : table.find(name) != nullptr; }

PointFile read_points(const std::string& path, const InputOptions& options, const std::vector<std::string>& numbers, const Execution& exec) {
    std::error_code ignored;
    if (is_csv_name(path) && std::filesystem::exists(path, ignored)) {
        auto csv = std::make_shared<const CsvFile>(path, exec);
        if (!has_wkt(*csv) || !options.x.empty()) return points_of_csv(std::move(csv), options, numbers, exec);
    }
    if (!options.crs.empty()) (void)crs_of_option(options.crs, "--crs");
    return points_of_layer(layer_with_features(path, options.crs, exec), path, options, numbers);
}

PolygonFile read_polygons(const std::string& path, const InputOptions& options, const Execution& exec) {
    if (!options.crs.empty()) (void)crs_of_option(options.crs, "--crs");
    Layer       layer = layer_with_features(path, options.crs, exec);
    PolygonFile out{path, settled(layer.crs, options, path), layer.name, {}, {}};
    if (auto* p = std::get_if<Polygons<Lonlat>>(&layer.geometry)) {
        out.polygons = {std::move(p->x), std::move(p->y), std::move(p->rings), std::move(p->parts), std::move(p->rows)};
    } else if (auto* q = std::get_if<Polygons<Planar>>(&layer.geometry)) {
        out.polygons = std::move(*q);
    } else {
        throw InputError("holds no polygons; polygons are needed here", {path});
    }
    out.table = std::move(layer.table);
    return out;
}

std::string crs_of_option(const std::string& text, const std::string& option) {
    std::string crs = normalise_crs(text);
    try {
        (void)is_geographic(crs);
    } catch (const InputError& error) {
        throw InputError(error.message(), {option});
    }
    return crs;
}

void transform_coordinates(std::vector<double>& x, std::vector<double>& y, const std::string& from, const std::string& to, const Execution& exec) {
    if (from.empty() || to.empty() || from == to || x.empty()) return;
    (void)Transform(from, to);  // an unknown system is named once, here
    // Setting up an operation takes milliseconds, so chunks are large.
    const std::size_t grain = std::max<std::size_t>(65'536, x.size() / (std::size_t{4} * exec.threads) + 1);
    parallel_chunks(exec, x.size(), grain, [&](std::size_t begin, std::size_t end) {
        Transform(from, to).apply(std::span(x).subspan(begin, end - begin), std::span(y).subspan(begin, end - begin));
    });
}

std::string choose_metric(const InputOptions& options, const std::string& crs, PointsView<Planar> points) {
    if (options.as_is()) return {};
    if (options.metric != "auto") {
        std::string metric = crs_of_option(options.metric, "--metric");
        if (is_geographic(metric)) throw UsageError(fmt::format("--metric {} is in degrees; give a projected system, auto or none", options.metric));
        return metric;
    }
    if (!is_geographic(crs)) return crs;
    Box<Lonlat> box;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double x = points.x[i], y = points.y[i];
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        if (box.is_empty()) box = {x, y, x, y};
        box = {std::min(box.x_min, x), std::min(box.y_min, y), std::max(box.x_max, x), std::max(box.y_max, y)};
    }
    if (box.is_empty()) throw InputError("there is no point to choose a projected system by; give --metric");
    return metric_crs({(box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2});
}

const Column* id_column(const Table& table, const std::string& wanted, const std::string& path) {
    if (wanted.empty()) {
        const Column* id = table.find("id");
        return id != nullptr ? id : table.find("code");
    }
    try {
        return &table.at(wanted);
    } catch (const InputError& error) {
        throw InputError(error.message(), {path});
    }
}

void write_points(const std::string& path, const PointFile& file, std::vector<Column> added, const Execution& exec) {
    const bool to_csv = path.empty() || path == "-" || is_csv_name(path);
    if (file.csv && to_csv) {
        std::vector<AddedColumn> columns;
        for (const Column& column : added) {
            columns.push_back({column.name, [&column, delimiter = file.csv->delimiter()](std::size_t row, std::string& to) {
                                   if (!column.is_valid(row)) return;
                                   if (const auto* reals = std::get_if<Column::Reals>(&column.data)) append_number(to, (*reals)[row]);
                                   else append_csv_field(to, column.text(row), delimiter);
                               }});
        }
        write_csv_with(path, *file.csv, columns, exec);
        return;
    }
    Layer layer{std::filesystem::path(path).stem().string(), file.csv ? file.csv->table(exec) : file.table, {}, file.crs};
    for (Column& column : added) layer.table.columns.push_back(std::move(column));
    if (!file.crs.empty() && is_geographic(file.crs)) layer.geometry = Points<Lonlat>{file.points.x, file.points.y};
    else layer.geometry = file.points;
    write_table_file(path, layer, exec);
}

double parse_distance_m(const std::string& text, const std::string& option) {
    const ParsedNumber     number = parse_number(text.data(), text.data() + text.size());
    const std::string_view unit   = number.end == nullptr ? std::string_view() : std::string_view(number.end, static_cast<std::size_t>(text.data() + text.size() - number.end));
    const double           factor = unit.empty() || unit == "m" ? 1 : unit == "km" ? 1000 : missing;
    if (number.end == nullptr || !(number.value * factor > 0) || !std::isfinite(number.value)) {
        throw UsageError(fmt::format("{}: expected a distance above 0 such as 500, 500m or 2km, got '{}'", option, text));
    }
    return number.value * factor;
}

std::optional<std::vector<double>> parse_numbers(const std::string& text, std::size_t n) {
    std::vector<double> out;
    const char*         p   = text.data();
    const char* const   end = p + text.size();
    while (true) {
        const ParsedNumber number = parse_number(p, end);
        if (number.end == nullptr || !std::isfinite(number.value)) return std::nullopt;
        out.push_back(number.value);
        if (number.end == end) break;
        if (*number.end != ',') return std::nullopt;
        p = number.end + 1;
    }
    if (out.size() != n) return std::nullopt;
    return out;
}

}  // namespace gapmap
