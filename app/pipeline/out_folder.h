#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace gapmap {

/// One file of the outputs, for summary and manifest.
struct OutputFile {
    std::string    path;       ///< below out/, with '/'
    std::uintmax_t bytes = 0;
    std::int64_t   items = -1; ///< features, rows or tiles; -1 where it does not apply
    std::string    sha256;
};

/// The outputs grow in a folder beside `out` and take its place in one step: the last outputs stand until the new ones are
/// whole, whatever happens in between. What is left of a killed run is cleared by the next.
class OutFolder {
public:
    explicit OutFolder(std::filesystem::path out);
    ~OutFolder();  ///< without publish(), removes what was written
    OutFolder(const OutFolder&)            = delete;
    OutFolder& operator=(const OutFolder&) = delete;

    [[nodiscard]] std::filesystem::path path(const std::string& below) const;  ///< makes the folders on the way
    /// Where the outputs of the last run stand, until publish(). There may be none.
    [[nodiscard]] std::filesystem::path standing(const std::string& below) const { return out_ / below; }
    /// A file that the next run may look at and nobody else needs, in the folder .gapmap beside `out`, which publish() leaves alone. It may be deleted at any time.
    [[nodiscard]] std::filesystem::path memory(const std::string& name) const;
    void write(const std::string& below, std::string_view bytes, std::int64_t items = -1);
    void record(const std::string& below, std::int64_t items);  ///< a file that somebody else wrote to path(below)
    [[nodiscard]] const std::vector<OutputFile>& files() const noexcept { return files_; }
    void publish();  ///< throws OutputError; the old outputs then stand

private:
    std::filesystem::path   out_, work_;
    std::vector<OutputFile> files_;
};

}  // namespace gapmap
