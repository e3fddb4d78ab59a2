#pragma once
#include <filesystem>

namespace gapmap {

/// The file that a result named `path` will replace or make: a symbolic link is followed (the link stays, what it names is
/// replaced), anything else is `path` itself. Every writer asks here before it writes a byte.
/// Throws OutputError where a folder, a device, a pipe or a socket stands there, and where the folder above does not exist.
[[nodiscard]] std::filesystem::path settle_output(const std::filesystem::path& path);

}  // namespace gapmap
