#include "app/toolbox/tiles_raster.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <map>

#include "app/toolbox/report.h"
#include "app/toolbox/tiles_checks.h"
#include "data/read/raster_source.h"
#include "data/read/vector_file.h"
#include "data/tile/tee_sink.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "render/legend.h"
#include "render/palette_file.h"
#include "render/tile/image_tiles.h"

namespace gapmap {
namespace {

bool is_palette_name(const std::string& text) {
    const auto names = palette_names();
    return std::ranges::find(names, text) != names.end();
}

std::vector<double> breaks_of(const std::string& text) {
    if (text.empty()) return {};
    const auto n = static_cast<std::size_t>(std::ranges::count(text, ',')) + 1;
    if (auto breaks = parse_numbers(text, n)) return *std::move(breaks);
    throw UsageError(fmt::format("--breaks: expected rising numbers by commas, got '{}'", text));
}

/// How values are coloured; nothing for a picture.
std::optional<ValueColours> colours_of(const TilesWords& c, const CellSourceInfo& info) {
    if (c.palette.empty()) {
        if (!c.breaks.empty()) throw UsageError("--breaks go with --palette");
        if (info.has_colours) return std::nullopt;
        throw UsageError(fmt::format("{} holds values, not a picture: give --palette ({}) and --breaks, or --palette FILE", c.inputs.front(), palette_words()));
    }
    if (!info.has_values) throw UsageError(fmt::format("{} is a picture: --palette is for values; --band N takes one band's", c.inputs.front()));
    if (!is_palette_name(c.palette)) {
        if (!std::filesystem::exists(c.palette)) throw UsageError(fmt::format("--palette {}: neither a file nor one of {}", c.palette, palette_words()));
        if (!c.breaks.empty()) throw UsageError("--breaks go with a named palette; a palette file says its own values");
        return ValueColours(parse_palette(read_whole_file(c.palette), c.palette));
    }
    if (c.breaks.empty()) throw UsageError("--palette NAME needs --breaks: class breaks that stay the same over weeks");
    return ValueColours(class_scale(c.palette, breaks_of(c.breaks), c.opacity));
}

Resampling resampling_of(const std::string& word) {
    static const std::map<std::string, Resampling> words = {{"auto", Resampling::automatic}, {"nearest", Resampling::nearest}, {"average", Resampling::average}, {"bilinear", Resampling::bilinear}};
    return words.at(word);
}

ImageFormat image_format(const TilesWords& c) {
    const std::string format = c.format.value_or("png");
    if (format == "mvt") throw UsageError(fmt::format("--format mvt is for points and polygons; {} is a raster: png or webp", c.inputs.front()));
    if (format == "png") {
        if (c.quality > 0) throw UsageError("--quality is of webp");
        return ImageFormat::png;
    }
    return c.quality > 0 ? ImageFormat::webp_lossy : ImageFormat::webp_lossless;
}

void check_legends(const TilesWords& c) {
    for (const std::string& legend : c.legends) {
        if (!legend.ends_with(".svg") && !legend.ends_with(".json")) throw UsageError(fmt::format("--legend {}: *.svg or *.json", legend));
    }
    if (!c.legends.empty() && c.palette.empty()) throw UsageError("--legend needs --palette: a picture has no classes");
}

void write_legends(const TilesWords& c, const ValueColours& colours) {
    const LegendWords words{.title = c.name, .no_data = c.hatch ? "no data" : ""};
    for (const std::string& legend : c.legends) write_whole_file(legend, legend.ends_with(".svg") ? legend_svg(colours, words) : legend_json(colours, words));
}

nlohmann::ordered_json told(const std::vector<ImageLevelReport>& levels) {
    auto out = nlohmann::ordered_json::array();
    for (const ImageLevelReport& l : levels) out.push_back({{"level", l.zoom}, {"tiles", l.tiles}, {"kept", l.tiles_taken_over}, {"bytes", l.bytes}, {"largest_tile", l.largest}, {"indexed", l.indexed}});
    return out;
}

}  // namespace

bool is_raster_input(const std::string& path) { return !is_csv_name(path) && is_raster_file(path); }

std::string palette_words() { return fmt::format("{}", fmt::join(palette_names(), ", ")); }
std::string tile_set_words() { return fmt::format("{}", fmt::join(tile_matrix_set_ids(), ", ")); }

void run_raster_tiles(const TilesWords& c, const TileMatrixSet& set, const CommandContext& context) {
    const TilesWords plain;
    if (!c.attributes.empty() || !c.sums.empty() || !c.id.empty() || c.every_point || c.labels || !c.hatch_field.empty() || !c.units.empty() || !c.style.empty() || c.squares != plain.squares || c.extent != plain.extent || c.buffer != plain.buffer || c.simplify != plain.simplify || c.min_area != plain.min_area || c.max_bytes != plain.max_bytes) throw UsageError(fmt::format("{} is a raster: options of vector tiles do not apply", c.inputs.front()));
    check_legends(c);
    refuse_own_input(c);
    RasterSourceOptions from{.band = c.band};
    if (c.memory > 0) from.cache_bytes = std::min(from.cache_bytes, c.memory << 18);  // a quarter for the file's blocks, a quarter for finished tiles
    if (!c.input.crs.empty()) from.crs = crs_of_option(c.input.crs, "--crs");
    const auto       source = open_raster_source(c.inputs.front(), from);
    ImageTileOptions options{.name = c.name.empty() ? std::filesystem::path(c.inputs.front()).stem().string() : c.name, .description = c.description, .attribution = c.attribution,
                             .min_zoom = c.min_zoom.value_or(-1), .max_zoom = c.max_zoom.value_or(-1), .set = &set, .pixel_ratio = c.pixel_ratio, .format = image_format(c),
                             .quality = std::max(1, c.quality), .compression = c.compression, .resampling = resampling_of(c.resampling), .colours = colours_of(c, source->info())};
    if (c.memory > 0) options.memory_bytes = std::min<std::size_t>(options.memory_bytes, c.memory << 18);
    if (c.hatch) options.no_data = Status::missing, options.hatch_zero = true;
    auto       earlier = earlier_tiles(c);
    options.earlier    = earlier ? &*earlier : nullptr;
    const auto sink    = open_tile_sink(c.output, set, options.format == ImageFormat::png ? TileKind::png : TileKind::webp, c.sink);
    TeeSink    counted({sink.get()});
    std::vector<ImageLevelReport> levels;
    counted.finish(build_image_tiles(*source, options, counted, context.exec, &levels));
    if (earlier) earlier->save();
    std::uint64_t bytes = 0;
    for (const ImageLevelReport& l : levels) bytes += l.bytes;
    nlohmann::ordered_json figures{{"output", c.output}, {"set", set.id}, {"format", c.format.value_or("png")}, {"tiles", counted.tiles()}, {"bytes", bytes}};
    if (earlier) figures["kept"] = earlier->taken();
    if (!c.legends.empty()) {
        write_legends(c, *options.colours);
        figures["legends"] = c.legends;
    }
    if (counted.tiles() == 0) fmt::print(stderr, "gapmap: {}: there is nothing to see on these levels; the tile set is empty\n", c.output);
    print_report(context, std::move(figures), "levels", told(levels));
}

}  // namespace gapmap
