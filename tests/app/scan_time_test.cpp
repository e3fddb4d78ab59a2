#include "app/toolbox/scan_time.h"

#include <doctest/doctest.h>

#include <numeric>

#include "geo/core/day.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

std::vector<TimeValue> times(const std::vector<std::string>& texts) {
    std::vector<std::size_t> rows(texts.size());
    std::iota(rows.begin(), rows.end(), std::size_t{2});
    return parse_times(texts, rows, "a.csv", "when");
}

std::int64_t day(int y, unsigned m, unsigned d) { return Day::of(y, m, d).days; }

}  // namespace

TEST_CASE("scan times: years, months, days and plain numbers are told apart by the column as a whole") {
    CHECK(times({"1973", "1991"})[0].unit == TimeUnit::year);
    CHECK(times({"1973", "1991"})[1].last == day(1991, 12, 31));
    CHECK(times({"1", "52"})[0].unit == TimeUnit::number);
    CHECK(times({"1973", "12"})[0].unit == TimeUnit::number);
    CHECK(times({"2024", "2024-02-05"})[0].unit == TimeUnit::year);
    CHECK(times({"2024-02"})[0].last == day(2024, 2, 29));
    CHECK(times({"2024/2/5 10:30"})[0].first == day(2024, 2, 5));
    CHECK(times({"1973"})[0].middle() == day(1973, 7, 1));
    CHECK(times({"2024-02"})[0].middle() == day(2024, 2, 15));
    CHECK_THROWS_WITH_AS((void)times({"2024-01-01", "2024-02-30"}), doctest::Contains("a.csv row 3, field 'when'"), InputError);
    CHECK_THROWS_AS((void)times({"soon"}), InputError);
}

TEST_CASE("scan times: intervals are counted back from the end, and the first has what is left over") {
    const TimeAxis years = make_time_axis(day(1973, 1, 1), day(1991, 12, 31), {TimeUnit::year, 1});
    CHECK(years.intervals() == 19);
    CHECK(years.bounds[12] == day(1985, 1, 1));
    CHECK(years.longest(0.5) == 9);
    const TimeAxis triples = make_time_axis(day(1973, 1, 1), day(1991, 12, 31), {TimeUnit::year, 3});
    CHECK(triples.intervals() == 6);
    CHECK(triples.bounds == std::vector<std::int64_t>{day(1973, 1, 1), day(1977, 1, 1), day(1980, 1, 1), day(1983, 1, 1), day(1986, 1, 1), day(1989, 1, 1), day(1992, 1, 1)});
    CHECK(triples.longest(0.5) == 3);
    const TimeAxis weeks = make_time_axis(0, 27, {TimeUnit::day, 7});
    CHECK(weeks.bounds == std::vector<std::int64_t>{0, 7, 14, 21, 28});
    CHECK(weeks.interval_of(13) == 1);
    CHECK(weeks.interval_of(14) == 2);
    const TimeAxis months = make_time_axis(day(2024, 1, 31), day(2024, 3, 30), {TimeUnit::month, 1});
    CHECK(months.bounds == std::vector<std::int64_t>{day(2024, 1, 31), day(2024, 2, 29), day(2024, 3, 31)});
    CHECK(make_time_axis(5, 5, {TimeUnit::number, 1}).intervals() == 1);
    CHECK(make_time_axis(5, 5, {TimeUnit::number, 4}).intervals() == 1);
}

TEST_CASE("scan times: a population between two days is a straight line, outside it stays") {
    const TimeAxis                  axis = make_time_axis(0, 39, {TimeUnit::number, 10});
    const std::vector<std::int64_t> days{10, 30};
    const auto                      amount = population_time(axis, days, std::vector<double>{100, 200});
    CHECK(amount == std::vector<double>{25, 31.25, 43.75, 50});  // 100, 125, 175 and 200 people, a quarter of the time each
    const std::vector<std::int64_t> within{14, 16};
    CHECK(population_time(axis, within, std::vector<double>{0, 40})[1] == doctest::Approx((0 * 4 + 20 * 2 + 40 * 4) / 10.0 / 4));
}

TEST_CASE("scan times: a step cannot be finer than the times, nor of another kind") {
    const auto years = times({"1973", "1974"}), numbers = times({"1", "2"}), dates = times({"2024-01-01", "2024-05-05"});
    CHECK(parse_time_step("", years).unit == TimeUnit::year);
    CHECK(parse_time_step("2w", dates).length == 14);
    CHECK(to_string(parse_time_step("2w", dates)) == "2w");
    CHECK(parse_time_step("3", numbers).length == 3);
    CHECK_THROWS_AS((void)parse_time_step("1m", years), UsageError);
    CHECK_THROWS_AS((void)parse_time_step("1d", numbers), UsageError);
    CHECK_THROWS_AS((void)parse_time_step("0d", dates), UsageError);
    CHECK_THROWS_AS((void)parse_time_step("d", dates), UsageError);
}
