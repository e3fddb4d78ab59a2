#include "analysis/density.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "data/read/vector_file.h"
#include "data/write/geotiff.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

struct DensityCommand {
    std::string  points, output, bandwidth, cell, kernel = "quartic", weight, edge = "none", window, per, at, extent, size;
    InputOptions input;
};

/// Everything the kernels need, in the metric system.
struct Job {
    PointFile              file;
    Points<Planar>         points;
    std::span<const double> weights;
    std::string            metric;                ///< empty: coordinates as they are
    double                 metres_per_unit = 1;
    std::unique_ptr<Window> window;
    DensityOptions         options;
    std::string            unit;
};

Box<Planar> box_of(PointsView<Planar> points) {
    Box<Planar> box;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double x = points.x[i], y = points.y[i];
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        if (box.is_empty()) box = {x, y, x, y};
        box = {std::min(box.x_min, x), std::min(box.y_min, y), std::max(box.x_max, x), std::max(box.y_max, y)};
    }
    return box;
}

Box<Planar> parse_box(const std::string& text, const char* option) {
    const auto v = parse_numbers(text, 4);
    if (!v || !((*v)[0] < (*v)[2]) || !((*v)[1] < (*v)[3])) throw UsageError(fmt::format("{}: expected xmin,ymin,xmax,ymax, got '{}'", option, text));
    return {(*v)[0], (*v)[1], (*v)[2], (*v)[3]};
}

/// A CSV of x and y: the corners of one ring, in order.
Polygons<Planar> ring_of(const Points<Planar>& corners, const std::string& path) {
    if (corners.size() < 3) throw InputError("expected at least 3 corners of a window", {path});
    Polygons<Planar> out;
    for (std::size_t i = 0; i < corners.size(); ++i) out.push_point(corners.x[i], corners.y[i]);
    if (corners.x.front() != corners.x.back() || corners.y.front() != corners.y.back()) out.push_point(corners.x.front(), corners.y.front());
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

bool is_point_csv(const std::string& path, const Execution& exec) {
    if (!is_csv_name(path)) return false;
    const CsvFile file(path, exec);
    return !file.find("wkt") && !file.find("geom") && !file.find("geometry") && !file.find("the_geom");
}

std::unique_ptr<Window> make_window(const DensityCommand& c, const Job& job, const Execution& exec) {
    if (parse_numbers(c.window, 4)) return std::make_unique<Window>(parse_box(c.window, "--window"));
    if (c.window.empty()) {
        if (c.edge == "none") return nullptr;
        return std::make_unique<Window>(c.extent.empty() ? box_of(job.points.view()) : parse_box(c.extent, "--extent"));
    }
    Polygons<Planar> polygons;
    std::string      crs;
    if (is_point_csv(c.window, exec)) {
        PointFile corners = read_points(c.window, c.input, {}, exec);
        crs               = corners.crs;
        polygons          = ring_of(corners.points, c.window);
    } else {
        PolygonFile file = read_polygons(c.window, c.input, exec);
        crs              = file.crs;
        polygons         = std::move(file.polygons);
    }
    if (!job.metric.empty()) transform_coordinates(polygons.x, polygons.y, crs, job.metric, exec);
    return std::make_unique<Window>(std::move(polygons), exec);
}

Bandwidth choose_bandwidth(const DensityCommand& c, const Job& job) {
    if (c.bandwidth != "scott") {
        const double d = parse_distance_m(c.bandwidth, "--bandwidth") / job.metres_per_unit;
        return {d, d};
    }
    const Bandwidth sigma = scott_sigma(job.points.view());
    if (!(sigma.x > 0) || !(sigma.y > 0)) throw InputError("Scott's bandwidth needs points that spread along both axes; give --bandwidth a distance", {job.file.path});
    return bandwidth_of_sigma(job.options.kernel, sigma);
}

void choose_unit(const DensityCommand& c, Job& job) {
    const std::string per     = !c.per.empty() ? c.per : c.input.as_is() ? "unit2" : "km2";
    const double      per_m2  = 1 / (job.metres_per_unit * job.metres_per_unit);
    job.options.scale = per == "unit2" ? 1 : per == "m2" ? per_m2 : 1e6 * per_m2;
    job.unit          = "per " + per;
}

void check_weights(const Job& job, const std::string& field) {
    for (std::size_t i = 0; i < job.weights.size(); ++i) {
        if (job.weights[i] < 0) throw InputError(fmt::format("expected a weight >= 0, got {}", job.weights[i]), {job.file.path, {}, i + (job.file.csv ? 2 : 1), field});
    }
}

Job prepare(const DensityCommand& c, const Execution& exec) {
    Job job;
    std::vector<std::string> numbers;
    if (!c.weight.empty()) numbers.push_back(c.weight);
    job.file = read_points(c.points, c.input, numbers, exec);
    if (!c.weight.empty()) job.weights = job.file.numbers.front();
    check_weights(job, c.weight);
    job.metric = choose_metric(c.input, job.file.crs, job.file.points.view());
    job.points = std::move(job.file.points);
    transform_coordinates(job.points.x, job.points.y, job.file.crs, job.metric, exec);
    if (!job.metric.empty()) job.metres_per_unit = metres_per_unit(job.metric);
    job.options.kernel    = *kernel_of(c.kernel);
    job.options.bandwidth = choose_bandwidth(c, job);
    job.options.edge      = c.edge == "diggle" ? EdgeCorrection::diggle : c.edge == "uniform" ? EdgeCorrection::uniform : EdgeCorrection::none;
    job.window            = make_window(c, job, exec);
    job.options.window    = job.window.get();
    choose_unit(c, job);
    return job;
}

/// The grid: --extent, else the window's box, else the points' box and what their kernels reach; --size, else --cell.
Grid<Planar> choose_grid(const DensityCommand& c, const Job& job) {
    Box<Planar> box;
    if (!c.extent.empty()) box = parse_box(c.extent, "--extent");
    else if (job.window != nullptr) box = job.window->box();
    else box = box_of(job.points.view());
    if (box.is_empty()) throw InputError("holds no point, so the grid has no extent; give --extent", {job.file.path});
    if (c.extent.empty() && job.window == nullptr) {
        const double reach = job.options.kernel == Kernel::gaussian ? 3 : 1;
        box = {box.x_min - reach * job.options.bandwidth.x, box.y_min - reach * job.options.bandwidth.y,
               box.x_max + reach * job.options.bandwidth.x, box.y_max + reach * job.options.bandwidth.y};
    }
    Grid<Planar> grid{.x_min = box.x_min, .y_max = box.y_max};
    const double width = box.x_max - box.x_min, height = box.y_max - box.y_min;
    double       columns = 0, rows = 0;
    if (!c.size.empty()) {
        const auto size = parse_numbers(c.size, 2);
        if (!size || !((*size)[0] >= 1) || !((*size)[1] >= 1)) throw UsageError(fmt::format("--size: expected W,H in cells, got '{}'", c.size));
        columns     = std::floor((*size)[0]);
        rows        = std::floor((*size)[1]);
        grid.cell_x = width / columns;
        grid.cell_y = height / rows;
    } else {
        if (c.cell.empty()) throw UsageError("give the cell with --cell D, or the number of cells with --size W,H");
        grid.cell_x = grid.cell_y = parse_distance_m(c.cell, "--cell") / job.metres_per_unit;
        columns = std::max(1.0, std::ceil(width / grid.cell_x - 1e-9));
        rows    = std::max(1.0, std::ceil(height / grid.cell_y - 1e-9));
    }
    if (columns * rows > 2e9 || !(grid.cell_x > 0) || !(grid.cell_y > 0)) throw UsageError(fmt::format("a grid of {} x {} cells is too large; choose a larger cell", columns, rows));
    grid.width  = static_cast<int>(columns);
    grid.height = static_cast<int>(rows);
    return grid;
}

nlohmann::ordered_json figures_of(const Job& job) {
    std::size_t n = 0, missing = 0, outside = 0;
    double      weight = 0;
    for (std::size_t i = 0; i < job.points.size(); ++i) {
        const Point<Planar> p{job.points.x[i], job.points.y[i]};
        if (!std::isfinite(p.x) || !std::isfinite(p.y) || (!job.weights.empty() && std::isnan(job.weights[i]))) missing += 1;
        else if (job.window != nullptr && !job.window->contains(p)) outside += 1;
        else {
            n += 1;
            weight += job.weights.empty() ? 1 : job.weights[i];
        }
    }
    nlohmann::ordered_json out{{"n", n}};
    const Bandwidth h = job.options.bandwidth;
    if (h.x == h.y) out["bandwidth"] = h.x;
    else out["bandwidth"] = {h.x, h.y};
    out["unit"]    = job.unit;
    out["kernel"]  = std::string(to_string(job.options.kernel));
    out["weight"]  = weight;
    out["missing"] = missing;
    out["outside"] = outside;
    out["crs"]     = job.metric.empty() ? job.file.crs : job.metric;
    return out;
}

void run_at(const DensityCommand& c, const Job& job, const CommandContext& context) {
    PointFile      places = read_points(c.at, c.input, {}, context.exec);
    Points<Planar> moved  = places.points;
    if (!job.metric.empty()) transform_coordinates(moved.x, moved.y, places.crs, job.metric, context.exec);
    Column density{places.has_column("density") ? "density_1" : "density", density_at(job.points.view(), job.weights, moved.view(), job.options, context.exec), {}};
    double max = 0;
    for (const double v : std::get<Column::Reals>(density.data)) {
        if (v > max) max = v;
    }
    const TableTarget   target = table_target(context, c.output);
    std::vector<Column> added;
    added.push_back(std::move(density));
    if (target.write) write_points(target.path, places, std::move(added), context.exec);
    auto figures        = figures_of(job);
    figures["integral"] = nullptr;
    figures["max"]      = max;
    figures["places"]   = places.rows();
    print_report(context, figures, target.to_stdout);
}

void run_surface(const DensityCommand& c, const Job& job, const CommandContext& context) {
    if (c.output.empty() || c.output == "-") throw UsageError("give the raster to write with -o OUT.tif, or places with --at POINTS");
    const DensitySurface surface = density_surface(job.points.view(), job.weights, choose_grid(c, job), job.options, context.exec);
    write_geotiff(c.output, surface.raster, job.metric.empty() ? job.file.crs : job.metric, context.exec);
    auto figures        = figures_of(job);
    figures["integral"] = surface.integral;
    figures["max"]      = surface.max;
    figures["width"]    = surface.raster.grid.width;
    figures["height"]   = surface.raster.grid.height;
    print_report(context, figures, false);
}

void run_density(const DensityCommand& c, const CommandContext& context) {
    if (!c.size.empty() && !c.cell.empty()) throw UsageError("--size and --cell both fix the grid; give one of them");
    check_output(c.output, c.at.empty() ? OutputKind::raster : OutputKind::table);
    const Job job = prepare(c, context.exec);
    if (c.at.empty()) run_surface(c, job, context);
    else run_at(c, job, context);
}

}  // namespace

void register_density(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("density", "Exact kernel density of points, as a raster or at places");
    command->group("Toolbox");
    auto c = std::make_shared<DensityCommand>();
    command->add_option("POINTS", c->points, "Points: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("-o,--output", c->output, "Result: a GeoTIFF (float32, no data is NaN), or with --at a table (*.csv, *.gpkg, *.geojson, *.shp)");
    command->add_option("--bandwidth", c->bandwidth, "Sigma of the Gaussian, radius of support of the others: a distance (metres, or 500m, 2km), or scott")->required();
    command->add_option("--cell", c->cell, "Side of a raster cell: a distance");
    command->add_option("--kernel", c->kernel, "gaussian, quartic, epanechnikov, triweight or uniform (default quartic)")
        ->check(CLI::IsMember({"gaussian", "quartic", "epanechnikov", "triweight", "uniform"}));
    command->add_option("--weight", c->weight, "Column that weighs the points, >= 0 (default: 1 each)");
    command->add_option("--edge", c->edge, "Edge correction: none, uniform or diggle (default none)")->check(CLI::IsMember({"none", "uniform", "diggle"}));
    command->add_option("--window", c->window, "Study area: polygons, a CSV file of the corners x and y of one ring, or xmin,ymin,xmax,ymax. Points outside do not count, places outside have no value (default for --edge: --extent, else the points' box)");
    command->add_option("--per", c->per, "Unit of area of the result: m2, km2 or unit2 (default km2; with --metric none unit2)")->check(CLI::IsMember({"m2", "km2", "unit2"}));
    command->add_option("--at", c->at, "Give the density at these points instead of a raster: their columns and density");
    command->add_option("--extent", c->extent, "Extent of the raster, xmin,ymin,xmax,ymax in the metric system (default: the window's, else the points' and what they reach)");
    command->add_option("--size", c->size, "Columns and rows of the raster, W,H (instead of --cell)");
    add_input_options(*command, c->input, true, false);
    command->footer("Example: gapmap density examples/data/cases.csv --crs EPSG:4490 --bandwidth 2km --cell 100m -o cases.tif");
    sink(command, [c](const CommandContext& context) { run_density(*c, context); });
}

}  // namespace gapmap
