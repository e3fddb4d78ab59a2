#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace gapmap {

/// A file written piece by piece that appears whole or not at all: a temporary file beside it, renamed by commit().
/// Without commit() nothing is left behind. The path "-" or "" is standard output, where pieces go at once.
class StreamFile {
public:
    explicit StreamFile(std::filesystem::path path);  ///< throws OutputError
    ~StreamFile();
    StreamFile(const StreamFile&)            = delete;
    StreamFile& operator=(const StreamFile&) = delete;

    void append(std::string_view bytes);                          ///< throws OutputError with the system's reason
    void write_at(std::uint64_t offset, std::string_view bytes);  ///< files only; before commit()
    /// Flush::yes survives a power cut right after; Flush::no leaves the disk's own time to large results.
    enum class Flush { yes, no };
    void commit(Flush flush = Flush::yes);  ///< closes and renames; throws OutputError
    [[nodiscard]] const std::filesystem::path& temporary() const noexcept { return temporary_; }

private:
    [[noreturn]] void fail(int reason);
    std::filesystem::path path_, target_, temporary_;  // as named, behind its links, while it grows
    int                   fd_     = -1;
    bool                  stdout_ = false;
};

}  // namespace gapmap
