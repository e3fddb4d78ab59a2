#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace gapmap {

/// SHA-256 as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// Of a file's content, read in blocks. A Shapefile's companions (.dbf, .shx, .prj, .cpg) count as part of it.
/// Throws InputError where the file cannot be read.
[[nodiscard]] std::string file_digest(const std::filesystem::path& path);

}  // namespace gapmap
