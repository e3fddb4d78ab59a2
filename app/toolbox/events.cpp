#include "app/toolbox/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <unordered_map>

#include "data/ingest/cell_parse.h"
#include "data/ingest/text_normal.h"
#include "data/read/number_text.h"
#include "data/read/vector_file.h"
#include "data/write/table_file.h"
#include "geo/core/day.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

std::optional<double> as_number(const std::string& text) {
    const ParsedNumber number = parse_number(text.data(), text.data() + text.size());
    if (number.end != text.data() + text.size() || !std::isfinite(number.value)) return std::nullopt;
    return number.value;
}

/// Days with a fraction. A date that had to be guessed at (two digits of the year) is none.
std::optional<double> as_date(const std::string& text) {
    DateRules rules;
    rules.first_year = 1000;
    if (as_number(text) && text.size() != 8) return std::nullopt;  // 44695 is a number here, 20220514 a date
    const Cell<Stamp> cell = parse_stamp(fold_text(text).text, rules);
    if (!cell.value || !cell.value->day || !cell.note.empty()) return std::nullopt;
    return cell.value->day->days + (cell.value->minute ? *cell.value->minute / 1440.0 : 0);
}

TimeColumn times_of(const std::vector<std::string>& texts, const std::string& name, const std::string& path) {
    TimeColumn out{std::vector<double>(texts.size(), nan_value), true};
    const auto first = std::ranges::find_if(texts, [](const std::string& t) { return !t.empty(); });
    out.dates        = first != texts.end() && as_date(*first).has_value();
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].empty()) continue;
        const auto value = out.dates ? as_date(texts[i]) : as_number(texts[i]);
        if (!value) {
            throw InputError(fmt::format("expected {}, got '{}'", out.dates ? "a date such as 2022-05-14, like the values before it" : "a number or a date such as 2022-05-14", texts[i]),
                             {path, {}, i + (is_csv_name(path) ? 2 : 1), name});
        }
        out.values[i] = *value;
    }
    return out;
}

Day day_of(double time) { return Day{static_cast<std::int32_t>(std::floor(time))}; }

int month_number(Day day) { return day.year() * 12 + static_cast<int>(day.month()) - 1; }

double start_of_month(int number) {
    const int year = number >= 0 ? number / 12 : -((11 - number) / 12);
    return Day::of(year, static_cast<unsigned>(number - year * 12) + 1, 1).days;
}

}  // namespace

std::string TimeColumn::text(double value) const {
    if (std::isnan(value)) return "";
    if (dates) {
        const auto minutes = static_cast<int>(std::lround((value - std::floor(value)) * 1440));
        return minutes == 0 ? to_string(day_of(value)) : fmt::format("{} {:02}:{:02}", to_string(day_of(value)), minutes / 60, minutes % 60);
    }
    std::string out;
    append_number(out, value);
    return out;
}

double TimeColumn::parse(const std::string& text, const std::string& option) const {
    const auto value = dates ? as_date(text) : as_number(text);
    if (!value) throw UsageError(fmt::format("{}: expected {}, got '{}'", option, dates ? "a date such as 2022-05-14" : "a number, as the times are", text));
    return *value;
}

TimeColumn time_column(const Layer& layer, const std::string& name, const std::string& path) {
    const Column*            column = id_column(layer.table, name, path);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < column->size(); ++i) texts.push_back(column->text(i));
    return times_of(texts, name, path);
}

EventFile read_events(const std::string& path, const InputOptions& input, const std::string& time, const Execution& exec) {
    EventFile out;
    out.file = read_points(path, input, {}, exec);
    if (out.file.csv) out.time = times_of(out.file.csv->texts(out.file.csv->column(time), exec), time, path);
    else out.time = time_column(Layer{{}, out.file.table, {}, {}}, time, path);
    if (out.file.rows() > 0) out.metric = choose_metric(input, out.file.crs, out.file.points.view());
    out.places = std::move(out.file.points);
    transform_coordinates(out.places.x, out.places.y, out.file.crs, out.metric, exec);
    if (!out.metric.empty()) out.metres_per_unit = metres_per_unit(out.metric);
    return out;
}

std::vector<double> parse_breaks(const std::string& text, const std::string& option, std::size_t least, bool duration) {
    std::vector<double> out;
    std::string_view    rest = text;
    const auto          refuse = [&] {
        return UsageError(fmt::format("{}: expected {} or more rising numbers >= 0 such as {}, the last may be inf; got '{}'", option, least, duration ? "0,7,14,inf" : "0,100,500m,2km,inf", text));
    };
    while (true) {
        const std::string_view word = rest.substr(0, rest.find(','));
        const ParsedNumber     number = parse_number(word.data(), word.data() + word.size());
        const std::string_view unit = number.end == nullptr ? word : word.substr(static_cast<std::size_t>(number.end - word.data()));
        double                 value = nan_value;
        if (number.end == nullptr && unit == "inf") value = std::numeric_limits<double>::infinity();
        else if (unit.empty() || unit == (duration ? "d" : "m")) value = number.value;
        else if (unit == (duration ? "w" : "km")) value = number.value * (duration ? 7 : 1000);
        if (!(value >= 0) || (!out.empty() && value <= out.back())) throw refuse();
        out.push_back(value);
        if (word.size() == rest.size()) break;
        rest.remove_prefix(word.size() + 1);
    }
    if (out.size() < least) throw refuse();
    return out;
}

TimeStep parse_step(const std::string& text, const std::string& option) {
    const ParsedNumber     number = parse_number(text.data(), text.data() + text.size());
    const std::string_view unit   = number.end == nullptr ? std::string_view("?") : std::string_view(number.end, static_cast<std::size_t>(text.data() + text.size() - number.end));
    const bool             whole  = number.value == std::floor(number.value) && number.value < 12'000;
    if (number.end != nullptr && number.value > 0 && std::isfinite(number.value)) {
        if (unit.empty() || unit == "d") return {.length = number.value};
        if (unit == "w") return {.length = 7 * number.value, .weeks = true};
        if (unit == "mo" && whole) return {.months = static_cast<int>(number.value)};
    }
    throw UsageError(fmt::format("{}: expected a step of time above 0 such as 1w, 7d, 1mo (whole months) or a number in the unit of the times, got '{}'", option, text));
}

TimeGrid::TimeGrid(const TimeColumn& time, const TimeStep& step, const std::string& start, const std::string& until) : step_(step) {
    if (step.months > 0 && !time.dates) throw UsageError("--step in months needs dates; the times are numbers");
    double first = std::numeric_limits<double>::infinity(), last = -first;
    for (const double t : time.values) {
        if (std::isnan(t)) continue;
        first = std::min(first, t);
        last  = std::max(last, t);
    }
    if (first > last) return;  // no time, no step
    start_ = first;
    if (time.dates) start_ = std::floor(first);
    if (time.dates && step.weeks) start_ -= static_cast<double>(day_of(start_).iso_weekday()) - 1;
    if (!start.empty()) start_ = time.parse(start, "--start");
    if (step.months > 0) start_ = start_of_month(month_number(day_of(start_)));
    steps_ = std::numeric_limits<std::size_t>::max();
    const double end = until.empty() ? last : time.parse(until, "--until");
    const std::size_t at = end < start_ ? 0 : step_of(end);
    steps_ = at + (until.empty() && end >= start_ ? 1 : 0);
    if (steps_ > 10'000'000) throw UsageError(fmt::format("--step: makes {} steps of time; choose a longer one", steps_));
}

double TimeGrid::start_of(std::size_t step) const {
    if (step_.months > 0) return start_of_month(month_number(day_of(start_)) + static_cast<int>(step) * step_.months);
    return start_ + static_cast<double>(step) * step_.length;
}

std::size_t TimeGrid::step_of(double time) const {
    if (std::isnan(time) || time < start_) return steps_;
    if (step_.months > 0) return std::min(steps_, static_cast<std::size_t>((month_number(day_of(time)) - month_number(day_of(start_))) / step_.months));
    const double at = std::floor((time - start_) / step_.length);
    return at < 1e15 ? std::min(steps_, static_cast<std::size_t>(at)) : steps_;
}

std::vector<SeriesRows> series_of(const Layer& layer, const std::string& by, const std::string& path) {
    std::vector<SeriesRows> out;
    if (by.empty()) {
        out.emplace_back().rows.resize(layer.rows());
        std::iota(out.front().rows.begin(), out.front().rows.end(), std::size_t{0});
        return out;
    }
    const Column*                                column = id_column(layer.table, by, path);
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < layer.rows(); ++i) {
        const auto [at, is_new] = known.try_emplace(column->text(i), out.size());
        if (is_new) out.push_back({column->text(i), {}});
        out[at->second].rows.push_back(i);
    }
    return out;
}

nlohmann::ordered_json finite_or_null(double value) { return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(); }

void add_note(nlohmann::ordered_json& figures, const CommandContext& context, const Text& note) {
    if (context.common.json) figures["note"] = {{"zh", note.zh}, {"en", note.en}};
    else figures["note"] = choose_tongue(context.common.lang, "")(note);
}

}  // namespace gapmap
