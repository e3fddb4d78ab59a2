#include "data/ingest/row_sort.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "data/ingest/cell_parse.h"
#include "data/ingest/chinese_numeral.h"
#include "data/ingest/text_normal.h"

namespace gapmap {
namespace {

bool is_blank(std::string_view cell) { return cell.empty() || (cell.size() < 16 && fold_text(cell).text.empty()); }

/// A cell that may say 合计: short, and it starts like Chinese text. Most cells are done with here.
bool may_be_word(std::string_view cell) noexcept {
    if (cell.size() < 6 || cell.size() > 60 || (static_cast<unsigned char>(cell.front()) < 0x80 && cell.front() != ' ')) return false;
    return cell.find("计") != std::string_view::npos || cell.find("其中") != std::string_view::npos || cell.find("平均") != std::string_view::npos || cell.find("同期") != std::string_view::npos;
}

struct Word {
    RowKind kind  = RowKind::record;
    bool    exact = false;
};

Word total_word(std::string_view cell) {
    std::string key = match_key(cell);
    while (key.ends_with(':')) key.pop_back();
    for (const std::string_view word : {"小计", "本页合计", "本页小计", "页计"}) {
        if (key == word) return {RowKind::subtotal, true};
    }
    for (const std::string_view word : {"合计", "总计", "共计", "累计", "总合计", "合计数", "全县合计"}) {
        if (key == word) return {RowKind::total, true};
    }
    for (const std::string_view word : {"其中", "平均", "平均数", "同期", "上年同期", "去年同期", "同比"}) {
        if (key == word) return {RowKind::aside, true};
    }
    if (key.starts_with("其中:")) return {RowKind::aside, false};
    if (key.starts_with("小计")) return {RowKind::subtotal, false};
    if (key.starts_with("合计") || key.starts_with("总计")) return {RowKind::total, false};
    if (key.ends_with("小计")) return {RowKind::subtotal, false};
    if (key.ends_with("合计") || key.ends_with("总计")) return {RowKind::total, false};
    return {};
}

bool is_footer_word(std::string_view cell) {
    std::string key = match_key(cell);
    while (key.starts_with('(') && key.ends_with(')')) key = key.substr(1, key.size() - 2);
    // The colon, or the name, may stand in the next cell.
    for (const std::string_view word : {"制表", "审核", "复核", "填表", "填报", "审批", "校对", "经办", "统计", "制单", "录入", "负责人", "经办人", "联系人", "联系电话", "联系方式", "盖章", "签字", "签名", "签章", "公章",
                                        "制表单位", "填报单位", "报送单位", "单位盖章", "单位(盖章)", "单位负责人", "分管领导", "主要领导", "领导签字", "以下空白", "以下无正文", "以下无内容", "此页无正文", "下页空白"}) {
        if (key == word || (key.starts_with(word) && key.substr(word.size()).starts_with(':'))) return true;
    }
    for (const std::string_view word : {"注:", "注意:", "备注:", "附注:", "说明:", "备注说明", "填表说明", "填报说明", "注1", "注一", "数据来源", "以上数据", "填表人", "制表人", "审核人", "填报人",
                                        "负责人:", "审批人", "复核人", "经办人:", "单位负责人", "填报单位:", "制表单位", "填表单位", "联系人:", "联系电话:", "制表时间", "制表日期", "填表日期",
                                        "填表时间", "填报日期", "填报时间", "打印时间", "打印日期", "导出时间", "导出日期"}) {
        if (key.starts_with(word)) return true;
    }
    return key == "注" || key == "说明" || (key.starts_with("第") && key.ends_with("页"));
}

double number_of(const FieldDef& field, const TypedRow::Slot& slot) noexcept {
    return field.type == FieldType::integer ? static_cast<double>(slot.integer) : slot.number;
}

/// Sums are rounded where they are printed: a hundredth, or the last of six digits.
bool agree(double stated, double found) noexcept { return std::abs(stated - found) <= std::max(0.0051, std::abs(stated) * 1e-6); }

/// 一、九成宫镇, (二)崔木镇, 两亭镇: the head of a section that names its town.
bool is_section_head(std::string_view key) noexcept {
    const bool             in_brackets = key.starts_with('(');
    const std::string_view text        = key.substr(in_brackets ? 1 : 0);
    const std::size_t      number      = chinese_numeral_length(text, false);
    if (number > 0 && text.substr(number).starts_with(in_brackets ? ")" : "、")) return true;
    return key.size() <= 30 && (key.ends_with("镇") || key.ends_with("乡") || key.ends_with("街道") || key.ends_with("街道办事处"));
}

}  // namespace

RowSorter::RowSorter(const LedgerDef& ledger, const HeaderMatch& header, const std::vector<std::vector<std::string>>& head, const std::string& list) {
    for (const char* number : {"序号", "序", "no."}) names_[number];
    columns_ = header.columns;
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        names_[match_key(ledger.fields[f].zh)].push_back(f);
        for (const std::string& alias : ledger.fields[f].aliases) names_[match_key(alias)].push_back(f);
    }
    for (const LedgerDef& other : ledger_definitions()) {
        if (other.name == ledger.name) continue;
        for (const FieldDef& field : other.fields) {
            foreign_names_.insert(match_key(field.zh));
            for (const std::string& alias : field.aliases) foreign_names_.insert(match_key(alias));
        }
    }
    if (ledger.name == "visits") {
        for (const auto& [name, word] : {std::pair{"visited", "走访"}, std::pair{"informed", "告知"}, std::pair{"committed", "承诺"}}) {
            if (list != name && list != "flags") other_lists_.emplace_back(word);
        }
    }
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        if ((ledger.fields[f].required || ledger.fields[f].wanted) && header.columns[f]) required_.push_back(*header.columns[f]);
    }
    for (const auto& row : head) {
        std::vector<std::string> keys;
        for (const std::string& cell : row) keys.push_back(match_key(cell));
        while (!keys.empty() && keys.back().empty()) keys.pop_back();
        if (!keys.empty()) head_.push_back(std::move(keys));
    }
}

bool RowSorter::lacks_required(const RawRow& row, std::size_t besides) const {
    return std::ranges::any_of(required_, [&](std::size_t c) { return c != besides && (c >= row.cells.size() || is_blank(row.cells[c]) || is_footer_word(row.cells[c])); });
}

/// A word where the one required value should stand: the value is missing.
bool RowSorter::is_only_required(std::size_t column) const { return required_.size() == 1 && required_.front() == column; }

bool RowSorter::repeats_head(const RawRow& row, std::size_t first) const {
    std::string key;  // of the first cell that says something, made when a head row comes near
    for (const auto& head : head_) {
        if (first >= head.size() || head[first].empty()) continue;
        if (key.empty()) key = match_key(row.cells[first]);
        if (head[first] != key || row.cells.size() < head.size()) continue;
        bool same = true;
        for (std::size_t c = 0; same && c < row.cells.size(); ++c) same = match_key(row.cells[c]) == (c < head.size() ? head[c] : std::string());
        if (same) return true;
    }
    return false;
}

/// A header in the body that is not the one on top, word by word: it begins with a field's name, and more of its cells are names than not. One whose columns
/// mean the same is this table's own, on its next page; any other begins another table.
RowKind RowSorter::header_kind(const RawRow& row, std::size_t first) const {
    const auto fields_of = [&](std::string_view cell) {
        const std::string key   = match_key(cell);
        const auto        found = names_.find(key);
        return found != names_.end() ? found : names_.find(bare_header_key(key));
    };
    const auto is_foreign = [&](std::string_view cell) {
        const std::string key = match_key(cell);
        return foreign_names_.contains(key) || foreign_names_.contains(bare_header_key(key));
    };
    if (fields_of(row.cells[first]) == names_.end() && !is_foreign(row.cells[first])) return RowKind::record;
    std::size_t names = 0, others = 0, foreign = 0;
    bool        same  = true;
    for (std::size_t c = 0; c < row.cells.size(); ++c) {
        if (is_blank(row.cells[c])) continue;
        const auto fields = fields_of(row.cells[c]);
        ++(fields != names_.end() ? names : is_foreign(row.cells[c]) ? foreign : others);
        same = same && std::ranges::none_of(other_lists_, [&](const std::string& word) { return row.cells[c].find(word) != std::string_view::npos; });
        const auto fed = std::ranges::find(columns_, c);
        if (fed == columns_.end()) continue;
        same = same && fields != names_.end() && std::ranges::find(fields->second, static_cast<std::size_t>(fed - columns_.begin())) != fields->second.end();
    }
    // A header of another ledger: names, and at most one word in three that no ledger knows.
    if (foreign > 0 && names + foreign >= 2 && others * 2 <= names + foreign) return RowKind::other_table;
    if (names < 2 || names <= others + foreign) return RowKind::record;
    return same ? RowKind::header : RowKind::other_table;
}

/// A title that stands alone in its row: of a section of this list, or of another list.
RowKind RowSorter::title_kind(std::string_view cell) const {
    const std::string key = match_key(cell);
    if (is_section_head(key)) return RowKind::title;
    if (key.size() < 9 || key.size() > 150) return RowKind::record;
    const auto ends = [&](std::string_view word) { return key.ends_with(word); };
    if (!ends("清单") && !ends("台账") && !ends("一览表") && !ends("登记表") && !ends("统计表") && !ends("花名册") && !ends("明细表") && !ends("汇总表")) return RowKind::record;
    const bool other = std::ranges::any_of(other_lists_, [&](const std::string& word) { return key.find(word) != std::string::npos; });
    return other ? RowKind::other_table : RowKind::title;
}

RowKind RowSorter::kind_of(const RawRow& row) const {
    std::size_t first = 0, filled = 0;
    for (std::size_t c = row.cells.size(); c-- > 0;) {
        const std::string_view cell = row.cells[c];
        if (cell.empty() || (cell.front() == ' ' && is_blank(cell))) continue;
        first = c;
        ++filled;
        if (!may_be_word(cell)) continue;
        const Word word = total_word(cell);
        if (word.kind == RowKind::record) continue;
        if (c < 3 || lacks_required(row, c)) return word.kind;
    }
    if (filled == 0) return RowKind::record;
    const std::string_view cell = row.cells[first];
    if (repeats_head(row, first)) return RowKind::header;
    if (filled == 1 && first < 3) {
        if (const RowKind title = title_kind(cell); title != RowKind::record) return title;
    }
    const bool chinese = static_cast<unsigned char>(cell.front()) >= 0x80 || cell.front() == ' ' || cell.front() == '(' || cell.front() == '*';
    if (chinese && is_footer_word(cell) && (filled == 1 || (filled <= 4 && is_only_required(first)) || lacks_required(row, first))) return RowKind::footer;
    return chinese && filled >= 2 ? header_kind(row, first) : RowKind::record;
}

TotalCheck::TotalCheck(const LedgerDef& ledger, const HeaderMatch& header) : ledger_(ledger), header_(header) {
    for (std::size_t f = 0; f < ledger.fields.size(); ++f) {
        const FieldType type = ledger.fields[f].type;
        if (header.columns[f] && (type == FieldType::integer || type == FieldType::number || type == FieldType::money)) sums_.push_back({f, *header.columns[f], 0, 0});
    }
}

std::optional<double> TotalCheck::stated(const Sum& sum, const RawRow& raw) const {
    if (sum.column >= raw.cells.size() || is_blank(raw.cells[sum.column])) return std::nullopt;
    const std::string text = fold_text(raw.cells[sum.column]).text;
    if (is_empty_mark(text)) return std::nullopt;
    return ledger_.fields[sum.field].type == FieldType::money ? parse_money_yuan(text, header_.scale[sum.field]).value : parse_number(text).value;
}

void TotalCheck::add(const RawRow& raw, const TypedRow& row) {
    ++records_;
    for (Sum& sum : sums_) {
        const TypedRow::Slot& slot = row.slots[sum.field];
        // A row that is held back is summed up in the file all the same; its slots may not be read to the end.
        const double value = row.held_back ? stated(sum, raw).value_or(0) : slot.present ? number_of(ledger_.fields[sum.field], slot) : 0;
        sum.all += value;
        sum.part += value;
    }
}

Issue TotalCheck::mismatch(const Sum& sum, std::uint64_t row, double stated, double found) const {
    const std::string header = header_.headers[sum.column];
    if (ledger_.fields[sum.field].personal) {
        return {row, header, Fate::noted, "total_mismatch", "合计与各行之和不符（数值不显示）", "the stated sum is not that of the rows (the values are not shown)"};
    }
    return {row, header, Fate::noted, "total_mismatch", fmt::format("“{}”：合计为 {}，各行之和为 {}", header, stated, found),
            fmt::format("column '{}': the stated sum is {}, that of the rows {}", header, stated, found)};
}

std::vector<Issue> TotalCheck::compare(const RawRow& raw, RowKind kind) {
    std::vector<Issue> issues;
    if (kind == RowKind::aside) return issues;
    if (records_ == 0) {
        first_.clear();
        for (const Sum& sum : sums_) first_.push_back(stated(sum, raw));
        first_total_ = raw.number;
        return issues;
    }
    for (Sum& sum : sums_) {
        const auto   value = stated(sum, raw);
        const double found = kind == RowKind::subtotal ? sum.part : sum.all;
        if (value && !agree(*value, found) && !(kind == RowKind::total && agree(*value, sum.part))) issues.push_back(mismatch(sum, raw.number, *value, found));
        sum.part = 0;
    }
    return issues;
}

std::vector<Issue> TotalCheck::finish() {
    std::vector<Issue> issues;
    for (std::size_t i = 0; i < first_.size(); ++i) {
        if (first_[i] && !agree(*first_[i], sums_[i].all)) issues.push_back(mismatch(sums_[i], first_total_, *first_[i], sums_[i].all));
    }
    return issues;
}

}  // namespace gapmap
