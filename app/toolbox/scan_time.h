#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gapmap {

/// How exactly a time is given. `number`: whole numbers without a calendar.
enum class TimeUnit { number, day, month, year };

/// What one cell of a time column says: the days (or numbers) from `first` to `last`.
struct TimeValue {
    TimeUnit     unit  = TimeUnit::day;
    std::int64_t first = 0, last = 0;
    /// The day that a population given for this time is taken to be of: 1 July of a year, the 15th of a month.
    [[nodiscard]] std::int64_t middle() const;
};

/// Understands a column as a whole: whole numbers are years if all lie between 1000 and 9999 or others are dates; dates are YYYY-MM-DD or YYYY-MM, also with /. A time of day is dropped.
/// Throws InputError naming file, row (`rows`, as the user sees them) and field.
[[nodiscard]] std::vector<TimeValue> parse_times(std::span<const std::string> texts, std::span<const std::size_t> rows, const std::string& path, const std::string& field);

struct TimeStep {
    TimeUnit     unit   = TimeUnit::day;
    std::int64_t length = 1;
};
/// "1y", "3m", "1w", "7d"; a plain number for times that are numbers. Empty: one unit of the coarsest of `values`. Throws UsageError.
[[nodiscard]] TimeStep parse_time_step(const std::string& text, std::span<const TimeValue> values);
[[nodiscard]] std::string to_string(TimeStep step);

/// Intervals of time without gaps, counted back from the end; the first also has what is left over.
struct TimeAxis {
    TimeStep                  step;
    std::vector<std::int64_t> bounds;           ///< first day of each interval; one more: the day after the end
    std::int64_t              units      = 0;   ///< of the step's unit in the whole period
    [[nodiscard]] std::size_t intervals() const noexcept { return bounds.size() - 1; }
    /// REQUIRES bounds.front() <= day < bounds.back().
    [[nodiscard]] std::size_t interval_of(std::int64_t day) const noexcept;
    /// Longest window: the whole steps in `share` of the period.
    [[nodiscard]] std::size_t longest(double share) const noexcept;
    [[nodiscard]] bool        is_calendar() const noexcept { return step.unit != TimeUnit::number; }
};
[[nodiscard]] TimeAxis make_time_axis(std::int64_t first, std::int64_t last, TimeStep step);

/// Amount at risk in each interval, as share of the whole period's time, of a population that is known on some days (ascending) and changes linearly in between; before the first and after the
/// last it stays what it was then.
[[nodiscard]] std::vector<double> population_time(const TimeAxis& axis, std::span<const std::int64_t> days, std::span<const double> population);

}  // namespace gapmap
