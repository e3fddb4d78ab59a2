#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/read/xlsx_format.h"
#include "data/read/zip_archive.h"

namespace gapmap {

/// The texts that a workbook's cells share: one block, so that a million of them cost what their letters do.
struct SharedTexts {
    std::string              text;
    std::vector<std::size_t> ends;
    [[nodiscard]] bool             has(std::size_t i) const noexcept { return i < ends.size(); }
    [[nodiscard]] std::string_view at(std::size_t i) const noexcept {
        const std::size_t from = i == 0 ? 0 : ends[i - 1];
        return std::string_view(text).substr(from, ends[i] - from);
    }
};

/// How a cell shows its number.
struct XlsxStyle {
    CellKind kind   = CellKind::number;
    unsigned zeros  = 0;  ///< whole numbers are padded to so many digits
};

struct XlsxSheetInfo {
    std::string name, part;
    bool        hidden = false;  ///< hidden or veryHidden
};

/// An XLSX workbook but for its rows: sheets, number formats, shared texts. Transitional and strict files alike.
/// Throws InputError where the file is damaged or holds no workbook; limits: 512 MiB of shared texts, 4 GiB a part.
class XlsxWorkbook {
public:
    explicit XlsxWorkbook(const std::string& path);
    [[nodiscard]] const std::vector<XlsxSheetInfo>& sheets() const noexcept { return sheets_; }
    [[nodiscard]] const ZipArchive&                 archive() const noexcept { return archive_; }
    [[nodiscard]] bool                              is_1904() const noexcept { return date1904_; }
    [[nodiscard]] XlsxStyle style(std::size_t i) const noexcept { return i < styles_.size() ? styles_[i] : XlsxStyle(); }
    /// Read at the first call.
    [[nodiscard]] const SharedTexts& shared_texts();

private:
    ZipArchive                 archive_;
    std::vector<XlsxSheetInfo> sheets_;
    std::vector<XlsxStyle>     styles_;
    std::string                shared_part_;
    SharedTexts                shared_;
    bool                       date1904_ = false, shared_read_ = false;
};

/// True where the archive holds an XLSX workbook, whatever its name.
[[nodiscard]] bool is_xlsx(const ZipArchive& archive);

}  // namespace gapmap
