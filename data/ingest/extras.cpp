#include "data/ingest/extras.h"

#include <fmt/format.h>

#include <array>

namespace gapmap {

void Extras::given(std::size_t row, const std::string& x, const std::string& y, const std::string& crs) {
    put(0, row, x);
    put(1, row, y);
    put(2, row, crs);
}

void Extras::repaired(std::size_t row, const std::string& reason, Point<Lonlat> where) {
    put(5, row, reason);
    // The store's columns are REAL: SQLite turns these texts, which are exact, into numbers.
    put(6, row, fmt::format("{}", where.x));
    put(7, row, fmt::format("{}", where.y));
}

void Extras::append_to(Table& table, std::size_t rows) const {
    static constexpr std::array names = {"given_x", "given_y", "given_crs", "located_by", "stages", "invalid_reason", "invalid_lon", "invalid_lat"};
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        if (columns_[c].empty()) continue;
        Column             column{names[c], Column::Texts(rows), {}};
        auto&              texts = std::get<Column::Texts>(column.data);
        column.valid.assign(rows, false);
        for (const Entry& entry : columns_[c]) {
            texts[entry.row]        = entry.text;
            column.valid[entry.row] = true;
        }
        table.columns.push_back(std::move(column));
    }
}

Stages::Stages(const LedgerDef& ledger, const HeaderMatch& header, const std::string& list, const Place& place) {
    if (ledger.lists.empty()) return;
    for (const std::string& stage : ledger.lists) {
        const auto field = ledger.index_of("is_" + stage);
        if (!field || !header.columns[*field] || (list != "flags" && list != stage)) continue;
        flags_.push_back({stage, *field});
    }
    said_  = !flags_.empty();
    by_list_ = list != "flags";
    if (list == "flags" && !said_) {
        throw InputError("list = \"flags\" needs a column that says yes or no to one of 是否走访, 是否告知, 是否承诺; else set list = \"visited\", \"informed\" or "
                         "\"committed\" for this source in county.toml", place);
    }
}

std::string Stages::of(const TypedRow& row) const {
    std::string stages;
    for (const auto& [stage, field] : flags_) {
        // The list itself says that its rows stand for its stage; only a no takes that back.
        const bool stands = row.slots[field].present ? row.slots[field].integer != 0 : by_list_;
        if (!stands) continue;
        if (!stages.empty()) stages += ' ';
        stages += stage;
    }
    return stages;
}

}  // namespace gapmap
