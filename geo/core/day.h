#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gapmap {

/// A calendar day (proleptic Gregorian), counted from 1970-01-01.
struct Day {
    std::int32_t days = 0;

    auto operator<=>(const Day&) const = default;
    /// Throws PreconditionError where the date does not exist.
    static Day of(int year, unsigned month, unsigned day);
    /// Nothing where the date does not exist (2022-02-30).
    static std::optional<Day> checked(int year, unsigned month, unsigned day) noexcept;
    /// Strict `YYYY-MM-DD`; nothing for anything else.
    static std::optional<Day> parse_iso(std::string_view text) noexcept;
    [[nodiscard]] int      year() const noexcept;
    [[nodiscard]] unsigned month() const noexcept;
    [[nodiscard]] unsigned day() const noexcept;
    [[nodiscard]] unsigned iso_weekday() const noexcept;  ///< 1 = Monday .. 7 = Sunday
};

[[nodiscard]] inline Day operator+(Day day, std::int32_t days) noexcept { return {day.days + days}; }
[[nodiscard]] inline Day operator-(Day day, std::int32_t days) noexcept { return {day.days - days}; }
[[nodiscard]] inline std::int32_t operator-(Day a, Day b) noexcept { return a.days - b.days; }

/// ISO 8601 week: weeks start on Monday, week 1 holds the year's first Thursday.
struct IsoWeek {
    int      year = 1970;
    unsigned week = 1;
    auto     operator<=>(const IsoWeek&) const = default;
};
[[nodiscard]] IsoWeek     iso_week(Day day) noexcept;
[[nodiscard]] std::string to_string(Day day);       ///< `YYYY-MM-DD`
[[nodiscard]] std::string to_string(IsoWeek week);  ///< `YYYY-Www`

}  // namespace gapmap
