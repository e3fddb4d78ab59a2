#pragma once
#include <string>
#include <vector>

#include "data/ingest/header_match.h"

namespace gapmap {

/// The names that a column of a header can go by.
struct ColumnNames {
    struct Name {
        std::string text, key;  ///< as in the file (folded), and as it is compared
        std::string bare;       ///< without marks and hints for the person who fills it in (bare_header_key)
        bool        whole = true;   ///< false: only the lowest of several rows
    };
    std::vector<Name> names;  ///< the whole one first; none for a column without header
};

/// Rows that may be a header, with merged cells filled across and down.
class HeaderGrid {
public:
    HeaderGrid(const std::vector<std::vector<std::string>>& rows, const HeaderHints& hints);
    /// The names of each column where rows `first` to `first + height - 1` are the header.
    [[nodiscard]] std::vector<ColumnNames> columns(std::size_t first, std::size_t height) const;
    /// The first row of the cells that are merged down into row `row`; `row` itself where there are none.
    [[nodiscard]] std::size_t merged_start(std::size_t row) const;
    /// The height that merged cells give a header of `height` rows at `first`: up to 3.
    [[nodiscard]] std::size_t   merged_height(std::size_t first, std::size_t height) const;
    [[nodiscard]] std::size_t   rows() const noexcept { return grid_.size(); }
    [[nodiscard]] std::uint64_t number(std::size_t row) const noexcept { return row < numbers_.size() ? numbers_[row] : row + 1; }
    [[nodiscard]] std::string   seen(std::size_t row) const;  ///< the texts of a row, for messages

private:
    std::vector<std::vector<std::string>> grid_;
    std::vector<std::uint64_t>            numbers_;
    std::vector<CellRange>                merges_;
};

}  // namespace gapmap
