#pragma once
#include <cstdio>
#include <filesystem>
#include <memory>
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
    void commit();                                                ///< flushes, closes, renames; throws OutputError

private:
    [[noreturn]] void fail(int reason);
    std::filesystem::path path_, temporary_;
    int                   fd_     = -1;
    bool                  stdout_ = false;
};

}  // namespace gapmap
