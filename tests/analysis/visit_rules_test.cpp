#include "analysis/visit_rules.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "geo/core/draws.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {
struct Rows {
    std::vector<std::int32_t>  household, day, minute, team;
    std::vector<std::uint8_t>  list;
    std::vector<std::uint64_t> number;
    void add(std::int32_t h, std::int32_t d, std::int32_t m, std::int32_t t, std::uint8_t l, std::uint64_t n) {
        household.push_back(h), day.push_back(d), minute.push_back(m), team.push_back(t), list.push_back(l), number.push_back(n);
    }
    [[nodiscard]] VisitRows view() const { return {household, day, minute, team, list, number}; }
};
constexpr auto none = repeats_nothing;

std::vector<StageBits> random_claims(std::size_t n) {
    std::vector<StageBits> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(static_cast<StageBits>(Draws(Seed{3}, 904, i).below(128)));
    return out;
}
}  // namespace

TEST_CASE("of the same household, day and team the earliest row counts and the others name it") {
    Rows rows;
    rows.add(7, 100, 600, 1, 0, 12);
    rows.add(7, 100, 540, 1, 0, 13);  // earlier: counts
    rows.add(7, 100, -1, 1, 0, 2);    // no time: last
    rows.add(7, 100, 540, 1, 0, 14);  // same minute, later row
    CHECK(mark_repeats(rows.view()) == std::vector<std::uint32_t>{1, none, 1, 1});
}

TEST_CASE("another day, team, household or list is another visit, and so is a row without household") {
    Rows rows;
    rows.add(7, 100, 600, 1, 0, 1);
    rows.add(7, 101, 600, 1, 0, 2);
    rows.add(7, 100, 600, 2, 0, 3);
    rows.add(8, 100, 600, 1, 0, 4);
    rows.add(7, 100, 600, 1, 1, 5);
    rows.add(-1, 100, 600, 1, 0, 6);
    rows.add(-1, 100, 600, 1, 0, 7);
    CHECK(mark_repeats(rows.view()) == std::vector<std::uint32_t>(7, none));
    CHECK(mark_repeats({}).empty());
}

TEST_CASE("the marks move with the rows: any order gives the same visits") {
    Rows rows;
    for (std::uint64_t i = 0; i < 600; ++i) {
        Draws      draws(Seed{2}, 905, i);
        const auto below = [&](std::uint32_t n) { return static_cast<std::int32_t>(draws.below(n)); };
        rows.add(below(20) - 1, below(4), below(5) - 1, below(3) - 1, static_cast<std::uint8_t>(below(2)), i);
    }
    const auto               marks = mark_repeats(rows.view());
    std::vector<std::size_t> order(600);
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = 600; i-- > 1;) std::swap(order[i], order[Draws(Seed{2}, 906, i).below(static_cast<std::uint32_t>(i + 1))]);
    Rows turned;
    for (const std::size_t i : order) turned.add(rows.household[i], rows.day[i], rows.minute[i], rows.team[i], rows.list[i], rows.number[i]);
    const auto again = mark_repeats(turned.view());
    for (std::size_t at = 0; at < 600; ++at) {
        const std::uint32_t before = marks[order[at]];
        CHECK((again[at] == none) == (before == none));
        if (before != none) CHECK(turned.number[again[at]] == rows.number[before]);
        // What counts is never itself a repeat.
        if (before != none) CHECK(marks[before] == none);
    }
    CHECK(std::ranges::count(marks, none) < 600);
}

TEST_CASE("row numbers that do not tell rows apart are our own mistake") {
    Rows rows;
    rows.add(7, 100, 600, 1, 0, 1);
    rows.add(7, 100, 600, 1, 0, 1);
    CHECK_THROWS_AS((void)mark_repeats(rows.view()), PreconditionError);
}

TEST_CASE("every outcome has its place, and a visit reached somebody only with contact, and contact only where it was found") {
    for (std::size_t i = 0; i < visit_outcome_count; ++i) {
        const OutcomeMeaning m = meaning_of(static_cast<VisitOutcome>(i));
        CHECK((!m.reached || m.contact));
        CHECK((!m.contact || m.found));
    }
    CHECK(meaning_of(VisitOutcome::met).reached);
    CHECK_FALSE(meaning_of(VisitOutcome::unknown).reached);
    CHECK_FALSE(meaning_of(VisitOutcome::moved).found);
    const std::vector<VisitOutcome> outcomes = {VisitOutcome::met,    VisitOutcome::met,   VisitOutcome::refused,      VisitOutcome::not_at_home,
                                                VisitOutcome::locked, VisitOutcome::moved, VisitOutcome::inaccessible, VisitOutcome::unknown};
    const OutcomeCounts             counts   = count_outcomes(outcomes);
    CHECK(counts.all() == 8);
    CHECK(counts.found() == 6);
    CHECK(counts.contact() == 3);
    CHECK(counts.reached() == 2);
    CHECK(counts.reached_at_most() == 3);
}

TEST_CASE("a household stands at the furthest stage that a row claims, and that implies the earlier ones") {
    const std::vector<StageBits>    claimed = {0, bit(Stage::visited), static_cast<StageBits>(bit(Stage::visited) | bit(Stage::committed)), bit(Stage::real_name)};
    const std::vector<std::int32_t> unit(4, 0);
    const Cascade                   c = cascade(claimed, unit, 1)[0];
    CHECK(c.state == std::array<std::int64_t, 7>{1, 0, 1, 0, 1, 0, 1});
    CHECK(c.at_least == std::array<std::int64_t, 7>{4, 3, 3, 2, 2, 1, 1});
    CHECK(c.raw == std::array<std::int64_t, 7>{4, 0, 2, 0, 1, 0, 1});
    CHECK(c.implied == std::array<std::int64_t, 7>{0, 3, 1, 2, 1, 1, 0});
}

TEST_CASE("whatever rows claim, states sum to the enumerated, no stage exceeds the one before, and units sum to the county") {
    const auto                claimed = random_claims(500);
    std::vector<std::int32_t> unit;
    for (std::size_t i = 0; i < 500; ++i) unit.push_back(static_cast<std::int32_t>(i % 4) - 1);
    const auto                                units = cascade(claimed, unit, 3);
    std::vector<std::int32_t>                 whole(500, 0);
    for (std::size_t i = 0; i < 500; ++i) whole[i] = unit[i] < 0 ? -1 : 0;
    const Cascade county = cascade(claimed, whole, 1)[0];
    for (std::size_t s = 0; s < stage_count; ++s) {
        CHECK(units[0].state[s] + units[1].state[s] + units[2].state[s] == county.state[s]);
        CHECK(county.implied[s] >= 0);
        if (s > 0) CHECK(county.at_least[s] <= county.at_least[s - 1]);
    }
    CHECK(std::accumulate(county.state.begin(), county.state.end(), std::int64_t{0}) == 375);
    CHECK(county.at_least[0] == 375);
    CHECK_THROWS_AS((void)cascade(std::vector<StageBits>{128}, std::vector<std::int32_t>{0}, 1), PreconditionError);
}

TEST_CASE("so many more reach 90 %: exact where the target falls on a whole household") {
    CHECK(more_to_reach(61, 212) == 130);   // 190.8 of 212, so 191
    CHECK(more_to_reach(180, 200) == 0);    // exactly 90 %
    CHECK(more_to_reach(179, 200) == 1);
    CHECK(more_to_reach(0, 10) == 9);       // 0.9 x 10 in doubles may miss 9
    CHECK(more_to_reach(220, 200) == 0);
    CHECK_FALSE(more_to_reach(0, 0).has_value());
    CHECK(more_to_reach(10, 10, {103, 100}) == 1);
    CHECK_THROWS_AS((void)more_to_reach(-1, 10), PreconditionError);
}

TEST_CASE("no smaller number of households would do: brute force over targets and sizes") {
    for (std::int64_t bottom : {3, 10, 100, 1000}) {
        for (std::int64_t top = 0; top <= bottom; top += bottom / 3) {
            for (std::int64_t denominator = 1; denominator <= 60; ++denominator) {
                for (std::int64_t numerator = 0; numerator <= denominator; numerator += 7) {
                    std::int64_t k = 0;
                    while ((numerator + k) * bottom < top * denominator) ++k;
                    CHECK(more_to_reach(numerator, denominator, {top, bottom}) == k);
                }
            }
        }
    }
}
