#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/report.h"
#include "data/read/vector_file.h"
#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/tee_sink.h"
#include "data/tile/tile_inputs.h"
#include "geo/core/error.h"
#include "render/tile/vector_tiles.h"

namespace gapmap {
namespace {

constexpr std::uint32_t default_squares = 128;  // one point a square of 2 x 2 pixels of a 256-pixel tile

struct TilesCommand {
    std::vector<std::string> inputs;
    std::string              output, set = "WebMercatorQuad", attributes, sums, id, name, description, attribution;
    int                      min_zoom = 0, max_zoom = 14, compression = 6;
    std::uint32_t            squares = default_squares, extent = 4096, buffer = 64;
    bool                     every_point = false, labels = false, update = false;
    InputOptions             input;
};

/// A list by commas, without blanks.
std::vector<std::string> listed(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = std::min(text.find(',', from), text.size());
        if (end > from) out.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return out;
}

std::vector<std::string> names_of(const Table& table) {
    std::vector<std::string> out;
    for (const Column& c : table.columns) out.push_back(c.name);
    return out;
}

/// Points of a CSV file with coordinates, else whatever GDAL makes of it.
Layer read_input(const std::string& path, const TilesCommand& c, const Execution& exec) {
    ReadOptions options;
    if (!c.input.crs.empty()) options.crs = crs_of_option(c.input.crs, "--crs");
    if (is_csv_name(path)) {
        const CsvFile file(path, exec);
        const bool    has_shapes = std::ranges::any_of(std::vector<std::string>{"WKT", "geom", "geometry", "the_geom"}, [&](const auto& n) { return file.find(n).has_value(); });
        if (!has_shapes) {
            PointFile points = read_points(path, c.input, {}, exec);
            Table     table  = file.table(exec);
            std::erase_if(table.columns, [&](const Column& column) { return column.name == file.header()[points.x_column] || column.name == file.header()[points.y_column]; });
            return {std::filesystem::path(path).stem().string(), std::move(table), std::move(points.points), points.crs};
        }
    }
    Layer layer = read_layer(path, options, exec);
    if (std::holds_alternative<std::monostate>(layer.geometry)) throw InputError("holds no geometry: there is nothing to draw", {path});
    if (layer.crs.empty()) throw InputError("states no coordinate system; give it with --crs", {path});
    return layer;
}

VectorTileLayer as_tiles(const ReleasedLayer& layer, const TilesCommand& c) {
    const Table&    table = layer.layer().table;
    VectorTileLayer out{.name = layer.layer().name, .source = &layer, .attributes = names_of(table), .id_field = c.id, .with_ids = !c.id.empty()};
    for (const std::string& field : listed(c.sums)) {
        if (table.find(field) != nullptr) out.thinning.sums.push_back(field);
    }
    if (!c.every_point) out.thinning.squares = c.squares;
    if (c.labels) out.points_name = out.name + "_points";
    return out;
}

/// Only the columns that --attributes lists, all where it is not given. Refuses one that no input has.
void keep_listed(std::vector<Layer>& layers, const TilesCommand& c) {
    if (c.attributes.empty()) return;
    const auto wanted = c.attributes == "none" ? std::vector<std::string>{} : listed(c.attributes);
    for (const std::string& field : wanted) {
        if (std::ranges::none_of(layers, [&](const Layer& l) { return l.table.find(field) != nullptr; })) (void)layers.front().table.at(field);
    }
    for (Layer& layer : layers) {
        std::erase_if(layer.table.columns, [&](const Column& column) { return std::ranges::find(wanted, column.name) == wanted.end(); });
    }
}

void name_apart(std::vector<Layer>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string base = layers[i].name;
        for (int n = 2; std::ranges::any_of(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(i), [&](const Layer& l) { return l.name == layers[i].name; }); ++n) layers[i].name = fmt::format("{}_{}", base, n);
    }
}

void run_vector(const TilesCommand& c, const CommandContext& context) {
    std::vector<Layer> read;
    for (const std::string& path : c.inputs) read.push_back(read_input(path, c, context.exec));
    name_apart(read);
    keep_listed(read, c);
    std::vector<ReleasedLayer> released;
    for (Layer& layer : read) {
        const auto allowed = names_of(layer.table);
        released.push_back(release_layer(std::move(layer), "toolbox", allowed));
    }
    std::vector<VectorTileLayer> layers;
    for (const ReleasedLayer& layer : released) layers.push_back(as_tiles(layer, c));
    VectorTileOptions options{.name = c.name.empty() ? released.front().layer().name : c.name, .description = c.description, .attribution = c.attribution, .min_zoom = c.min_zoom, .max_zoom = c.max_zoom,
                              .extent = c.extent, .buffer = c.buffer, .compression = c.compression};
    std::optional<TileInputs> earlier;
    if (c.update) options.earlier = &earlier.emplace(c.output);
    PmtilesWriter sink(c.output);
    TeeSink       counted({&sink});
    counted.finish(build_vector_tiles(layers, options, counted, context.exec));
    nlohmann::ordered_json figures{{"output", c.output}, {"tiles", counted.tiles()}};
    if (earlier) {
        earlier->save();
        figures["kept"] = earlier->taken();
    }
    print_report(context, figures, false);
}

}  // namespace

void register_tiles(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("tiles", "Map tiles of vector or raster data, for a portal, a page or QGIS");
    command->group("Toolbox");
    auto c = std::make_shared<TilesCommand>();
    command->add_option("IN", c->inputs, "Layers: points or polygons, anything GDAL opens (PATH or PATH:LAYER), or CSV files of points or with a WKT column")->required();
    command->add_option("-o,--output", c->output, "Result: *.pmtiles")->required();
    command->add_option("--min-zoom", c->min_zoom, "Lowest level (default 0)");
    command->add_option("--max-zoom", c->max_zoom, "Highest level (default 14)");
    command->add_option("--attributes", c->attributes, "The only columns that go into the tiles, by commas, or none (default all)");
    command->add_option("--sum", c->sums, "Numeric columns that are added up where points merge, by commas: their totals are equal on every level");
    command->add_option("--id-field", c->id, "Column that feature ids are made from (default: none)");
    command->add_option("--squares", c->squares, "Below the highest level one point stays in each of so many squares along a tile's edge, with the sums of its square, and point_count says for how many it stands (a power of two, default 128)");
    command->add_flag("--every-point", c->every_point, "Keep every point on every level");
    command->add_flag("--labels", c->labels, "Also a layer NAME_points with one point inside each polygon");
    command->add_flag("--update", c->update, "Take over the tiles of an earlier OUT.pmtiles that are made of the same rows; the result is byte for byte that of a full build. OUT.pmtiles.inputs remembers what tiles were made of");
    command->add_option("--compression", c->compression, "1 (fast) to 12 (small), default 6");
    add_input_options(*command, c->input, false, false);
    command->footer("Example: gapmap tiles examples/data/villages.geojson examples/data/cases.csv --crs EPSG:4490 --max-zoom 12 -o villages.pmtiles");
    sink(command, [c](const CommandContext& context) { run_vector(*c, context); });
}

}  // namespace gapmap
