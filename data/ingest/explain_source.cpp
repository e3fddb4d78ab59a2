#include "data/ingest/explain_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "data/ingest/read_head.h"
#include "data/ingest/sheet_plan.h"
#include "data/ingest/text_normal.h"
#include "geo/core/day.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t shown_rows = 5, shown_issues = 20, sampled_rows = 1000;

std::string type_name(FieldType type) {
    switch (type) {
        case FieldType::code: return "code";
        case FieldType::text: return "text";
        case FieldType::date: return "date";
        case FieldType::time: return "time";
        case FieldType::integer: return "integer";
        case FieldType::number: return "number";
        case FieldType::money: return "money";
        case FieldType::longitude: return "longitude";
        case FieldType::latitude: return "latitude";
        default: return "other";
    }
}

/// The shape of a text: digits as 9, letters as A, the words of dates as they stand, any other letter as *: a form, never a value.
std::string form_of(std::string_view text) {
    const std::string folded = fold_text(text).text;
    std::string       out;
    for (std::size_t i = 0; i < folded.size() && out.size() < 40;) {
        const auto        c      = static_cast<unsigned char>(folded[i]);
        const std::size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        const std::string letter = folded.substr(i, length);
        i += length;
        if (c >= '0' && c <= '9') out += '9';
        else if (c < 0x80) out += std::isalpha(c) != 0 ? 'A' : static_cast<char>(c);
        else if (std::string_view("年月日时分秒号上下午").find(letter) != std::string_view::npos) out += letter;
        else if (!out.ends_with('*')) out += '*';
    }
    return out;
}

std::vector<std::string> most_frequent(const std::map<std::string, int>& forms) {
    std::vector<std::pair<std::string, int>> sorted(forms.begin(), forms.end());
    std::ranges::stable_sort(sorted, std::ranges::greater(), &std::pair<std::string, int>::second);
    std::vector<std::string> out;
    for (const auto& [form, count] : sorted) {
        if (out.size() < 5) out.push_back(fmt::format("{} ({})", form, count));
    }
    return out;
}

/// A value as the store would hold it, as text.
std::string stored_text(const FieldDef& field, const Column& column, std::size_t row) {
    if (!column.is_valid(row)) return {};
    if (field.type == FieldType::date) return to_string(Day{static_cast<std::int32_t>(column.number(row))});
    if (field.type == FieldType::time) {
        const auto minute = static_cast<int>(column.number(row));
        return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
    }
    return column.text(row);
}

void read_columns(const SourceSpec& spec, SheetReading& out) {
    const LedgerDef& ledger = ledger_definition(spec.ledger);
    const auto       rows   = open_rows(spec.file, {spec.sheet, spec.encoding});
    const Head       head   = read_head(*rows);
    if (head.rows.empty()) throw InputError("has no rows", {.source = spec.path, .sheet = rows->sheet()});
    const HeaderMatch header = find_header(spec, *rows, head);
    out.sheet        = rows->sheet();
    out.encoding     = rows->encoding();
    out.header_first = head.numbers[header.first_row];
    out.header_last  = head.numbers[header.first_row + header.rows - 1];
    for (const std::string& text : header.headers) out.columns.push_back({.header = fold_text(text).text, .field = {}, .field_zh = {}, .type = {}, .forms = {}});
    std::vector<std::map<std::string, int>> forms(header.headers.size());
    std::vector<bool>                       is_day(header.headers.size());
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        const FieldDef& field = ledger.fields[f];
        if (!header.columns[f]) {
            out.missing.push_back(field.zh);
            continue;
        }
        ColumnReading& column = out.columns[*header.columns[f]];
        column = {column.header, field.name, field.zh, type_name(field.type), header.reasons[f], header.scale[f], field.personal, {}};
        is_day[*header.columns[f]] = field.type == FieldType::date;
    }
    const auto count = [&](const auto& cells) {
        for (std::size_t c = 0; c < std::min(forms.size(), cells.size()); ++c) {
            if (is_day[c] && !cells[c].empty()) ++forms[c][form_of(cells[c])];
        }
    };
    for (std::size_t i = header.first_row + header.rows; i < head.rows.size(); ++i) count(head.rows[i]);
    RawRow raw;
    for (std::size_t n = 0; n < sampled_rows && rows->next(raw); ++n) count(raw.cells);
    for (std::size_t c = 0; c < forms.size(); ++c) out.columns[c].forms = most_frequent(forms[c]);
    std::erase_if(out.columns, [](const ColumnReading& column) { return column.header.empty(); });
}

void read_rows(const SourceSpec& spec, ImportReference reference, const Execution& exec, SheetReading& out) {
    const LedgerDef& ledger = ledger_definition(spec.ledger);
    out.counts = import_source(spec, reference, exec, [&](ImportChunk&& chunk) {
        for (std::size_t row = 0; row < chunk.source_rows.size() && out.first_rows.size() < shown_rows; ++row) {
            auto& texts = out.first_rows.emplace_back();
            for (std::size_t f = 0; f < ledger.fields.size(); ++f) texts.push_back(stored_text(ledger.fields[f], chunk.rows.columns[f], row));
        }
        for (Issue& issue : chunk.issues) {
            if (out.issues.size() < shown_issues) out.issues.push_back(std::move(issue));
            else ++out.more_issues;
        }
    });
    out.crs = out.counts.crs;
}

SheetReading explain_sheet(const SourceSpec& spec, const ImportReference& reference, const Execution& exec) {
    SheetReading out;
    read_columns(spec, out);
    out.has_coordinates = std::ranges::any_of(out.columns, [](const ColumnReading& column) { return column.type == "longitude"; });
    try {
        read_rows(spec, reference, exec, out);
        return out;
    } catch (const InputError& error) {
        out.refused = error.what();
    }
    // What stops an import should not stop its explanation: once more, with a system assumed and every share of bad rows allowed.
    SourceSpec lenient     = spec;
    lenient.max_held_share = 1;
    if (lenient.crs.empty()) lenient.crs = "EPSG:4490";
    out.first_rows.clear();
    out.issues.clear();
    out.more_issues = 0;
    try {
        read_rows(lenient, reference, exec, out);
    } catch (const InputError& error) {
        out.refused = error.what();
    }
    out.crs = spec.crs;
    return out;
}

}  // namespace

FileReading explain_source(const SourceSpec& spec, const ImportReference& reference, const Execution& exec) {
    FileReading reading{to_string(kind_of_file(container_of(spec.file))), spec.ledger, spec.list, {}};
    for (const SourceSpec& one : resolve_sheets(spec)) reading.sheets.push_back(explain_sheet(one, reference, exec));
    return reading;
}

std::string best_ledger(const SourceSpec& spec) {
    std::string best;
    double      best_score = 0;
    for (const LedgerDef& ledger : ledger_definitions()) {
        SourceSpec trial = spec;
        trial.ledger     = ledger.name;
        try {
            for (const SourceSpec& one : resolve_sheets(trial)) {
                const auto        rows   = open_rows(one.file, {one.sheet, one.encoding});
                const HeaderMatch header = find_header(one, *rows, read_head(*rows));
                const auto        fed    = static_cast<double>(std::ranges::count_if(header.columns, [](const auto& column) { return column.has_value(); }));
                const double      score  = fed + fed / static_cast<double>(ledger.fields.size());
                if (score > best_score) {
                    best_score = score;
                    best       = ledger.name;
                }
            }
        } catch (const NoHeader&) {
            continue;  // not this ledger: the next may fit
        }
    }
    if (best.empty()) throw InputError("no ledger fits the header; name one with --ledger to see what it lacks", {.source = spec.path});
    return best;
}

}  // namespace gapmap
