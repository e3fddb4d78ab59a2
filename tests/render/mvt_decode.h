#pragma once
// A small decoder of vector tiles for tests and fuzzers, written from the specification and apart from the encoder.
#include <libdeflate.h>

#include <cstdint>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mvt {

using Value = std::variant<std::int64_t, double, std::string>;
using Ring  = std::vector<std::pair<std::int64_t, std::int64_t>>;

struct Feature {
    std::uint64_t                id   = 0;
    int                          type = 0;
    std::map<std::string, Value> values{};
    std::vector<Ring>            rings{};  ///< a point is a ring of one

    [[nodiscard]] double number(const std::string& key) const {
        const Value& v = values.at(key);
        return std::holds_alternative<std::int64_t>(v) ? static_cast<double>(std::get<std::int64_t>(v)) : std::get<double>(v);
    }
};

struct Layer {
    std::uint32_t            version = 0, extent = 0;
    std::vector<std::string> keys{};
    std::vector<Value>       values{};
    std::vector<Feature>     features{};
};

inline void require(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

inline std::string unpack(std::string_view bytes) {
    require(bytes.size() >= 18, "not gzip");
    std::size_t length = 0;  // the last four bytes of a member
    for (std::size_t i = 0; i < 4; ++i) length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[bytes.size() - 4 + i])) << (8 * i);
    std::string out(length, '\0');
    std::size_t size         = 0;
    auto*       decompressor = libdeflate_alloc_decompressor();
    const auto  result       = libdeflate_gzip_decompress(decompressor, bytes.data(), bytes.size(), out.data(), out.size(), &size);
    libdeflate_free_decompressor(decompressor);
    require(result == LIBDEFLATE_SUCCESS, "not gzip");
    out.resize(size);
    return out;
}

inline double twice_area(const Ring& ring) {
    double sum = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const auto& a = ring[i];
        const auto& b = ring[(i + 1) % ring.size()];
        sum += static_cast<double>(a.first * b.second - b.first * a.second);
    }
    return sum;
}

inline Value decode_value(protozero::pbf_reader message) {
    Value value;
    int   count = 0;
    while (message.next()) {
        ++count;
        switch (message.tag()) {
            case 1: value = message.get_string(); break;
            case 3: value = message.get_double(); break;
            case 4: value = message.get_int64(); break;
            case 6: value = message.get_sint64(); break;
            default: throw std::runtime_error("a value of a type that is never written");
        }
    }
    require(count == 1, "a value message holds exactly one value");
    return value;
}

inline std::vector<Ring> decode_geometry(const std::vector<std::uint32_t>& c) {
    std::vector<Ring> rings;
    std::int64_t      x = 0, y = 0;
    const auto        back = [](std::uint32_t v) { return static_cast<std::int64_t>(static_cast<std::int32_t>((v >> 1) ^ (~(v & 1) + 1))); };
    for (std::size_t i = 0; i < c.size();) {
        const std::uint32_t id = c[i] & 7, count = c[i] >> 3;
        ++i;
        require(id == 1 || id == 2 || id == 7, "unknown command");
        require(count > 0 && (id == 2 || count == 1), "bad count");
        if (id == 7) continue;
        if (id == 1) rings.emplace_back();
        require(i + 2 * std::size_t{count} <= c.size() && !rings.empty(), "geometry ends too early");
        for (std::uint32_t k = 0; k < count; ++k, i += 2) {
            require(id == 1 || c[i] != 0 || c[i + 1] != 0, "a line of no length");
            x += back(c[i]);
            y += back(c[i + 1]);
            rings.back().emplace_back(x, y);
        }
    }
    return rings;
}

inline Layer decode_layer(protozero::pbf_reader message, std::string& name) {
    struct Raw {
        Feature                    feature{};
        std::vector<std::uint32_t> tags{};
    };
    Layer            layer;
    std::vector<Raw> raw;
    while (message.next()) {
        switch (message.tag()) {
            case 1: name = message.get_string(); break;
            case 2: {
                protozero::pbf_reader feature = message.get_message();
                raw.emplace_back();
                while (feature.next()) {
                    if (feature.tag() == 1) raw.back().feature.id = feature.get_uint64();
                    else if (feature.tag() == 2) for (const auto v : feature.get_packed_uint32()) raw.back().tags.push_back(v);
                    else if (feature.tag() == 3) raw.back().feature.type = feature.get_enum();
                    else if (feature.tag() == 4) {
                        const auto range           = feature.get_packed_uint32();
                        raw.back().feature.rings = decode_geometry({range.begin(), range.end()});
                    }
                }
                break;
            }
            case 3: layer.keys.push_back(message.get_string()); break;
            case 4: layer.values.push_back(decode_value(message.get_message())); break;
            case 5: layer.extent = message.get_uint32(); break;
            case 15: layer.version = message.get_uint32(); break;
            default: throw std::runtime_error("unknown field of a layer");
        }
    }
    for (Raw& r : raw) {
        require(r.tags.size() % 2 == 0, "tags come in pairs");
        for (std::size_t i = 0; i < r.tags.size(); i += 2) r.feature.values[layer.keys.at(r.tags[i])] = layer.values.at(r.tags[i + 1]);
        layer.features.push_back(std::move(r.feature));
    }
    return layer;
}

/// Layers by name. Throws where the bytes break the specification.
inline std::map<std::string, Layer> decode(std::string_view gzip_bytes) {
    const std::string            bytes = unpack(gzip_bytes);
    std::map<std::string, Layer> layers;
    protozero::pbf_reader        tile(bytes);
    while (tile.next(3)) {
        std::string name;
        Layer       layer = decode_layer(tile.get_message(), name);
        require(layers.emplace(name, std::move(layer)).second, "two layers of one name");
    }
    require(!layers.empty(), "a tile without layers");
    return layers;
}

}  // namespace mvt
