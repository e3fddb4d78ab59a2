#include "data/ingest/sheet_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "data/ingest/read_head.h"
#include "data/ingest/row_source.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

Issue note(std::string code, std::string zh, std::string en) { return {0, "", Fate::noted, std::move(code), std::move(zh), std::move(en)}; }

/// Why a sheet is not one of this ledger; nothing where it is.
std::optional<std::string> misfit(const SourceSpec& spec, const std::string& sheet) {
    const auto rows = open_rows(spec.file, {sheet, spec.encoding});
    const Head head = read_head(*rows);
    if (head.rows.empty()) return "";
    try {
        (void)find_header(spec, *rows, head);
    } catch (const NoHeader& error) {
        return error.what();
    }
    return std::nullopt;
}

void note_hidden(const std::vector<SheetInfo>& sheets, std::vector<Issue>& notes) {
    std::string names;
    for (const SheetInfo& sheet : sheets) {
        if (sheet.hidden) names += (names.empty() ? "" : ", ") + sheet.name;
    }
    if (names.empty()) return;
    notes.push_back(note("hidden_sheet", fmt::format("隐藏的工作表未读取：{}", names), fmt::format("hidden sheets are not read: {}", names)));
}

}  // namespace

std::vector<std::string> preferred_groups(const SourceSpec& spec) {
    if (spec.ledger != "visits") return {};
    if (spec.list == "informed") return {"告知"};
    if (spec.list == "committed") return {"承诺", "签订"};
    return {"走访"};
}

std::vector<SourceSpec> resolve_sheets(const SourceSpec& spec) {
    SourceSpec open = spec;
    if (open.sheet == "*") open.sheet.clear();
    std::vector<SheetInfo> sheets = list_sheets(spec.file, {"", spec.encoding});
    if (!open.sheet.empty()) {
        const auto named = std::ranges::find(sheets, open.sheet, &SheetInfo::name);
        if (named != sheets.end() && named->hidden) open.notes.push_back(note("hidden_sheet", "读取了指定的隐藏工作表", "the sheet that was named is hidden; it was read"));
        return {open};
    }
    std::vector<Issue> notes;
    note_hidden(sheets, notes);
    std::erase_if(sheets, [](const SheetInfo& sheet) { return sheet.hidden; });
    if (sheets.size() <= 1) {
        open.notes.insert(open.notes.end(), notes.begin(), notes.end());
        return {open};
    }
    std::vector<SourceSpec> found;
    std::string             first_misfit;
    for (const SheetInfo& sheet : sheets) {
        const auto why = misfit(open, sheet.name);
        if (!why) {
            SourceSpec one = open;
            one.sheet      = sheet.name;
            found.push_back(std::move(one));
        } else if (!why->empty()) {
            if (first_misfit.empty()) first_misfit = sheet.name;
            notes.push_back(note("sheet_left_out", fmt::format("工作表“{}”的表头与本台账不符，未读取", sheet.name), fmt::format("the sheet '{}' has no header of this ledger; it was not read", sheet.name)));
        }
    }
    if (found.empty()) {
        // The sheet's own error says what is missing; opening it by name repeats it.
        open.sheet = first_misfit.empty() ? sheets.front().name : first_misfit;
        return {open};
    }
    found.front().notes.insert(found.front().notes.end(), notes.begin(), notes.end());
    return found;
}

}  // namespace gapmap
