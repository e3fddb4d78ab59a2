// gapmap cube: a space-time cube of counts, Gi* of its bins, and what each cell's story is.
#include "analysis/cube.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "analysis/window.h"
#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/events.h"
#include "app/toolbox/report.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

using Json = nlohmann::ordered_json;

constexpr double most_bins = 2e8;

struct CubeCommand {
    std::string       input, time, cell, step, count, row = "row", column = "col", origin, extent, window, start, until, output, bins;
    CubeNeighbourhood near;
    EmergingOptions   emerging;
    InputOptions      options;
};

/// Counts in their bins, and how the bins lie.
struct Cube {
    CubeShape                 shape;
    std::vector<double>       counts;
    std::vector<std::uint8_t> inside;        ///< empty: all cells
    double                    x = 0, y = 0, side = 0;  ///< corner and side of the cells; side 0: cells without a place
    std::int64_t              first_row = 0, first_column = 0;
    std::size_t               outside = 0, missing = 0, used = 0;
    std::string               metric;
    TimeColumn                time;
    std::optional<TimeGrid>   grid;
};

void check_size(const CubeShape& s) {
    const double bins = static_cast<double>(s.columns) * static_cast<double>(s.rows) * static_cast<double>(s.steps);
    if (bins > most_bins) throw UsageError(fmt::format("--cell, --step: make {} x {} cells and {} steps, which is too large; choose larger ones", s.columns, s.rows, s.steps));
}

/// The grid of cells: --extent, or whole multiples of the cell (from --origin) around the points.
void place_cells(Cube& cube, const CubeCommand& c, PointsView<Planar> places) {
    double x1 = -std::numeric_limits<double>::infinity(), y1 = x1, x0 = -x1, y0 = -x1;
    if (!c.extent.empty()) {
        const auto v = parse_numbers(c.extent, 4);
        if (!v || !((*v)[0] < (*v)[2]) || !((*v)[1] < (*v)[3])) throw UsageError(fmt::format("--extent: expected xmin,ymin,xmax,ymax, got '{}'", c.extent));
        cube.x = (*v)[0];
        cube.y = (*v)[1];
        cube.shape.columns = static_cast<std::size_t>(std::clamp(std::ceil(((*v)[2] - cube.x) / cube.side), 1.0, 1e9));
        cube.shape.rows    = static_cast<std::size_t>(std::clamp(std::ceil(((*v)[3] - cube.y) / cube.side), 1.0, 1e9));
        return;
    }
    std::vector<double> origin{0, 0};
    if (!c.origin.empty()) {
        const auto v = parse_numbers(c.origin, 2);
        if (!v) throw UsageError(fmt::format("--origin: expected x,y, got '{}'", c.origin));
        origin = *v;
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!std::isfinite(places.x[i])) continue;
        x0 = std::min(x0, places.x[i]);
        x1 = std::max(x1, places.x[i]);
        y0 = std::min(y0, places.y[i]);
        y1 = std::max(y1, places.y[i]);
    }
    if (x0 > x1) return;  // no point, no cell
    const auto axis = [&](double low, double high, double from, double& corner) {
        const double first = std::floor((low - from) / cube.side);
        corner = from + first * cube.side;
        return static_cast<std::size_t>(std::min(std::floor((high - from) / cube.side) - first + 1, 1e9));
    };
    cube.shape.columns = axis(x0, x1, origin[0], cube.x);
    cube.shape.rows    = axis(y0, y1, origin[1], cube.y);
}

/// Cells whose centre lies in the window.
void mark_inside(Cube& cube, const CubeCommand& c, const Execution& exec) {
    PolygonFile file = read_polygons(c.window, c.options, exec);
    if (!cube.metric.empty()) transform_coordinates(file.polygons.x, file.polygons.y, file.crs, cube.metric, exec);
    const Window window(std::move(file.polygons), exec);
    cube.inside.resize(cube.shape.cells());
    for (std::size_t i = 0; i < cube.inside.size(); ++i) {
        const Point<Planar> centre{cube.x + (static_cast<double>(i % cube.shape.columns) + 0.5) * cube.side, cube.y + (static_cast<double>(i / cube.shape.columns) + 0.5) * cube.side};
        cube.inside[i] = window.contains(centre) ? 1 : 0;
    }
    if (std::ranges::count(cube.inside, 1) == 0) throw InputError("holds no centre of a cell: nothing is left to count; choose smaller cells", {c.window});
}

void add_to(Cube& cube, double step_time, double column, double row, double count) {
    const std::size_t step = cube.grid->step_of(step_time);
    const bool        in   = step < cube.shape.steps && column >= 0 && row >= 0 && column < static_cast<double>(cube.shape.columns) && row < static_cast<double>(cube.shape.rows);
    const std::size_t cell = in ? static_cast<std::size_t>(row) * cube.shape.columns + static_cast<std::size_t>(column) : 0;
    if (!in || (!cube.inside.empty() && cube.inside[cell] == 0)) {
        ++cube.outside;
        return;
    }
    ++cube.used;
    cube.counts[step * cube.shape.cells() + cell] += count;
}

Cube cube_of_points(const CubeCommand& c, const Execution& exec) {
    if (c.cell.empty() || c.step.empty()) throw UsageError("points need --cell (a distance) and --step (1w, 7d, 1mo or a number); a table of counts needs --count");
    EventFile events = read_events(c.input, c.options, c.time, exec);
    Cube      cube;
    cube.side   = parse_distance_m(c.cell, "--cell") / events.metres_per_unit;
    cube.metric = events.metric;
    cube.time   = std::move(events.time);
    cube.grid.emplace(cube.time, parse_step(c.step, "--step"), c.start, c.until);
    place_cells(cube, c, events.places.view());
    cube.shape.steps = cube.grid->steps();
    check_size(cube.shape);
    if (!c.window.empty() && cube.shape.cells() > 0) mark_inside(cube, c, exec);
    cube.counts.resize(cube.shape.bins());
    for (std::size_t i = 0; i < events.places.size(); ++i) {
        if (!std::isfinite(events.places.x[i]) || std::isnan(cube.time.values[i])) ++cube.missing;
        else add_to(cube, cube.time.values[i], std::floor((events.places.x[i] - cube.x) / cube.side), std::floor((events.places.y[i] - cube.y) / cube.side), 1);
    }
    return cube;
}

/// Row and column numbers of a table: whole numbers.
std::vector<double> whole_column(const Layer& layer, const std::string& name, const std::string& path) {
    auto out = number_column(layer, name, path);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (!std::isnan(out[i]) && out[i] != std::floor(out[i])) throw InputError(fmt::format("expected a whole number, got '{}'", out[i]), {path, {}, i + (is_csv_name(path) ? 2 : 1), name});
    }
    return out;
}

/// A table of counts: the bins that it leaves out are 0, the cells go from its least to its largest row and column.
Cube cube_of_counts(const CubeCommand& c, const Execution& exec) {
    const Layer layer = read_layer(c.input, {}, exec);
    Cube        cube;
    cube.time = time_column(layer, c.time, c.input);
    const auto counts = count_column(layer, c.count, c.input), rows = whole_column(layer, c.row, c.input), columns = whole_column(layer, c.column, c.input);
    cube.grid.emplace(cube.time, c.step.empty() ? TimeStep{} : parse_step(c.step, "--step"), c.start, c.until);
    const auto range = [](std::span<const double> values, std::int64_t& first) {
        double low = std::numeric_limits<double>::infinity(), high = -low;
        for (const double v : values) {
            if (std::isnan(v)) continue;
            low  = std::min(low, v);
            high = std::max(high, v);
        }
        if (low > high) return std::size_t{0};
        first = static_cast<std::int64_t>(low);
        return static_cast<std::size_t>(std::min(high - low + 1, 1e9));
    };
    cube.shape = {range(columns, cube.first_column), range(rows, cube.first_row), cube.grid->steps()};
    check_size(cube.shape);
    cube.counts.resize(cube.shape.bins());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (std::isnan(counts[i]) || std::isnan(rows[i]) || std::isnan(columns[i]) || std::isnan(cube.time.values[i])) ++cube.missing;
        else add_to(cube, cube.time.values[i], columns[i] - static_cast<double>(cube.first_column), rows[i] - static_cast<double>(cube.first_row), counts[i]);
    }
    return cube;
}

/// Squares of the cells, for vector formats.
Polygons<Planar> squares_of(const Cube& cube, std::span<const std::size_t> cells) {
    Polygons<Planar> out;
    for (const std::size_t cell : cells) {
        const double x = cube.x + static_cast<double>(cell % cube.shape.columns) * cube.side, y = cube.y + static_cast<double>(cell / cube.shape.columns) * cube.side;
        for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}) out.push_point(x + dx * cube.side, y + dy * cube.side);
        out.end_ring();
        out.end_part();
        out.end_row();
    }
    return out;
}

std::vector<std::size_t> cells_inside(const Cube& cube) {
    std::vector<std::size_t> out;
    for (std::size_t cell = 0; cell < cube.shape.cells(); ++cell) {
        if (cube.inside.empty() || cube.inside[cell] != 0) out.push_back(cell);
    }
    return out;
}

template <class Value>
void add_values(Layer& layer, const char* name, std::span<const std::size_t> cells, const Value& value_of) {
    std::vector<std::decay_t<decltype(value_of(std::size_t{}))>> values;
    for (const std::size_t cell : cells) values.push_back(value_of(cell));
    layer.table.columns.push_back({name, std::move(values), {}});
}

void add_cell_columns(Layer& layer, const Cube& cube, std::span<const std::size_t> bins) {
    const auto of = [&](std::size_t bin) { return bin % cube.shape.cells(); };
    add_values(layer, "row", bins, [&](std::size_t b) { return cube.first_row + static_cast<std::int64_t>(of(b) / cube.shape.columns); });
    add_values(layer, "col", bins, [&](std::size_t b) { return cube.first_column + static_cast<std::int64_t>(of(b) % cube.shape.columns); });
    if (cube.side == 0) return;
    add_values(layer, "x", bins, [&](std::size_t b) { return cube.x + (static_cast<double>(of(b) % cube.shape.columns) + 0.5) * cube.side; });
    add_values(layer, "y", bins, [&](std::size_t b) { return cube.y + (static_cast<double>(of(b) / cube.shape.columns) + 0.5) * cube.side; });
}

void write_cells(const std::string& path, const Cube& cube, std::span<const CubeCell> cells, const Execution& exec) {
    const auto  rows = cells_inside(cube);
    Layer       layer{"cube", {}, {}, cube.metric};
    const auto  if_tested = [](const Trend& t, double value) { return t.n >= 2 ? value : std::nan(""); };
    add_cell_columns(layer, cube, rows);
    add_values(layer, "count", rows, [&](std::size_t k) { return cells[k].total; });
    for (const auto& [prefix, member] : {std::pair{std::string("gi"), &CubeCell::gi}, {std::string("count"), &CubeCell::count}}) {
        add_values(layer, (prefix + "_s").c_str(), rows, [&](std::size_t k) { return if_tested(cells[k].*member, static_cast<double>((cells[k].*member).s)); });
        add_values(layer, (prefix + "_var_s").c_str(), rows, [&](std::size_t k) { return if_tested(cells[k].*member, (cells[k].*member).var_s); });
        add_values(layer, (prefix + "_z").c_str(), rows, [&](std::size_t k) { return if_tested(cells[k].*member, (cells[k].*member).z); });
        add_values(layer, (prefix + "_p").c_str(), rows, [&](std::size_t k) { return if_tested(cells[k].*member, (cells[k].*member).p); });
    }
    add_values(layer, "slope", rows, [&](std::size_t k) { return cells[k].count.slope; });
    add_values(layer, "class", rows, [&](std::size_t k) { return cells[k].status == Status::ok ? std::string(to_string(cells[k].spot)) : std::string(); });
    add_values(layer, "status", rows, [&](std::size_t k) { return std::string(to_string(cells[k].status)); });
    if (cube.side > 0) layer.geometry = squares_of(cube, rows);
    write_table_file(path, layer, exec);
}

void write_bins(const std::string& path, const Cube& cube, const CubeGi& gi, const Execution& exec) {
    const auto               cells = cells_inside(cube);
    std::vector<std::size_t> bins;
    for (std::size_t t = 0; t < cube.shape.steps; ++t) {
        for (const std::size_t cell : cells) bins.push_back(t * cube.shape.cells() + cell);
    }
    Layer layer{"bins", {}, {}, cube.metric};
    add_values(layer, "t", bins, [&](std::size_t b) { return static_cast<std::int64_t>(b / cube.shape.cells()); });
    add_values(layer, "start", bins, [&](std::size_t b) { return cube.time.text(cube.grid->start_of(b / cube.shape.cells())); });
    add_cell_columns(layer, cube, bins);
    add_values(layer, "count", bins, [&](std::size_t b) { return cube.counts[b]; });
    add_values(layer, "z", bins, [&](std::size_t b) { return gi.z[b]; });
    add_values(layer, "p", bins, [&](std::size_t b) { return std::erfc(std::abs(gi.z[b]) / std::sqrt(2.0)); });
    if (cube.side > 0) {
        for (std::size_t& b : bins) b %= cube.shape.cells();
        layer.geometry = squares_of(cube, bins);
    }
    write_table_file(path, layer, exec);
}

Json figures_of(const CubeCommand& c, const Cube& cube, const CubeGi& gi, std::span<const CubeCell> cells) {
    std::map<HotSpot, std::size_t> count;
    std::size_t                    few = 0;
    for (const CubeCell& cell : cells) {
        if (cell.status == Status::ok) ++count[cell.spot];
        few += cell.status == Status::too_few ? 1U : 0U;
    }
    Json classes = Json::object();
    for (const auto& [spot, n] : count) classes[std::string(to_string(spot))] = n;
    const bool any = cube.shape.steps > 0;
    Json       out{{"columns", cube.shape.columns}, {"rows", cube.shape.rows}, {"steps", cube.shape.steps}, {"bins", gi.bins}, {"used", cube.used}, {"outside", cube.outside}, {"missing", cube.missing},
                   {"mean", finite_or_null(gi.mean)}, {"sd", finite_or_null(gi.sd)}, {"start", any ? Json(cube.time.text(cube.grid->start_of(0))) : Json()},
                   {"end", any ? Json(cube.time.text(cube.grid->start_of(cube.shape.steps))) : Json()}, {"reach", c.near.reach}, {"back", c.near.back}, {"critical", c.emerging.critical},
                   {"alpha", c.emerging.alpha}, {"sided", 2}, {"classes", classes}, {"too_few", few}, {"status", to_string(gi.status == Status::ok && few > 0 ? Status::too_few : gi.status)}};
    if (cube.side > 0) out["origin"] = {cube.x, cube.y};
    if (!cube.metric.empty()) out["crs"] = cube.metric;
    return out;
}

void run_cube(const CubeCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    check_output(c.bins, OutputKind::table);
    const Cube   cube  = c.count.empty() ? cube_of_points(c, context.exec) : cube_of_counts(c, context.exec);
    const CubeGi gi    = cube_gi_star(cube.counts, cube.shape, c.near, cube.inside, context.exec);
    const auto   cells = cube_cells(cube.counts, cube.shape, gi, c.emerging, cube.inside, context.exec);
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_cells(target.path, cube, cells, context.exec);
    if (!c.bins.empty()) write_bins(c.bins, cube, gi, context.exec);
    Json figures = figures_of(c, cube, gi, cells);
    if (gi.status == Status::missing) add_note(figures, context, {"没有可计数的事件。", "there is no event to count"});
    else if (gi.status != Status::ok) add_note(figures, context, {"所有时空格计数相同，或邻域就是整个立方体：没有一格能突出。", "all bins have the same count, or each neighbourhood is the whole cube: no bin can stand out"});
    else if (cube.shape.steps < c.emerging.least_steps) {
        add_note(figures, context, {fmt::format("只有 {} 期，少于 {} 期，不分类别。", cube.shape.steps, c.emerging.least_steps), fmt::format("{} steps, fewer than {}: no class", cube.shape.steps, c.emerging.least_steps)});
    }
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_cube(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("cube", "Space-time cube of counts: Gi* of every bin, trends and emerging hot spots of every cell");
    command->group("Toolbox");
    const auto c = std::make_shared<CubeCommand>();
    command->add_option("POINTS", c->input, "Events (a CSV file, or anything GDAL opens), or with --count a table of counts")->required();
    command->add_option("--time", c->time, "Column with the time: numbers or dates")->required();
    command->add_option("--cell", c->cell, "Side of a cell, a distance (500m, 2km)");
    command->add_option("--step", c->step, "Step of time: 1w, 7d, 1mo (calendar months) or a number (a table of counts: default 1)");
    command->add_option("--count", c->count, "IN is a table of counts, this is their column; bins that it leaves out are 0");
    command->add_option("--row", c->row, "Column with the cell's row, a whole number, of a table of counts (default row)");
    command->add_option("--column", c->column, "Column with the cell's column of a table of counts (default col)");
    command->add_option("--origin", c->origin, "x,y of a corner of a cell: cells are floor((x - x0) / cell) (default 0,0)");
    command->add_option("--extent", c->extent, "xmin,ymin,xmax,ymax that cells start at and cover; points outside are left out (default: around the points)");
    command->add_option("--window", c->window, "Polygons: only cells whose centre lies inside count (default: every cell of the rectangle)");
    command->add_option("--start", c->start, "Start of the first step (default of dates: weeks on a Monday, months on the first; else the first time)");
    command->add_option("--until", c->until, "End, exclusive: only whole steps before it count, so that no step is half full");
    command->add_option("--reach", c->near.reach, "Cells each way that are near (default 1: 3 x 3)")->check(CLI::Range(0, 1000));
    command->add_option("--back", c->near.back, "Earlier steps that are near (default 1)")->check(CLI::Range(0, 1000));
    command->add_option("--critical", c->emerging.critical, "z of a hot step (default 1.959964)")->check(CLI::PositiveNumber);
    command->add_option("--alpha", c->emerging.alpha, "p of the trends (default 0.05)")->check(CLI::Range(0.0001, 0.5));
    command->add_option("--least-steps", c->emerging.least_steps, "Fewer steps have no class (default 10)");
    command->add_option("-o,--output", c->output, "Result, one row a cell: *.csv, *.gpkg, ... (default: CSV to standard output)");
    command->add_option("--bins", c->bins, "Also write one row a bin: count, z, p");
    add_input_options(*command, c->options, true, false);
    command->footer("Example: gapmap cube examples/data/cases.csv --crs EPSG:4490 --time date --cell 2km --step 1mo -o cube.csv");
    sink(command, [c](const CommandContext& context) { run_cube(*c, context); });
}

}  // namespace gapmap
