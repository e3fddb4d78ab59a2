#include "data/ingest/row_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/ingest/cell_parse.h"
#include "data/ingest/coordinate_text.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

bool is_blank(std::string_view cell) { return cell.empty() || (cell.size() < 16 && fold_text(cell).text.empty()); }

/// A personal value is never repeated in a message.
std::string quoted(const FieldDef& field, const std::string& text, const char* hidden) { return field.personal ? hidden : "'" + text + "'"; }

template <class Value, class Store>
void take(const Cell<Value>& cell, const FieldDef& field, const std::string& header, const std::string& text, TypedRow& row, Store store) {
    if (!cell.value) {
        row.hold(header, cell.note.code.empty() ? "unreadable" : cell.note.code, fmt::format("应为{}，现为 {}", cell.note.zh, quoted(field, text, "（不显示）")),
                 fmt::format("expected {}, found {}", cell.note.en, quoted(field, text, "a value that is not shown")));
        return;
    }
    store(*cell.value);
    if (!cell.note.empty()) row.repair(header, "converted", cell.note.zh, cell.note.en);
}

/// 2022-3-12 as a text may be a code that counts within a year; spreadsheets show their days as 2022/3/12 and 3月12日.
bool may_be_numbered(std::string_view text, CellOrigin origin) noexcept { return origin == CellOrigin::text && text.find_first_not_of("0123456789-.") == std::string_view::npos; }

bool has_list_separator(std::string_view text) noexcept { return text.find_first_of(",;") != std::string_view::npos || text.find("、") != std::string_view::npos; }

}  // namespace

void TypedRow::hold(std::string field, std::string code, std::string zh, std::string en) {
    held_back = true;
    issues.push_back({number, std::move(field), Fate::held_back, std::move(code), std::move(zh), std::move(en)});
}

void TypedRow::repair(std::string field, std::string code, std::string zh, std::string en) {
    repaired = true;
    issues.push_back({number, std::move(field), Fate::repaired, std::move(code), std::move(zh), std::move(en)});
}

void TypedRow::note(std::string field, std::string code, std::string zh, std::string en) {
    issues.push_back({number, std::move(field), Fate::noted, std::move(code), std::move(zh), std::move(en)});
}

RowBuilder::RowBuilder(const LedgerDef& ledger, HeaderMatch header, const DateRules& dates)
    : ledger_(ledger), header_(std::move(header)), dates_(ledger.fields.size(), dates), above_(ledger.fields.size()), stand_ins_(ledger.fields.size()),
      lon_(ledger.index_of("lon")), lat_(ledger.index_of("lat")) {
    for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
        dates_[f].first_year = ledger_.fields[f].first_year;
        for (const std::string& name : ledger_.fields[f].otherwise) {
            if (const auto other = ledger_.index_of(name)) stand_ins_[f].push_back(*other);
        }
    }
    if (ledger_.name != "households") household_ = ledger_.index_of("household_code");  // there it is the row itself
    is_day_.assign(ledger_.fields.size(), false);
    const auto time = ledger_.index_of("time");
    if (time && !header_.columns[*time]) time_ = time;
}

bool RowBuilder::build(const RawRow& raw, TypedRow& row) {
    row.number    = raw.number;
    row.held_back = row.repaired = false;
    row.issues.clear();
    row.slots.resize(ledger_.fields.size());
    for (auto& slot : row.slots) slot.present = false;
    if (std::ranges::all_of(raw.cells, is_blank)) return false;
    for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
        const auto column = header_.columns[f];
        if (!column) continue;
        origin_ = raw.origin(*column);
        read_cell(f, *column < raw.cells.size() ? raw.cells[*column] : std::string_view(), row);
    }
    check_dates_in_texts(row);
    if (!row.held_back) require(row);
    return true;
}

/// A spreadsheet takes 3-1 for the first of March. Where a code or a place turned into a day, what was written is lost; the household, where the row
/// has one, says where it was all the same.
void RowBuilder::check_dates_in_texts(TypedRow& row) {
    const bool placed = household_ && row.slots[*household_].present && !is_day_[*household_];
    for (std::size_t f = 0; f < is_day_.size(); ++f) {
        if (!is_day_[f]) continue;
        is_day_[f]              = false;
        const FieldDef&   field = ledger_.fields[f];
        const std::string zh    = field.personal ? "（不显示）" : "“" + row.slots[f].text + "”";
        const std::string en    = field.personal ? "a value that is not shown" : "'" + row.slots[f].text + "'";
        const bool        lost  = field.type == FieldType::code || (!field.stored && !placed);
        if (!field.stored) row.slots[f].present = false;
        const Note note{fmt::format("此处的日期 {} 多半是表格软件把 3-1 一类的文字改成的：请把该列设为文本格式后重新填写", zh),
                        fmt::format("the day {} was probably made by a spreadsheet from a text such as 3-1: format the column as text and write it again", en)};
        lost ? row.hold(header_of(f), "date_in_text", note.zh, note.en) : row.note(header_of(f), "date_in_text", note.zh, note.en);
    }
}

/// A field that has stand-ins is settled where the row is placed.
void RowBuilder::require(TypedRow& row) const {
    for (std::size_t f = 0; f < ledger_.fields.size(); ++f) {
        if (!ledger_.fields[f].wanted || !ledger_.fields[f].setting.empty() || row.slots[f].present) continue;
        if (std::ranges::any_of(stand_ins_[f], [&](std::size_t other) { return row.slots[other].present; })) continue;
        return row.hold(header_.columns[f] ? header_of(f) : ledger_.fields[f].zh, "missing", "缺少必填的值", "a required value is missing");
    }
}

void RowBuilder::read_cell(std::size_t f, std::string_view cell, TypedRow& row) {
    auto& slot = row.slots[f];
    if (!is_plain(cell)) return read_odd_cell(f, cell, row);
    if (is_empty_mark(cell)) {
        above_[f].clear();
        return;
    }
    if (is_ditto_mark(cell)) return read_odd_cell(f, cell, row);
    slot.text.assign(cell);
    above_[f].assign(cell);
    convert(f, slot.text, row);
}

/// A cell that must be folded, or means the one above.
void RowBuilder::read_odd_cell(std::size_t f, std::string_view cell, TypedRow& row) {
    const FieldDef& field  = ledger_.fields[f];
    Folded          folded = fold_text(cell);
    const bool      none   = is_word_for_none(folded.text) && (field.none_is_value || field.type == FieldType::yes_no);
    if (is_ditto_mark(folded.text)) {
        if (above_[f].empty()) return row.hold(header_of(f), "nothing_above", "写作“同上”，但上一行此列没有值", "says \"as above\", but the row above has no value in this column");
        folded.text = above_[f];
        row.repair(header_of(f), "as_above", "“同上”按上一行的值读取", "\"as above\": the value of the row above is taken");
    } else if (is_empty_mark(folded.text) && !none) {
        above_[f].clear();
        return;
    } else if (folded.changed && field.type != FieldType::text) {
        row.repair(header_of(f), "folded", "全角或隐藏字符已规范", "full-width or hidden characters made plain");
    }
    row.slots[f].text = std::move(folded.text);
    above_[f]         = row.slots[f].text;
    convert(f, row.slots[f].text, row);
}

void RowBuilder::convert(std::size_t f, const std::string& text, TypedRow& row) {
    const FieldDef&    field  = ledger_.fields[f];
    const std::string& header = header_of(f);
    auto&              slot   = row.slots[f];
    slot.present              = true;
    switch (field.type) {
        case FieldType::text: is_day_[f] = origin_ == CellOrigin::day || reads_as_a_day(text); return;
        case FieldType::code:
            is_day_[f] = origin_ == CellOrigin::day || (reads_as_a_day(text) && !may_be_numbered(text, origin_));
            return is_day_[f] ? void() : convert_code(f, text, row);
        case FieldType::date: return convert_date(f, text, row);
        case FieldType::time: return take(parse_minute_of_day(text), field, header, text, row, [&](std::int32_t minute) { slot.integer = minute; });
        case FieldType::integer: return take(parse_count(text), field, header, text, row, [&](std::int64_t n) { slot.integer = n; });
        case FieldType::number: return take(parse_number(text), field, header, text, row, [&](double n) { slot.number = n; });
        case FieldType::money: return take(parse_money_yuan(text, header_.scale[f]), field, header, text, row, [&](double yuan) { slot.number = yuan; });
        case FieldType::yes_no: return take(parse_yes_no(text), field, header, text, row, [&](bool yes) { slot.integer = yes ? 1 : 0; });
        case FieldType::position: return convert_position(f, text, row);
        case FieldType::longitude:
        case FieldType::latitude: return convert_degrees(f, text, row);
    }
}

void RowBuilder::convert_code(std::size_t f, const std::string& text, TypedRow& row) const {
    const FieldDef& field = ledger_.fields[f];
    if (has_list_separator(text)) {
        if (field.may_be_several) return;  // taken apart where the known codes are at hand
        return row.hold(header_of(f), "several_values", "一个单元格里有多个编码：请拆成多行", "several codes stand in one cell: give each its own row");
    }
    take(parse_code(text), field, header_of(f), text, row, [&](std::string value) { row.slots[f].text = std::move(value); });
}

void RowBuilder::convert_date(std::size_t f, const std::string& text, TypedRow& row) const {
    const FieldDef& field = ledger_.fields[f];
    auto&           slot  = row.slots[f];
    if (field.open_end && (text.starts_with("9999") || text == "长期" || text == "至今" || text == "永久")) {
        slot.present = false;
        return row.repair(header_of(f), "open_end", "没有截止日期：按长期有效读取", "no end date: read as open");
    }
    if ((origin_ == CellOrigin::number || origin_ == CellOrigin::untold) && is_day_as_number(text)) {
        return row.hold(header_of(f), "number_as_date", "此格是数字，不是日期：8.1 可能是 8 月 1 日，也可能是 8 月 10 日；请写作 2022-08-01",
                        "the cell is a number, not a date: 8.1 may be the 1st or the 10th of August; write 2022-08-01");
    }
    take(parse_stamp(text, dates_[f]), field, header_of(f), text, row, [&](const Stamp& stamp) {
        slot.integer = stamp.day->days;
        if (!time_ || !stamp.minute || field.name != "date") return;
        row.slots[*time_].present = true;
        row.slots[*time_].integer = *stamp.minute;
    });
}

void RowBuilder::convert_degrees(std::size_t f, const std::string& text, TypedRow& row) const {
    take(parse_coordinate(text), ledger_.fields[f], header_of(f), text, row, [&](const GivenCoordinate& given) {
        row.slots[f].number  = given.value;
        row.slots[f].integer = given.decimals;
    });
}

/// Both coordinates in one cell. Columns of their own, where they are filled in, are the better source.
void RowBuilder::convert_position(std::size_t f, const std::string& text, TypedRow& row) const {
    if (!lon_ || !lat_ || row.slots[*lon_].present || row.slots[*lat_].present) return;
    take(parse_coordinate_pair(text), ledger_.fields[f], header_of(f), text, row, [&](const GivenPair& pair) {
        for (const auto& [slot, given] : {std::pair{*lon_, pair.x}, std::pair{*lat_, pair.y}}) {
            row.slots[slot].present = true;
            row.slots[slot].number  = given.value;
            row.slots[slot].integer = given.decimals;
            row.slots[slot].text    = slot == *lon_ ? text : std::string();
        }
    });
}

}  // namespace gapmap
