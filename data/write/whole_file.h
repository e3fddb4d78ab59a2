#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace gapmap {

/// Writes `bytes` to `path` whole or not at all: a temporary file beside it, flushed to disk, then renamed over it.
/// Throws OutputError with the system's reason (a full disk, no permission); the old file then stands untouched.
void write_whole_file(const std::filesystem::path& path, std::string_view bytes);

/// The whole content of a file. Throws InputError where it cannot be read.
[[nodiscard]] std::string read_whole_file(const std::filesystem::path& path);

}  // namespace gapmap
