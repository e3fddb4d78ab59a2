#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "geo/core/day.h"

namespace gapmap {

/// A cell as read: the value, and what had to be done to understand it (empty where nothing was).
/// No value means the cell cannot be read as this type; `note` then says what was expected.
struct Note {
    std::string        zh{}, en{};
    std::string        code{};  ///< of the issue, where it is a reason with a name of its own (vague, number_as_date)
    [[nodiscard]] bool empty() const noexcept { return en.empty(); }
    /// Puts another remark behind.
    void add(const Note& more);
};
template <class Value>
struct Cell {
    std::optional<Value> value;
    Note                 note;
};

/// What a file says about its dates beyond the cell itself.
struct DateRules {
    std::optional<int> year{};                     ///< of dates that name none
    std::optional<Day> period_start{}, period_end{};  ///< else the one year that brings the day into the period
    bool               epoch_1904   = false;       ///< Excel serial numbers count from 1904-01-01 (old Macintosh workbooks)
    int                first_year   = 1990;        ///< years before this one or after 2100 are held back
};

/// Day and time of one cell. Either may be missing: "14:05" is a time alone.
struct Stamp {
    std::optional<Day>          day;
    std::optional<std::int32_t> minute;  ///< since midnight, China time
};

/// Dates as offices write them: 2022-08-03, 2022/8/3, 2022.8.3, 20220803, 2022年8月3日, 二〇二二年八月三日, and, noted as repairs, 22.8.3,
/// 220803, 8/23/2022 (where only one order is a day), 8月3日 (year by `rules`), Excel serial numbers; each with an optional
/// time or weekday behind. A zone (Z, +00:00) is turned into China time. Lunar dates, months without a day, ranges, days that do not exist and years
/// out of range have no value, and the note says why.
[[nodiscard]] Cell<Day> parse_day(std::string_view folded, const DateRules& rules = {});

/// True for a text that is a day as spreadsheets show it and nothing else: 2022/3/1, 2022-03-01 (with a time), 3月1日, 2022年3月1日, 1-Mar, Mar-22. Not
/// for 3-1 or 20220301, which may be a building or a code.
[[nodiscard]] bool reads_as_a_day(std::string_view folded) noexcept;

/// 8.1, 8.15: in a number cell nobody can tell 8月1日 from 8月10日.
[[nodiscard]] bool is_day_as_number(std::string_view text) noexcept;

/// `HH:MM`, `HH:MM:SS`, 14时05分, 2点半, 下午2点30分, alone or behind a date, and a day's fraction as Excel keeps it (0.5): minutes
/// since midnight.
[[nodiscard]] Cell<std::int32_t> parse_minute_of_day(std::string_view folded);

/// Both at once; no note unless something was repaired or refused. Refused where no day can be read.
[[nodiscard]] Cell<Stamp> parse_stamp(std::string_view folded, const DateRules& rules = {});

/// The day of an Excel serial number. In the 1900 epoch, numbers below 60 stand before Excel's false leap day, and 60 is that day: nothing.
[[nodiscard]] std::optional<Day> excel_day(std::int64_t serial, bool epoch_1904) noexcept;

/// A decimal number. Repaired: thousands separators, 约/余/多/左右, 万/亿, Chinese numerals, a unit behind, percentages (45% is
/// 0.45), (1,234) for -1234. A decimal comma has no value: 1,5 may be 1.5 or 15.
[[nodiscard]] Cell<double> parse_number(std::string_view folded);

/// A whole number >= 0; the same repairs, and "12.0".
[[nodiscard]] Cell<std::int64_t> parse_count(std::string_view folded);

/// Money in yuan. `scale` is what the header says (1, or 10000 for 万元); a unit in the cell wins and is noted.
[[nodiscard]] Cell<double> parse_money_yuan(std::string_view folded, double scale);

/// Yuan in one unit of money as a header or a title names it (元 1, 千元, 万元, 亿元), if it names one. `key` as match_key() gives it.
[[nodiscard]] std::optional<double> money_unit_in(std::string_view key) noexcept;

/// A code (a key, not a number): a trailing ".0" is repaired; 6.10329E+11 and long numbers whose digits from the 16th on are zeros are refused,
/// since a spreadsheet destroyed their last digits.
[[nodiscard]] Cell<std::string> parse_code(std::string_view folded);

/// Yes or no: 是/否, √/×, 1/0, Y/N, 有/无, 对/错, and whatever starts with 已 or with 未, 没, 不.
[[nodiscard]] Cell<bool> parse_yes_no(std::string_view folded);

/// Longitude or latitude in decimal degrees; "E107.78", "107.78°", "北纬34.6" and degrees-minutes-seconds in many spellings are repaired.
/// A coordinate in metres is a plain number here; 1074712 is not taken apart.
[[nodiscard]] Cell<double> parse_degrees(std::string_view folded);

}  // namespace gapmap
