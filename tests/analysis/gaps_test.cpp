#include "analysis/gaps.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <algorithm>
#include <numeric>

#include "analysis/withhold.h"
#include "geo/core/draws.h"

using namespace gapmap;

TEST_CASE("the gap is rate times people times what is not covered, and the worst comes first") {
    const std::vector<double>       rate = {0.001, 0.001, 0.002}, coverage = {0.5, 0.2, 0.9};
    const std::vector<std::int64_t> people = {1000, 1000, 1000}, households = {400, 400, 400};
    const Gaps                      gaps = rank_gaps(rate, people, coverage, households, {});
    CHECK(gaps.score[0] == doctest::Approx(0.5));
    CHECK(gaps.rank == std::vector<std::int32_t>{2, 1, 3});
}

TEST_CASE("a unit too small, or without households, has a status and no rank") {
    const std::vector<double>       rate = {0.01, 0.01, 0.01}, coverage = {0, 0, 0};
    const std::vector<std::int64_t> people = {49, 0, 50}, households = {20, 0, 20};
    const Gaps                      gaps = rank_gaps(rate, people, coverage, households, {});
    CHECK(gaps.status[0] == Status::too_few);
    CHECK(gaps.status[1] == Status::missing);
    CHECK(gaps.rank == std::vector<std::int32_t>{0, 0, 1});
    CHECK(std::isnan(gaps.score[0]));
}

TEST_CASE("a single withheld count takes a second one with it") {
    const std::vector<std::int64_t> counts = {1, 5, 4, 7};
    const std::vector<double>       base   = {10, 10, 10, 10};
    const auto out = withhold_small_counts(counts, base, std::vector<std::int32_t>{0, 0, 0, 0}, 3);
    CHECK(out.hidden == std::vector<bool>{true, false, true, false});
    CHECK(out.pooled[0] == 2.5);
    CHECK(out.pooled[1] == 5);
}

TEST_CASE("hidden counts that all stand at their upper end do not give themselves away") {
    const std::vector<std::int64_t> counts = {2, 2, 4};
    const auto out = withhold_small_counts(counts, std::vector<double>{1, 1, 1}, std::vector<std::int32_t>{0, 0, 0}, 3);
    CHECK(out.hidden == std::vector<bool>{true, true, true});
}

TEST_CASE("no hidden count above zero can be worked out by enumeration, and pooling keeps the total") {
    for (std::uint64_t trial = 0; trial < 2000; ++trial) {
        Draws                     draws(Seed{3}, 4, trial);
        const std::size_t         n = 2 + draws.below(4);
        std::vector<std::int64_t> counts;
        for (std::size_t i = 0; i < n; ++i) counts.push_back(draws.below(6));
        const std::vector<double>       base(n, 100.0);
        const std::vector<std::int32_t> group(n, 0);
        const auto                      out = withhold_small_counts(counts, base, group, 3);
        CHECK(std::accumulate(out.pooled.begin(), out.pooled.end(), 0.0) == doctest::Approx(static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}))));
        std::vector<std::size_t> hidden;
        std::int64_t             sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            if (out.hidden[i]) hidden.push_back(i), sum += counts[i];
        }
        if (hidden.size() == n && sum > 0) continue;  // nothing is shown but the total
        // The reader knows the sum, and that at most the largest of them was hidden for the others' sake.
        std::vector<std::vector<bool>> possible(hidden.size(), std::vector<bool>(static_cast<std::size_t>(sum) + 1));
        const bool                     secondary = std::ranges::any_of(hidden, [&](std::size_t i) { return counts[i] >= 3; });
        const auto                     top       = secondary ? sum : std::min<std::int64_t>(sum, 2);
        std::vector<std::int64_t>      value(hidden.size());
        const auto                     walk = [&](auto&& self, std::size_t at, std::int64_t left) -> void {
            if (at == hidden.size()) {
                if (left != 0) return;
                for (std::size_t k = 0; k < hidden.size(); ++k) possible[k][static_cast<std::size_t>(value[k])] = true;
                return;
            }
            for (std::int64_t v = 0; v <= std::min(left, top); ++v) {
                value[at] = v;
                self(self, at + 1, left - v);
            }
        };
        walk(walk, 0, sum);
        if (sum == 0) continue;
        for (const auto& values : possible) CHECK(std::count(values.begin(), values.end(), true) > 1);
    }
}
