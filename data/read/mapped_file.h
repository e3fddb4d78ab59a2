#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gapmap {

/// A file's bytes, mapped read-only. The file must not be shortened while this lives.
class MappedFile {
public:
    explicit MappedFile(const std::string& path);  ///< throws InputError where it cannot be opened
    explicit MappedFile(int fd);                  ///< of an open file, which may be closed afterwards; throws InputError
    ~MappedFile();
    MappedFile(const MappedFile&)            = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
    /// The first `count` bytes are not looked at soon: their memory is given back (and read again from the file if they are).
    void forget(std::size_t count) const noexcept;

private:
    /// 0, or why it cannot be mapped.
    int map(int fd) noexcept;
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace gapmap
