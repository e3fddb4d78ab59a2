#include "analysis/zonal.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "app/commands.h"
#include "app/toolbox/columns.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "app/toolbox/zonal_stats.h"
#include "data/read/raster_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/core/status.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"

namespace gapmap {
namespace {

constexpr std::size_t strip_bytes = 32 << 20;  // fits the last cache of most machines, and bounds the memory

struct ZonalCommand {
    std::string  raster, polygons, output, stats = "count,sum,mean,min,max,sd";
    bool         centre = false;
    int          band   = 1;
    InputOptions input;
};

struct ZonalResult {
    std::vector<ZonalTally> tallies;
    std::vector<ZonalOrder> orders;
};

CellGrid grid_of(const RasterInfo& info) {
    const auto& t = info.transform;
    return {.x0 = t[0], .y0 = t[3], .column_x = t[1], .column_y = t[4], .row_x = t[2], .row_y = t[5], .width = info.width, .height = info.height};
}

/// Strip by strip over the window that the polygons touch.
template <class Value>
ZonalResult sweep_raster(RasterFile& raster, const Polygons<Planar>& polygons, const ZonalOptions& options, const Execution& exec) {
    const CellGrid   grid   = grid_of(raster.info());
    const CellWindow window = window_of(polygons.view(), grid);
    Zonal            zonal(polygons.view(), crop(grid, window), options, exec);
    const auto       width = static_cast<std::size_t>(window.width);
    const int        strip = raster.strip_rows(strip_bytes, width * sizeof(Value)), end = window.row + window.height;
    std::vector<Value> values;
    for (int row = window.row; row < end;) {
        const int next = std::min(end, (row / strip + 1) * strip);
        values.resize(static_cast<std::size_t>(next - row) * width);
        raster.read({window.column, row, window.width, next - row}, std::span<Value>(values), exec);
        zonal.add_rows(std::span<const Value>(values));
        row = next;
        exec.report("zonal", static_cast<std::size_t>(row - window.row), static_cast<std::size_t>(window.height));
    }
    return {{zonal.tallies().begin(), zonal.tallies().end()}, {zonal.orders().begin(), zonal.orders().end()}};
}

ZonalResult sweep(RasterFile& raster, const Polygons<Planar>& polygons, const ZonalOptions& options, const Execution& exec) {
    if (raster.info().fits_float) return sweep_raster<float>(raster, polygons, options, exec);
    return sweep_raster<double>(raster, polygons, options, exec);
}

Polygons<Planar> rows_of(const Polygons<Planar>& from, const std::vector<std::size_t>& rows) {
    Polygons<Planar> out;
    for (const std::size_t r : rows) {
        for (std::size_t part = from.rows[r]; part < from.rows[r + 1]; ++part) {
            for (std::size_t q = from.parts[part]; q < from.parts[part + 1]; ++q) {
                for (std::size_t i = from.rings[q]; i < from.rings[q + 1]; ++i) out.push_point(from.x[i], from.y[i]);
                out.end_ring();
            }
            out.end_part();
        }
        out.end_row();
    }
    return out;
}

/// Rows that overlap themselves are made valid and swept once more. Returns how many.
std::size_t repair(ZonalResult& result, RasterFile& raster, const Polygons<Planar>& polygons, const ZonalOptions& options, const Execution& exec) {
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < result.tallies.size(); ++r) {
        if (result.tallies[r].overlaps) rows.push_back(r);
    }
    if (rows.empty()) return 0;
    const ZonalResult again = sweep(raster, valid_rows(rows_of(polygons, rows).view()), options, exec);
    for (std::size_t k = 0; k < rows.size(); ++k) {
        result.tallies[rows[k]] = again.tallies[k];
        if (!again.orders.empty()) result.orders[rows[k]] = again.orders[k];
    }
    return rows.size();
}

/// The polygons in the raster's system. What is done where one states none is said in `note`.
Polygons<Planar> placed(const PolygonFile& file, const ZonalCommand& c, const std::string& raster_crs, std::string& note, const Execution& exec) {
    Polygons<Planar> out = file.polygons;
    if (c.input.as_is()) return out;
    std::string target = raster_crs;
    if (target.empty() && !c.input.crs.empty()) target = crs_of_option(c.input.crs, "--crs");
    if (target.empty()) {
        note = fmt::format("{} states no coordinate system: it is taken to be in that of the polygons, {}", c.raster, file.crs);
        return out;
    }
    transform_coordinates(out.x, out.y, file.crs, target, exec);
    return out;
}

/// Rows that have a polygon, with finite coordinates throughout.
std::vector<bool> placed_rows(const Polygons<Planar>& polygons) {
    std::vector<bool> out(polygons.size());
    for (std::size_t r = 0; r < out.size(); ++r) {
        const auto begin = polygons.rings[polygons.parts[polygons.rows[r]]], end = polygons.rings[polygons.parts[polygons.rows[r + 1]]];
        bool       fine  = begin < end;
        for (std::size_t i = begin; i < end; ++i) fine = fine && std::isfinite(polygons.x[i]) && std::isfinite(polygons.y[i]);
        out[r] = fine;
    }
    return out;
}

nlohmann::ordered_json figures_of(const ZonalCommand& c, const RasterInfo& info, const std::vector<ZonalTally>& tallies, const std::vector<bool>& known) {
    std::size_t ok = 0, unplaced = 0;
    double      weight = 0, no_data = 0;
    for (std::size_t r = 0; r < tallies.size(); ++r) {
        ok += tallies[r].has_data() ? 1U : 0U;
        unplaced += known[r] ? 0U : 1U;
        weight += tallies[r].weight;
        no_data += tallies[r].no_data;
    }
    nlohmann::ordered_json out{{"polygons", tallies.size()}, {"ok", ok}, {"missing", tallies.size() - ok}, {"unplaced", unplaced}, {"total_weight", weight}, {"no_data", no_data},
                               {"weights", c.centre ? "centre" : "fraction"}, {"band", c.band}, {"type", info.type}, {"width", info.width}, {"height", info.height}, {"crs", info.crs}};
    if (info.scale != 1 || info.offset != 0) {
        out["scale"]  = info.scale;
        out["offset"] = info.offset;
    }
    return out;
}

void write_rows(const std::string& path, PolygonFile file, std::vector<Column> columns, const std::vector<ZonalTally>& tallies, const Execution& exec) {
    Layer layer{file.name, std::move(file.table), {}, file.crs};
    for (Column& column : columns) {
        if (layer.table.find(column.name) != nullptr) column.name += "_1";
        layer.table.columns.push_back(std::move(column));
    }
    Column::Texts status;
    for (const ZonalTally& t : tallies) status.emplace_back(to_string(t.has_data() ? Status::ok : Status::missing));
    add_column(layer, "status", std::move(status));
    layer.geometry = std::move(file.polygons);
    write_table_file(path, layer, exec);
}

void run_zonal(const ZonalCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    const ZonalStats   stats(c.stats);
    const ZonalOptions options = stats.options(c.centre ? CellRule::centre : CellRule::fraction);
    RasterFile         raster(c.raster, c.band);
    PolygonFile        file = read_polygons(c.polygons, c.input, context.exec);
    std::string        note;
    const auto         polygons = placed(file, c, raster.info().crs, note, context.exec);
    const auto         known    = placed_rows(polygons);
    ZonalResult        result   = sweep(raster, polygons, options, context.exec);
    const std::size_t  repaired = repair(result, raster, polygons, options, context.exec);
    auto               figures  = figures_of(c, raster.info(), result.tallies, known);
    figures["repaired"] = repaired;
    if (note.empty() && figures["ok"] == 0) note = fmt::format("no polygon of {} holds a cell with a value: do they lie on the raster?", c.polygons);
    if (!note.empty()) {
        figures["note"] = note;
        fmt::print(stderr, "gapmap: {}\n", note);
    }
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_rows(target.path, std::move(file), stats.columns(result.tallies, result.orders, known), result.tallies, context.exec);
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_zonal(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("zonal", "Statistics of a raster's values by polygon, weighted by the exact share of each cell");
    command->group("Toolbox");
    auto c = std::make_shared<ZonalCommand>();
    command->add_option("RASTER", c->raster, "Raster: anything GDAL opens")->required();
    command->add_option("POLYGONS", c->polygons, "Polygons: anything GDAL opens (PATH or PATH:LAYER), or a CSV file with a WKT column; moved to the raster's system")->required();
    command->add_option("--stats", c->stats, fmt::format("List, by commas, of {} (default {})", zonal_stat_names(), c->stats));
    command->add_flag("--centre,--center", c->centre, "Take the cells whose centre lies inside, each as a whole (default: every cell, by the share of its area)");
    command->add_option("--band", c->band, "Band of the raster, from 1 (default 1)")->check(CLI::Range(1, 1 << 20));
    command->add_option("-o,--output", c->output, "Result: the polygons with one column a statistic, *.csv, *.gpkg, *.geojson, *.shp, *.fgb (default: CSV to standard output)");
    command->add_option("--crs", c->input.crs, "Coordinate system of inputs that state none: EPSG code, GCJ02 or BD09");
    command->add_option("--metric", c->input.metric, "none: coordinates as they are, no coordinate system needed (default auto: polygons are moved to the raster's system)")
        ->check(CLI::IsMember({"auto", "none"}));
    command->footer("Weights are shares of cells: count is their sum, sd and variance are the population's. min, max and cells are about all valid cells that\n"
                    "share an area with the polygon. Cells without data do not count.\n\n"
                    "Example: gapmap zonal examples/data/case_density.tif examples/data/villages.geojson --stats count,mean,max -o density.csv");
    sink(command, [c](const CommandContext& context) { run_zonal(*c, context); });
}

}  // namespace gapmap
