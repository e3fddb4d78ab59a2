#include "data/read/cell_range.h"

#include <algorithm>

namespace gapmap {

void SheetRow::set(std::size_t column, std::string_view value, CellOrigin origin, bool filled) {
    if (column >= cells.size()) cells.resize(column + 1);
    cells[column] = {text.size(), value.size(), origin, filled};
    text += value;
}

void SheetRow::clear(std::uint64_t row_number) noexcept {
    number = row_number;
    text.clear();
    cells.clear();
}

bool SheetRow::is_blank() const noexcept {
    return std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

MergeFill::MergeFill(std::vector<CellRange> ranges) : ranges_(std::move(ranges)) {
    std::ranges::sort(ranges_, {}, [](const CellRange& range) { return std::pair(range.first_row, range.first_column); });
}

void MergeFill::fill(SheetRow& row) {
    std::erase_if(active_, [&](const Active& entry) { return ranges_[entry.range].last_row < row.number; });
    const bool blank = row.is_blank();
    for (const Active& entry : active_) {
        const std::size_t column = ranges_[entry.range].first_column;
        if (!blank && row.cell(column).empty()) row.set(column, entry.value, entry.origin, true);
    }
    for (; next_ < ranges_.size() && ranges_[next_].first_row <= row.number; ++next_) {
        const CellRange& range = ranges_[next_];
        if (range.first_row != row.number || range.last_row == range.first_row) continue;
        const CellOrigin origin = range.first_column < row.cells.size() ? row.cells[range.first_column].origin : CellOrigin::text;
        active_.push_back({next_, std::string(row.cell(range.first_column)), origin});
    }
}

std::optional<CellName> parse_cell_name(std::string_view name) noexcept {
    CellName    cell;
    std::size_t at = 0;
    for (; at < name.size() && at < 4; ++at) {
        const char letter = name[at] >= 'a' && name[at] <= 'z' ? static_cast<char>(name[at] - 32) : name[at];
        if (letter == '$') continue;
        if (letter < 'A' || letter > 'Z') break;
        cell.column = cell.column * 26 + static_cast<std::size_t>(letter - 'A' + 1);
    }
    if (cell.column == 0) return std::nullopt;
    --cell.column;
    for (; at < name.size(); ++at) {
        if (name[at] == '$') continue;
        if (name[at] < '0' || name[at] > '9' || cell.row > 100'000'000) return std::nullopt;
        cell.row = cell.row * 10 + static_cast<std::uint64_t>(name[at] - '0');
    }
    return cell;
}

std::optional<CellRange> parse_cell_range(std::string_view name) noexcept {
    const auto colon = name.find(':');
    const auto first = parse_cell_name(name.substr(0, colon));
    const auto last  = colon == std::string_view::npos ? first : parse_cell_name(name.substr(colon + 1));
    if (!first || !last || first->row == 0 || last->row == 0) return std::nullopt;
    return CellRange{std::min(first->row, last->row), std::max(first->row, last->row), std::min(first->column, last->column), std::max(first->column, last->column)};
}

}  // namespace gapmap
