#include "data/ingest/merged_cells.h"

#include <fmt/format.h>

#include <algorithm>

namespace gapmap {
namespace {

bool is_figure(FieldType type) noexcept { return type == FieldType::integer || type == FieldType::number || type == FieldType::money; }

}  // namespace

MergedCells::MergedCells(const LedgerDef& ledger, const HeaderMatch& header) : header_(header) {
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        if (header.columns[f]) tallies_.push_back({*header.columns[f], is_figure(ledger.fields[f].type)});
    }
}

void MergedCells::settle(RawRow& raw) {
    for (const std::size_t column : raw.filled) {
        const auto tally = std::ranges::find(tallies_, column, &Tally::column);
        if (tally == tallies_.end()) continue;
        if (tally->rows++ == 0) tally->first = raw.number;
        if (tally->is_amount) raw.cells[column] = {};
    }
}

std::vector<Issue> MergedCells::finish() const {
    std::vector<Issue> notes;
    for (const auto& [column, is_amount, rows, first] : tallies_) {
        if (rows == 0) continue;
        const std::string& header = header_.headers[column];
        if (is_amount) {
            notes.push_back({first, header, Fate::noted, "merged_amount", fmt::format("合并单元格中的数值只计入合并区的第一行：其余 {} 行此列留空，以免重复计算", rows),
                             fmt::format("a figure in a merged cell counts for the first of its rows only: {} more rows are left empty in this column, or it would be counted again", rows)});
        } else {
            notes.push_back({first, header, Fate::noted, "filled_down", fmt::format("合并单元格的值已填入其下的 {} 行", rows), fmt::format("the value of merged cells was filled down into {} rows", rows)});
        }
    }
    return notes;
}

}  // namespace gapmap
