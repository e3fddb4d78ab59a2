#include "data/read/spool.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "geo/core/error.h"

namespace gapmap {
namespace {

[[noreturn]] void fail(int reason) {
    throw OutputError(fmt::format("a temporary file cannot be written: {}; make room there, or set TMPDIR", std::strerror(reason)), {.source = std::filesystem::temp_directory_path().string()});
}

}  // namespace

Spool::Spool(std::size_t most_in_memory) : most_in_memory_(most_in_memory) {}

Spool::~Spool() {
    if (fd_ >= 0) ::close(fd_);
}

void Spool::append(std::string_view bytes) {
    memory_.append(bytes);
    if (memory_.size() > most_in_memory_) flush();
}

void Spool::flush() {
    if (fd_ < 0) {
        std::string name = (std::filesystem::temp_directory_path() / "gapmap-XXXXXX").string();
        fd_              = ::mkstemp(name.data());
        if (fd_ < 0) fail(errno);
        ::unlink(name.c_str());
    }
    for (std::string_view left = memory_; !left.empty();) {
        const ssize_t n = ::write(fd_, left.data(), left.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail(errno);
        left.remove_prefix(static_cast<std::size_t>(n));
    }
    memory_.clear();
}

std::string_view Spool::finish() {
    if (fd_ < 0) return memory_;
    flush();
    map_ = std::make_unique<MappedFile>(fd_);
    return map_->bytes();
}

void Spool::forget(std::size_t count) const noexcept {
    if (map_) map_->forget(count);
}

}  // namespace gapmap
