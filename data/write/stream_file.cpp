#include "data/write/stream_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "data/write/output_target.h"
#include "geo/core/error.h"

namespace gapmap {

StreamFile::StreamFile(std::filesystem::path path) : path_(std::move(path)), stdout_(path_.empty() || path_ == "-") {
    if (stdout_) {
        fd_ = STDOUT_FILENO;
        return;
    }
    target_    = settle_output(path_);
    temporary_ = target_.string() + fmt::format(".{}.part", ::getpid());
    fd_        = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd_ < 0) fail(errno);
}

StreamFile::~StreamFile() {
    if (stdout_ || fd_ < 0) return;
    ::close(fd_);
    ::unlink(temporary_.c_str());
}

void StreamFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail(errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

void StreamFile::write_at(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail(errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void StreamFile::commit(Flush flush) {
    if (stdout_) return;
    if (flush == Flush::yes && ::fsync(fd_) != 0) fail(errno);
    const int closing = ::close(fd_);
    fd_               = -1;
    if (closing != 0 || std::rename(temporary_.c_str(), target_.c_str()) != 0) {
        const int reason = errno;
        ::unlink(temporary_.c_str());
        fail(reason);
    }
}

void StreamFile::fail(int reason) {
    if (stdout_) throw OutputError(fmt::format("cannot be written: {}", std::strerror(reason)), {"standard output"});
    throw OutputError(fmt::format("cannot be written: {}; the previous file, if any, is unchanged", std::strerror(reason)), {path_.string()});
}

}  // namespace gapmap
