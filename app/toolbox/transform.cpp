#include "geo/crs/transform.h"

#include <CLI/CLI.hpp>

#include <cmath>
#include <filesystem>

#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

// A hundredth of a millimetre or less: ten times finer than the operations themselves are good for.
constexpr int degree_decimals = 10, metre_decimals = 5;

struct TransformCommand {
    std::string  input, output, from, to;
    InputOptions columns;
};

struct Counts {
    std::size_t rows = 0, failed = 0;
    std::string from;
};

template <class Geometry>
std::size_t count_failed(const Geometry& shapes, const std::vector<bool>& was_missing) {
    std::size_t failed = 0;
    for (std::size_t i = 0; i < shapes.x.size(); ++i) failed += std::isnan(shapes.x[i]) && !was_missing[i] ? 1U : 0U;
    return failed;
}

std::vector<bool> missing_of(const std::vector<double>& x) {
    std::vector<bool> out(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = std::isnan(x[i]);
    return out;
}

/// CSV points: every column stays, x and y are replaced.
Counts transform_csv(const TransformCommand& c, const TableTarget& target, const Execution& exec) {
    InputOptions input = c.columns;
    input.crs          = c.from;
    PointFile  file    = read_points(c.input, input, {}, exec);
    const auto missing = missing_of(file.points.x);
    transform_coordinates(file.points.x, file.points.y, file.crs, normalise_crs(c.to), exec);
    const int decimals = is_geographic(c.to) ? degree_decimals : metre_decimals;
    const ReplacedColumn replaced[] = {{file.x_column, file.points.x, decimals}, {file.y_column, file.points.y, decimals}};
    if (target.write && (target.to_stdout || is_csv_name(target.path))) {
        write_csv_replacing(target.path, *file.csv, replaced, exec);
    } else if (target.write) {
        file.crs = normalise_crs(c.to);
        write_points(target.path, file, {}, exec);
    }
    return {file.rows(), count_failed(file.points, missing), normalise_crs(c.from)};
}

Counts transform_layer(const TransformCommand& c, const TableTarget& target, const Execution& exec) {
    Layer layer = read_layer(c.input, {.crs = c.from, .override_crs = !c.from.empty()}, exec);
    if (layer.crs.empty()) throw InputError("states no coordinate system; add --from", {c.input});
    const std::string to = normalise_crs(c.to);
    const std::string from = layer.crs;
    std::size_t       failed = 0;
    const auto convert = [&](auto& shapes) {
        const auto missing = missing_of(shapes.x);
        transform_coordinates(shapes.x, shapes.y, from, to, exec);
        failed = count_failed(shapes, missing);
    };
    if (auto* p = std::get_if<Points<Lonlat>>(&layer.geometry)) convert(*p);
    else if (auto* q = std::get_if<Points<Planar>>(&layer.geometry)) convert(*q);
    else if (auto* r = std::get_if<Polygons<Lonlat>>(&layer.geometry)) convert(*r);
    else if (auto* s = std::get_if<Polygons<Planar>>(&layer.geometry)) convert(*s);
    else throw InputError("holds no geometry to transform", {c.input});
    layer.crs = to;
    if (target.write) write_table_file(target.path, layer, exec);
    return {layer.rows(), failed, from};
}

void run_transform(const TransformCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    const TableTarget target = table_target(context, c.output);
    if (!c.from.empty()) (void)crs_of_option(c.from, "--from");
    (void)crs_of_option(c.to, "--to");
    std::error_code ignored;
    bool            csv = is_csv_name(c.input) && std::filesystem::exists(c.input, ignored);
    if (csv) {
        const CsvFile file(c.input, context.exec);
        csv = !file.find("wkt") && !file.find("geom") && !file.find("geometry") && !file.find("the_geom");
        if (csv && c.from.empty()) throw InputError("states no coordinate system; add --from EPSG:4326, GCJ02, BD09, ...", {c.input});
    }
    const Counts counts = csv ? transform_csv(c, target, context.exec) : transform_layer(c, target, context.exec);
    print_report(context, {{"rows", counts.rows}, {"failed", counts.failed}, {"from", counts.from}, {"to", normalise_crs(c.to)}}, target.to_stdout);
}

}  // namespace

void register_transform(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("transform", "Coordinates from one system to another, with the offsets of Chinese web maps");
    command->group("Toolbox");
    auto c = std::make_shared<TransformCommand>();
    command->add_option("IN", c->input, "Points in a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("-o,--output", c->output, "Result: *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
    command->add_option("--from", c->from, "System of the input: an EPSG code, GCJ02, BD09 or BD09MC (default: what the file states; a CSV file states none)");
    command->add_option("--to", c->to, "System of the output: an EPSG code, GCJ02, BD09 or BD09MC")->required();
    command->add_option("--x", c->columns.x, "Column with longitude or easting of a CSV file (default: lon, lng, longitude, x, 经度)");
    command->add_option("--y", c->columns.y, "Column with latitude or northing of a CSV file (default: lat, latitude, y, 纬度)");
    command->footer("A point that cannot be transformed is left blank and counted as failed. In a CSV result coordinates have 10 decimals (degrees) or 5 (metres), none that are 0.\n\n"
                    "Example: gapmap transform examples/data/cases.csv --from EPSG:4490 --to GCJ02 -o cases_gcj.csv");
    sink(command, [c](const CommandContext& context) { run_transform(*c, context); });
}

}  // namespace gapmap
