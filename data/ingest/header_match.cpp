#include "data/ingest/header_match.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/ingest/text_normal.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

using Cells = std::vector<std::string>;

/// A money header without the unit that it names: 涉案金额/万元 is 涉案金额. set_money_units() reads the unit.
std::string without_money_unit(std::string key) {
    for (const std::string_view unit : {"(万元)", "(亿元)", "(千元)", "(元)", "/万元", "/千元", "/元", "万元", "[万元]", ",万元", "(单位:万元)", "(单位:元)", "(人民币元)", "(人民币)"}) {
        if (key.size() > unit.size() && key.ends_with(unit)) return key.substr(0, key.size() - unit.size());
    }
    return key;
}

/// Strength of a match: the Chinese header of the template beats an alias, and an override beats all.
int match_strength(const std::string& key, const FieldDef& field, const std::map<std::string, std::string>& overrides) {
    if (key.empty()) return 0;
    if (const auto found = overrides.find(field.name); found != overrides.end()) return match_key(found->second) == key ? 3 : 0;
    if (key == match_key(field.zh) || key == match_key(field.en) || key == field.name) return 2;
    if (std::ranges::any_of(field.aliases, [&](const std::string& alias) { return match_key(alias) == key; })) return 1;
    if (field.type != FieldType::money) return 0;
    const std::string bare = without_money_unit(key);
    return bare == without_money_unit(match_key(field.zh)) || std::ranges::any_of(field.aliases, [&](const std::string& alias) { return match_key(alias) == bare; }) ? 1 : 0;
}

/// A header of two merged rows as one: the lower cell where it says something, else the upper (merged downwards).
Cells merge_two_rows(const Cells& upper, const Cells& lower) {
    Cells merged(std::max(upper.size(), lower.size()));
    for (std::size_t c = 0; c < merged.size(); ++c) {
        const bool low = c < lower.size() && !match_key(lower[c]).empty();
        merged[c]      = low ? lower[c] : c < upper.size() ? upper[c] : std::string();
    }
    return merged;
}

struct Candidate {
    HeaderMatch              match;
    int                      score = 0;
    std::vector<std::string> double_matches;  ///< one sentence a field that two columns claim
};

Candidate try_header(const Cells& cells, const LedgerDef& ledger, const std::map<std::string, std::string>& overrides) {
    Candidate        candidate;
    std::vector<int> strength(ledger.fields.size(), 0);
    candidate.match.columns.resize(ledger.fields.size());
    candidate.match.scale.assign(ledger.fields.size(), 1.0);
    candidate.match.headers = cells;
    std::vector<std::string> keys;
    for (const std::string& cell : cells) keys.push_back(match_key(cell));
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        std::vector<std::size_t> best;
        for (std::size_t c = 0; c < cells.size(); ++c) {
            const int s = match_strength(keys[c], ledger.fields[f], overrides);
            if (s == 0 || s < strength[f]) continue;
            if (s > strength[f]) best.clear();
            strength[f] = s;
            best.push_back(c);
        }
        if (best.empty()) continue;
        candidate.match.columns[f] = best.front();
        candidate.score += ledger.fields[f].required ? 3 : 2;
        if (keys[best.front()].find("万元") != std::string::npos) candidate.match.scale[f] = 10000;
        if (best.size() > 1) {
            candidate.double_matches.push_back(fmt::format("columns {} '{}' and {} '{}' both match the field {} ({})", best[0] + 1, cells[best[0]],
                                                           best[1] + 1, cells[best[1]], ledger.fields[f].name, ledger.fields[f].zh));
        }
    }
    return candidate;
}

/// One column may serve one field only: the stronger claim keeps it, in the ledger's order.
void drop_shared_columns(HeaderMatch& match, const LedgerDef& ledger) {
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        for (std::size_t g = 0; g < f; ++g) {
            if (match.columns[f] && match.columns[f] == match.columns[g]) match.columns[ledger.fields[g].required ? f : g].reset();
        }
    }
}

std::string seen_headers(const std::vector<Cells>& rows, std::size_t at) {
    std::string text;
    if (at >= rows.size()) return text;
    for (const std::string& cell : rows[at]) {
        if (!cell.empty()) text += (text.empty() ? "" : ", ") + fold_text(cell).text;
    }
    return text;
}

}  // namespace

HeaderMatch match_header(const std::vector<Cells>& rows, const LedgerDef& ledger, const std::map<std::string, std::string>& overrides,
                         const std::string& source, const std::string& sheet) {
    Candidate best;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        for (const std::size_t height : {std::size_t{1}, std::size_t{2}}) {
            if (r + height > rows.size()) continue;
            Candidate candidate       = try_header(height == 1 ? rows[r] : merge_two_rows(rows[r], rows[r + 1]), ledger, overrides);
            candidate.match.first_row = r;
            candidate.match.rows      = height;
            if (candidate.score > best.score) best = std::move(candidate);
        }
    }
    const Place place{.source = source, .sheet = sheet, .row = best.match.first_row + 1};
    if (!best.double_matches.empty()) {
        throw InputError(best.double_matches.front() + "; choose one with columns = { ... } in county.toml", place);
    }
    if (best.match.columns.empty()) best.match.columns.resize(ledger.fields.size());
    drop_shared_columns(best.match, ledger);
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        const FieldDef& field = ledger.fields[f];
        if (const auto wanted = overrides.find(field.name); wanted != overrides.end() && !best.match.columns[f]) {
            throw InputError(fmt::format("county.toml names the column '{}', which is not in the header: {}", wanted->second,
                                         seen_headers(rows, best.match.first_row)), {.source = source, .sheet = sheet, .field = field.name});
        }
        if (!field.required || best.match.columns[f]) continue;
        throw InputError(fmt::format("no column for the required field ({}) of ledger {}; the header reads: {}. Is it the right sheet? Else name "
                                     "the column with columns = {{ {} = \"...\" }} in county.toml",
                                     field.zh, ledger.name, seen_headers(rows, best.match.first_row), field.name),
                         {.source = source, .sheet = sheet, .field = field.name});
    }
    return best.match;
}

}  // namespace gapmap
