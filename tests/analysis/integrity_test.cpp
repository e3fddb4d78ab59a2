#include "analysis/integrity.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "analysis/integrity_rows.h"
#include "analysis/tails.h"
#include "field_teams.h"
#include "geo/core/error.h"

using namespace gapmap;
using namespace gapmap::test;

namespace {
constexpr std::int32_t teams = 14, weeks = 4;

/// Two rows of one officer, `minutes` and `metres` apart.
RowFlags second_of_two(std::int32_t minutes, double metres, bool precise = true, std::int32_t other_officer = 1) {
    FieldTable t;
    for (const int i : {0, 1}) {
        t.team.push_back(0), t.officer.push_back(i == 0 ? 1 : other_officer), t.week.push_back(0), t.day.push_back(3), t.minute.push_back(600 + i * minutes);
        t.household.push_back(i), t.text.push_back(-1), t.x.push_back(i * metres), t.y.push_back(0);
        t.precise.push_back(precise ? 1 : 0), t.reached.push_back(1), t.number.push_back(static_cast<std::uint64_t>(i));
    }
    return flag_rows(t.view(), {})[1];
}

/// The rows of one team-week of an otherwise honest county, changed by `fake`.
template <class Fake>
IntegrityReport with_fake(std::uint64_t seed, Fake fake) {
    FieldTable  t = HonestCounty(Seed{seed}, teams, weeks).table;
    std::size_t nth = 0;
    for (std::size_t i = 0; i < t.size(); ++i) {
        if (t.team[i] == 5 && t.week[i] == 2) fake(t, i, nth++);
    }
    return check_integrity(t.view());
}

const TeamWeek& faked(const IntegrityReport& report) {
    return *std::ranges::find_if(report.team_weeks, [](const TeamWeek& tw) { return tw.team == 5 && tw.week == 2; });
}

/// In how many of 40 counties the test flags the faked team-week.
template <class Fake>
int found(IntegrityTest test, Fake fake) {
    int hits = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) hits += faked(with_fake(seed, fake)).findings[static_cast<std::size_t>(test)].flagged ? 1 : 0;
    return hits;
}
}  // namespace

TEST_CASE("honest teams with habits of their own are flagged in fewer than 1 of 100 team-weeks, over 200 seeds") {
    std::size_t                                   judged = 0, flagged = 0;
    std::array<std::size_t, integrity_test_count> by_test{};
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const FieldTable t = HonestCounty(Seed{seed}, teams, weeks).table;
        for (const TeamWeek& tw : check_integrity(t.view()).team_weeks) {
            ++judged;
            flagged += tw.flagged() ? 1 : 0;
            for (std::size_t i = 0; i < integrity_test_count; ++i) by_test[i] += tw.findings[i].flagged ? 1 : 0;
        }
    }
    MESSAGE("flagged ", flagged, " of ", judged, " honest team-weeks; by test: ", by_test[0], " ", by_test[1], " ", by_test[2], " ", by_test[3], " ", by_test[4], " ", by_test[5]);
    CHECK(judged == 200 * teams * weeks);
    CHECK(flagged * 100 < judged);
}

TEST_CASE("forty rows in one minute at one place are found in every county") {
    const auto burst = [](FieldTable& t, std::size_t i, std::size_t nth) {
        if (nth >= 40) return;
        const std::size_t first = i - nth;
        t.minute[i] = 617, t.day[i] = t.week[i] * 7 + 2, t.officer[i] = t.officer[first], t.x[i] = t.x[first], t.y[i] = t.y[first];
    };
    CHECK(found(IntegrityTest::crowd, burst) == 40);
    const TeamWeek one = faked(with_fake(1, burst));
    const Finding& f   = one.findings[static_cast<std::size_t>(IntegrityTest::crowd)];
    CHECK(f.observed >= std::min<std::int64_t>(40, one.rows));
    CHECK(f.evidence.size() == static_cast<std::size_t>(f.observed));
    CHECK(f.expected < 10);
}

TEST_CASE("visits in an order that nobody could drive, one place for a week, half hours and one remark: each is found mostly") {
    const int fast  = found(IntegrityTest::speed, [](FieldTable& t, std::size_t i, std::size_t nth) { t.x[i] += (nth % 2 == 0 ? 1 : -1) * 60'000.0; });
    const int place = found(IntegrityTest::shared_place, [](FieldTable& t, std::size_t i, std::size_t nth) { t.x[i] = t.x[i - nth], t.y[i] = t.y[i - nth]; });
    const int round = found(IntegrityTest::round_time, [](FieldTable& t, std::size_t i, std::size_t) { t.minute[i] = t.minute[i] / 30 * 30; });
    const int text  = found(IntegrityTest::same_text, [](FieldTable& t, std::size_t i, std::size_t) { t.text[i] = 99; });
    MESSAGE("of 40: speed ", fast, ", place ", place, ", half hours ", round, ", remark ", text);
    CHECK(fast >= 36);
    CHECK(place >= 38);
    CHECK(round >= 38);
    CHECK(text >= 38);
}

TEST_CASE("a team that never failed is found where the others fail often and it claims many visits, and not for a few") {
    std::vector<std::int32_t> team, zero;
    const auto                p_of = [](std::int64_t visits) {
        FieldTable t;
        for (std::int32_t k = 0; k < 10; ++k) {
            for (std::int64_t i = 0; i < (k == 0 ? visits : 100); ++i) {
                t.team.push_back(k), t.officer.push_back(-1), t.week.push_back(0), t.day.push_back(0), t.minute.push_back(-1), t.household.push_back(-1);
                t.text.push_back(-1), t.x.push_back(NAN), t.y.push_back(NAN), t.precise.push_back(0), t.number.push_back(t.size());
                t.reached.push_back(k != 0 && i % 10 < 3 ? 0 : 1);
            }
        }
        return check_integrity(t.view()).team_weeks[0].findings[static_cast<std::size_t>(IntegrityTest::no_failures)];
    };
    CHECK(p_of(200).flagged);
    CHECK_FALSE(p_of(12).flagged);
    // a = 0.3 x 19, b = 0.7 x 19: P(0 of 12) = B(a, b + 12) / B(a, b)
    const double a = 5.7, b = 13.3;
    CHECK(p_of(12).p == doctest::Approx(std::exp(log_gamma(b + 12) + log_gamma(a + b) - log_gamma(b) - log_gamma(a + b + 12))).epsilon(1e-9));
    CHECK(p_of(200).expected == doctest::Approx(60));
}

TEST_CASE("a speed counts only beyond what places and minutes leave open, for one officer, between points") {
    CHECK(second_of_two(1, 4'890).too_fast == false);  // (4890 - 100) / (60 + 60) = 39.9
    CHECK(second_of_two(1, 4'900).too_fast == false);  // exactly 40
    CHECK(second_of_two(1, 4'910).too_fast);
    CHECK(second_of_two(1, 4'910).previous == 0);
    CHECK(second_of_two(1, 4'910).distance_m == 4910);
    CHECK(second_of_two(1, 4'910).seconds == 60);
    CHECK(second_of_two(0, 80).slowest_m_per_s == 0);
    CHECK_FALSE(second_of_two(1, 90'000, false).too_fast);
    CHECK_FALSE(second_of_two(1, 90'000, true, 2).too_fast);
    CHECK_FALSE(second_of_two(1, 90'000, true, -1).too_fast);
}

TEST_CASE("the flags move with the rows: a shuffled table gives the same findings") {
    const FieldTable         t = HonestCounty(Seed{7}, 6, 2).table;
    std::vector<std::size_t> order(t.size());
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = t.size(); i-- > 1;) std::swap(order[i], order[Draws(Seed{7}, 912, i).below(static_cast<std::uint32_t>(i + 1))]);
    FieldTable turned;
    for (const std::size_t i : order) turned.add(t, i);
    const auto a = check_integrity(t.view()), b = check_integrity(turned.view());
    REQUIRE(a.team_weeks.size() == b.team_weeks.size());
    for (std::size_t i = 0; i < a.team_weeks.size(); ++i) {
        for (std::size_t k = 0; k < integrity_test_count; ++k) {
            const Finding &x = a.team_weeks[i].findings[k], &y = b.team_weeks[i].findings[k];
            CHECK(x.p == y.p);
            CHECK(x.observed == y.observed);
            REQUIRE(x.evidence.size() == y.evidence.size());
            for (std::size_t r = 0; r < x.evidence.size(); ++r) CHECK(t.number[x.evidence[r]] == turned.number[y.evidence[r]]);
        }
    }
}

TEST_CASE("few rows, or nobody to compare with, are not judged, and the sentence says so") {
    const FieldTable t = HonestCounty(Seed{3}, 1, 2).table;
    for (const TeamWeek& tw : check_integrity(t.view()).team_weeks) {
        CHECK_FALSE(tw.flagged());
        for (const Finding& f : tw.findings) {
            CHECK_FALSE(f.judged);
            CHECK(f.p == 1);
        }
    }
    CHECK(words_of(IntegrityTest::crowd, {.rows = 7, .observed = 6}).en == "6 of 7 rows in crowded minutes; too few to judge");
    CHECK(words_of(IntegrityTest::crowd, {.judged = true, .rows = 67, .observed = 40, .base = 0.02, .expected = 1.34, .p = 2e-8}).en ==
          "40 of 67 rows in crowded minutes; 1.3 were to be expected (p = 2e-08)");
    CHECK(check_integrity({}).team_weeks.empty());
    CHECK_THROWS_AS((void)check_integrity(t.view(), {.icc = 0}), PreconditionError);
}

TEST_CASE("what the others do is the larger of pooled share and mean share, and teams that differ widen the spread") {
    const PeerBase even = peer_base({10, 10, 10}, {100, 100, 100}, true, 0.05);
    CHECK(even.base == doctest::Approx(0.1));
    CHECK(even.icc == 0.05);
    const PeerBase apart = peer_base({0, 100, 0, 100}, {100, 100, 100, 100}, true, 0.05);
    CHECK(apart.icc == 0.9);
    CHECK(peer_base({30, 0}, {100, 900}, true, 0.05).base == doctest::Approx(0.15));
    CHECK(peer_base({30, 0}, {100, 900}, false, 0.05).base == doctest::Approx(0.03));
    CHECK(peer_base({}, {}, true, 0.05).base == 0);
}
