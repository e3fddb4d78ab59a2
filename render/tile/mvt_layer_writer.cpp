#include "render/tile/mvt_layer_writer.h"

#include <bit>
#include <cstring>

namespace gapmap {
namespace {

void varint(std::string& to, std::uint64_t v) {
    char buffer[10];
    int  n = 0;
    while (v >= 0x80) {
        buffer[n++] = static_cast<char>(v | 0x80);
        v >>= 7;
    }
    buffer[n++] = static_cast<char>(v);
    to.append(buffer, static_cast<std::size_t>(n));
}
std::size_t varint_size(std::uint64_t v) noexcept { return (static_cast<std::size_t>(std::bit_width(v | 1)) + 6) / 7; }

// Tags of vector_tile.proto 2.1: field number and wire type in one byte (0: number, 1: eight bytes, 2: counted bytes).
constexpr char tile_layers = 3 << 3 | 2;
constexpr char layer_name = 1 << 3 | 2, layer_features = 2 << 3 | 2, layer_extent = 5 << 3, layer_version = 15 << 3;
constexpr char feature_id = 1 << 3, feature_tags = 2 << 3 | 2, feature_type = 3 << 3, feature_geometry = 4 << 3 | 2;
constexpr char value_double = 3 << 3 | 1, value_int = 4 << 3, value_signed = 6 << 3;

void counted(std::string& to, char tag, std::string_view bytes) {
    to.push_back(tag);
    varint(to, bytes.size());
    to.append(bytes);
}

std::string encoded(double value, bool whole) {
    constexpr double beyond = 9223372036854775808.0;  // 2^63: sums of whole numbers may pass it
    std::string      out;
    if (!whole || !(value > -beyond && value < beyond)) {
        out.push_back(value_double);
        char bytes[8];
        std::memcpy(bytes, &value, 8);  // the format is little-endian, as are the machines we build for
        return out.append(bytes, 8);
    }
    const auto number = static_cast<std::int64_t>(value);
    out.push_back(number < 0 ? value_signed : value_int);
    varint(out, number < 0 ? (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63) : static_cast<std::uint64_t>(number));
    return out;
}

static_assert(std::endian::native == std::endian::little);

}  // namespace

void MvtLayerWriter::begin(std::string_view name, const MvtAttributes& attributes, MvtGeometry geometry) {
    name_       = name;
    attributes_ = &attributes;
    geometry_   = geometry;
    if (++epoch_ == 0) {
        keys_.clear();
        values_.clear();
        epoch_ = 1;
    }
    if (keys_.size() < attributes.keys()) keys_.resize(attributes.keys());
    if (values_.size() < attributes.values()) values_.resize(attributes.values());
    own_keys_.clear();
    own_key_locals_.clear();
    known_.clear();
    shares_values_ = false;
    for (std::string* s : {&features_, &key_bytes_, &value_bytes_, &tags_}) s->clear();
    n_keys_ = n_values_ = 0;
}

std::uint32_t MvtLayerWriter::own_key(std::string_view name) {
    shares_values_ = true;
    own_keys_.emplace_back(name);
    own_key_locals_.push_back(n_keys_++);
    counted(key_bytes_, key_tag, name);
    return static_cast<std::uint32_t>(own_keys_.size() - 1);
}

/// The number of a key or value in this layer; at its first use it is written down.
std::uint32_t MvtLayerWriter::local(Stamp& stamp, std::uint32_t& next, char tag, const std::string& text, std::string& table) const {
    if (stamp.epoch != epoch_) {
        stamp = {epoch_, next++};
        counted(table, tag, text);
    }
    return stamp.local;
}

/// A number of the writer's own may be a value of the attributes too, and stands once then. Where there are none, the look-up by bytes is spared.
std::uint32_t MvtLayerWriter::local_value(std::uint32_t value) {
    if (!shares_values_) return local(values_[value], n_values_, value_tag, attributes_->value(value), value_bytes_);
    Stamp& stamp = values_[value];
    if (stamp.epoch != epoch_) stamp = {epoch_, value_of_bytes(attributes_->value(value))};
    return stamp.local;
}

std::uint32_t MvtLayerWriter::value_of_bytes(std::string_view bytes) {
    const auto [place, is_new] = known_.try_emplace(std::string(bytes), n_values_);
    if (is_new) {
        ++n_values_;
        counted(value_bytes_, value_tag, bytes);
    }
    return place->second;
}

void MvtLayerWriter::feature(std::uint64_t id) {
    id_ = id;
    tags_.clear();
}

void MvtLayerWriter::tag(std::uint32_t key, std::uint32_t value) {
    varint(tags_, local_key(key));
    varint(tags_, local_value(value));
}

void MvtLayerWriter::number(std::uint32_t key, double value, bool whole) {
    varint(tags_, local_key(key));
    varint(tags_, value_of_bytes(encoded(value, whole)));
}

void MvtLayerWriter::own_number(std::uint32_t own, std::uint64_t value) {
    varint(tags_, own_key_locals_[own]);
    varint(tags_, value_of_bytes(encoded(static_cast<double>(value), true)));
}

void MvtLayerWriter::point(std::uint32_t x, std::uint32_t y) {
    drawing_.clear();
    drawing_.push_back(1 << 3 | 1);  // MoveTo, once
    varint(drawing_, std::uint64_t{x} << 1);
    varint(drawing_, std::uint64_t{y} << 1);
    finish_feature(drawing_);
}

void MvtLayerWriter::geometry(std::span<const std::uint32_t> commands) {
    drawing_.clear();
    for (const std::uint32_t c : commands) varint(drawing_, c);
    finish_feature(drawing_);
}

void MvtLayerWriter::finish_feature(std::string_view drawing) {
    const std::size_t id_size = id_ == no_feature_id ? 0 : 1 + varint_size(id_);
    const std::size_t tags_size = tags_.empty() ? 0 : 1 + varint_size(tags_.size()) + tags_.size();
    features_.push_back(layer_features);
    varint(features_, id_size + tags_size + 2 + 1 + varint_size(drawing.size()) + drawing.size());
    if (id_size > 0) {
        features_.push_back(feature_id);
        varint(features_, id_);
    }
    if (tags_size > 0) counted(features_, feature_tags, tags_);
    features_.push_back(feature_type);
    features_.push_back(static_cast<char>(geometry_));
    counted(features_, feature_geometry, drawing);
}

void MvtLayerWriter::end(std::uint32_t extent, std::string& to) {
    const std::size_t size = 2 + 1 + varint_size(name_.size()) + name_.size() + features_.size() + key_bytes_.size() + value_bytes_.size() + 1 + varint_size(extent);
    to.reserve(to.size() + size + 8);
    to.push_back(tile_layers);
    varint(to, size);
    to.push_back(layer_version);
    to.push_back(2);
    counted(to, layer_name, name_);
    to += features_;
    to += key_bytes_;
    to += value_bytes_;
    to.push_back(layer_extent);
    varint(to, extent);
    attributes_ = nullptr;
}

}  // namespace gapmap
