#include "data/write/output_target.h"

#include <fmt/format.h>

#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;
constexpr int most_links = 40;  // as many as the system itself follows

/// A dangling link names a file that is yet to be made, so the links are walked here and need not resolve.
fs::path behind_links(const fs::path& path) {
    fs::path        at = path;
    std::error_code error;
    for (int i = 0; i < most_links; ++i) {
        if (!fs::is_symlink(fs::symlink_status(at, error))) return at;
        const fs::path next = fs::read_symlink(at, error);
        if (error) break;
        at = next.is_absolute() ? next : at.parent_path() / next;
    }
    throw OutputError("cannot be written: its symbolic links lead nowhere; name a file", {path.string()});
}

}  // namespace

fs::path settle_output(const fs::path& path) {
    const fs::path  target = behind_links(path);
    const fs::path  folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    const auto      above = fs::status(folder, error);
    if (!fs::exists(above)) {
        throw OutputError(fmt::format("cannot be written: there is no folder '{}'; make it first, or name another place", folder.string()), {path.string()});
    }
    if (!fs::is_directory(above)) throw OutputError(fmt::format("cannot be written: '{}' is not a folder; name another place", folder.string()), {path.string()});
    const auto there = fs::status(target, error);
    if (there.type() == fs::file_type::none) throw OutputError(fmt::format("cannot be written: {}", error.message()), {path.string()});
    if (fs::is_directory(there)) throw OutputError("is a folder; name a file in it", {path.string()});
    if (fs::exists(there) && !fs::is_regular_file(there)) {
        throw OutputError("is not an ordinary file (a device, pipe or socket) and is left alone; name a file, or - for standard output", {path.string()});
    }
    return target;
}

}  // namespace gapmap
