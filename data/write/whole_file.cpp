#include "data/write/whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "data/write/output_target.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::filesystem::path& temporary, int reason) {
    std::error_code ignored;  // the temporary file may not exist; nothing else could be done about it
    std::filesystem::remove(temporary, ignored);
    throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", std::strerror(reason)), {path.string()});
}

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

}  // namespace

void write_whole_file(const std::filesystem::path& path, std::string_view bytes) {
    const std::filesystem::path target    = settle_output(path);
    const std::filesystem::path temporary = target.string() + fmt::format(".{}.part", ::getpid());
    const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0) fail(path, temporary, errno);
    bool ok     = write_all(fd, bytes) && ::fsync(fd) == 0;
    int  reason = errno;
    if (::close(fd) != 0 && ok) {
        ok     = false;
        reason = errno;
    }
    if (!ok) fail(path, temporary, reason);
    if (std::rename(temporary.c_str(), target.c_str()) != 0) fail(path, temporary, errno);
}

std::string read_whole_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw InputError(std::string("cannot be opened: ") + std::strerror(errno), {path.string()});
    std::ostringstream content;
    content << file.rdbuf();
    if (file.bad()) throw InputError("cannot be read to its end", {path.string()});
    return std::move(content).str();
}

}  // namespace gapmap
