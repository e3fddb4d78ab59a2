#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

#include "analysis/isobands.h"
#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "data/read/raster_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr std::size_t most_cells = 100'000'000;

struct ContoursCommand {
    std::string raster, output, breaks, crs;
    int         band = 1;
};

std::vector<double> breaks_of(const std::string& text) {
    std::size_t n = 1;
    for (const char c : text) n += c == ',' ? 1U : 0U;
    const auto numbers = parse_numbers(text, n);
    if (!numbers) throw UsageError(fmt::format("--breaks: expected numbers with commas between them, got '{}'", text));
    for (std::size_t i = 0; i < n; ++i) {
        if (!std::isfinite((*numbers)[i]) || (i > 0 && !((*numbers)[i - 1] < (*numbers)[i]))) throw UsageError(fmt::format("--breaks: expected rising numbers, got '{}'", text));
    }
    return *numbers;
}

Raster<Planar> raster_of(RasterFile& file, const std::string& path, const Execution& exec) {
    const RasterInfo& info = file.info();
    const auto&       t    = info.transform;
    if (t[2] != 0 || t[4] != 0 || t[1] < 0 || t[5] > 0) throw InputError("does not lie north up; turn it first (gdalwarp)", {path});
    Raster<Planar> out{{t[0], t[3], t[1], -t[5], info.width, info.height}, {}};
    if (out.grid.cells() > most_cells) throw InputError(fmt::format("has {} cells; contours take at most {}", out.grid.cells(), most_cells), {path});
    out.values.resize(out.grid.cells());
    const RasterWindow whole{0, 0, info.width, info.height};
    if (info.fits_float) {
        file.read(whole, std::span(out.values), exec);
        return out;
    }
    std::vector<double> wide(out.values.size());
    file.read(whole, std::span(wide), exec);
    for (std::size_t i = 0; i < wide.size(); ++i) out.values[i] = static_cast<float>(wide[i]);
    return out;
}

/// The bands that have ground, with their bounds; a bound is blank where a band is open.
Layer layer_of(const Polygons<Planar>& bands, const std::vector<double>& breaks, const std::string& crs) {
    Polygons<Planar>  shape;
    Column            lower{"lower", Column::Reals{}, {}}, upper{"upper", Column::Reals{}, {}};
    Column::Reals     from, to, area;
    for (std::size_t k = 0; k < bands.size(); ++k) {
        if (bands.rows[k] == bands.rows[k + 1]) continue;
        for (std::size_t part = bands.rows[k]; part < bands.rows[k + 1]; ++part) {
            for (std::size_t q = bands.parts[part]; q < bands.parts[part + 1]; ++q) {
                for (std::size_t i = bands.rings[q]; i < bands.rings[q + 1]; ++i) shape.push_point(bands.x[i], bands.y[i]);
                shape.end_ring();
            }
            shape.end_part();
        }
        shape.end_row();
        from.push_back(k == 0 ? 0 : breaks[k - 1]);
        to.push_back(k == breaks.size() ? 0 : breaks[k]);
        lower.valid.push_back(k > 0);
        upper.valid.push_back(k < breaks.size());
        area.push_back(polygon_area(bands.view(), k));
    }
    lower.data  = std::move(from);
    upper.data  = std::move(to);
    Layer layer{"contours", {}, {}, crs};
    layer.table.columns = {std::move(lower), std::move(upper), {"area", std::move(area), {}}};
    if (is_geographic(crs)) layer.geometry = Polygons<Lonlat>{std::move(shape.x), std::move(shape.y), std::move(shape.rings), std::move(shape.parts), std::move(shape.rows)};
    else layer.geometry = std::move(shape);
    return layer;
}

void run_contours(const ContoursCommand& c, const CommandContext& context) {
    check_output(c.output, OutputKind::table);
    const std::vector<double> breaks = breaks_of(c.breaks);
    RasterFile                file(c.raster, c.band);
    std::string               crs = file.info().crs;
    if (crs.empty() && !c.crs.empty()) crs = crs_of_option(c.crs, "--crs");
    if (crs.empty()) throw InputError("states no coordinate system; say which with --crs", {c.raster});
    const Raster<Planar> raster = raster_of(file, c.raster, context.exec);
    const Layer          layer  = layer_of(isobands(raster, breaks), breaks, crs);
    double               area   = 0;
    for (const double a : std::get<Column::Reals>(layer.table.columns[2].data)) area += a;
    const nlohmann::ordered_json figures{{"bands", layer.table.columns[2].size()}, {"area", area}, {"breaks", breaks}, {"crs", crs}, {"width", raster.grid.width}, {"height", raster.grid.height}};
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, layer, context.exec);
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_contours(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("contours", "Filled contours of a raster: one polygon a band of values");
    command->group("Toolbox");
    auto c = std::make_shared<ContoursCommand>();
    command->add_option("RASTER", c->raster, "Raster, north up: anything GDAL opens")->required();
    command->add_option("--breaks", c->breaks, "Values between the bands, rising, by commas")->required();
    command->add_option("--band", c->band, "Band of the raster, from 1 (default 1)")->check(CLI::Range(1, 1 << 20));
    command->add_option("-o,--output", c->output, "Result: *.gpkg, *.geojson, *.shp, *.fgb, *.csv (default: CSV to standard output)");
    command->add_option("--crs", c->crs, "Coordinate system of a raster that states none");
    command->footer("Bands tile the cells with data: a place belongs to the band with lower <= value < upper; the lowest and the highest are open. area is in the\n"
                    "units of the coordinate system, squared.\n\n"
                    "Example: gapmap contours examples/data/case_density.tif --breaks 0.5,1,2,4 -o bands.gpkg");
    sink(command, [c](const CommandContext& context) { run_contours(*c, context); });
}

}  // namespace gapmap
