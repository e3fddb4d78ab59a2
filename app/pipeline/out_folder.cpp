#include "app/pipeline/out_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "app/project/folder.h"
#include "data/read/digest.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"

namespace gapmap {
namespace fs = std::filesystem;

namespace {

constexpr const char* work_prefix = ".out-in-work-";

void remove_quietly(const fs::path& path) {
    std::error_code ignored;  // what cannot be removed now is removed by the next run
    fs::remove_all(path, ignored);
}

/// Everything in the folder is on disk before it becomes visible.
void sync_folder(const fs::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::syncfs(fd);
    ::close(fd);
}

}  // namespace

OutFolder::OutFolder(fs::path out) : out_(std::move(out)), work_(out_.parent_path() / fmt::format("{}{}", work_prefix, ::getpid())) {
    require_out_place(out_);
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(out_.parent_path(), error)) {
        if (entry.path().filename().string().starts_with(work_prefix)) remove_quietly(entry.path());
    }
    if (!fs::create_directories(work_, error)) {
        throw OutputError(fmt::format("cannot be made: {}; the previous outputs are unchanged", error.message()), {.source = out_.string()});
    }
}

OutFolder::~OutFolder() { remove_quietly(work_); }

fs::path OutFolder::path(const std::string& below) const {
    fs::path        target = work_ / below;
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (error) throw OutputError(fmt::format("cannot be made: {}; the previous outputs are unchanged", error.message()), {.source = (out_ / below).string()});
    return target;
}

fs::path OutFolder::memory(const std::string& name) const {
    const fs::path  folder = out_.parent_path() / ".gapmap";
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw OutputError(fmt::format("cannot be made: {}; the previous outputs are unchanged", error.message()), {.source = folder.string()});
    return folder / name;
}

void OutFolder::write(const std::string& below, std::string_view bytes, std::int64_t items) {
    write_whole_file(path(below), bytes);
    record(below, items);
}

void OutFolder::record(const std::string& below, std::int64_t items) {
    const fs::path target = work_ / below;
    files_.push_back({below, fs::file_size(target), items, file_digest(target)});
}

void OutFolder::publish() {
    sync_folder(work_);
    std::error_code error;
    require_out_place(out_);  // it may have changed while the run was at work
    if (!fs::exists(out_)) {
        fs::rename(work_, out_, error);
        if (error) throw OutputError(fmt::format("cannot be put in place: {}", error.message()), {.source = out_.string()});
        return;
    }
    // Both names change in one step; what was out is then in the work folder, and goes with it.
    if (::renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, out_.c_str(), RENAME_EXCHANGE) != 0) {
        throw OutputError(fmt::format("cannot be put in place: {}; the previous outputs are unchanged", std::strerror(errno)), {.source = out_.string()});
    }
}

}  // namespace gapmap
