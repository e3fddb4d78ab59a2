// Days and times.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include "data/ingest/cell_parse.h"
#include "data/ingest/chinese_numeral.h"
#include "data/ingest/text_scan.h"

namespace gapmap {
namespace {

constexpr int           last_year    = 2100;
constexpr std::int32_t  china_offset = 8 * 60;

bool contains_any(std::string_view text, Texts options) noexcept {
    return std::ranges::any_of(options, [&](std::string_view option) { return text.find(option) != std::string_view::npos; });
}

/// A place in a text, moved along as its parts are understood.
struct Cursor {
    std::string_view text;

    bool skip(Texts options) noexcept {
        for (const std::string_view option : options) {
            if (!text.starts_with(option)) continue;
            text.remove_prefix(option.size());
            return true;
        }
        return false;
    }
    void blanks() noexcept {
        while (text.starts_with(' ')) text.remove_prefix(1);
    }
    /// A run of at most `most` digits; empty where there is none or a longer one.
    std::string_view digits(std::size_t most) noexcept {
        std::size_t n = 0;
        while (n < text.size() && is_digit(text[n])) ++n;
        if (n == 0 || n > most) return {};
        const auto run = text.substr(0, n);
        text.remove_prefix(n);
        return run;
    }
};

int number_of(std::string_view digits) noexcept {
    int value = -1;
    return whole(digits, value) ? value : -1;
}

/// Numbers as they stand in the date, before it is known which is which.
struct Written {
    std::array<int, 3>         part{-1, -1, -1};
    std::array<std::size_t, 3> length{};
    int                        count  = 0;
    bool                       worded = false;  ///< 年, 月, 日 say which part is which
};

const Note a_date{"形如 2022-08-03 的日期", "a date such as 2022-08-03"};
const Note no_such_day{"日历上存在的日期", "a day that exists in the calendar"};

std::optional<Written> written_parts(Cursor& at) noexcept {
    Written out;
    while (out.count < 3) {
        const auto digits = at.digits(8);
        if (digits.empty()) break;
        out.length[static_cast<std::size_t>(out.count)] = digits.size();
        out.part[static_cast<std::size_t>(out.count++)] = number_of(digits);
        const Cursor before = at;
        at.blanks();
        if (at.skip({"年", "月"})) {
            out.worded = true;
            at.blanks();
            continue;
        }
        if (at.skip({"日", "号"})) {
            out.worded = true;
            break;
        }
        if (out.count < 3 && at.skip({"-", "/", ".", "。", "、", "—", "–", "‐", "\\"})) {
            at.blanks();
            if (!at.text.empty() && is_digit(at.text.front())) continue;
        }
        at = before;
        break;
    }
    return out.count == 0 ? std::nullopt : std::optional(out);
}

Cell<Day> checked_year(Day day, const DateRules& rules, Note note) {
    const int year = day.year();
    if (year >= rules.first_year && year <= last_year) return {day, std::move(note)};
    if (year == 1899 || year == 1900 || year == 1904) {
        return {std::nullopt, {fmt::format("合理的日期：{} 年多半是空格或小数字被设成了日期格式", year), fmt::format("a likely date: the year {} usually comes from an empty cell or a small number formatted as a date", year)}};
    }
    return {std::nullopt, {fmt::format("{} 至 {} 年之间的日期：年份多半输错了数字", rules.first_year, last_year),
                           fmt::format("a date from {} to {}: a digit of the year was probably mistyped", rules.first_year, last_year)}};
}

Cell<Day> day_of(int year, int month, int day, const DateRules& rules, Note note) {
    const auto found = month < 1 || day < 1 || year < 0 || year > 9999 ? std::nullopt : Day::checked(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    return found ? checked_year(*found, rules, std::move(note)) : Cell<Day>{std::nullopt, no_such_day};
}

/// 22 is 2022, 98 is 1998; nothing in between.
std::optional<int> full_year(int two_digits) noexcept {
    if (two_digits >= 0 && two_digits < 50) return 2000 + two_digits;
    if (two_digits >= 90 && two_digits < 100) return 1900 + two_digits;
    return std::nullopt;
}

Cell<Day> two_digit_year(int year, int month, int day, const DateRules& rules) {
    const auto full = full_year(year);
    if (!full) return {std::nullopt, a_date};
    return day_of(*full, month, day, rules, {fmt::format("两位年份按 {} 年读取", *full), fmt::format("two-digit year read as {}", *full)});
}

/// A month and a day: the year comes from the source, else from the one year that brings the day into the period.
Cell<Day> without_year(int month, int day, const DateRules& rules) {
    const auto noted = [](int year) { return Note{fmt::format("未写年份：按 {} 年读取", year), fmt::format("no year was written: read as {}", year)}; };
    if (rules.year) return day_of(*rules.year, month, day, rules, noted(*rules.year));
    if (!Day::checked(2000, static_cast<unsigned>(std::max(month, 0)), static_cast<unsigned>(std::max(day, 0)))) return {std::nullopt, no_such_day};
    std::optional<Day> only;
    int                found = 0;
    if (rules.period_start && rules.period_end) {
        for (int year = rules.period_start->year(); year <= rules.period_end->year(); ++year) {
            const auto candidate = Day::checked(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
            if (!candidate || *candidate < *rules.period_start || *candidate > *rules.period_end) continue;
            only = candidate;
            ++found;
        }
    }
    if (found == 1) return checked_year(*only, rules, noted(only->year()));
    return {std::nullopt, {"带年份的日期；也可在 county.toml 的该来源写 year = 2022", "a date with its year; else set year = 2022 for this source in county.toml"}};
}

/// 8/23/2022 and 23/8/2022: taken only where one order alone is a day.
Cell<Day> year_last(const Written& w, const DateRules& rules) {
    const bool month_first = w.part[0] <= 12, day_first = w.part[1] <= 12;
    if (month_first && day_first && w.part[0] != w.part[1]) {
        return {std::nullopt, {"年在前的日期：这里月和日的先后不明", "a date with the year first: here month and day cannot be told apart"}};
    }
    return day_of(w.part[2], month_first ? w.part[0] : w.part[1], month_first ? w.part[1] : w.part[0], rules, {"年在末尾的日期", "a date with its year last"});
}

Cell<Day> serial_day(std::string_view digits, const DateRules& rules) {
    const auto day = excel_day(number_of(digits), rules.epoch_1904);
    if (!day) return {std::nullopt, a_date};
    return checked_year(*day, rules, {rules.epoch_1904 ? "Excel 序列号（1904 起算）按日期读取" : "Excel 序列号按日期读取",
                                      rules.epoch_1904 ? "Excel serial number (1904 epoch) read as a date" : "Excel serial number read as a date"});
}

/// One run of digits: 20220803, 220803, an Excel serial number.
Cell<Day> compact_day(std::string_view digits, const DateRules& rules) {
    const auto part = [&](std::size_t from, std::size_t n) { return number_of(digits.substr(from, n)); };
    if (digits.size() == 8) return day_of(part(0, 4), part(4, 2), part(6, 2), rules, {});
    if (digits.size() == 5) return serial_day(digits, rules);
    if (digits.size() == 6 && full_year(part(0, 2))) {
        if (auto day = two_digit_year(part(0, 2), part(2, 2), part(4, 2), rules); day.value) return day;
    }
    if (digits.size() <= 4) {
        return {std::nullopt, {"日期：这是一个小数字，多半不是日期", "a date: this is a small number"}};
    }
    return {std::nullopt, a_date};
}

Cell<Day> day_from(const Written& w, std::string_view head, const DateRules& rules) {
    if (w.count == 1) return w.worded ? Cell<Day>{std::nullopt, a_date} : compact_day(head, rules);
    if (w.count == 2) {
        if (w.length[0] == 4) return {std::nullopt, {"完整的日期：只有年和月，缺日", "a whole date: this is a month without its day"}};
        return w.length[0] <= 2 && w.length[1] <= 2 ? without_year(w.part[0], w.part[1], rules) : Cell<Day>{std::nullopt, a_date};
    }
    if (w.length[1] > 2) return {std::nullopt, a_date};
    if (w.length[0] == 4) return w.length[2] <= 2 ? day_of(w.part[0], w.part[1], w.part[2], rules, {}) : Cell<Day>{std::nullopt, a_date};
    if (w.length[0] == 2 && w.length[2] <= 2) return two_digit_year(w.part[0], w.part[1], w.part[2], rules);
    if (w.length[0] <= 2 && w.length[2] == 4 && !w.worded) return year_last(w, rules);
    return {std::nullopt, a_date};
}

struct Clock {
    std::int32_t minute  = 0;
    std::int32_t shift   = 0;  ///< days to add: the zone moved it over midnight
    bool         rewrote = false;
};

/// Z, +08:00, +0000: minutes east of Greenwich.
std::optional<std::int32_t> zone_minutes(Cursor& at) noexcept {
    if (at.skip({"Z", "z"})) return 0;
    const bool east = at.text.starts_with('+');
    if (!at.skip({"+", "-"})) return std::nullopt;
    const auto digits = at.digits(4);
    int        hour = number_of(digits), minute = 0;
    if (digits.size() == 4) {
        hour   = number_of(digits.substr(0, 2));
        minute = number_of(digits.substr(2));
    } else if (at.skip({":"})) {
        minute = number_of(at.digits(2));
    }
    if (hour < 0 || hour > 14 || minute < 0 || minute > 59) return std::nullopt;
    return (east ? 1 : -1) * (hour * 60 + minute);
}

/// 09:30, 9:30:00.000, 14时05分, 下午2点半. REQUIRES that it fills the rest of the text.
std::optional<Clock> clock_of(std::string_view text) noexcept {
    Cursor     at{text};
    const bool morning   = at.skip({"上午", "早上", "凌晨", "早", "AM", "am"});
    const bool afternoon = !morning && at.skip({"下午", "晚上", "傍晚", "夜间", "晚", "PM", "pm"});
    const bool noon      = !morning && !afternoon && at.skip({"中午"});
    at.blanks();
    int hour = number_of(at.digits(2)), minute = 0;
    if (hour < 0 || hour > 24) return std::nullopt;
    Clock out;
    out.rewrote = morning || afternoon || noon;
    if (at.skip({":", "："})) {
        minute = number_of(at.digits(2));
        if (at.skip({":"}) && at.digits(2).empty()) return std::nullopt;
        if (at.skip({"."}) && at.digits(9).empty()) return std::nullopt;
    } else if (at.skip({"时", "点", "h"})) {
        (void)at.skip({"钟", "整"});
        out.rewrote = true;
        if (at.skip({"半"})) {
            minute = 30;
        } else if (at.skip({"一刻", "1刻"})) {
            minute = 15;
        } else if (const auto digits = at.digits(2); !digits.empty()) {
            minute = number_of(digits);
            (void)at.skip({"分"});
            if (!at.digits(2).empty()) (void)at.skip({"秒"});
        }
    } else {
        return std::nullopt;
    }
    (void)at.skip({"分"});
    at.blanks();
    const bool late = at.skip({"PM", "pm"}), early = !late && at.skip({"AM", "am"});
    if ((afternoon || late || (noon && hour < 3)) && hour < 12) hour += 12;
    if ((morning || early) && hour == 12) hour = 0;
    if (minute < 0 || minute > 59 || hour > 24 || (hour == 24 && minute != 0)) return std::nullopt;
    out.minute = hour * 60 + minute;
    if (const auto zone = zone_minutes(at); zone && *zone != china_offset) {
        out.minute += china_offset - *zone;
        out.rewrote = true;
    }
    out.shift  = out.minute >= 1440 ? 1 : out.minute < 0 ? -1 : 0;
    out.minute -= out.shift * 1440;
    return at.text.empty() ? std::optional(out) : std::nullopt;
}

bool is_part_of_day(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 11> words = {"上午", "下午", "早上", "早晨", "中午", "晚上", "傍晚", "凌晨", "晚", "(上午)", "(下午)"};
    return std::ranges::find(words, text) != words.end();
}

/// What may stand behind a date: nothing, a weekday, a time.
bool take_tail(std::string_view tail, Day& day, std::optional<std::int32_t>& minute, Note& note) {
    Cursor at{tail};
    at.blanks();
    if (at.skip({"(星期", "(周", "星期", "周", "礼拜"})) {
        if (at.text.size() < 3 && at.digits(1).empty()) return false;
        if (!at.text.empty() && static_cast<unsigned char>(at.text.front()) >= 0x80) at.text.remove_prefix(std::min<std::size_t>(3, at.text.size()));
        (void)at.digits(1);
        (void)at.skip({")"});
        at.blanks();
    }
    if (at.text.empty()) return true;
    if (at.skip({"T", "t", ","})) at.blanks();
    while (at.text.ends_with(' ')) at.text.remove_suffix(1);
    for (const std::string_view about : {"许", "左右", "前后"}) {
        if (!at.text.ends_with(about)) continue;
        at.text.remove_suffix(about.size());
        note.add({"时间是约数，按所写计", "the time is a rounded one, taken as it is written"});
    }
    if (is_part_of_day(at.text)) {
        note.add({"只写了上午或下午：时刻不采用", "only a part of the day is written: no time is read"});
        return true;
    }
    const auto clock = clock_of(at.text);
    if (!clock) return false;
    minute = clock->minute;
    day    = day + clock->shift;
    if (clock->shift != 0) note.add({"按北京时间换算到相邻的一天", "turned into China time, which is the neighbouring day"});
    return true;
}

Cell<Stamp> refused(Note note) { return {std::nullopt, std::move(note)}; }

/// A serial number with a day's fraction: 44776.5868.
std::optional<Cell<Stamp>> serial_stamp(std::string_view text, const DateRules& rules) {
    const auto dot = text.find('.');
    if (dot != 5 || text.find('.', dot + 1) != std::string_view::npos) return std::nullopt;
    double value = 0;
    if (!is_digit(text.front()) || !whole(text, value)) return std::nullopt;
    const auto day = serial_day(text.substr(0, dot), rules);
    if (!day.value) return refused(day.note);
    const auto minute = static_cast<std::int32_t>(std::lround((value - std::floor(value)) * 1440)) % 1440;
    return Cell<Stamp>{Stamp{day.value, minute}, day.note};
}

/// 20220803143000, 202208031430: day and time as systems export them, in one run of digits.
std::optional<Cell<Stamp>> compact_stamp(std::string_view text, const DateRules& rules) {
    if ((text.size() != 14 && text.size() != 12) || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    const auto day  = compact_day(text.substr(0, 8), rules);
    const int  hour = number_of(text.substr(8, 2)), minute = number_of(text.substr(10, 2)), second = text.size() == 14 ? number_of(text.substr(12)) : 0;
    if (!day.value || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return Cell<Stamp>{Stamp{day.value, hour * 60 + minute}, {"连写的日期和时间", "day and time in one run of digits"}};
}

Cell<Stamp> read_stamp(std::string_view text, const DateRules& rules, Note note) {
    if (auto serial = serial_stamp(text, rules)) return *serial;
    if (auto compact = compact_stamp(text, rules)) return *compact;
    for (const std::string_view dot : {".", "。", "、", ","}) {
        if (text.size() > 6 && text.ends_with(dot)) text.remove_suffix(dot.size());
    }
    Cursor            at{text};
    const std::size_t before = at.text.size();
    const auto        parts  = written_parts(at);
    if (!parts) return refused(a_date);
    auto day = day_from(*parts, text.substr(0, before - at.text.size()), rules);
    if (!day.value) return refused(day.note);
    Stamp stamp{day.value, {}};
    note.add(day.note);
    if (!take_tail(at.text, *stamp.day, stamp.minute, note)) return refused(a_date);
    return {stamp, note};
}

bool is_iso(std::string_view t) noexcept { return t.size() >= 10 && t[4] == '-' && t[7] == '-'; }

}  // namespace

std::optional<Day> excel_day(std::int64_t serial, bool epoch_1904) noexcept {
    if (serial < 0 || serial > 2'958'465 || (!epoch_1904 && (serial == 0 || serial == 60))) return std::nullopt;
    const auto days = static_cast<std::int32_t>(serial);
    if (epoch_1904) return *Day::checked(1904, 1, 1) + days;
    // Excel counts 1900-02-29, a day that never was, as number 60: later numbers are one too large.
    return *Day::checked(1899, 12, 31) + (days > 60 ? days - 1 : days);
}

namespace {

/// 1-Mar, Mar-1, Mar-22: an English month and a number, in either order.
bool is_english_day(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 12> months = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    const auto dash = text.find('-');
    if (dash == std::string_view::npos || text.size() > 9) return false;
    const auto is_month = [&](std::string_view part) {
        if (part.size() != 3) return false;
        return std::ranges::any_of(months, [&](std::string_view month) { return std::ranges::equal(part, month, {}, [](char c) { return static_cast<char>(c | 0x20); }); });
    };
    const auto is_number = [](std::string_view part) { return part.size() <= 2 && !part.empty() && std::ranges::all_of(part, is_digit); };
    const std::string_view head = text.substr(0, dash), tail = text.substr(dash + 1);
    if (is_number(head) && tail.size() == 6 && tail[3] == '-') return is_month(tail.substr(0, 3)) && is_number(tail.substr(4));
    return (is_month(head) && is_number(tail)) || (is_number(head) && is_month(tail));
}

}  // namespace

bool reads_as_a_day(std::string_view folded) noexcept {
    if (folded.size() < 5 || folded.size() > 24) return false;
    const auto first = static_cast<unsigned char>(folded.front());
    if (std::isalpha(first) != 0 || (is_digit(folded.front()) && std::isalpha(static_cast<unsigned char>(folded.back())) != 0)) return is_english_day(folded);
    if (!is_digit(folded.front())) return false;
    Cursor     at{folded};
    const auto parts = written_parts(at);
    if (!parts) return is_english_day(folded);
    const bool whole_day = parts->count == 3 && parts->length[0] == 4 && parts->length[1] <= 2 && parts->length[2] <= 2;
    const bool month_day = parts->count == 2 && parts->worded && parts->length[0] <= 2 && folded.find("月") != std::string_view::npos && !at.text.starts_with("月");
    if (!whole_day && !month_day) return is_english_day(folded);
    const int month = parts->part[whole_day ? 1 : 0], day = parts->part[whole_day ? 2 : 1];
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && (at.text.empty() || (whole_day && (at.text == " 00:00:00" || clock_of(at.text.substr(1)))));
}

bool is_day_as_number(std::string_view text) noexcept {
    const auto dot = text.find('.');
    if (dot == 0 || dot > 2 || dot == std::string_view::npos) return false;
    const std::string_view day = text.substr(dot + 1);
    return !day.empty() && day.size() <= 2 && std::ranges::all_of(text.substr(0, dot), is_digit) && std::ranges::all_of(day, is_digit);
}

Cell<Stamp> parse_stamp(std::string_view folded, const DateRules& rules) {
    if (folded.size() == 10 && is_iso(folded)) {
        if (const auto day = Day::parse_iso(folded)) {
            auto checked = checked_year(*day, rules, {});
            if (!checked.value) return refused(std::move(checked.note));
            return {Stamp{checked.value, {}}, {}};
        }
    }
    if (folded.empty() || folded.size() > 80) return refused(a_date);
    if (contains_any(folded, {"农历", "阴历", "腊月", "正月", "冬月", "闰", "初一", "初二", "初三", "初四", "初五", "初六", "初七", "初八", "初九", "初十"})) {
        return refused({"公历日期：这里是农历", "a date of the common calendar: this is a lunar one"});
    }
    if (contains_any(folded, {"至", "到", "~", "～"})) return refused({"单独一天：这里是一段时间，请分行填写", "a single day: this is a range; give each day its row"});
    const bool worded = std::ranges::any_of(folded, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
    if (!worded) return read_stamp(folded, rules, {});
    // A weekday is a numeral too: it must not be turned into digits of the day.
    const std::string digits = with_arabic_digits(folded);
    const bool        rewritten = digits != folded && chinese_numeral_length(folded, true) != 0 && !is_digit(folded.front());
    return read_stamp(digits, rules, rewritten ? Note{"汉字日期按数字读取", "read from Chinese numerals"} : Note{});
}

Cell<Day> parse_day(std::string_view folded, const DateRules& rules) {
    auto stamp = parse_stamp(folded, rules);
    if (!stamp.value) return {std::nullopt, std::move(stamp.note)};
    return {stamp.value->day, std::move(stamp.note)};
}

Cell<std::int32_t> parse_minute_of_day(std::string_view folded) {
    const Note expected{"形如 09:30 的时间", "a time such as 09:30"};
    if (folded.size() > 80) return {std::nullopt, expected};
    std::string digits;
    if (std::ranges::any_of(folded, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
        digits = with_arabic_digits(folded);
        folded = digits;
    }
    if (const auto clock = clock_of(folded); clock && clock->shift == 0) {
        return {clock->minute, clock->rewrote ? Note{"按二十四小时制读取", "read as a time of 24 hours"} : Note{}};
    }
    if (double fraction = 0; whole(folded, fraction) && fraction >= 0 && fraction < 1 && folded.find('.') != std::string_view::npos) {
        return {static_cast<std::int32_t>(std::lround(fraction * 1440)) % 1440, {"Excel 的时间小数按时间读取", "an Excel day fraction read as a time"}};
    }
    const auto stamp = parse_stamp(folded, {.year = 2000, .first_year = 0});
    if (stamp.value && stamp.value->minute) return {*stamp.value->minute, {}};
    return {std::nullopt, expected};
}

}  // namespace gapmap
