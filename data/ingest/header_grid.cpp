#include "data/ingest/header_grid.h"

#include <algorithm>

#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

/// A row as other programs export it keeps a merged cell's text in its first cell only: blank cells behind it that stand over
/// something are under it, too.
void fill_over(std::vector<std::string>& upper, const std::vector<std::string>& lower) {
    for (std::size_t c = 1; c < upper.size() && c < lower.size(); ++c) {
        if (upper[c].empty() && !lower[c].empty() && !lower[c - 1].empty()) upper[c] = upper[c - 1];
    }
}

}  // namespace

HeaderGrid::HeaderGrid(const std::vector<std::vector<std::string>>& rows, const HeaderHints& hints) : numbers_(hints.numbers), merges_(hints.merges) {
    std::size_t width = 0;
    for (const auto& row : rows) width = std::max(width, row.size());
    for (const auto& row : rows) {
        auto& out = grid_.emplace_back(width);
        for (std::size_t c = 0; c < row.size(); ++c) out[c] = fold_text(row[c]).text;
    }
    for (const CellRange& merge : merges_) {
        const std::string* value = nullptr;
        for (std::size_t r = 0; r < grid_.size(); ++r) {
            if (number(r) < merge.first_row || number(r) > merge.last_row) continue;
            if (value == nullptr && merge.first_column < width) value = &grid_[r][merge.first_column];
            for (std::size_t c = merge.first_column; value != nullptr && c <= merge.last_column && c < width; ++c) {
                if (grid_[r][c].empty()) grid_[r][c] = *value;
            }
        }
    }
}

std::vector<ColumnNames> HeaderGrid::columns(std::size_t first, std::size_t height) const {
    std::vector<std::vector<std::string>> rows(grid_.begin() + static_cast<std::ptrdiff_t>(first), grid_.begin() + static_cast<std::ptrdiff_t>(first + height));
    for (std::size_t r = height - 1; r-- > 0;) fill_over(rows[r], rows[r + 1]);
    std::vector<ColumnNames> out(rows.front().size());
    for (std::size_t c = 0; c < out.size(); ++c) {
        std::vector<std::string> path;
        for (const auto& row : rows) {
            if (!row[c].empty() && (path.empty() || path.back() != row[c])) path.push_back(row[c]);
        }
        if (path.empty()) continue;
        // From the whole name down to the lowest part alone: 县局 over 告知 over 日期 is 县局告知日期, 告知日期, 日期.
        for (std::size_t from = 0; from < path.size(); ++from) {
            std::string name;
            for (std::size_t i = from; i < path.size(); ++i) name += path[i];
            const std::string key = match_key(name);
            out[c].names.push_back({name, key, bare_header_key(key), from + 1 < path.size() || path.size() == 1});
        }
    }
    return out;
}

std::size_t HeaderGrid::merged_height(std::size_t first, std::size_t height) const {
    std::size_t end = first + height;
    for (const CellRange& merge : merges_) {
        if (merge.first_row < number(first) || merge.first_row > number(first + height - 1)) continue;
        while (end < grid_.size() && end - first < 3 && number(end) <= merge.last_row) ++end;
    }
    return end - first;
}

std::size_t HeaderGrid::merged_start(std::size_t row) const {
    std::size_t start = row;
    for (const CellRange& merge : merges_) {
        if (merge.first_row >= number(row) || merge.last_row < number(row)) continue;
        while (start > 0 && number(start - 1) >= merge.first_row) --start;
    }
    return start;
}

std::string HeaderGrid::seen(std::size_t row) const {
    std::string text;
    if (row >= grid_.size()) return text;
    const std::string* last = nullptr;
    for (const std::string& cell : grid_[row]) {
        if (!cell.empty() && (last == nullptr || *last != cell)) text += (text.empty() ? "" : ", ") + cell;
        last = &cell;
    }
    return text;
}

}  // namespace gapmap
