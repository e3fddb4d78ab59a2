#include "data/ingest/row_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/ingest/cell_parse.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

bool is_blank(std::string_view cell) { return cell.empty() || (cell.size() < 16 && fold_text(cell).text.empty()); }

/// A personal value is never repeated in a message.
std::string quoted(const FieldDef& field, const std::string& text, const char* hidden) { return field.personal ? hidden : "'" + text + "'"; }

template <class Value, class Store>
void take(const Cell<Value>& cell, const FieldDef& field, const std::string& header, const std::string& text, TypedRow& row, Store store) {
    if (!cell.value) {
        row.hold(header, "unreadable", fmt::format("应为{}，现为 {}", cell.note.zh, quoted(field, text, "（不显示）")),
                 fmt::format("expected {}, found {}", cell.note.en, quoted(field, text, "a value that is not shown")));
        return;
    }
    store(*cell.value);
    if (!cell.note.empty()) row.repair(header, "converted", cell.note.zh, cell.note.en);
}

}  // namespace

void TypedRow::hold(std::string field, std::string code, std::string zh, std::string en) {
    held_back = true;
    issues.push_back({number, std::move(field), Fate::held_back, std::move(code), std::move(zh), std::move(en)});
}

void TypedRow::repair(std::string field, std::string code, std::string zh, std::string en) {
    repaired = true;
    issues.push_back({number, std::move(field), Fate::repaired, std::move(code), std::move(zh), std::move(en)});
}

bool RowBuilder::build(const RawRow& raw, TypedRow& row) const {
    row.number    = raw.number;
    row.held_back = row.repaired = false;
    row.issues.clear();
    row.slots.resize(ledger_.fields.size());
    for (auto& slot : row.slots) slot.present = false;
    if (std::ranges::all_of(raw.cells, is_blank)) return false;
    for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
        const auto column = header_.columns[f];
        if (column && *column < raw.cells.size()) read_cell(f, raw.cells[*column], row);
        if (ledger_.fields[f].required && !row.slots[f].present && !row.held_back) {
            row.hold(column ? header_.headers[*column] : ledger_.fields[f].zh, "missing", "缺少必填的值", "a required value is missing");
        }
    }
    return true;
}

void RowBuilder::read_cell(std::size_t f, std::string_view cell, TypedRow& row) const {
    const FieldDef& field = ledger_.fields[f];
    auto&           slot  = row.slots[f];
    if (is_plain(cell)) {
        if (is_empty_mark(cell)) return;
        slot.text.assign(cell);
    } else {
        Folded folded = fold_text(cell);
        if (is_empty_mark(folded.text)) return;
        const bool prose = field.type == FieldType::text;
        if (folded.changed && !prose) row.repair(header_.headers[*header_.columns[f]], "folded", "全角或隐藏字符已规范", "full-width or hidden characters made plain");
        slot.text = std::move(folded.text);
    }
    convert(f, slot.text, row);
}

void RowBuilder::convert(std::size_t f, const std::string& text, TypedRow& row) const {
    const FieldDef&    field  = ledger_.fields[f];
    const std::string& header = header_.headers[*header_.columns[f]];
    auto&              slot   = row.slots[f];
    slot.present              = true;
    switch (field.type) {
        case FieldType::text: return;
        case FieldType::code: return take(parse_code(text), field, header, text, row, [&](std::string value) { slot.text = std::move(value); });
        case FieldType::date: return take(parse_day(text), field, header, text, row, [&](Day day) { slot.integer = day.days; });
        case FieldType::time: return take(parse_minute_of_day(text), field, header, text, row, [&](std::int32_t minute) { slot.integer = minute; });
        case FieldType::integer: return take(parse_count(text), field, header, text, row, [&](std::int64_t n) { slot.integer = n; });
        case FieldType::number: return take(parse_number(text), field, header, text, row, [&](double n) { slot.number = n; });
        case FieldType::money: return take(parse_money_yuan(text, header_.scale[f]), field, header, text, row, [&](double yuan) { slot.number = yuan; });
        case FieldType::longitude:
        case FieldType::latitude: return take(parse_degrees(text), field, header, text, row, [&](double degrees) { slot.number = degrees; });
    }
}

}  // namespace gapmap
