#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "analysis/point_pattern.h"
#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/core/status.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

struct PatternCommand {
    std::string  points, output, cell, origin;
    InputOptions input;
};

/// A fishnet and what lies in it.
struct Net {
    Point<Planar>            origin;
    double                   side = 0;
    std::vector<FishnetCell> cells;
};

Net cast_net(const PatternCommand& c, PointsView<Planar> points, const Box<Planar>& box, double metres_per_unit) {
    Net net;
    net.side = parse_distance_m(c.cell, "--cell") / metres_per_unit;
    if (c.origin.empty()) {
        net.origin = {std::floor(box.x_min / net.side) * net.side, std::floor(box.y_min / net.side) * net.side};
    } else {
        const auto v = parse_numbers(c.origin, 2);
        if (!v) throw UsageError(fmt::format("--origin: expected x,y, got '{}'", c.origin));
        net.origin = {(*v)[0], (*v)[1]};
    }
    const double far = std::max({std::abs(box.x_min - net.origin.x), std::abs(box.x_max - net.origin.x), std::abs(box.y_min - net.origin.y), std::abs(box.y_max - net.origin.y)});
    if (!(far / net.side < 0x1p52)) throw UsageError(fmt::format("--cell {}: too small for points so far from the origin", c.cell));
    net.cells = fishnet_counts(points, net.origin, net.side);
    return net;
}

/// The cells as squares with their indices, centre and count.
Layer layer_of(const Net& net, const std::string& crs) {
    Layer            out{"cells", {}, {}, crs};
    Column::Integers ix, iy, count;
    Column::Reals    x, y;
    Polygons<Planar> squares;
    for (const FishnetCell& cell : net.cells) {
        const auto at_x = [&](double k) { return net.origin.x + (static_cast<double>(cell.ix) + k) * net.side; };
        const auto at_y = [&](double k) { return net.origin.y + (static_cast<double>(cell.iy) + k) * net.side; };
        ix.push_back(cell.ix);
        iy.push_back(cell.iy);
        count.push_back(cell.count);
        x.push_back(at_x(0.5));
        y.push_back(at_y(0.5));
        for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}) squares.push_point(at_x(dx), at_y(dy));
        squares.end_ring();
        squares.end_part();
        squares.end_row();
    }
    out.table.columns.push_back({"ix", std::move(ix), {}});
    out.table.columns.push_back({"iy", std::move(iy), {}});
    out.table.columns.push_back({"x", std::move(x), {}});
    out.table.columns.push_back({"y", std::move(y), {}});
    out.table.columns.push_back({"count", std::move(count), {}});
    out.geometry = std::move(squares);
    return out;
}

void tell_net(nlohmann::ordered_json& out, const Net& net) {
    const auto   most    = std::ranges::max_element(net.cells, {}, &FishnetCell::count);  // of equals the first in order of ix, iy
    std::int64_t squares = 0;
    for (const FishnetCell& cell : net.cells) squares += cell.count * cell.count;
    out["origin"]         = {net.origin.x, net.origin.y};
    out["cell"]           = net.side;
    out["occupied_cells"] = net.cells.size();
    out["max_count"]      = most->count;
    out["max_cell_ix_iy"] = {most->ix, most->iy};
    out["sum_sq_counts"]  = squares;
}

void tell_neighbours(nlohmann::ordered_json& out, const PointPattern& p) {
    const double area   = (p.box.x_max - p.box.x_min) * (p.box.y_max - p.box.y_min);
    const bool   enough = p.n > 1, spread = enough && area > 0;
    ClarkEvans   index;
    if (spread) index = clark_evans(p.n, p.mean_nearest, area);
    const auto of = [](bool defined, double value) { return defined ? nlohmann::ordered_json(value) : nlohmann::ordered_json(); };
    out["mean_nn"]          = of(enough, p.mean_nearest);
    out["expected_nn"]      = of(spread, index.expected);
    out["clark_evans_bbox"] = of(spread, index.index);
    out["z"]                = of(spread, index.z);
    out["p"]                = of(spread, index.p);
    out["sided"]            = 2;
    out["bbox"]             = {p.box.x_min, p.box.y_min, p.box.x_max, p.box.y_max};
    out["bbox_area"]        = area;
    out["status"]           = std::string(to_string(spread ? Status::ok : Status::too_few));
    if (!enough) out["note"] = "one point has no neighbour: no nearest distance, no index";
    else if (!spread) out["note"] = "the points lie on one place or line: their box has no area, so there is no density to compare with";
}

void run_pattern(const PatternCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    if (c.cell.empty() && !c.output.empty()) throw UsageError("-o writes the cells of a net: give their side with --cell D");
    if (c.cell.empty() && !c.origin.empty()) throw UsageError("--origin places a net: give the side of its cells with --cell D");
    PointFile         file   = read_points(c.points, c.input, {}, context.exec);
    const std::string metric = choose_metric(c.input, file.crs, file.points.view());
    Points<Planar>    points = std::move(file.points);
    if (!metric.empty()) transform_coordinates(points.x, points.y, file.crs, metric, context.exec);
    const PointPattern pattern = describe_points(points.view(), context.exec);
    if (pattern.n == 0) throw InputError("holds no point with a place", {c.points});
    const std::string      crs = metric.empty() ? file.crs : metric;
    nlohmann::ordered_json out{{"n", pattern.n}, {"missing", points.size() - pattern.n}, {"distinct", pattern.distinct}, {"crs", crs},
                               {"mean_center", {pattern.mean_centre.x, pattern.mean_centre.y}}, {"standard_distance", pattern.standard_distance}};
    TableTarget target{{}, false, false};
    if (!c.cell.empty()) {
        const Net net = cast_net(c, points.view(), pattern.box, metric.empty() ? 1 : metres_per_unit(metric));
        tell_net(out, net);
        target = table_target(context, c.output);
        if (target.write) write_table_file(target.path, layer_of(net, crs), context.exec);
    }
    tell_neighbours(out, pattern);
    print_report(context, out, target.to_stdout);
}

}  // namespace

void register_pattern(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("pattern", "A set of points in figures: mean centre, nearest neighbours, counts on a net of squares");
    command->group("Toolbox");
    auto c = std::make_shared<PatternCommand>();
    command->add_option("POINTS", c->points, "Points: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("--cell", c->cell, "Side of the net's squares: 500, 500m, 2km (default: no net)");
    command->add_option("--origin", c->origin, "x,y of a corner of the net, in the units of the projected system (default: the points' least x and y, down to a multiple of the side)");
    command->add_option("-o,--output", c->output, "Squares that hold points (ix, iy, x and y of the middle, count): *.csv, *.gpkg, *.geojson, *.shp (default: CSV to standard output)");
    add_input_options(*command, c->input, true, false);
    command->footer("Squares are half-open: ix = floor((x - x0) / side). The index of Clark and Evans takes the points' bounding box for the ground, without edge correction.\n\n"
                    "Example: gapmap pattern examples/data/cases.csv --crs EPSG:4490 --cell 1km -o cells.csv");
    sink(command, [c](const CommandContext& context) { run_pattern(*c, context); });
}

}  // namespace gapmap
