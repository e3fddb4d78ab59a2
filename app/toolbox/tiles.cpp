#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <filesystem>

#include "app/commands.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/memory_guard.h"
#include "app/toolbox/report.h"
#include "app/toolbox/tiles_checks.h"
#include "app/toolbox/tiles_raster.h"
#include "app/toolbox/tiles_style.h"
#include "app/toolbox/tiles_words.h"
#include "data/read/vector_file.h"
#include "data/tile/tee_sink.h"
#include "data/tile/tile_inputs.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/tile/tile_sinks.h"
#include "geo/core/error.h"
#include "render/tile/vector_tiles.h"

namespace gapmap {
namespace {

constexpr int default_max_zoom = 14;

std::vector<std::string> names_of(const Table& table) {
    std::vector<std::string> out;
    for (const Column& c : table.columns) out.push_back(c.name);
    return out;
}

bool has_shape_column(const CsvFile& file) {
    return std::ranges::any_of(std::vector<std::string>{"WKT", "geom", "geometry", "the_geom"}, [&](const std::string& name) { return file.find(name).has_value(); });
}

/// Points of a CSV file with coordinates, else whatever GDAL makes of it.
Layer read_input(const std::string& path, const TilesWords& c, const Execution& exec) {
    ReadOptions options;
    if (!c.input.crs.empty()) options.crs = crs_of_option(c.input.crs, "--crs");
    if (is_csv_name(path)) {
        const CsvFile file(path, exec);
        if (!has_shape_column(file)) {
            PointFile points = read_points(path, c.input, {}, exec);
            Table     table  = file.table(exec);
            std::erase_if(table.columns, [&](const Column& column) { return column.name == file.header()[points.x_column] || column.name == file.header()[points.y_column]; });
            return {std::filesystem::path(path).stem().string(), std::move(table), std::move(points.points), points.crs};
        }
    }
    if (is_raster_input(path)) throw UsageError(fmt::format("{} is a raster: one raster stands alone", path));
    if (path.ends_with(".tif") || path.ends_with(".tiff")) throw InputError("is not a raster that can be read", {path});
    Layer layer = read_layer(path, options, exec);
    if (std::holds_alternative<std::monostate>(layer.geometry)) throw InputError("holds no geometry: there is nothing to draw", {path});
    if (layer.crs.empty()) throw InputError("states no coordinate system; give it with --crs", {path});
    return layer;
}

std::pair<std::string, std::string> split_unit(const std::string& text) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) throw UsageError(fmt::format("--unit '{}': expected COLUMN=UNIT, such as cases=cases a year", text));
    return {text.substr(0, at), text.substr(at + 1)};
}

VectorTileLayer as_tiles(const ReleasedLayer& layer, const TilesWords& c) {
    const Table&    table = layer.layer().table;
    VectorTileLayer out{.name = layer.layer().name, .source = &layer, .attributes = names_of(table), .with_ids = false};
    if (table.find(c.id) != nullptr) out.id_field = c.id, out.with_ids = true;
    for (const std::string& field : listed(c.sums)) {
        if (table.find(field) != nullptr) out.sums.push_back(field);
    }
    if (!c.every_point) out.squares = c.squares;
    if (!out.sums.empty() && is_polygons(layer.layer())) out.with_ids = true;  // a polygon over many tiles is counted by its id
    if (table.find(c.hatch_field) != nullptr) out.hatch_field = c.hatch_field;
    for (const std::string& unit : c.units) out.units.push_back(split_unit(unit));
    if (c.labels) out.points_name = out.name + "_points";
    return out;
}

/// A column to be summed in which nothing stands is a column of numbers without any.
void number_blank_columns(std::vector<Layer>& layers, const TilesWords& c) {
    const auto sums = listed(c.sums);
    for (Layer& layer : layers) {
        for (Column& column : layer.table.columns) {
            const auto* texts = std::get_if<Column::Texts>(&column.data);
            if (texts == nullptr || std::ranges::find(sums, column.name) == sums.end() || !is_blank(*texts)) continue;
            const std::size_t rows = texts->size();
            column                 = {column.name, Column::Reals(rows, 0.0), std::vector<bool>(rows, false)};
        }
    }
}

/// Only the columns that --attributes lists, all where it is not given.
void keep_listed(std::vector<Layer>& layers, const TilesWords& c) {
    require_columns(layers, listed(c.sums), c);
    require_numbers(layers, c);
    number_blank_columns(layers, c);
    for (const std::string& name : {c.id, c.hatch_field}) {
        if (!name.empty()) require_columns(layers, {name}, c);
    }
    for (const std::string& unit : c.units) require_columns(layers, {split_unit(unit).first}, c);
    if (c.attributes.empty()) return;
    const auto wanted = c.attributes == "none" ? std::vector<std::string>{} : listed(c.attributes);
    require_columns(layers, wanted, c);
    for (const std::string& sum : listed(c.sums)) {
        if (std::ranges::find(wanted, sum) == wanted.end()) throw UsageError(fmt::format("--sum {}: the column is not among --attributes, so no tile would tell its sum", sum));
    }
    for (Layer& layer : layers) {
        std::erase_if(layer.table.columns, [&](const Column& column) { return column.name != c.id && column.name != c.hatch_field && std::ranges::find(wanted, column.name) == wanted.end(); });
    }
}

void name_apart(std::vector<Layer>& layers) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string base  = layers[i].name;
        const auto        taken = [&] { return std::any_of(layers.begin(), layers.begin() + static_cast<std::ptrdiff_t>(i), [&](const Layer& l) { return l.name == layers[i].name; }); };
        for (int n = 2; taken(); ++n) layers[i].name = fmt::format("{}_{}", base, n);
    }
}

std::vector<ReleasedLayer> read_layers(const TilesWords& c, const Execution& exec) {
    std::vector<Layer> read;
    for (const std::string& path : c.inputs) read.push_back(read_input(path, c, exec));
    name_apart(read);
    keep_listed(read, c);
    refuse_double_names(read, c);
    std::vector<ReleasedLayer> released;
    for (Layer& layer : read) {
        const auto allowed = names_of(layer.table);
        released.push_back(release_layer(std::move(layer), "toolbox", allowed));
    }
    return released;
}

nlohmann::ordered_json told(const std::vector<LevelReport>& levels) {
    auto out = nlohmann::ordered_json::array();
    for (const LevelReport& l : levels) {
        out.push_back({{"level", l.level}, {"tiles", l.tiles}, {"kept", l.tiles_taken_over}, {"bytes", l.bytes}, {"largest_tile", l.largest_tile}, {"drawn", l.rows_drawn}, {"too_small", l.rows_too_small},
                       {"carried", l.rows_carried}, {"marked", l.rows_marked}, {"left_out", l.rows_left_out}, {"points_merged", l.points_merged}, {"over_limit", l.tiles_over_limit}, {"vertices_in", l.vertices_in}, {"vertices_out", l.vertices_out}});
    }
    return out;
}

void run_vector(const TilesWords& c, const TileMatrixSet& set, const CommandContext& context) {
    if (c.format.has_value() && *c.format != "mvt") throw UsageError(fmt::format("--format {} is for rasters; {} holds points or polygons, which become mvt", *c.format, c.inputs.front()));
    check_vector_words(c);
    refuse_own_input(c);
    check_style(c, set);
    const auto released = read_layers(c, context.exec);
    std::vector<VectorTileLayer> layers;
    for (const ReleasedLayer& layer : released) layers.push_back(as_tiles(layer, c));
    VectorTileOptions options{.name = c.name.empty() ? released.front().layer().name : c.name, .description = c.description, .attribution = c.attribution,
                              .min_zoom = c.min_zoom.value_or(set.first_level), .max_zoom = c.max_zoom.value_or(std::min(default_max_zoom, set.last_level())),
                              .extent = c.extent, .buffer = c.buffer, .compression = c.compression, .set = &set, .simplify = c.simplify, .min_area = c.min_area, .max_bytes = c.max_bytes};
    auto earlier    = earlier_tiles(c);
    options.earlier = earlier ? &*earlier : nullptr;
    const auto               sink = open_tile_sink(c.output, set, TileKind::mvt_gzip, c.sink);
    TeeSink                  counted({sink.get()});
    std::vector<LevelReport> levels;
    const TileSetInfo        info = build_vector_tiles(layers, options, counted, context.exec, &levels);
    const std::uint64_t outside = levels.empty() ? 0 : levels.front().rows_outside;
    refuse_elsewhere(released, outside, set, c);
    counted.finish(info);
    if (earlier) earlier->save();
    if (!c.style.empty()) write_style(c, info);
    std::uint64_t bytes = 0;
    for (const LevelReport& l : levels) bytes += l.bytes;
    nlohmann::ordered_json figures{{"output", c.output}, {"set", set.id}, {"format", "mvt"}, {"tiles", counted.tiles()}, {"bytes", bytes}};
    if (earlier) figures["kept"] = earlier->taken();
    if (outside > 0) figures["outside"] = outside;
    if (counted.tiles() == 0) fmt::print(stderr, "gapmap: {}: there is nothing to see on these levels; the tile set is empty\n", c.output);
    print_report(context, std::move(figures), "levels", told(levels));
}

void run_tiles(const TilesWords& c, const CommandContext& context) {
    const TileMatrixSet set = load_tile_matrix_set(c.set);
    MemoryGuard         guard(c.memory, context.exec.progress);
    CommandContext      guarded = context;
    guarded.exec.progress       = &guard;
    if (c.inputs.size() == 1 && is_raster_input(c.inputs.front())) return run_raster_tiles(c, set, guarded);
    run_vector(c, set, guarded);
}

void add_vector_options(CLI::App& command, TilesWords& c) {
    command.add_option("--attributes", c.attributes, "The only columns that go into vector tiles, by commas, or none (default all)");
    command.add_option("--sum", c.sums, "Numeric columns, by commas, whose totals are equal on every level: where points merge, or polygons are too small to draw, their values go to the one that stays; polygon_count and point_count say for how many it stands");
    command.add_option("--id-field", c.id, "Column that feature ids are made from: a number is the id itself, a text gives one of its own (default: no ids)");
    command.add_option("--squares", c.squares, "Below the highest level one point stays in each of so many squares along a tile's edge; point_count says for how many it stands (a power of two, default 128)");
    command.add_flag("--every-point", c.every_point, "Keep every point on every level");
    command.add_flag("--labels", c.labels, "Also a layer NAME_points with one point inside each polygon, with its attributes and the sums of --sum");
    command.add_option("--hatch-field", c.hatch_field, "Column of statuses (missing, suppressed, too_few, isolate, zero): adds the attribute hatch, the name of a pattern");
    command.add_option("--style", c.style, "Also a style for MapLibre with the patterns as a sprite, into this folder");
    command.add_option("--style-url", c.style_url, "Where the folder of --style will be served");
    command.add_option("--unit", c.units, "COLUMN=UNIT for the metadata; once a column");
    command.add_option("--extent", c.extent, "Steps along a tile's edge (default 4096)");
    command.add_option("--buffer", c.buffer, "Steps that shapes reach beyond the edge (default 64)");
    command.add_option("--simplify", c.simplify, "Below the highest level borders are snapped to every so many steps, the same for neighbours (default 4)");
    command.add_option("--min-area", c.min_area, "Polygons of fewer squares of a step are not drawn on a level (default 0: all that have an area there)");
    command.add_option("--max-bytes", c.max_bytes, "Of a larger packed tile what takes most gives way until it fits, which the report counts: points merge, the smallest polygons are left out (default 0: no limit)");
    command.add_flag("--update", c.update, "Take over the tiles of an earlier OUT.pmtiles that are made of the same; the result is byte for byte that of a full build. OUT.pmtiles.inputs remembers what they were made of");
}

void add_raster_options(CLI::App& command, TilesWords& c) {
    command.add_option("--palette", c.palette, "Colours of a raster's values: " + palette_words() + ", or a file of lines `value red green blue [opacity]`");
    command.add_option("--breaks", c.breaks, "Class breaks, rising, by commas: the same every week, so that weeks can be compared");
    command.add_option("--opacity", c.opacity, "Of the classes, 0 to 1 (default 1)")->check(CLI::Range(0.0, 1.0));
    command.add_option("--band", c.band, "Band of the raster whose values are shown (default: the picture, else the first)");
    command.add_option("--resampling", c.resampling, "auto, nearest, average or bilinear (default auto: nearest for classes, else average, which keeps means)")->check(CLI::IsMember({"auto", "nearest", "average", "bilinear"}));
    command.add_option("--pixel-ratio", c.pixel_ratio, "2: twice the pixels along an edge, for sharp screens (default 1)")->check(CLI::IsMember({1, 2}));
    command.add_option("--quality", c.quality, "Of webp, 1 to 100; 0: without loss (default 0)")->check(CLI::Range(0, 100));
    command.add_flag("--hatch", c.hatch, "Hatch cells without data and cells of value 0, each with its own pattern");
    command.add_option("--legend", c.legends, "Also write the legend: *.svg, *.json; once a file");
}

void add_folder_options(CLI::App& command, TilesWords& c) {
    command.add_option("--base-url", c.sink.base_url, "Where the result will be served: stands in WMTS capabilities, TileJSON and the style");
    command.add_option("--version-path", c.sink.version, "Folders: tiles go to OUT/VERSION, a path that never comes back, so that no cache serves an old week");
    command.add_flag("--tms", c.sink.tms_rows, "Folders: rows count from the south");
    command.add_flag("--dpi96", c.sink.dpi96, "Folders: scale denominators at 96 dpi in place of 0.28 mm a pixel");
    command.add_option("--level-offset", c.sink.level_offset, "Folders: added to the number of every level, for portals that renumber");
    command.add_option("--layer", c.sink.layer, "Folders: identifier of the WMTS layer (default: the name of OUT)");
}

}  // namespace

void register_tiles(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("tiles", "Map tiles of vector or raster data, for a portal, a page or QGIS");
    command->group("Toolbox");
    auto c = std::make_shared<TilesWords>();
    command->add_option("IN", c->inputs, "Points or polygons: anything GDAL opens (PATH or PATH:LAYER), CSV files of points or with a WKT column, a layer each; or one raster")->required();
    command->add_option("-o,--output", c->output, "Result: *.pmtiles, *.mbtiles, *.gpkg (raster tiles), else a folder with WMTS capabilities, TileJSON and OGC metadata")->required();
    command->add_option("--min-zoom", c->min_zoom, "Lowest level (default: the set's first; of a raster where it fits in about one tile)");
    command->add_option("--max-zoom", c->max_zoom, "Highest level (default 14; of a raster the first that is as fine as it)");
    command->add_option("--set", c->set, "Tile matrix set: " + tile_set_words() + ", or an OGC JSON file (default WebMercatorQuad)");
    command->add_option("--format", c->format, "mvt, png or webp (default mvt for shapes, png for rasters)")->check(CLI::IsMember({"mvt", "png", "webp"}));
    command->add_option("--name", c->name, "Name of the tile set (default: that of the first input)");
    command->add_option("--description", c->description, "A sentence about it");
    command->add_option("--attribution", c->attribution, "Whose data it is");
    command->add_option("--compression", c->compression, "1 (fast) to 12 (small) (default 6)")->check(CLI::Range(1, 12));
    command->add_option("--memory", c->memory, "Megabytes that the work may take; where it comes to need more it ends with a message and writes nothing (default 0: no bound)");
    add_vector_options(*command, *c);
    add_raster_options(*command, *c);
    add_folder_options(*command, *c);
    add_input_options(*command, c->input, false, false);
    command->footer("Examples: gapmap tiles examples/data/villages.geojson examples/data/cases.csv --crs EPSG:4490 --max-zoom 12 -o villages.pmtiles\n"
                    "          gapmap tiles examples/data/case_density.tif --palette oranges --breaks 1,2,5,10 --set Tianditu_c -o density/");
    sink(command, [c](const CommandContext& context) { run_tiles(*c, context); });
}

}  // namespace gapmap
