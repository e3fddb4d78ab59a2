#include "data/tile/pmtiles_format.h"

#include <cmath>
#include <limits>

#include "geo/core/error.h"

namespace gapmap {
namespace {

void put_little(std::string& out, std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
}

void put_degrees(std::string& out, double degrees) {
    put_little(out, static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(degrees * 1e7))), 4);
}

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7F) | 0x80);
    out += static_cast<char>(value);
}

/// Reads a byte sequence from its front; every read is checked.
class Cursor {
public:
    explicit Cursor(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t little(int bytes) {
        if (rest_.size() < static_cast<std::size_t>(bytes)) throw InputError("the PMTiles header ends too early");
        std::uint64_t value = 0;
        for (int i = 0; i < bytes; ++i) value |= std::uint64_t{static_cast<unsigned char>(rest_[static_cast<std::size_t>(i)])} << (8 * i);
        rest_.remove_prefix(static_cast<std::size_t>(bytes));
        return value;
    }
    double        degrees() { return static_cast<std::int32_t>(static_cast<std::uint32_t>(little(4))) / 1e7; }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (rest_.empty()) throw InputError("a PMTiles directory ends too early");
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            if (shift == 63 && byte > 1) break;
            value |= std::uint64_t{byte & 0x7FU} << shift;
            if (byte < 0x80) return value;
        }
        throw InputError("a PMTiles directory holds a number that is too large");
    }
    std::uint32_t varint32() {
        const std::uint64_t value = varint();
        if (value > std::numeric_limits<std::uint32_t>::max()) throw InputError("a PMTiles directory holds a number that is too large");
        return static_cast<std::uint32_t>(value);
    }
    [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

private:
    std::string_view rest_;
};

}  // namespace

std::string pmtiles_header_bytes(const PmtilesHeader& h) {
    std::string out("PMTiles\x03", 8);
    for (const PmtilesSection* s : {&h.root, &h.metadata, &h.leaves, &h.tiles}) {
        put_little(out, s->offset, 8);
        put_little(out, s->length, 8);
    }
    for (const std::uint64_t count : {h.addressed_tiles, h.entries, h.contents}) put_little(out, count, 8);
    out += static_cast<char>(h.clustered ? 1 : 0);
    out += static_cast<char>(h.internal_compression);
    out += static_cast<char>(h.tile_compression);
    out += static_cast<char>(h.tile_type);
    out += static_cast<char>(h.min_zoom);
    out += static_cast<char>(h.max_zoom);
    for (const double d : {h.bounds.x_min, h.bounds.y_min, h.bounds.x_max, h.bounds.y_max}) put_degrees(out, d);
    out += static_cast<char>(h.centre_zoom);
    put_degrees(out, h.centre.x);
    put_degrees(out, h.centre.y);
    return out;
}

PmtilesHeader parse_pmtiles_header(std::string_view file) {
    if (!file.starts_with("PMTiles")) throw InputError("not a PMTiles file");
    Cursor in(file.substr(7));
    if (in.little(1) != 3) throw InputError("a PMTiles file of another version than 3");
    PmtilesHeader h;
    for (PmtilesSection* s : {&h.root, &h.metadata, &h.leaves, &h.tiles}) {
        s->offset = in.little(8);
        s->length = in.little(8);
        if (s->offset > file.size() || s->length > file.size() - s->offset) throw InputError("the PMTiles file ends too early: a section lies beyond its end");
    }
    for (std::uint64_t* count : {&h.addressed_tiles, &h.entries, &h.contents}) *count = in.little(8);
    h.clustered            = in.little(1) == 1;
    h.internal_compression = static_cast<PmtilesCompression>(in.little(1));
    h.tile_compression     = static_cast<PmtilesCompression>(in.little(1));
    h.tile_type            = static_cast<PmtilesTileType>(in.little(1));
    h.min_zoom             = static_cast<std::uint8_t>(in.little(1));
    h.max_zoom             = static_cast<std::uint8_t>(in.little(1));
    for (double* d : {&h.bounds.x_min, &h.bounds.y_min, &h.bounds.x_max, &h.bounds.y_max}) *d = in.degrees();
    h.centre_zoom = static_cast<std::uint8_t>(in.little(1));
    h.centre.x    = in.degrees();
    h.centre.y    = in.degrees();
    return h;
}

std::string pmtiles_directory_bytes(const std::vector<PmtilesEntry>& entries) {
    std::string out;
    put_varint(out, entries.size());
    std::uint64_t last = 0;
    for (const PmtilesEntry& e : entries) {
        put_varint(out, e.tile - last);
        last = e.tile;
    }
    for (const PmtilesEntry& e : entries) put_varint(out, e.run);
    for (const PmtilesEntry& e : entries) put_varint(out, e.length);
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        put_varint(out, i > 0 && entries[i].offset == next ? 0 : entries[i].offset + 1);
        next = entries[i].offset + entries[i].length;
    }
    return out;
}

std::vector<PmtilesEntry> parse_pmtiles_directory(std::string_view bytes) {
    Cursor              in(bytes);
    const std::uint64_t count = in.varint();
    if (count > in.left() / 4) throw InputError("a PMTiles directory names more entries than it holds");
    std::vector<PmtilesEntry> entries(count);
    std::uint64_t             tile = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::uint64_t step = in.varint();
        if ((i > 0 && step == 0) || step > std::numeric_limits<std::uint64_t>::max() - tile) throw InputError("a PMTiles directory is not in rising order");
        tile += step;
        entries[i].tile = tile;
    }
    for (PmtilesEntry& e : entries) e.run = in.varint32();
    for (PmtilesEntry& e : entries) {
        e.length = in.varint32();
        if (e.length == 0) throw InputError("a PMTiles directory holds an entry without bytes");
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const std::uint64_t offset = in.varint();
        if (offset == 0 && i == 0) throw InputError("a PMTiles directory begins with an offset that refers to nothing");
        entries[i].offset = offset == 0 ? entries[i - 1].offset + entries[i - 1].length : offset - 1;
    }
    if (in.left() != 0) throw InputError("a PMTiles directory holds bytes after its end");
    return entries;
}

}  // namespace gapmap
