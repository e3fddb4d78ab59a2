#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/command.h"
#include "app/tongue.h"
#include "app/toolbox/inputs.h"

namespace gapmap {

/// A column of times: numbers as they are, or dates as days since 1970-01-01 (a time of day is a fraction). Blank cells are NaN.
struct TimeColumn {
    std::vector<double> values;
    bool                dates = false;

    [[nodiscard]] std::string text(double value) const;  ///< a date, or the shortest text of the number
    /// Reads a value as this column's are. Throws UsageError naming the option.
    [[nodiscard]] double parse(const std::string& text, const std::string& option) const;
};

/// A column is of dates where every value reads as a date: 2022-05-14, 2022/5/14, 2022年5月14日, 20220514, with or without a time behind; else of numbers.
/// Throws InputError naming file, row and field for anything else.
[[nodiscard]] TimeColumn time_column(const Layer& layer, const std::string& name, const std::string& path);

/// Points with their times, in the system to measure in.
struct EventFile {
    PointFile      file;             ///< as read; its points have moved to `places`
    Points<Planar> places;
    TimeColumn     time;
    std::string    metric;           ///< empty: coordinates as they are
    double         metres_per_unit = 1;
};
[[nodiscard]] EventFile read_events(const std::string& path, const InputOptions& input, const std::string& time, const Execution& exec);

/// "0,100,200m,2km,inf": rising breaks >= 0, the last may be inf. `duration`: the units are d and w (7 d) instead. Throws UsageError.
[[nodiscard]] std::vector<double> parse_breaks(const std::string& text, const std::string& option, std::size_t least, bool duration);

/// A step of time: a number of days (or of the column's unit), or calendar months.
struct TimeStep {
    double length = 1;
    int    months = 0;      ///< above 0: calendar months instead of `length`
    bool   weeks  = false;
};
/// "1w", "7d", "1mo", "2.5". Throws UsageError.
[[nodiscard]] TimeStep parse_step(const std::string& text, const std::string& option);

/// Steps that follow each other without gap from `start` on, [start, start + step) and so on.
class TimeGrid {
public:
    /// Default start of dates: weeks on a Monday, months on the first, else the first day; of numbers: the first. `until` is exclusive and cuts to whole steps.
    TimeGrid(const TimeColumn& time, const TimeStep& step, const std::string& start, const std::string& until);
    [[nodiscard]] std::size_t steps() const noexcept { return steps_; }
    [[nodiscard]] double      start_of(std::size_t step) const;
    /// Number of the step, >= steps() outside.
    [[nodiscard]] std::size_t step_of(double time) const;

private:
    TimeStep    step_;
    double      start_ = 0;
    std::size_t steps_ = 0;
};

/// Rows of one series: those with the same value of the column `by`, in the order in which the values come first; one series of all rows without it.
struct SeriesRows {
    std::string              name;
    std::vector<std::size_t> rows;
};
[[nodiscard]] std::vector<SeriesRows> series_of(const Layer& layer, const std::string& by, const std::string& path);

/// Null for NaN and infinities: JSON has none.
[[nodiscard]] nlohmann::ordered_json finite_or_null(double value);

/// Says why something is undefined: both languages with --json, else the user's.
void add_note(nlohmann::ordered_json& figures, const CommandContext& context, const Text& note);

}  // namespace gapmap
