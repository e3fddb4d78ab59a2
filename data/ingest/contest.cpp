#include "data/ingest/contest.h"

#include <algorithm>
#include <compare>
#include <map>
#include <utility>

namespace gapmap {
namespace {

/// What decides between rows of one key.
struct Merit {
    double                   day    = 0;  ///< of the ledgers that have one; none: before all days
    std::size_t              filled = 0;
    std::vector<std::string> values;  ///< of the ledger's columns in order
    std::vector<double>      shape;   ///< of a unit: its coordinates
};

Merit merit_of(const Table& rows, const Geometry& geometry, const std::vector<std::string>& columns) {
    Merit merit;
    for (const std::string& name : columns) {
        const Column* column = rows.find(name);
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const bool filled = column != nullptr && column->is_valid(row);
            merit.filled += filled ? 1 : 0;
            merit.values.push_back(filled ? column->text(row) : std::string());
        }
    }
    const Column* day = nullptr;
    for (const char* name : {"date", "as_of", "opened"}) day = day != nullptr ? day : rows.find(name);
    merit.day         = day != nullptr && rows.rows() > 0 && day->is_valid(0) ? day->number(0) : -1e9;
    if (const auto* polygons = std::get_if<Polygons<Lonlat>>(&geometry)) {
        merit.shape = polygons->x;
        merit.shape.insert(merit.shape.end(), polygons->y.begin(), polygons->y.end());
    }
    return merit;
}

bool beats(const Merit& a, const Merit& b) {
    if (a.day != b.day) return a.day < b.day;
    if (a.filled != b.filled) return a.filled > b.filled;
    if (a.values != b.values) return a.values < b.values;
    return a.shape < b.shape;
}

Issue lost_to(const Batch& winner, std::uint64_t row, const std::string& field, std::uint64_t winner_row) {
    const std::string sheet = winner.sheet.empty() ? "" : " [" + winner.sheet + "]";
    return {row, field, Fate::held_back, "duplicate",
            "编号与 " + winner.source + sheet + " 第 " + std::to_string(winner_row) + " 行重复：保留日期较早的那一行（同日取填写更完整的，再按内容排序取靠前的）",
            "this key also stands in " + winner.source + sheet + " row " + std::to_string(winner_row) + ": the earlier row is kept (of the same day the one that fills in more, then the first by its values)"};
}

/// The best of the newcomers of each key.
std::map<std::string, ContestedRow> best_of_each(std::vector<ContestedRow>& contested, const std::vector<std::string>& columns) {
    std::map<std::string, ContestedRow> best;
    for (ContestedRow& row : contested) {
        const auto at = best.find(row.key);
        if (at == best.end()) {
            std::string key = row.key;
            best.emplace(std::move(key), std::move(row));
        } else if (beats(merit_of(row.chunk.rows, row.chunk.geometry, columns), merit_of(at->second.chunk.rows, at->second.chunk.geometry, columns))) {
            at->second = std::move(row);
        }
    }
    return best;
}

}  // namespace

std::size_t settle_contests(Store& store, const Batch& batch, const LedgerDef& ledger, std::vector<ContestedRow> contested) {
    if (contested.empty()) return 0;
    std::vector<std::string> columns, keys;
    for (const FieldDef& field : ledger.fields) {
        if (field.stored) columns.push_back(field.name);
    }
    auto best = best_of_each(contested, columns);
    for (const auto& [key, row] : best) keys.push_back(key);
    std::size_t won = 0;
    for (const StandingRow& standing : store.standing_rows(batch.ledger, ledger.lists.empty() ? std::string() : batch.list, ledger.key, keys, columns)) {
        ContestedRow& newcomer = best.at(standing.key);
        if (!beats(merit_of(newcomer.chunk.rows, newcomer.chunk.geometry, columns), merit_of(standing.rows, standing.geometry, columns))) continue;
        const std::uint64_t row = newcomer.chunk.source_rows.front();
        store.hold_back(batch.ledger, standing.batch, lost_to(batch, standing.source_row, newcomer.field, row));
        store.accept_duplicate(batch.id, row, newcomer.repaired);
        store.append(batch.ledger, batch.id, newcomer.chunk.rows, newcomer.chunk.source_rows, newcomer.chunk.geometry);
        store.add_issues(batch.id, newcomer.chunk.issues);
        ++won;
    }
    return won;
}

}  // namespace gapmap
