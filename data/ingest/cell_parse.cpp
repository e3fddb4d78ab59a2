#include "data/ingest/cell_parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gapmap {
namespace {

template <class Number>
bool whole(std::string_view text, Number& out) noexcept {
    const char* end = text.data() + text.size();
    return !text.empty() && std::from_chars(text.data(), end, out).ptr == end;
}

const Note separators{"去掉千位分隔符", "thousands separators removed"};

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The first run of digits at or after `at`; moves `at` behind it.
std::string_view digits_at(std::string_view text, std::size_t& at) noexcept {
    const std::size_t from = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(from, at - from);
}

bool skip(std::string_view text, std::size_t& at, std::string_view what) noexcept {
    if (!text.substr(at).starts_with(what)) return false;
    at += what.size();
    return true;
}

bool skip_any(std::string_view text, std::size_t& at, std::initializer_list<std::string_view> options) noexcept {
    return std::ranges::any_of(options, [&](std::string_view option) { return skip(text, at, option); });
}

/// Year, month and day in any of the written forms; `at` ends behind the date.
std::optional<std::array<unsigned, 3>> written_date(std::string_view text, std::size_t& at) noexcept {
    std::array<unsigned, 3> ymd{};
    const std::string_view  first = digits_at(text, at);
    if (first.size() == 8) {
        if (whole(first.substr(0, 4), ymd[0]) && whole(first.substr(4, 2), ymd[1]) && whole(first.substr(6, 2), ymd[2])) return ymd;
        return std::nullopt;
    }
    if (first.size() != 4 || !whole(first, ymd[0])) return std::nullopt;
    if (!skip_any(text, at, {"-", "/", ".", "年"})) return std::nullopt;
    if (const auto month = digits_at(text, at); month.size() > 2 || !whole(month, ymd[1])) return std::nullopt;
    if (!skip_any(text, at, {"-", "/", ".", "月"})) return std::nullopt;
    if (const auto day = digits_at(text, at); day.size() > 2 || !whole(day, ymd[2])) return std::nullopt;
    (void)skip_any(text, at, {"日", "号"});
    return ymd;
}

bool is_time_tail(std::string_view tail) noexcept {
    const bool separated = tail.empty() || tail.front() == ' ' || tail.front() == 'T';
    return separated && std::ranges::all_of(tail, [](char c) { return is_digit(c) || c == ':' || c == '.' || c == ' ' || c == 'T' || c == 'Z' || c == '+'; });
}

/// A number with an optional unit behind; the unit is what is left.
std::optional<double> leading_number(std::string_view text, std::string_view& rest, bool& repaired) {
    std::string plain;
    std::size_t at = 0;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) plain += text[at++];
    for (; at < text.size() && (is_digit(text[at]) || text[at] == '.' || text[at] == ','); ++at) {
        if (text[at] == ',') {
            repaired = true;  // thousands separator
        } else {
            plain += text[at];
        }
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        std::size_t tail = at + 1;
        if (tail < text.size() && (text[tail] == '-' || text[tail] == '+')) ++tail;
        if (tail < text.size() && is_digit(text[tail])) {
            while (tail < text.size() && is_digit(text[tail])) ++tail;
            plain.append(text.substr(at, tail - at));
            at = tail;
        }
    }
    if (plain.starts_with('+')) plain.erase(0, 1);
    rest = text.substr(at);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
    double value = 0;
    if (!whole(std::string_view(plain), value) || !std::isfinite(value)) return std::nullopt;
    return value;
}

}  // namespace

Cell<Day> parse_day(std::string_view folded) {
    if (const auto iso = Day::parse_iso(folded)) return {iso, {}};
    std::size_t at = 0;
    if (const auto ymd = written_date(folded, at); ymd && is_time_tail(folded.substr(at))) {
        const auto day = Day::checked(static_cast<int>((*ymd)[0]), (*ymd)[1], (*ymd)[2]);
        return {day, day ? Note{} : Note{"日历上存在的日期", "a day that exists in the calendar"}};
    }
    double serial = 0;
    if (whole(folded, serial) && serial >= 20000 && serial < 80000) {
        // Excel counts from 1899-12-30, as seen from any date after its false leap day of 1900.
        return {Day::of(1899, 12, 30) + static_cast<std::int32_t>(serial), {"Excel 序列号按日期读取", "Excel serial number read as a date"}};
    }
    return {std::nullopt, {"形如 2022-08-03 的日期", "a date such as 2022-08-03"}};
}

Cell<std::int32_t> parse_minute_of_day(std::string_view folded) {
    const auto colon = folded.find(':');
    if (colon == std::string_view::npos || colon == 0) return {std::nullopt, {"形如 09:30 的时间", "a time such as 09:30"}};
    std::size_t from = colon;
    while (from > 0 && is_digit(folded[from - 1])) --from;
    std::size_t at   = colon + 1;
    int         hour = 0, minute = 0;
    if (!whole(folded.substr(from, colon - from), hour) || !whole(digits_at(folded, at), minute) || hour > 23 || minute > 59) {
        return {std::nullopt, {"形如 09:30 的时间", "a time such as 09:30"}};
    }
    return {hour * 60 + minute, {}};
}

Cell<double> parse_number(std::string_view folded) {
    bool             repaired = false;
    std::string_view rest;
    const auto       value = leading_number(folded, rest, repaired);
    if (!value) return {std::nullopt, {"数字", "a number"}};
    if (rest.empty()) return {value, repaired ? separators : Note{}};
    for (const std::string_view unit : {"户", "人", "次", "个", "人次", "小时", "名"}) {
        if (rest == unit) return {value, {fmt::format("去掉单位“{}”", unit), fmt::format("unit {} removed", unit)}};
    }
    return {std::nullopt, {"数字", "a number"}};
}

Cell<std::int64_t> parse_count(std::string_view folded) {
    std::int64_t plain = 0;
    if (whole(folded, plain) && plain >= 0) return {plain, {}};
    const Cell<double> number = parse_number(folded);
    if (!number.value || *number.value < 0 || *number.value != std::floor(*number.value) || *number.value > 9e15) {
        return {std::nullopt, {"不小于 0 的整数", "a whole number >= 0"}};
    }
    return {static_cast<std::int64_t>(*number.value), number.note.empty() ? Note{"去掉小数点", "decimal point removed"} : number.note};
}

Cell<double> parse_money_yuan(std::string_view folded, double scale) {
    bool             repaired = false;
    std::string_view rest;
    const auto       value = leading_number(folded, rest, repaired);
    if (!value || *value < 0) return {std::nullopt, {"不小于 0 的金额", "an amount of money >= 0"}};
    // Cents are the smallest unit: rounding removes the binary dust of 万元 decimals.
    const auto cents = [](double yuan) { return std::round(yuan * 100) / 100; };
    if (rest.empty()) return {cents(*value * scale), repaired ? separators : Note{}};
    if (rest == "万元" || rest == "万") return {cents(*value * 10000), scale == 10000 ? Note{"去掉单元格中的“万元”", "unit 万元 in the cell removed"} : Note{"按单元格中的“万元”计", "unit 万元 in the cell used"}};
    if (rest == "元") return {cents(*value), scale == 1 ? Note{"去掉单元格中的“元”", "unit 元 in the cell removed"} : Note{"按单元格中的“元”计", "unit 元 in the cell used"}};
    return {std::nullopt, {"金额（元或万元）", "an amount of money >= 0, in 元 or 万元"}};
}

Cell<std::string> parse_code(std::string_view folded) {
    if (folded.find_first_of("eE") != std::string_view::npos && folded.find('.') != std::string_view::npos) {
        double number = 0;
        if (whole(folded, number)) return {std::nullopt, {"完整的编码：这里已变成科学计数，末几位已丢失", "a whole code: this one was turned into a rounded number, its last digits are lost"}};
    }
    if (folded.ends_with(".0") && std::ranges::all_of(folded.substr(0, folded.size() - 2), is_digit)) {
        return {std::string(folded.substr(0, folded.size() - 2)), {"去掉末尾的 .0", "trailing .0 removed"}};
    }
    if (folded.empty()) return {std::nullopt, {"编码", "a code"}};
    return {std::string(folded), {}};
}

Cell<double> parse_degrees(std::string_view folded) {
    double plain = 0;
    if (whole(folded, plain) && std::isfinite(plain)) return {plain, {}};
    std::string_view text = folded;
    std::size_t      at   = 0;
    double           sign = 1;
    if (skip_any(text, at, {"E", "N", "e", "n", "东经", "北纬"}) || skip_any(text, at, {"W", "S", "w", "s", "西经", "南纬"})) {
        if (text.front() == 'W' || text.front() == 'S' || text.front() == 'w' || text.front() == 's' || text.starts_with("西") || text.starts_with("南")) sign = -1;
    }
    std::array<double, 3> parts{};
    std::size_t           count = 0;
    while (count < 3) {
        while (at < text.size() && (text[at] == ' ' || text[at] == ':')) ++at;
        const std::size_t from = at;
        while (at < text.size() && (is_digit(text[at]) || text[at] == '.')) ++at;
        if (from == at || !whole(text.substr(from, at - from), parts[count])) break;
        ++count;
        if (!skip_any(text, at, {"°", "度", "′", "分", "''", "'", "″", "\"", "秒", "º"})) break;
    }
    (void)skip_any(text, at, {"E", "N", "e", "n"});
    if (count == 0 || at != text.size() || parts[1] >= 60 || parts[2] >= 60) return {std::nullopt, {"形如 107.78758 的度数", "degrees such as 107.78758"}};
    return {sign * (parts[0] + parts[1] / 60 + parts[2] / 3600), count > 1 ? Note{"由度分秒换算为度", "read as degrees from degrees, minutes, seconds"} : Note{"去掉度数上的标记", "read as degrees from text with a mark"}};
}

}  // namespace gapmap
