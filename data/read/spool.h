#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "data/read/mapped_file.h"

namespace gapmap {

/// Bytes that are made one after the other and then read as one text: in memory while they are few, else in a temporary file
/// without a name, which goes when this does. Throws OutputError where the disk takes no more.
class Spool {
public:
    explicit Spool(std::size_t most_in_memory = std::size_t{1} << 24U);
    ~Spool();
    Spool(const Spool&)            = delete;
    Spool& operator=(const Spool&) = delete;

    void append(std::string_view bytes);
    /// All that was appended. Nothing may be appended afterwards.
    [[nodiscard]] std::string_view finish();
    /// The first `count` bytes are not looked at soon: their memory is given back.
    void forget(std::size_t count) const noexcept;

private:
    void flush();

    std::size_t                 most_in_memory_;
    std::string                 memory_;  ///< all, or what the file has not got yet
    int                         fd_ = -1;
    std::unique_ptr<MappedFile> map_;
};

}  // namespace gapmap
