#include "data/ingest/corrections.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

constexpr std::array leave_out_words = {"不采用", "不要", "删除", "作废", "剔除", "leave out", "drop", "delete"};

std::string header_of(const Correction& correction, const std::vector<std::string>& headers) {
    return correction.column >= 1 && correction.column <= headers.size() ? headers[correction.column - 1] : std::string();
}

}  // namespace

std::string row_mark(const RawRow& row) {
    std::uint64_t hash = 14695981039346656037U;
    const auto    add  = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U; };
    std::size_t   last = row.cells.size();
    while (last > 0 && row.cells[last - 1].empty()) --last;
    for (std::size_t c = 0; c < last; ++c) {
        for (const char byte : row.cells[c]) add(byte);
        add('\x1F');
    }
    return fmt::format("{:016x}", hash);
}

bool means_leave_out(std::string_view value) {
    const std::string folded = fold_text(value).text;
    return std::ranges::any_of(leave_out_words, [&](std::string_view word) { return folded == word; });
}

Corrections::Corrections(const std::vector<Correction>& corrections) {
    for (const Correction& correction : corrections) by_mark_[correction.row_mark].push_back({correction, false});
}

void Corrections::apply(RawRow& row, const std::string& mark) {
    applied_.clear();
    const auto found = by_mark_.find(mark);
    if (found == by_mark_.end()) return;
    auto&      entries = found->second;
    const bool here    = std::ranges::any_of(entries, [&](const Entry& entry) { return entry.correction.row == row.number; });
    const bool one_row = std::ranges::all_of(entries, [&](const Entry& entry) { return entry.correction.row == entries.front().correction.row; });
    for (Entry& entry : entries) {
        if (here ? entry.correction.row != row.number : !one_row || entry.used) continue;
        entry.used = true;
        applied_.push_back(&entry.correction);
        if (means_leave_out(entry.correction.value)) continue;
        if (row.cells.size() < entry.correction.column) row.cells.resize(entry.correction.column);
        row.cells[entry.correction.column - 1] = entry.correction.value;
        if (entry.correction.column <= row.origins.size()) row.origins[entry.correction.column - 1] = CellOrigin::text;  // a person wrote it, whatever the cell was
    }
}

void Corrections::say(TypedRow& row, const std::vector<std::string>& headers) const {
    for (const Correction* correction : applied_) {
        if (means_leave_out(correction->value)) {
            row.issues.clear();  // whatever else is wrong with it is settled
            row.hold(header_of(*correction, headers), "dismissed", "经人工确认不采用（reports/import.xlsx）", "left out: a person decided so in reports/import.xlsx");
        } else {
            row.repair(header_of(*correction, headers), "corrected", "按 reports/import.xlsx 中填写的值读取", "read with the value that was typed into reports/import.xlsx");
        }
    }
}

std::vector<Issue> Corrections::finish() const {
    std::size_t unused = 0;
    for (const auto& [mark, entries] : by_mark_) unused += static_cast<std::size_t>(std::ranges::count_if(entries, [](const Entry& entry) { return !entry.used; }));
    if (unused == 0) return {};
    return {{0, "", Fate::noted, "corrections_unused", fmt::format("曾填写的 {} 处更正，其所在行已不在文件中（文件已改动）：不再使用", unused),
             fmt::format("{} corrections typed earlier are for rows that the file no longer holds (it has changed since): not used", unused)}};
}

}  // namespace gapmap
