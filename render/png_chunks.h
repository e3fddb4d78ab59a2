#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace gapmap {

/// The eight bytes that a PNG begins with.
inline constexpr std::string_view png_signature{"\x89PNG\r\n\x1a\n", 8};

/// Appends a chunk: length, type, body, CRC. Source: PNG specification, 2nd edition, clause 5.3.
void put_png_chunk(std::string& png, std::string_view type, std::string_view body);

/// Appends IHDR. `colour_type`: 2 RGB, 3 indexed, 6 RGBA; deflate, adaptive filters, not interlaced.
void put_png_header(std::string& png, std::uint32_t width, std::uint32_t height, int depth, int colour_type);

}  // namespace gapmap
