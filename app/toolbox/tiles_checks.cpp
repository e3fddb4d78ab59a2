#include "app/toolbox/tiles_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

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
        const bool shapes = std::holds_alternative<Polygons<Lonlat>>(layer.geometry) || std::holds_alternative<Polygons<Planar>>(layer.geometry);
        if (!c.hatch_field.empty()) refuse_added(layer, source, "hatch", "--hatch-field adds");
        if (shapes && !c.sums.empty()) refuse_added(layer, source, "polygon_count", "--sum adds");
        if ((!shapes && !c.every_point) || c.max_bytes > 0) refuse_added(layer, source, "point_count", "says for how many points one stands");
        if (shapes && c.labels && names.contains(layer.name + "_points")) throw UsageError(fmt::format("--labels of {} would be a second layer {}_points; rename one of the two files", source, layer.name));
    }
}

}  // namespace gapmap
