#include "data/read/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "geo/core/error.h"

namespace gapmap {

int MappedFile::map(int fd) noexcept {
    struct stat info {};
    if (fd < 0 || ::fstat(fd, &info) != 0) return errno;
    if (S_ISDIR(info.st_mode)) return EISDIR;
    if (info.st_size == 0) return 0;
    size_       = static_cast<std::size_t>(info.st_size);
    void* where = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (where == MAP_FAILED) return errno;
    data_ = static_cast<const char*>(where);
    return 0;
}

MappedFile::MappedFile(const std::string& path) {
    const int fd     = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int reason = map(fd);
    if (fd >= 0) ::close(fd);
    if (reason != 0) throw InputError(std::string("cannot be opened: ") + std::strerror(reason), {path});
}

MappedFile::MappedFile(int fd) {
    const int reason = map(fd);
    if (reason != 0) throw InputError(std::string("a temporary file cannot be read: ") + std::strerror(reason));
}

MappedFile::~MappedFile() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

void MappedFile::forget(std::size_t count) const noexcept {
    constexpr std::size_t page = 4096;  // a part of a larger page is refused, which costs memory and nothing else
    const std::size_t     whole = (count < size_ ? count : size_) / page * page;
    if (whole > 0) ::madvise(const_cast<char*>(data_), whole, MADV_DONTNEED);
}

}  // namespace gapmap
