#include "app/toolbox/scan_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "geo/core/day.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool is_year(std::int64_t value) { return value >= 1000 && value <= 9999; }

std::int64_t month_start(std::int64_t months) {
    const std::int64_t year = months >= 0 ? months / 12 : -((11 - months) / 12);
    return Day::of(static_cast<int>(year), static_cast<unsigned>(months - year * 12) + 1, 1).days;
}
std::int64_t month_of(std::int64_t day) {
    const Day d{static_cast<std::int32_t>(day)};
    return std::int64_t{d.year()} * 12 + d.month() - 1;
}

TimeValue year_of(std::int64_t year) { return {TimeUnit::year, month_start(year * 12), month_start(year * 12 + 12) - 1}; }

std::optional<TimeValue> date_of(std::string_view text) {
    if (const auto space = text.find_first_of(" T"); space != std::string_view::npos && space >= 8) text = text.substr(0, space);
    const auto a = text.find_first_of("-/", 1);
    if (a == std::string_view::npos) return std::nullopt;
    const auto b = text.find(text[a], a + 1);
    const auto year = whole(text.substr(0, a)), month = whole(text.substr(a + 1, b == std::string_view::npos ? b : b - a - 1));
    if (!year || !month || !is_year(*year) || *month < 1 || *month > 12) return std::nullopt;
    if (b == std::string_view::npos) {
        const std::int64_t m = *year * 12 + *month - 1;
        return TimeValue{TimeUnit::month, month_start(m), month_start(m + 1) - 1};
    }
    const auto day = whole(text.substr(b + 1));
    if (!day || *day < 1 || *day > 31) return std::nullopt;
    const auto checked = Day::checked(static_cast<int>(*year), static_cast<unsigned>(*month), static_cast<unsigned>(*day));
    return checked ? std::optional(TimeValue{TimeUnit::day, checked->days, checked->days}) : std::nullopt;
}

/// The calendar month that lies `months` before that of `day`, on the same day of the month, or its last.
std::int64_t months_before(std::int64_t day, std::int64_t months) {
    const std::int64_t m = month_of(day), in_month = day - month_start(m), target = m - months;
    return std::min(month_start(target) + in_month, month_start(target + 1) - 1);
}

/// First day of the step that is `k` steps before `end`.
std::int64_t steps_before(std::int64_t end, TimeStep step, std::int64_t k) {
    if (step.unit == TimeUnit::month || step.unit == TimeUnit::year) return months_before(end, k * step.length * (step.unit == TimeUnit::year ? 12 : 1));
    return end - k * step.length;
}

}  // namespace

std::int64_t TimeValue::middle() const {
    if (unit == TimeUnit::year) return month_start(month_of(first) + 6);
    return unit == TimeUnit::month ? first + 14 : first;
}

std::vector<TimeValue> parse_times(std::span<const std::string> texts, std::span<const std::size_t> rows, const std::string& path, const std::string& field) {
    bool dates = false, years = true;
    for (const std::string& text : texts) {
        const auto number = whole(text);
        dates = dates || !number;
        years = years && number && is_year(*number);
    }
    std::vector<TimeValue> out;
    for (std::size_t k = 0; k < texts.size(); ++k) {
        const auto number = whole(texts[k]);
        if (number && (years || (dates && is_year(*number)))) {
            out.push_back(year_of(*number));
        } else if (number && !dates && std::abs(*number) < 1'000'000'000) {
            out.push_back({TimeUnit::number, *number, *number});
        } else if (const auto date = date_of(texts[k])) {
            out.push_back(*date);
        } else {
            throw InputError(fmt::format("expected a date YYYY-MM-DD, YYYY-MM or YYYY, or a whole number in every row, got '{}'", texts[k]), {path, {}, rows[k], field});
        }
    }
    return out;
}

TimeStep parse_time_step(const std::string& text, std::span<const TimeValue> values) {
    TimeUnit coarsest = TimeUnit::number;
    for (const TimeValue& v : values) coarsest = std::max(coarsest, v.unit);
    if (text.empty()) return {coarsest, 1};
    const bool calendar = coarsest != TimeUnit::number;
    const char unit     = text.back();
    const auto length   = whole(calendar ? std::string_view(text).substr(0, text.size() - 1) : std::string_view(text));
    const auto known    = std::string_view("dwmy").find(unit);
    if (!length || *length < 1 || *length > 1'000'000 || (calendar && known == std::string_view::npos)) {
        throw UsageError(fmt::format("--time-step: expected {}, got '{}'", calendar ? "a number of days, weeks, months or years such as 1d, 2w, 1m, 1y" : "a whole number, as the times are", text));
    }
    if (!calendar) return {TimeUnit::number, *length};
    const TimeStep step = unit == 'w' ? TimeStep{TimeUnit::day, *length * 7} : TimeStep{unit == 'd' ? TimeUnit::day : unit == 'm' ? TimeUnit::month : TimeUnit::year, *length};
    if (step.unit < coarsest) throw UsageError(fmt::format("--time-step {}: the times are given by the {} only; the step cannot be finer", text, coarsest == TimeUnit::year ? "year" : "month"));
    return step;
}

std::string to_string(TimeStep step) {
    if (step.unit == TimeUnit::number) return std::to_string(step.length);
    if (step.unit == TimeUnit::day && step.length % 7 == 0) return fmt::format("{}w", step.length / 7);
    return fmt::format("{}{}", step.length, step.unit == TimeUnit::day ? 'd' : step.unit == TimeUnit::month ? 'm' : 'y');
}

std::size_t TimeAxis::interval_of(std::int64_t day) const noexcept {
    return static_cast<std::size_t>(std::upper_bound(bounds.begin(), bounds.end(), day) - bounds.begin()) - 1;
}

std::size_t TimeAxis::longest(double share) const noexcept {
    const double most = std::floor(static_cast<double>(units) * share * (1 + 1e-12)) / static_cast<double>(step.length);
    return std::min(intervals(), static_cast<std::size_t>(most));
}

TimeAxis make_time_axis(std::int64_t first, std::int64_t last, TimeStep step) {
    TimeAxis           out{step, {last + 1}, 0};
    const std::int64_t end = last + 1;
    std::int64_t       k   = 1;
    for (; steps_before(end, step, k) > first; ++k) out.bounds.push_back(steps_before(end, step, k));
    // What is left over at the start joins the interval after it.
    if (steps_before(end, step, k) != first && out.bounds.size() > 1) out.bounds.back() = first;
    else out.bounds.push_back(first);
    std::ranges::reverse(out.bounds);
    const TimeStep unit{step.unit, 1};
    while (steps_before(end, unit, out.units) > first) ++out.units;
    return out;
}

std::vector<double> population_time(const TimeAxis& axis, std::span<const std::int64_t> days, std::span<const double> population) {
    const auto at = [&](std::int64_t day) {
        const auto after = static_cast<std::size_t>(std::upper_bound(days.begin(), days.end(), day) - days.begin());
        if (after == 0) return population.front();
        if (after == days.size()) return population.back();
        const double share = static_cast<double>(day - days[after - 1]) / static_cast<double>(days[after] - days[after - 1]);
        return population[after - 1] + share * (population[after] - population[after - 1]);
    };
    const auto whole_time = static_cast<double>(axis.bounds.back() - axis.bounds.front());
    std::vector<double> out;
    for (std::size_t i = 0; i < axis.intervals(); ++i) {
        double       sum  = 0;
        std::int64_t from = axis.bounds[i];
        for (auto next = std::upper_bound(days.begin(), days.end(), from); from < axis.bounds[i + 1]; ++next) {
            const std::int64_t to = next == days.end() ? axis.bounds[i + 1] : std::min(*next, axis.bounds[i + 1]);
            sum += (at(from) + at(to)) / 2 * static_cast<double>(to - from);
            from = to;
            if (next == days.end()) break;
        }
        out.push_back(sum / whole_time);
    }
    return out;
}

}  // namespace gapmap
