// Dates and times of office tables: a day in the years that are allowed or none with a reason; a minute of a day or none.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/ingest/cell_parse.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void read(std::string_view text, const gapmap::DateRules& rules) {
    const auto stamp = gapmap::parse_stamp(text, rules);
    check(stamp.value || !(stamp.note.zh.empty() || stamp.note.en.empty()));
    if (!stamp.value) return;
    check(stamp.value->day.has_value());
    const int year = stamp.value->day->year();
    check(year >= rules.first_year - 1 && year <= 2101);  // a zone may move New Year's Eve
    if (stamp.value->minute) check(*stamp.value->minute >= 0 && *stamp.value->minute < 24 * 60);
    check(gapmap::Day::parse_iso(gapmap::to_string(*stamp.value->day)) == *stamp.value->day);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using gapmap::Day;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read(text, {});
    read(text, {.year = 2022, .epoch_1904 = true});
    read(text, {.period_start = Day::of(2021, 10, 1), .period_end = Day::of(2022, 9, 30), .first_year = 1900});
    const auto minute = gapmap::parse_minute_of_day(text);
    if (minute.value) check(*minute.value >= 0 && *minute.value < 24 * 60);
    return 0;
}
