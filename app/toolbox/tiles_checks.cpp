#include "app/toolbox/tiles_checks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <set>
#include <string>

#include "data/read/vector_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

/// The file of PATH or PATH:LAYER.
fs::path file_of(const std::string& input) {
    std::error_code error;
    if (fs::exists(input, error)) return input;
    return input.substr(0, input.rfind(':'));
}

void refuse_added(const Layer& layer, const std::string& source, const char* name, const char* why) {
    if (layer.table.find(name) != nullptr) throw InputError(fmt::format("is the name of an attribute that {}; rename the column, or leave it out with --attributes", why), {.source = source, .field = name});
}

}  // namespace

void check_vector_words(const TilesWords& c) {
    const TilesWords plain;
    const bool of_raster = !c.palette.empty() || !c.breaks.empty() || !c.legends.empty() || c.resampling != plain.resampling || c.opacity != plain.opacity || c.band != plain.band || c.pixel_ratio != plain.pixel_ratio || c.quality != plain.quality || c.hatch;
    if (of_raster) throw UsageError(fmt::format("{} holds shapes: --palette, --breaks, --opacity, --band, --resampling, --pixel-ratio, --quality, --hatch and --legend are for rasters", c.inputs.front()));
    if (!std::has_single_bit(c.squares) || c.squares > 4096) throw UsageError(fmt::format("--squares {}: expected a power of two up to 4096", c.squares));
}

void require_columns(const std::vector<Layer>& layers, const std::vector<std::string>& columns, const TilesWords& c) {
    for (const std::string& name : columns) {
        if (std::ranges::any_of(layers, [&](const Layer& l) { return l.table.find(name) != nullptr; })) continue;
        std::vector<std::string> there;
        for (const Layer& layer : layers) {
            for (const Column& column : layer.table.columns) there.push_back(column.name);
        }
        throw InputError(fmt::format("there is no column '{}'; there are: {}", name, fmt::join(there, ", ")), {fmt::format("{}", fmt::join(c.inputs, ", "))});
    }
}

bool is_blank(const Column::Texts& texts) { return std::ranges::all_of(texts, [](const std::string& text) { return text.empty(); }); }

void require_numbers(const std::vector<Layer>& layers, const TilesWords& c) {
    for (const std::string& name : listed(c.sums)) {
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const Column* column = layers[l].table.find(name);
            const auto*   texts  = column == nullptr ? nullptr : std::get_if<Column::Texts>(&column->data);
            if (texts == nullptr || is_blank(*texts)) continue;
            const auto number = [](const std::string& text) { return text.empty() || parse_numbers(text, 1).has_value(); };
            const auto at     = std::ranges::find_if_not(*texts, number);
            const auto row    = static_cast<std::size_t>(at - texts->begin());
            throw InputError(at == texts->end() ? std::string("holds text: it has no sum") : fmt::format("holds '{}': --sum takes numbers", *at), {.source = c.inputs[l], .row = is_csv_name(c.inputs[l]) ? row + 2 : row + 1, .field = name});
        }
    }
}

void refuse_elsewhere(const std::vector<ReleasedLayer>& layers, std::uint64_t outside, const TileMatrixSet& set, const TilesWords& c) {
    std::uint64_t rows = 0;
    for (const ReleasedLayer& layer : layers) rows += layer.layer().rows();
    if (rows == 0 || outside < rows) return;
    throw InputError(fmt::format("none of the {} rows has a place on the tile matrix set {} ({}); is the coordinate system right?", rows, set.id, set.crs), {fmt::format("{}", fmt::join(c.inputs, ", "))});
}

void refuse_own_input(const TilesWords& c) {
    std::error_code error;
    for (const std::string& input : c.inputs) {
        if (fs::equivalent(file_of(input), c.output, error) && !error) throw UsageError(fmt::format("-o {} is the input {}, which it would replace; name another output", c.output, input));
    }
}

void refuse_double_names(const std::vector<Layer>& layers, const TilesWords& c) {
    std::set<std::string> names;
    for (const Layer& layer : layers) names.insert(layer.name);
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const Layer&      layer  = layers[l];
        const std::string source = c.inputs[l];
        std::set<std::string> columns;
        for (const Column& column : layer.table.columns) {
            if (!columns.insert(column.name).second) throw InputError("is the name of two columns; a tile can hold one of them", {.source = source, .field = column.name});
        }
        const bool shapes = is_polygons(layer);
        if (!c.hatch_field.empty()) refuse_added(layer, source, "hatch", "--hatch-field adds");
        if (shapes && !c.sums.empty()) refuse_added(layer, source, "polygon_count", "--sum adds");
        if ((!shapes && !c.every_point) || c.max_bytes > 0) refuse_added(layer, source, "point_count", "says for how many points one stands");
        if (shapes && c.labels && names.contains(layer.name + "_points")) throw UsageError(fmt::format("--labels of {} would be a second layer {}_points; rename one of the two files", source, layer.name));
    }
}

}  // namespace gapmap
