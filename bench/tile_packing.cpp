// The floor under a tile set: what deflate alone costs on its tiles. tile_packing FILE.pmtiles [LEVEL]
// Unpacks every tile (gzip, or the IDAT chunks of a PNG), then times libdeflate on that, one thread, nothing else.
#include <libdeflate.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "data/read/mapped_file.h"
#include "data/tile/pmtiles_read.h"
#include "geo/core/error.h"

namespace {

std::uint32_t big_endian(const char* p) {
    const auto* b = reinterpret_cast<const unsigned char*>(p);
    return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

/// The zlib stream of a PNG.
std::string image_data(std::string_view png) {
    std::string out;
    for (std::size_t at = 8; at + 12 <= png.size();) {
        const std::uint32_t size = big_endian(png.data() + at);
        if (png.substr(at + 4, 4) == "IDAT") out += png.substr(at + 8, size);
        at += 12 + std::size_t{size};
    }
    return out;
}

std::string unpacked(libdeflate_decompressor* d, std::string_view tile, std::string& room) {
    std::size_t size = 0;
    const bool  png  = tile.starts_with("\x89PNG");
    const auto  data = png ? image_data(tile) : std::string(tile);
    const auto  made = png ? libdeflate_zlib_decompress(d, data.data(), data.size(), room.data(), room.size(), &size) : libdeflate_gzip_decompress(d, data.data(), data.size(), room.data(), room.size(), &size);
    if (made != LIBDEFLATE_SUCCESS) throw gapmap::InputError("holds a tile that is neither gzip nor PNG", {});
    return room.substr(0, size);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::fputs("usage: tile_packing FILE.pmtiles [LEVEL]\n", stderr), 2;
    const int                level = argc > 2 ? std::atoi(argv[2]) : 6;
    const gapmap::MappedFile file(argv[1]);
    std::string              room(std::size_t{1} << 27, '\0');
    std::vector<std::string> tiles;
    std::size_t              bytes_in = 0, bytes_out = 0;
    auto*                    unpacker = libdeflate_alloc_decompressor();
    gapmap::PmtilesReader(file.bytes()).for_each([&](gapmap::TileId, std::string_view tile) {
        tiles.push_back(unpacked(unpacker, tile, room));
        bytes_in += tiles.back().size();
    });
    auto*      packer = libdeflate_alloc_compressor(level);
    const auto start  = std::chrono::steady_clock::now();
    for (const std::string& tile : tiles) bytes_out += libdeflate_zlib_compress(packer, tile.data(), tile.size(), room.data(), room.size());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("deflate alone, level %d: %zu tiles, %.1f MB in, %.1f MB out, %.2f s on one core, %.0f MB/s\n", level, tiles.size(), 1e-6 * static_cast<double>(bytes_in), 1e-6 * static_cast<double>(bytes_out), seconds,
                1e-6 * static_cast<double>(bytes_in) / seconds);
    libdeflate_free_compressor(packer);
    libdeflate_free_decompressor(unpacker);
}
