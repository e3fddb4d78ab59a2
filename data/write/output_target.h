#pragma once
#include <filesystem>

namespace gapmap {

/// The file that a result named `path` will replace or make: a symbolic link is followed (the link stays, what it names is
/// replaced), anything else is `path` itself. Every writer asks here before it writes a byte.
/// Throws OutputError where a folder, a device, a pipe or a socket stands there, and where the folder above does not exist.
[[nodiscard]] std::filesystem::path settle_output(const std::filesystem::path& path);

/// Takes away what writers of `target` left beside it that no longer live (NAME.PID.part, NAME.PID.tiles.part, .NAME.PID.part): those that were killed.
/// settle_output() does it; writers of folders call it themselves.
void remove_abandoned_parts(const std::filesystem::path& target);

}  // namespace gapmap
