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
    [[nodiscard]] bool empty() const noexcept { return en.empty(); }
};
template <class Value>
struct Cell {
    std::optional<Value> value;
    Note                 note;
};

/// Dates as offices write them: 2022-08-03, 2022/8/3, 2022.8.3, 20220803, 2022年8月3日, each with an optional time behind,
/// and Excel serial numbers (1900 epoch, 20000..80000). The day must exist. Any form but ISO is noted as a repair only
/// where the reading is not certain (serial numbers).
[[nodiscard]] Cell<Day> parse_day(std::string_view folded);

/// `HH:MM` or `HH:MM:SS`, alone or behind a date: minutes since midnight.
[[nodiscard]] Cell<std::int32_t> parse_minute_of_day(std::string_view folded);

/// A decimal number; thousands separators and a unit 户/人/次/个 behind are repaired.
[[nodiscard]] Cell<double> parse_number(std::string_view folded);

/// A whole number >= 0; "12.0" and "12户" are repaired.
[[nodiscard]] Cell<std::int64_t> parse_count(std::string_view folded);

/// Money in yuan. `scale` is what the header says (1, or 10000 for 万元); a unit in the cell wins and is noted.
[[nodiscard]] Cell<double> parse_money_yuan(std::string_view folded, double scale);

/// A code (a key, not a number): a trailing ".0" is repaired; 6.10329E+11 is refused, since its digits are lost.
[[nodiscard]] Cell<std::string> parse_code(std::string_view folded);

/// Longitude or latitude in decimal degrees; "E107.78", "107.78°", "北纬34.6" and degrees-minutes-seconds are repaired.
[[nodiscard]] Cell<double> parse_degrees(std::string_view folded);

}  // namespace gapmap
