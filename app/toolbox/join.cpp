#include "analysis/join.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

struct JoinOptions {
    std::string  points, polygons, output, sum;
    bool         count = false;
    InputOptions input;
};

std::string free_name(std::string wanted, const std::string& instead, bool taken) { return taken ? instead : wanted; }

/// Points with the polygon's id.
void write_matches(const std::string& path, const PointFile& points, const PolygonFile& polygons, const PointJoin& join, const JoinOptions& options, const Execution& exec) {
    const Column* id = id_column(polygons.table, options.input.id, polygons.path);
    Column        added;
    const std::string name = id != nullptr ? id->name : "polygon";
    added.name = free_name(name, "polygon_" + name, points.has_column(name));
    added.valid.resize(points.rows());
    const auto fill = [&](auto values, auto value_of) {
        values.resize(points.rows());
        for (std::size_t i = 0; i < points.rows(); ++i) {
            const std::uint32_t row = join.polygon[i];
            const bool          has = row != Located::none && (id == nullptr || id->is_valid(row));
            added.valid[i]          = has;
            if (has) values[i] = value_of(row);
        }
        added.data = std::move(values);
    };
    if (id == nullptr) fill(Column::Integers{}, [](std::uint32_t row) { return std::int64_t{row} + 1; });
    else std::visit([&]<class Values>(const Values& values) { fill(Values{}, [&](std::uint32_t row) { return values[row]; }); }, id->data);
    std::vector<Column> columns;
    columns.push_back(std::move(added));
    write_points(path, points, std::move(columns), exec);
}

/// Polygons with counts and sums.
void write_counts(const std::string& path, PointFile& points, PolygonFile polygons, const PointJoin& join, const JoinOptions& options, const Execution& exec) {
    const std::size_t n = polygons.polygons.size();
    Column count{free_name("count", "count_points", polygons.table.find("count") != nullptr), count_by_polygon(join.polygon, n), {}};
    Layer  layer{polygons.name, std::move(polygons.table), {}, polygons.crs};
    layer.table.columns.push_back(std::move(count));
    if (!options.sum.empty()) {
        Column sum{free_name("sum", "sum_points", layer.table.find("sum") != nullptr), sum_by_polygon(join.polygon, points.numbers.front(), n), {}};
        layer.table.columns.push_back(std::move(sum));
    }
    layer.geometry = std::move(polygons.polygons);
    write_table_file(path, layer, exec);
}

void run_join(const JoinOptions& options, const CommandContext& context) {
    check_output(options.output, OutputKind::table);
    const Execution& exec   = context.exec;
    const bool       counts = options.count || !options.sum.empty();
    PolygonFile      polygons = read_polygons(options.polygons, options.input, exec);
    std::vector<std::string> numbers;
    if (!options.sum.empty()) numbers.push_back(options.sum);
    PointFile      points = read_points(options.points, options.input, numbers, exec);
    Points<Planar> moved;  // the points in the polygons' system, where that is another
    const bool     move = !options.input.as_is() && points.crs != polygons.crs;
    if (move) {
        moved = points.points;
        transform_coordinates(moved.x, moved.y, points.crs, polygons.crs, exec);
    }
    const PointJoin   join   = join_points((move ? moved : points.points).view(), polygons.polygons.view(), exec);
    const TableTarget target = table_target(context, options.output);
    const std::size_t total  = polygons.polygons.size();
    if (target.write) {
        if (counts) write_counts(target.path, points, std::move(polygons), join, options, exec);
        else write_matches(target.path, points, polygons, join, options, exec);
    }
    nlohmann::ordered_json figures{{"points", points.rows()}, {"matched", join.matched}, {"unmatched", points.rows() - join.matched},
                                   {"on_border", join.on_border}, {"polygons", total}};
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_join(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("join", "Points to the polygons they lie in: the polygon's id for each point, or counts for each polygon");
    command->group("Toolbox");
    auto options = std::make_shared<JoinOptions>();
    command->add_option("POINTS", options->points, "Points: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("POLYGONS", options->polygons, "Polygons: anything GDAL opens, or a CSV file with a WKT column")->required();
    command->add_option("-o,--output", options->output, "Result: *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
    command->add_flag("--count", options->count, "Write the polygons with the number of points in each (column count)");
    command->add_option("--sum", options->sum, "Write the polygons with count and the sum of this column of the points (column sum)");
    add_input_options(*command, options->input, false, true);
    command->add_option("--metric", options->input.metric, "none: coordinates as they are, no coordinate system needed (default auto: points are moved to the polygons' system)")
        ->check(CLI::IsMember({"auto", "none"}));
    command->footer("A point on a border counts as inside; on a shared border it belongs to the polygon that comes first, so no point is\n"
                    "counted twice. A point in no polygon gets a blank id.\n\n"
                    "Example: gapmap join examples/data/cases.csv examples/data/villages.geojson --crs EPSG:4490 --count -o counts.csv");
    sink(command, [options](const CommandContext& context) { run_join(*options, context); });
}

}  // namespace gapmap
