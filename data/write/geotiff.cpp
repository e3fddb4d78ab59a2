#include "data/write/geotiff.h"

#include <fmt/format.h>
#include <gdal.h>
#include <libdeflate.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "data/gdal_scope.h"
#include "data/write/stream_file.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr int         tile_side   = 256;
constexpr std::size_t tile_bytes  = std::size_t{tile_side} * tile_side * sizeof(float);
constexpr std::size_t sample_size = 16'384;

struct FreeCompressor {
    void operator()(libdeflate_compressor* c) const noexcept { libdeflate_free_compressor(c); }
};
using Compressor = std::unique_ptr<libdeflate_compressor, FreeCompressor>;

std::string squeeze(libdeflate_compressor* c, const void* data, std::size_t size) {
    std::string out(libdeflate_zlib_compress_bound(c, size), '\0');
    out.resize(libdeflate_zlib_compress(c, data, size, out.data(), out.size()));
    return out;
}

/// One tile, filled up with NaN beyond the raster's edge.
std::string encode_tile(const Raster<Planar>& raster, int tile_column, int tile_row) {
    std::vector<float> tile(std::size_t{tile_side} * tile_side, std::numeric_limits<float>::quiet_NaN());
    const int columns = std::min(tile_side, raster.grid.width - tile_column * tile_side), rows = std::min(tile_side, raster.grid.height - tile_row * tile_side);
    for (int r = 0; r < rows; ++r) {
        const auto from = static_cast<std::size_t>(tile_row * tile_side + r) * static_cast<std::size_t>(raster.grid.width) + static_cast<std::size_t>(tile_column * tile_side);
        std::copy_n(raster.values.begin() + static_cast<std::ptrdiff_t>(from), columns, tile.begin() + std::ptrdiff_t{r} * tile_side);
    }
    const Compressor quick(libdeflate_alloc_compressor(1));
    const auto*      middle = reinterpret_cast<const char*>(tile.data()) + tile_bytes / 2;
    if (squeeze(quick.get(), middle, sample_size).size() * 5 < sample_size * 4) return squeeze(quick.get(), tile.data(), tile_bytes);
    const Compressor stored(libdeflate_alloc_compressor(0));
    return squeeze(stored.get(), tile.data(), tile_bytes);
}

/// The image file directory: 12 bytes an entry (20 in BigTIFF), values that do not fit behind it. Little endian.
class Directory {
public:
    explicit Directory(bool big) : big_(big) {}

    template <class Value>
    void add(std::uint16_t tag, std::uint16_t type, const std::vector<Value>& values, std::size_t count = 0) {
        Entry entry{tag, type, count == 0 ? values.size() : count, std::string(values.size() * sizeof(Value), '\0')};
        if (!values.empty()) std::memcpy(entry.bytes.data(), values.data(), entry.bytes.size());
        entries_.push_back(std::move(entry));
    }
    void shorts(std::uint16_t tag, const std::vector<std::uint16_t>& values) { add(tag, 3, values); }
    void longs(std::uint16_t tag, const std::vector<std::uint32_t>& values) { add(tag, 4, values); }
    void doubles(std::uint16_t tag, const std::vector<double>& values) { add(tag, 12, values); }
    void text(std::uint16_t tag, const std::string& value) { add(tag, 2, std::vector<char>(value.c_str(), value.c_str() + value.size() + 1)); }
    void offsets(std::uint16_t tag, const std::vector<std::uint64_t>& values) {
        if (big_) add(tag, 16, values);
        else longs(tag, {values.begin(), values.end()});
    }

    /// The bytes of the directory when it stands at `where`.
    [[nodiscard]] std::string bytes(std::uint64_t where) const {
        const std::size_t entry_size = big_ ? 20 : 12, inline_size = big_ ? 8 : 4;
        std::string       head, tail;
        const std::uint64_t tail_at = where + (big_ ? 8 : 2) + entries_.size() * entry_size + inline_size;
        put(head, entries_.size(), big_ ? 8 : 2);
        for (const Entry& e : entries_) {
            put(head, e.tag, 2);
            put(head, e.type, 2);
            put(head, e.count, inline_size);
            if (e.bytes.size() <= inline_size) {
                head += e.bytes + std::string(inline_size - e.bytes.size(), '\0');
            } else {
                put(head, tail_at + tail.size(), inline_size);
                tail += e.bytes;
                if (tail.size() % 2 != 0) tail.push_back('\0');
            }
        }
        put(head, 0, inline_size);
        return head + tail;
    }
    static void put(std::string& to, std::uint64_t value, std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i) to.push_back(static_cast<char>(value >> (8 * i) & 0xFFU));
    }

private:
    struct Entry {
        std::uint16_t tag, type;
        std::uint64_t count;
        std::string   bytes;
    };
    bool               big_;
    std::vector<Entry> entries_;  // ascending by tag
};

std::optional<std::uint16_t> epsg_code(const std::string& crs) {
    unsigned code = 0;
    if (!crs.starts_with("EPSG:")) return std::nullopt;
    const auto [end, error] = std::from_chars(crs.data() + 5, crs.data() + crs.size(), code);
    if (error != std::errc() || end != crs.data() + crs.size() || code == 0 || code > 32'766) return std::nullopt;
    return static_cast<std::uint16_t>(code);
}

/// What GDAL reads band names from. Names are our own words: nothing to escape.
std::string band_names(std::span<const RasterBand> bands) {
    std::string out = "<GDALMetadata>";
    for (std::size_t b = 0; b < bands.size(); ++b) out += fmt::format(R"(<Item name="DESCRIPTION" sample="{}" role="description">{}</Item>)", b, bands[b].name);
    return out + "</GDALMetadata>";
}

Directory make_directory(const Grid<Planar>& g, std::span<const RasterBand> bands, const std::string& crs, bool big, const std::vector<std::uint64_t>& offsets, const std::vector<std::uint32_t>& sizes) {
    Directory d(big);
    d.longs(256, {static_cast<std::uint32_t>(g.width)});
    d.longs(257, {static_cast<std::uint32_t>(g.height)});
    const std::size_t n = bands.size();
    d.shorts(258, std::vector<std::uint16_t>(n, 32));  // bits a sample
    d.shorts(259, {8});   // DEFLATE
    d.shorts(262, {1});   // larger is brighter
    d.shorts(277, {static_cast<std::uint16_t>(n)});                  // samples a pixel
    d.shorts(284, {static_cast<std::uint16_t>(n == 1 ? 1 : 2)});  // 2: each band's tiles by themselves
    d.shorts(322, {tile_side});
    d.shorts(323, {tile_side});
    d.offsets(324, offsets);
    d.longs(325, sizes);
    if (n > 1) d.shorts(338, std::vector<std::uint16_t>(n - 1, 0));
    d.shorts(339, std::vector<std::uint16_t>(n, 3));  // IEEE floating point
    d.doubles(33550, {g.cell_x, g.cell_y, 0});
    d.doubles(33922, {0, 0, 0, g.x_min, g.y_max, 0});
    // Keys: model type (1 projected, 2 geographic), raster type (1: pixel is area), the code of the system.
    if (const auto code = epsg_code(crs)) {
        const bool degrees = is_geographic(crs);
        d.shorts(34735, {1, 1, 0, 3, 1024, 0, 1, static_cast<std::uint16_t>(degrees ? 2 : 1), 1025, 0, 1, 1, static_cast<std::uint16_t>(degrees ? 2048 : 3072), 0, 1, *code});
    }  // without keys a pixel is an area too
    if (n > 1) d.text(42112, band_names(bands));
    d.text(42113, "nan");
    return d;
}

/// A system without EPSG code is written by GDAL, which knows how to spell one out in keys.
void state_by_gdal(const std::string& file, const std::string& crs, const std::string& path) {
    GdalScope    messages;
    GDALDatasetH dataset = GDALOpen(file.c_str(), GA_Update);
    const bool   ok      = dataset != nullptr && GDALSetProjection(dataset, crs.c_str()) == CE_None;
    if (dataset != nullptr) GDALClose(dataset);
    if (!ok || messages.failed()) throw OutputError(fmt::format("its coordinate system cannot be written: {}", messages.text()), {path});
}

}  // namespace

void write_geotiff(const std::string& path, const Raster<Planar>& raster, const std::string& crs, const Execution& exec) {
    const RasterBand band{"", &raster};
    write_geotiff(path, std::span(&band, 1), crs, exec);
}

void write_geotiff(const std::string& path, std::span<const RasterBand> bands, const std::string& crs, const Execution& exec) {
    GEO_EXPECTS(!bands.empty());
    const Grid<Planar>& g = bands.front().raster->grid;
    for (const RasterBand& band : bands) GEO_EXPECTS(band.raster->grid == g && band.raster->values.size() == g.cells() && g.cells() > 0);
    const int  across = (g.width + tile_side - 1) / tile_side, down = (g.height + tile_side - 1) / tile_side;
    const auto plane  = static_cast<std::size_t>(across) * static_cast<std::size_t>(down), tiles = plane * bands.size();
    const bool big    = tiles * (tile_bytes + 1024) > 4'000'000'000U;
    StreamFile file(path);
    std::string header("II");
    Directory::put(header, big ? 43 : 42, 2);
    if (big) Directory::put(header, 8, 4);
    header.resize(big ? 16 : 8, '\0');  // the directory's place is filled in at the end
    file.append(header);
    std::uint64_t              at = header.size();
    std::vector<std::uint64_t> offsets(tiles);
    std::vector<std::uint32_t> sizes(tiles);
    ordered_pipeline<std::string>(
        exec, tiles,
        [&](std::size_t t) {
            const auto row = static_cast<int>(t % plane / static_cast<std::size_t>(across)), column = static_cast<int>(t % plane % static_cast<std::size_t>(across));
            return encode_tile(*bands[t / plane].raster, column, row);
        },
        [&](std::size_t t, std::string&& bytes) {
            offsets[t] = at;
            sizes[t]   = static_cast<std::uint32_t>(bytes.size());
            if (bytes.size() % 2 != 0) bytes.push_back('\0');
            file.append(bytes);
            at += bytes.size();
        });
    file.append(make_directory(g, bands, crs, big, offsets, sizes).bytes(at));
    std::string place;
    Directory::put(place, at, big ? 8 : 4);
    file.write_at(big ? 8 : 4, place);
    const bool spelled_out = !crs.empty() && crs != "GCJ02" && !crs.starts_with("BD09") && !epsg_code(crs);
    if (spelled_out) state_by_gdal(file.temporary(), crs, path);
    file.commit(StreamFile::Flush::no);  // large, and can be made again
}

}  // namespace gapmap
