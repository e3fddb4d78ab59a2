#include "render/png_chunks.h"

#include <libdeflate.h>

namespace gapmap {
namespace {

void put_u32(std::string& out, std::uint32_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>((v >> shift) & 0xFF);
}

}  // namespace

void put_png_chunk(std::string& png, std::string_view type, std::string_view body) {
    put_u32(png, static_cast<std::uint32_t>(body.size()));
    const std::size_t from = png.size();
    png += type;
    png += body;
    put_u32(png, libdeflate_crc32(0, png.data() + from, png.size() - from));
}

void put_png_header(std::string& png, std::uint32_t width, std::uint32_t height, int depth, int colour_type) {
    std::string header;
    put_u32(header, width);
    put_u32(header, height);
    header += static_cast<char>(depth);
    header += static_cast<char>(colour_type);
    header.append(3, '\0');
    put_png_chunk(png, "IHDR", header);
}

}  // namespace gapmap
