#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gapmap {

/// Cells merged into one: rows as the user counts them (from 1), columns from 0, all inclusive.
struct CellRange {
    std::uint64_t first_row = 0, last_row = 0;
    std::size_t   first_column = 0, last_column = 0;
    bool          operator==(const CellRange&) const = default;
};

/// What a cell was in its file. Text files have texts only; the drivers of old workbooks do not tell.
enum class CellOrigin : unsigned char { text, number, day, untold };

/// One row of a sheet. Cells share one text; reused for the next row, so that it keeps its memory.
struct SheetRow {
    struct Span {
        std::size_t from = 0, size = 0;
        CellOrigin  origin = CellOrigin::text;
        bool        filled = false;  ///< the value stands in a merged cell that begins above
    };
    std::uint64_t     number = 0;
    std::string       text;
    std::vector<Span> cells;

    [[nodiscard]] std::string_view cell(std::size_t column) const noexcept {
        return column < cells.size() ? std::string_view(text).substr(cells[column].from, cells[column].size) : std::string_view();
    }
    /// Puts a value into a column; columns between stay empty.
    void set(std::size_t column, std::string_view value, CellOrigin origin = CellOrigin::text, bool filled = false);
    void clear(std::uint64_t row_number) noexcept;
    [[nodiscard]] bool is_blank() const noexcept;  ///< nothing but ASCII blanks in it
};

/// Fills the value of merged cells down their first column while rows pass by in order. Rows that are otherwise blank stay blank.
class MergeFill {
public:
    MergeFill() = default;
    explicit MergeFill(std::vector<CellRange> ranges);
    void fill(SheetRow& row);
    [[nodiscard]] const std::vector<CellRange>& ranges() const noexcept { return ranges_; }

private:
    struct Active {
        std::size_t range = 0;
        std::string value;
        CellOrigin  origin = CellOrigin::text;
    };
    std::vector<CellRange> ranges_;  ///< by first row
    std::size_t            next_ = 0;
    std::vector<Active>    active_;
};

/// "B12" as column 1, row 12; nothing where it is not a cell's name. "B" alone has row 0.
struct CellName {
    std::size_t   column = 0;
    std::uint64_t row    = 0;
};
[[nodiscard]] std::optional<CellName> parse_cell_name(std::string_view name) noexcept;
/// "A2:C5" or "A2".
[[nodiscard]] std::optional<CellRange> parse_cell_range(std::string_view name) noexcept;

}  // namespace gapmap
