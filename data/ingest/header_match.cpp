#include "data/ingest/header_match.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/ingest/header_grid.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

using Overrides = std::map<std::string, std::string>;

constexpr std::size_t highest = 3;

/// A claim of a column to a field: the reason, then how much of the header it goes by.
struct Claim {
    int         strength = 0;
    MatchReason reason   = MatchReason::none;
    std::size_t name     = 0;  ///< which of the column's names
};

/// A money header without the unit that it names: 涉案金额/万元 is 涉案金额. set_money_units() reads the unit.
std::string without_money_unit(std::string key) {
    for (const std::string_view unit : {"(万元)", "(亿元)", "(千元)", "(元)", "/万元", "/千元", "/元", "万元", "[万元]", ",万元", "(单位:万元)", "(单位:元)", "(人民币元)", "(人民币)", "(万)"}) {
        if (key.size() > unit.size() && key.ends_with(unit)) return key.substr(0, key.size() - unit.size());
    }
    return key;
}

MatchReason match_reason(const std::string& key, const FieldDef& field, const Overrides& overrides) {
    if (key.empty()) return MatchReason::none;
    if (const auto found = overrides.find(field.name); found != overrides.end()) return match_key(found->second) == key ? MatchReason::override_name : MatchReason::none;
    if (key == match_key(field.zh) || key == match_key(field.en) || key == field.name) return MatchReason::template_name;
    const auto is_alias = [&](const std::string& of, auto plain) { return std::ranges::any_of(field.aliases, [&](const std::string& alias) { return plain(match_key(alias)) == of; }); };
    if (is_alias(key, [](std::string name) { return name; })) return MatchReason::alias;
    if (field.type != FieldType::money) return MatchReason::none;
    const std::string bare = without_money_unit(key);
    return bare == without_money_unit(match_key(field.zh)) || is_alias(bare, without_money_unit) ? MatchReason::alias : MatchReason::none;
}

/// The Chinese header of the template beats an alias, and an override beats all. Under a group the whole name beats the part.
Claim claim_of(const ColumnNames& column, const FieldDef& field, const Overrides& overrides, const std::vector<std::string>& prefer) {
    Claim best;
    for (std::size_t i = 0; i < column.names.size(); ++i) {
        const auto&       name   = column.names[i];
        MatchReason reason = match_reason(name.key, field, overrides);
        if (reason == MatchReason::none && name.bare != name.key) reason = match_reason(name.bare, field, overrides);
        if (reason == MatchReason::none) continue;
        int strength = static_cast<int>(reason) * 8 + (column.names.size() == 1 ? 1 : name.whole ? 2 : 0);
        // Where several groups hold the same part, the group that the list is about is meant.
        if (std::ranges::any_of(prefer, [&](const std::string& word) { return column.names.front().key.find(word) != std::string::npos; })) strength += 4;
        if (strength > best.strength) best = {strength, reason, i};
    }
    return best;
}

bool starts_a_name(const FieldDef& field, const std::string& key) {
    if (match_key(field.zh).starts_with(key) || match_key(field.en).starts_with(key) || field.name.starts_with(key)) return true;
    return std::ranges::any_of(field.aliases, [&](const std::string& alias) { return match_key(alias).starts_with(key); });
}

/// Length in code page 936 or UTF-8 that a name of a Shapefile is cut at.
bool may_be_cut(const std::string& name) {
    std::size_t letters = 0;
    for (const char c : name) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 && static_cast<unsigned char>(c) >= 0x80 ? 1 : 0;
    const std::size_t narrow = name.size() - letters * 3 + letters * 2;
    const auto full = [](std::size_t bytes) { return bytes >= 8 && bytes <= 10; };
    return full(name.size()) || full(narrow);
}

/// A name that was cut in the middle of a letter ends in a broken one.
std::string without_broken_tail(std::string key) {
    constexpr std::string_view replacement = "\xEF\xBF\xBD";
    while (key.ends_with(replacement)) key.erase(key.size() - replacement.size());
    while (key.ends_with('?') || key.ends_with('_')) key.pop_back();
    std::size_t lead = key.size();
    while (lead > 0 && (static_cast<unsigned char>(key[lead - 1]) & 0xC0) == 0x80) --lead;
    if (lead == 0) return key;
    const auto        first  = static_cast<unsigned char>(key[lead - 1]);
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    if (first >= 0x80 && key.size() - lead + 1 < length) key.erase(lead - 1);
    return key;
}

struct Candidate {
    HeaderMatch              match;
    int                      score = 0;
    std::vector<std::string> double_matches;  ///< one sentence a field that two columns claim
};

class Matcher {
public:
    Matcher(const HeaderGrid& grid, const LedgerDef& ledger, const Overrides& overrides, const HeaderHints& hints)
        : grid_(grid), ledger_(ledger), overrides_(overrides), hints_(hints) {}

    [[nodiscard]] Candidate best() const {
        Candidate best;
        // Lower headers first: a title above a header adds nothing to it.
        for (std::size_t height = 1; height <= highest; ++height) {
            for (std::size_t r = 0; r + height <= grid_.rows(); ++r) {
                Candidate candidate = try_at(r, height);
                const bool clearer = candidate.score == best.score && candidate.double_matches.size() < best.double_matches.size();
                if (candidate.score > best.score || clearer) best = std::move(candidate);
            }
        }
        if (best.score == 0) return best;
        const std::size_t first = grid_.merged_start(best.match.first_row), above = best.match.first_row - first;
        const std::size_t height = grid_.merged_height(first, best.match.rows + above);
        if (height <= best.match.rows || height > highest) return best;
        Candidate whole = try_at(first, height);
        return whole.score >= best.score && whole.double_matches.size() <= best.double_matches.size() ? whole : best;
    }

private:
    [[nodiscard]] Candidate try_at(std::size_t first, std::size_t height) const {
        const std::vector<ColumnNames> columns = grid_.columns(first, height);
        Candidate                      out;
        out.match.first_row = first;
        out.match.rows      = height;
        out.match.columns.resize(ledger_.fields.size());
        out.match.reasons.resize(ledger_.fields.size());
        out.match.scale.assign(ledger_.fields.size(), 1.0);
        for (const ColumnNames& column : columns) out.match.headers.push_back(column.names.empty() ? std::string() : column.names.front().text);
        for (std::size_t f = 0; f < ledger_.fields.size(); ++f) claim_field(f, columns, out);
        if (hints_.cut_names) claim_by_start(columns, out);
        return out;
    }

    void claim_field(std::size_t f, const std::vector<ColumnNames>& columns, Candidate& out) const {
        const FieldDef&          field = ledger_.fields[f];
        std::vector<std::size_t> best;
        Claim                    strongest;
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const Claim claim = claim_of(columns[c], field, overrides_, hints_.prefer);
            if (claim.strength == 0 || claim.strength < strongest.strength) continue;
            if (claim.strength > strongest.strength) {
                best.clear();
                strongest = claim;  // of equals the first column's claim counts, with the name it goes by
            }
            best.push_back(c);
        }
        if (best.empty()) return;
        const std::size_t c = best.front();
        const std::vector<std::string> before = out.match.headers;
        feed(f, c, strongest.reason, columns[c].names[strongest.name].text, out);
        if (best.size() > 1 && before[best[0]] == before[best[1]]) {
            out.double_matches.push_back(fmt::format("columns {} and {}, both called '{}', both match the field {} ({}); rename one of them in the file; of two tables side by side, put each in a sheet of its own",
                                                     best[0] + 1, best[1] + 1, before[best[0]], field.name, field.zh));
        } else if (best.size() > 1) {
            out.double_matches.push_back(fmt::format("columns {} '{}' and {} '{}' both match the field {} ({}); choose one with columns = {{ ... }} in county.toml", best[0] + 1, before[best[0]], best[1] + 1,
                                                     before[best[1]], field.name, field.zh));
        }
    }

    void claim_by_start(const std::vector<ColumnNames>& columns, Candidate& out) const {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            if (columns[c].names.empty() || std::ranges::find(out.match.columns, c) != out.match.columns.end()) continue;
            const std::string name = without_broken_tail(columns[c].names.front().key);
            if (name.size() < 4 || !may_be_cut(name)) continue;
            std::vector<std::size_t> meant;
            for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
                if (starts_a_name(ledger_.fields[f], name)) meant.push_back(f);
            }
            if (meant.size() == 1 && !out.match.columns[meant[0]]) feed(meant[0], c, MatchReason::prefix, name, out);
        }
    }

    void feed(std::size_t f, std::size_t c, MatchReason reason, const std::string& name, Candidate& out) const {
        out.match.columns[f] = c;
        out.match.reasons[f] = reason;
        out.match.headers[c] = name;
        out.score += ledger_.fields[f].required || ledger_.fields[f].wanted ? 3 : 2;
    }

    const HeaderGrid&  grid_;
    const LedgerDef&   ledger_;
    const Overrides&   overrides_;
    const HeaderHints& hints_;
};

/// One column may serve one field only: the stronger claim keeps it, in the ledger's order.
void drop_shared_columns(HeaderMatch& match, const LedgerDef& ledger) {
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        for (std::size_t g = 0; g < f; ++g) {
            if (match.columns[f] && match.columns[f] == match.columns[g]) match.columns[ledger.fields[g].required ? f : g].reset();
        }
    }
}

}  // namespace

HeaderMatch match_header(const std::vector<std::vector<std::string>>& rows, const LedgerDef& ledger, const Overrides& overrides, const std::string& source,
                         const std::string& sheet, const HeaderHints& hints) {
    const HeaderGrid grid(rows, hints);
    Candidate        best = Matcher(grid, ledger, overrides, hints).best();
    const Place      place{.source = source, .sheet = sheet, .row = grid.number(best.match.first_row)};
    if (!best.double_matches.empty()) {
        throw InputError(best.double_matches.front(), place);
    }
    best.match.columns.resize(ledger.fields.size());
    best.match.reasons.resize(ledger.fields.size());
    drop_shared_columns(best.match, ledger);
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        const FieldDef& field = ledger.fields[f];
        if (const auto wanted = overrides.find(field.name); wanted != overrides.end() && !best.match.columns[f]) {
            throw NoHeader(fmt::format("county.toml names the column '{}', which is not in the header: {}", wanted->second, grid.seen(best.match.first_row)),
                           {.source = source, .sheet = sheet, .field = field.name});
        }
        if (!field.required || best.match.columns[f]) continue;
        throw NoHeader(fmt::format("no column for the required field ({}) of ledger {}; the header reads: {}. Is it the right sheet? Else name "
                                   "the column with columns = {{ {} = \"...\" }} in county.toml",
                                   field.zh, ledger.name, grid.seen(best.match.first_row), field.name),
                       {.source = source, .sheet = sheet, .field = field.name});
    }
    return best.match;
}

}  // namespace gapmap
