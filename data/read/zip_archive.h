#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/read/mapped_file.h"

namespace gapmap {

/// One member of a zip archive, from its central directory.
struct ZipEntry {
    std::string   name;  ///< UTF-8, with forward slashes; names without a declared encoding are tried as UTF-8, then GB18030
    std::uint16_t method = 0, flags = 0;
    std::uint32_t crc    = 0;
    std::uint64_t packed_bytes = 0, bytes = 0, offset = 0;
    [[nodiscard]] bool is_folder() const noexcept { return name.ends_with('/'); }
    [[nodiscard]] bool is_encrypted() const noexcept { return (flags & 1U) != 0; }
};

/// The bytes of one member, inflated as they are asked for: memory does not depend on its size.
class ZipStream {
public:
    ZipStream(std::string_view packed, const ZipEntry& entry, std::uint64_t limit, std::string source);
    ~ZipStream();
    ZipStream(ZipStream&&) noexcept;
    ZipStream(const ZipStream&)            = delete;
    ZipStream& operator=(const ZipStream&) = delete;
    ZipStream& operator=(ZipStream&&)      = delete;

    /// Fills `out` from the front and returns how much came; 0 at the end, where length and check sum have been compared.
    /// Throws InputError where the member is damaged, or longer than it says or than `limit` bytes.
    std::size_t read(std::span<char> out);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A zip archive (with Zip64), mapped. Throws InputError where it is damaged, cut short, or holds over 65,535 members.
class ZipArchive {
public:
    static constexpr std::uint64_t member_limit = std::uint64_t{4} << 30U;  ///< a member that inflates to more is refused

    explicit ZipArchive(const std::string& path);
    [[nodiscard]] const std::vector<ZipEntry>& entries() const noexcept { return entries_; }
    /// The member of this name; letters' case and slashes do not matter. Null where there is none.
    [[nodiscard]] const ZipEntry* find(std::string_view name) const;
    /// Refuses a member that says it unpacks to more than `limit` bytes, or to 300 times its size and more than 64 MiB.
    [[nodiscard]] ZipStream       open(const ZipEntry& entry, std::uint64_t limit = member_limit) const;
    /// A whole member; InputError where it is longer than `limit`.
    [[nodiscard]] std::string        read(const ZipEntry& entry, std::uint64_t limit) const;
    [[nodiscard]] const std::string& source() const noexcept { return source_; }

private:
    std::string           source_;
    MappedFile            file_;
    std::vector<ZipEntry> entries_;
};

}  // namespace gapmap
