#include "geo/shape/wkb.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::uint32_t wkb_polygon = 3, wkb_multi_polygon = 6;

template <class Value>
void put(std::string& out, Value value) {
    static_assert(std::endian::native == std::endian::little);
    char bytes[sizeof(Value)];
    std::memcpy(bytes, &value, sizeof(Value));
    out.append(bytes, sizeof(Value));
}

void put_header(std::string& out, std::uint32_t type) {
    out += '\1';  // little-endian
    put(out, type);
}

class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

    /// Reads byte order and type of a geometry.
    std::uint32_t header() {
        swap_ = take(1).front() == std::byte{0};
        return number<std::uint32_t>();
    }
    template <class Value>
    Value number() {
        std::byte raw[sizeof(Value)];
        std::ranges::copy(take(sizeof(Value)), raw);
        if (swap_) std::ranges::reverse(raw);
        Value value;
        std::memcpy(&value, raw, sizeof(Value));
        return value;
    }
    /// A count of things of at least `size` bytes each: refused where the input cannot hold so many.
    std::uint32_t count(std::size_t size) {
        const auto n = number<std::uint32_t>();
        if (n > bytes_.size() / size) throw InputError("WKB: a count exceeds the length of the input");
        return n;
    }

private:
    std::span<const std::byte> take(std::size_t n) {
        if (n > bytes_.size()) throw InputError("WKB: ends too early");
        const auto head = bytes_.first(n);
        bytes_          = bytes_.subspan(n);
        return head;
    }
    std::span<const std::byte> bytes_;
    bool                       swap_ = false;
};

void read_polygon(Reader& in, Polygons<Lonlat>& out) {
    const auto rings = in.count(4);
    for (std::uint32_t q = 0; q < rings; ++q) {
        const auto points = in.count(16);
        for (std::uint32_t i = 0; i < points; ++i) {
            const auto x = in.number<double>();
            out.push_point(x, in.number<double>());
        }
        out.end_ring();
    }
    if (rings > 0) out.end_part();
}

}  // namespace

std::string to_wkb(const PolygonsView<Lonlat>& p, std::size_t r) {
    std::string out;
    put_header(out, wkb_multi_polygon);
    put(out, p.rows[r + 1] - p.rows[r]);
    for (std::size_t part = p.rows[r]; part < p.rows[r + 1]; ++part) {
        put_header(out, wkb_polygon);
        put(out, p.parts[part + 1] - p.parts[part]);
        for (std::size_t q = p.parts[part]; q < p.parts[part + 1]; ++q) {
            put(out, p.rings[q + 1] - p.rings[q]);
            for (std::size_t i = p.rings[q]; i < p.rings[q + 1]; ++i) {
                put(out, p.x[i]);
                put(out, p.y[i]);
            }
        }
    }
    return out;
}

void append_wkb(std::span<const std::byte> wkb, Polygons<Lonlat>& out) {
    Reader     in(wkb);
    const auto type = in.header();
    if (type == wkb_polygon) {
        read_polygon(in, out);
    } else if (type == wkb_multi_polygon) {
        const auto parts = in.count(9);
        for (std::uint32_t part = 0; part < parts; ++part) {
            if (in.header() != wkb_polygon) throw InputError("WKB: a MultiPolygon holds something else than polygons");
            read_polygon(in, out);
        }
    } else {
        throw InputError("WKB: expected a Polygon or MultiPolygon, found type " + std::to_string(type));
    }
    out.end_row();
}

}  // namespace gapmap
