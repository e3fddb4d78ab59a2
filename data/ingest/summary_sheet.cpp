#include "data/ingest/summary_sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

using Words = std::span<const std::string_view>;

/// What the records of a ledger are called in the headers of a summary.
Words record_words(const std::string& ledger) {
    static constexpr std::array<std::string_view, 6> visits   = {"走访", "告知", "承诺", "签订", "入户", "宣传"};
    static constexpr std::array<std::string_view, 5> cases    = {"发案", "立案", "案件", "警情", "被骗"};
    static constexpr std::array<std::string_view, 3> warnings = {"预警", "劝阻", "下发"};
    if (ledger == "visits") return visits;
    if (ledger == "cases") return cases;
    if (ledger == "warnings") return warnings;
    return {};
}

bool ends_with_any(std::string_view key, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](std::string_view ending) { return key.ends_with(ending); });
}

bool has_any(std::string_view key, Words words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return key.find(word) != std::string_view::npos; });
}

/// 走访户数, 应走访户数, 发案起数, 告知率: so many of them.
bool is_count_of_records(std::string_view key, Words words) {
    return has_any(key, words) && ends_with_any(key, {"户数", "户次", "起数", "件数", "条数", "率", "数", "数量", "(户)", "(起)", "(件)", "(%)", "总数"}) && !ends_with_any(key, {"人数", "次数", "编号数", "页数"});
}

/// A column that says which single record a row is.
bool names_one_record(const std::string& key, const LedgerDef& ledger, const std::map<std::string, std::string>& overrides) {
    for (const char* name : {"visit_code", "case_code", "warning_code", "household_code", "time", "building_name", "address", "lon", "position", "outcome", "officer_code"}) {
        const auto f = ledger.index_of(name);
        if (!f) continue;
        const FieldDef& field = ledger.fields[*f];
        if (const auto named = overrides.find(field.name); named != overrides.end() && match_key(named->second) == key) return true;
        if (key == match_key(field.zh) || key == match_key(field.en) || key == field.name) return true;
        if (std::ranges::any_of(field.aliases, [&](const std::string& alias) { return match_key(alias) == key; })) return field.name != "outcome" || key != "备注";
    }
    return false;
}

}  // namespace

void refuse_summary(const std::vector<std::vector<std::string>>& rows, const LedgerDef& ledger, const std::map<std::string, std::string>& overrides, const Place& place) {
    const Words words = record_words(ledger.name);
    if (words.empty()) return;
    std::string counts;
    std::size_t found = 0;
    for (const auto& row : rows) {
        for (const std::string& cell : row) {
            const std::string key = match_key(cell), bare = bare_header_key(key);
            if (names_one_record(key, ledger, overrides) || names_one_record(bare, ledger, overrides)) return;
            if (key.size() > 40 || (!is_count_of_records(key, words) && !is_count_of_records(bare, words))) continue;
            if (++found <= 3) counts += (counts.empty() ? "" : ", ") + fold_text(cell).text;
        }
    }
    if (found < 2) return;
    throw NoHeader(fmt::format("is a summary, with counts a line ({}), and not the list itself (ledger {}, {}): ask for the list with one row a record; nothing was read",
                               counts, ledger.name, ledger.zh), place);
}

}  // namespace gapmap
