#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace gapmap {

/// A folder that goes away with this object.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&)            = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

/// A path into an archive: `archive` is a file whose name ends in .zip (or holds a zip), `member` what stands behind it, or empty.
struct MemberPath {
    std::string archive, member;
};
[[nodiscard]] MemberPath split_member(const std::string& path);

/// Unpacks the member (empty: the only one that can be read) with the files that belong to it, e.g. the parts of a Shapefile,
/// and returns where it lies now. Throws InputError listing the members where there is none of that name, or several to choose from.
[[nodiscard]] std::string unpack_member(const MemberPath& path, const TemporaryFolder& folder);

}  // namespace gapmap
