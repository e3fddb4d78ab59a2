#include "render/tile/mvt_encode.h"

#include <algorithm>

#include <protozero/pbf_writer.hpp>
#include <unordered_map>

namespace gapmap {
namespace {

// Field numbers of vector_tile.proto, version 2.1.
enum : protozero::pbf_tag_type { tile_layers = 3 };
enum : protozero::pbf_tag_type { layer_name = 1, layer_features = 2, layer_keys = 3, layer_values = 4, layer_extent = 5, layer_version = 15 };
enum : protozero::pbf_tag_type { feature_id = 1, feature_tags = 2, feature_type = 3, feature_geometry = 4 };
enum : protozero::pbf_tag_type { value_text = 1, value_double = 3, value_int = 4, value_signed = 6 };

std::string encode_value(const Column& column, std::size_t row) {
    std::string          bytes;
    protozero::pbf_writer value(bytes);
    if (const auto* integers = std::get_if<Column::Integers>(&column.data)) {
        const std::int64_t number = (*integers)[row];
        if (number < 0) value.add_sint64(value_signed, number);  // a plain int64 below zero would take ten bytes
        else value.add_int64(value_int, number);
    } else if (const auto* reals = std::get_if<Column::Reals>(&column.data)) {
        value.add_double(value_double, (*reals)[row]);
    } else {
        value.add_string(value_text, std::get<Column::Texts>(column.data)[row]);
    }
    return bytes;
}

std::uint32_t zigzag(std::int64_t v) noexcept {
    const auto n = static_cast<std::int32_t>(v);
    return (static_cast<std::uint32_t>(n) << 1) ^ static_cast<std::uint32_t>(n >> 31);
}

constexpr std::uint32_t command(std::uint32_t id, std::uint32_t count) noexcept { return (count << 3) | id; }
constexpr std::uint32_t move_to = 1, line_to = 2, close_path = 7;

/// Numbers things in order of first use.
class Numbering {
public:
    std::uint32_t operator()(std::uint32_t global) {
        const auto [place, is_new] = local_.try_emplace(global, static_cast<std::uint32_t>(order_.size()));
        if (is_new) order_.push_back(global);
        return place->second;
    }
    [[nodiscard]] const std::vector<std::uint32_t>& order() const noexcept { return order_; }

private:
    std::unordered_map<std::uint32_t, std::uint32_t> local_;
    std::vector<std::uint32_t>                       order_;
};

void encode_layer(protozero::pbf_writer& tile, const MvtLayer& source, std::uint32_t extent) {
    protozero::pbf_writer layer(tile, tile_layers);
    layer.add_uint32(layer_version, 2);
    layer.add_string(layer_name, source.name);
    Numbering                  keys, values;
    std::vector<std::uint32_t> tags;
    for (const MvtFeature& f : source.features) {
        tags.clear();
        for (const auto& [key, value] : source.attributes->tags(f.row)) {
            tags.push_back(keys(key));
            tags.push_back(values(value));
        }
        protozero::pbf_writer feature(layer, layer_features);
        if (f.id != no_feature_id) feature.add_uint64(feature_id, f.id);
        feature.add_packed_uint32(feature_tags, tags.begin(), tags.end());
        feature.add_enum(feature_type, static_cast<std::int32_t>(source.geometry));
        feature.add_packed_uint32(feature_geometry, f.commands.begin(), f.commands.end());
    }
    for (const std::uint32_t key : keys.order()) layer.add_string(layer_keys, source.attributes->key(key));
    for (const std::uint32_t value : values.order()) layer.add_message(layer_values, source.attributes->value(value));
    layer.add_uint32(layer_extent, extent);
}

}  // namespace

MvtAttributes::MvtAttributes(const Table& table, const std::vector<std::string>& allowed) : keys_(allowed) {
    std::vector<const Column*> columns;
    for (const std::string& name : allowed) {
        columns.push_back(&table.at(name));
        is_number_.push_back(!std::holds_alternative<Column::Texts>(columns.back()->data));
    }
    std::unordered_map<std::string, std::uint32_t> known;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        for (std::size_t k = 0; k < columns.size(); ++k) {
            if (!columns[k]->is_valid(row)) continue;
            const auto [place, is_new] = known.try_emplace(encode_value(*columns[k], row), static_cast<std::uint32_t>(values_.size()));
            if (is_new) values_.push_back(place->first);
            tags_.emplace_back(static_cast<std::uint32_t>(k), place->second);
        }
        row_ends_.push_back(static_cast<std::uint32_t>(tags_.size()));
    }
}

std::optional<std::uint32_t> MvtAttributes::find_key(std::string_view name) const noexcept {
    const auto place = std::ranges::find(keys_, name);
    if (place == keys_.end()) return std::nullopt;
    return static_cast<std::uint32_t>(place - keys_.begin());
}

std::vector<std::pair<std::string, std::string>> MvtAttributes::fields() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t k = 0; k < keys_.size(); ++k) out.emplace_back(keys_[k], is_number_[k] ? "Number" : "String");
    return out;
}

std::string encode_tile(std::span<const MvtLayer> layers, std::uint32_t extent) {
    std::string           bytes;
    protozero::pbf_writer tile(bytes);
    for (const MvtLayer& layer : layers) {
        if (!layer.features.empty()) encode_layer(tile, layer, extent);
    }
    return bytes;
}

std::vector<std::uint32_t> mvt_commands(const GridPolygon& polygon, GridPoint origin) {
    std::vector<std::uint32_t> out;
    GridPoint                  pen   = origin;
    std::uint32_t              begin = 0;
    const auto draw = [&](GridPoint p) {
        out.push_back(zigzag(p.x - pen.x));
        out.push_back(zigzag(p.y - pen.y));
        pen = p;
    };
    for (const std::uint32_t end : polygon.ring_ends) {
        out.push_back(command(move_to, 1));
        draw(polygon.points[begin]);
        out.push_back(command(line_to, end - begin - 1));
        for (std::uint32_t i = begin + 1; i < end; ++i) draw(polygon.points[i]);
        out.push_back(command(close_path, 1));
        begin = end;
    }
    return out;
}

std::vector<std::uint32_t> mvt_commands(GridPoint point, GridPoint origin) {
    return {command(move_to, 1), zigzag(point.x - origin.x), zigzag(point.y - origin.y)};
}

}  // namespace gapmap
