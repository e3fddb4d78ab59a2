// Counts, numbers and money.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "data/ingest/cell_parse.h"
#include "data/ingest/chinese_numeral.h"
#include "data/ingest/text_scan.h"

namespace gapmap {
namespace {

bool take_front(std::string_view& text, Texts options) noexcept {
    if (!skip(text, options)) return false;
    while (text.starts_with(' ')) text.remove_prefix(1);
    return true;
}

bool take_back(std::string_view& text, Texts options) noexcept {
    if (!skip_back(text, options)) return false;
    while (text.ends_with(' ')) text.remove_suffix(1);
    return true;
}

/// A number, what stands behind it, and how it was written.
struct Quantity {
    double      value = 0;
    std::string unit{};
    bool        scaled  = false;  ///< a 千, 万 or 亿 of its own
    bool        yuan    = false;  ///< ¥ before it
    Note        note{};           ///< what was repaired
};

const Note a_number{"数字", "a number"};
const Note vague{"确切的数字：这里是“十几”“几千”一类的约数，不能确定是多少", "an exact number: this one is vague (十几, 几千), and may be several", "vague"};
const Note point_or_thousands{"数字（小数点后正好三位：1.200 可能是 1200，也可能是 1.2）", "a number (three digits behind the point: 1.200 may be 1200 or 1.2)", "ambiguous_point"};
const Note decimal_comma{"数字（逗号含义不明：千位分隔符后应为三位数字，小数请用小数点）", "a number (this comma is neither a thousands separator nor a decimal point)"};

/// Digits with thousands separators. The same separator all through, three digits behind each.
std::optional<std::string> without_separators(std::string_view digits) {
    std::string       plain;
    const auto        dot     = std::min(digits.find('.'), digits.size());
    const auto        first   = digits.find_first_of(", '");
    const char        mark    = digits[first];
    std::size_t       group   = first;
    if (first == 0 || first > 3) return std::nullopt;
    plain.assign(digits.substr(0, first));
    while (group < dot) {
        if (digits[group] != mark || dot - group < 4) return std::nullopt;
        const std::string_view three = digits.substr(group + 1, 3);
        if (!std::ranges::all_of(three, is_digit)) return std::nullopt;
        plain.append(three);
        group += 4;
    }
    if (digits.substr(dot).find_first_of(", '") != std::string_view::npos) return std::nullopt;
    return plain.append(digits.substr(dot));
}

std::size_t arabic_length(std::string_view text) noexcept {
    std::size_t n = 0;
    while (n < text.size() && (is_digit(text[n]) || text[n] == '.' || ((text[n] == ',' || text[n] == ' ' || text[n] == '\'') && n + 1 < text.size() && is_digit(text[n + 1])))) ++n;
    if (n + 1 < text.size() && (text[n] == 'e' || text[n] == 'E')) {
        std::size_t tail = n + 1;
        if (text[tail] == '-' || text[tail] == '+') ++tail;
        const std::size_t from = tail;
        while (tail < text.size() && is_digit(text[tail])) ++tail;
        if (tail != from) return tail;
    }
    return n;
}

std::optional<double> arabic_number(std::string_view digits, Note& note) {
    std::string plain(digits);
    if (digits.find_first_of(", '") != std::string_view::npos) {
        const auto joined = without_separators(digits);
        if (!joined) {
            note = decimal_comma;
            return std::nullopt;
        }
        plain = *joined;
        note.add({"去掉千位分隔符", "thousands separators removed"});
    }
    double value = 0;
    if (!whole(plain, value) || !std::isfinite(value)) {
        note = a_number;
        return std::nullopt;
    }
    return value;
}

double power_of(std::string_view& text) noexcept {
    if (take_front(text, {"亿"})) return 1e8;
    if (take_front(text, {"万", "萬"})) return 1e4;
    if (take_front(text, {"千"})) return 1e3;
    if (take_front(text, {"百"})) return 1e2;
    return 1;
}

const Note by_words{"按汉字数字读取", "read from Chinese numerals"};
const Note rounded{"约数，按所写数字计", "a rounded figure, taken as it is written"};

/// The number at the head of `text`, in digits, words or both; `text` is what stands behind. On failure the note says what is expected.
std::optional<double> head_number(std::string_view& text, Quantity& quantity) {
    const std::size_t mixed  = chinese_numeral_length(text, true);
    const std::size_t digits = arabic_length(text);
    if (mixed > digits) {
        const std::string_view words = text.substr(0, mixed);
        const auto             value = chinese_number(words);
        if (!value) {
            quantity.note = a_number;
            return std::nullopt;
        }
        for (const std::string_view power : {"千", "仟", "万", "萬", "亿", "億"}) quantity.scaled |= words.find(power) != std::string_view::npos;
        text.remove_prefix(mixed);
        quantity.note.add(by_words);
        return value;
    }
    const auto value = arabic_number(text.substr(0, digits), quantity.note);
    text.remove_prefix(digits);
    return value;
}

/// 十几, 几千, 数百, 若干, 上万, 三四十: between limits that nobody wrote down.
bool is_vague(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return false;
    if (text.find("几") != std::string_view::npos || text.find("若干") != std::string_view::npos || text.find("数十") != std::string_view::npos) return true;
    for (const std::string_view head : {"数", "上", "好", "成", "过"}) {
        for (const std::string_view power : {"百", "千", "万", "亿"}) {
            if (text.find(std::string(head).append(power)) != std::string_view::npos) return true;
        }
    }
    // 三四十, 七八万: two neighbouring digits before a power or a unit.
    for (const std::string_view pair : {"一二", "一两", "二三", "两三", "三四", "三五", "四五", "五六", "六七", "七八", "八九"}) {
        const auto at = text.find(pair);
        if (at == std::string_view::npos) continue;
        const std::string_view behind = text.substr(at + pair.size());
        const auto             before = [&](std::string_view word) { return behind.starts_with(word); };
        if (text == pair || std::ranges::any_of(std::array<std::string_view, 8>{"十", "百", "千", "万", "亿", "户", "人", "个"}, before)) return true;
    }
    return false;
}

/// 1.200: a point with thousands behind it, as other countries write them, or a decimal number.
bool is_thousands_or_decimal(std::string_view text) noexcept {
    const auto        dot = text.find('.');
    const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    if (dot == std::string_view::npos || dot == 0 || dot > 3 || (dot == 1 && text[0] == '0') || end - dot != 4) return false;
    return text.find('.', dot + 1) >= end && std::ranges::all_of(text.substr(0, dot), is_digit);
}

/// Nothing where no number can be read: the quantity's note then says what was expected.
bool read_quantity(std::string_view text, Quantity& quantity) {
    if (is_vague(text)) {
        quantity.note = vague;
        return false;
    }
    bool negative = false, approximate = take_front(text, {"大约", "约", "近"}), percent = take_front(text, {"百分之"});
    if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
        text     = text.substr(1, text.size() - 2);
        negative = true;  // accounting style
    }
    quantity.yuan = take_front(text, {"¥", "￥", "RMB", "CNY", "人民币"});
    if (take_front(text, {"-", "−", "－"})) negative = !negative;
    (void)take_front(text, {"+"});
    const auto value = head_number(text, quantity);
    if (!value) return false;
    quantity.value = negative ? -*value : *value;
    while (text.starts_with(' ')) text.remove_prefix(1);
    approximate |= take_front(text, {"余", "多", "来"});
    if (const double power = power_of(text); power != 1) {
        quantity.value *= power;
        quantity.scaled = true;
        approximate |= take_front(text, {"余", "多"});
    }
    approximate |= take_back(text, {"左右", "上下", "以上", "许"});
    if (take_front(text, {"%"}) || percent) {
        quantity.value /= 100;
        quantity.unit = "%";
        if (!text.empty()) quantity.unit += text;
    } else {
        quantity.unit = text;
    }
    if (!std::isfinite(quantity.value)) {
        quantity.note = a_number;
        return false;
    }
    if (approximate) quantity.note.add(rounded);
    return true;
}

bool is_one_of(std::string_view text, Texts options) noexcept { return std::ranges::find(options, text) != options.end(); }

Note unit_removed(std::string_view unit) { return {fmt::format("去掉单位“{}”", unit), fmt::format("unit {} removed", unit)}; }

}  // namespace

void Note::add(const Note& more) {
    zh += (zh.empty() || more.zh.empty() ? "" : "；") + more.zh;
    en += (en.empty() || more.en.empty() ? "" : "; ") + more.en;
}

Cell<double> parse_number(std::string_view folded) {
    double plain = 0;
    if (!folded.empty() && is_digit(folded.front()) && whole(folded, plain) && std::isfinite(plain)) return {plain, {}};
    Quantity quantity;
    if (!read_quantity(folded, quantity)) return {std::nullopt, quantity.note.empty() ? a_number : quantity.note};
    if (quantity.yuan) return {std::nullopt, a_number};
    if (quantity.unit == "%") {
        quantity.note.add({"百分数按小数计", "a percentage, taken as a share of 1"});
    } else if (!quantity.unit.empty()) {
        if (!is_one_of(quantity.unit, {"户", "人", "次", "个", "人次", "户次", "小时", "名", "件", "起", "条", "场", "份", "处", "家", "天", "个小时", "台", "部", "岁", "h", "口", "口人"})) return {std::nullopt, a_number};
        quantity.note.add(unit_removed(quantity.unit));
    }
    return {quantity.value, quantity.note};
}

Cell<std::int64_t> parse_count(std::string_view folded) {
    std::int64_t plain = 0;
    if (whole(folded, plain) && plain >= 0) return {plain, {}};
    if (is_thousands_or_decimal(folded)) return {std::nullopt, point_or_thousands};
    const Note         expected{"不小于 0 的整数", "a whole number >= 0"};
    const Cell<double> number = parse_number(folded);
    if (!number.value) return {std::nullopt, number.note.en == a_number.en ? expected : number.note};
    if (*number.value != std::floor(*number.value) || std::abs(*number.value) > 9e15 || folded.find('%') != std::string_view::npos) return {std::nullopt, expected};
    if (*number.value < 0) return {std::nullopt, {"不小于 0 的整数（数量不能为负）", "a whole number >= 0 (a count cannot be negative)"}};
    return {static_cast<std::int64_t>(*number.value), number.note.empty() ? Note{"去掉小数点", "decimal point removed"} : number.note};
}

Cell<double> parse_money_yuan(std::string_view folded, double scale) {
    const Note expected{"金额（元或万元），不小于 0", "an amount of money >= 0, in 元 or 万元"};
    Quantity   quantity;
    if (!read_quantity(folded, quantity)) return {std::nullopt, quantity.note.en == decimal_comma.en || !quantity.note.code.empty() ? quantity.note : expected};
    if (quantity.value < 0) return {std::nullopt, expected};
    // Money has two decimals: a third one is of 万元 only.
    if (is_thousands_or_decimal(folded) && !quantity.scaled && (scale == 1 || !quantity.unit.empty())) return {std::nullopt, point_or_thousands};
    const std::string_view unit = quantity.unit;
    if (!is_one_of(unit, {"", "元", "圆", "块", "块钱", "元整", "圆整", "元人民币", "整"})) return {std::nullopt, expected};
    const bool   own = !unit.empty() || quantity.scaled;  // a ¥ before the number is a currency, not a unit
    // Cents are the smallest unit: rounding removes the binary dust of 万元 decimals.
    const double yuan = std::round(quantity.value * (own ? 1 : scale) * 100) / 100;
    if (!std::isfinite(yuan)) return {std::nullopt, expected};
    if (own) {
        const bool same = scale == 1 && !quantity.scaled;
        quantity.note.add(same ? Note{"去掉单元格中的“元”", "unit 元 in the cell removed"}
                               : Note{"按单元格自己的单位计", "the unit in the cell itself is used"});
    }
    return {yuan, quantity.note};
}

std::optional<double> money_unit_in(std::string_view key) noexcept {
    if (key.find("亿元") != std::string_view::npos) return 1e8;
    if (key.find("百万元") != std::string_view::npos) return 1e6;
    if (key.find("十万元") != std::string_view::npos) return 1e5;
    if (key.find("万元") != std::string_view::npos) return 1e4;
    if (key.find("千元") != std::string_view::npos) return 1e3;
    if (key.find("(元)") != std::string_view::npos || key.ends_with("/元") || key.find("单位:元") != std::string_view::npos || key.find("单位：元") != std::string_view::npos) return 1.0;
    return std::nullopt;
}

}  // namespace gapmap
