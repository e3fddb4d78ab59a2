#include "geo/core/day.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "geo/core/expects.h"

namespace gapmap {
namespace {
std::chrono::year_month_day calendar(Day day) noexcept { return std::chrono::sys_days(std::chrono::days(day.days)); }
}  // namespace

std::optional<Day> Day::checked(int year, unsigned month, unsigned day) noexcept {
    const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!ymd.ok()) return std::nullopt;
    return Day{static_cast<std::int32_t>(std::chrono::sys_days(ymd).time_since_epoch().count())};
}

Day Day::of(int year, unsigned month, unsigned day) {
    const auto result = checked(year, month, day);
    GEO_EXPECTS(result.has_value());
    return *result;
}

std::optional<Day> Day::parse_iso(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int        year = 0;
    unsigned   month = 0, day = 0;
    const auto number = [&](std::size_t at, std::size_t n, auto& out) {
        const char* end = text.data() + at + n;
        return std::from_chars(text.data() + at, end, out).ptr == end;
    };
    if (!number(0, 4, year) || !number(5, 2, month) || !number(8, 2, day)) return std::nullopt;
    return checked(year, month, day);
}

int      Day::year() const noexcept { return static_cast<int>(calendar(*this).year()); }
unsigned Day::month() const noexcept { return static_cast<unsigned>(calendar(*this).month()); }
unsigned Day::day() const noexcept { return static_cast<unsigned>(calendar(*this).day()); }
unsigned Day::iso_weekday() const noexcept {
    return std::chrono::weekday(std::chrono::sys_days(std::chrono::days(days))).iso_encoding();
}

IsoWeek iso_week(Day day) noexcept {
    // The week's year is the year of its Thursday.
    const Day thursday   = day + (4 - static_cast<std::int32_t>(day.iso_weekday()));
    const int year       = thursday.year();
    const Day first      = *Day::checked(year, 1, 1);
    return {year, static_cast<unsigned>((thursday - first) / 7 + 1)};
}

std::string to_string(Day day) { return fmt::format("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()); }
std::string to_string(IsoWeek week) { return fmt::format("{:04}-W{:02}", week.year, week.week); }

}  // namespace gapmap
