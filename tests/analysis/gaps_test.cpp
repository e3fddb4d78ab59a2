#include "analysis/gaps.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <algorithm>
#include <numeric>

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
