#include "data/write/output_target.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>
#include <vector>

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

/// The process of a name such as NAME.123.part; 0 where it is none.
pid_t writer_of(std::string_view name, std::string_view target) {
    if (name.starts_with('.') && !target.starts_with('.')) name.remove_prefix(1);
    if (!name.starts_with(target) || !name.ends_with(".part")) return 0;
    name.remove_prefix(target.size());
    pid_t pid = 0;
    if (name.empty() || name.front() != '.') return 0;
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), pid);
    const std::string_view rest(end, static_cast<std::size_t>(name.data() + name.size() - end));
    return error == std::errc{} && pid > 0 && (rest == ".part" || rest == ".tiles.part") ? pid : 0;
}

}  // namespace

void remove_abandoned_parts(const fs::path& target) {
    const fs::path    folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    const std::string name   = target.filename().string();
    std::error_code   ignored;  // what cannot be looked at or removed harms nothing
    std::vector<fs::path> abandoned;
    for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
        const pid_t writer = writer_of(entry->path().filename().string(), name);
        if (writer != 0 && writer != ::getpid() && ::kill(writer, 0) != 0 && errno == ESRCH) abandoned.push_back(entry->path());
    }
    for (const fs::path& path : abandoned) fs::remove_all(path, ignored);
}

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
    remove_abandoned_parts(target);
    return target;
}

}  // namespace gapmap
