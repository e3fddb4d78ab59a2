#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "app/pipeline/page_data.h"

using namespace gapmap;

namespace {

std::vector<double> breaks_of(std::vector<double> scores) {
    Measures measures;
    measures.levels[village].gaps.score = std::move(scores);
    return gap_breaks(measures, village);
}

}  // namespace

TEST_CASE("the class breaks of few units never fall, and equal ones are exactly equal") {
    const std::vector<double> breaks = breaks_of({0.66, 0.85, 0.9503, 1.81, 2.67});
    REQUIRE(breaks.size() == 4);
    CHECK(std::ranges::is_sorted(breaks));
    CHECK(breaks[0] == 0.85);
    CHECK(breaks[2] == 1.9);
    CHECK(breaks[3] == 1.9);
}

TEST_CASE("units without a score have no say in the class breaks") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    CHECK(breaks_of({none, 0.3, 0.1, none, 0.2}) == breaks_of({0.1, 0.2, 0.3}));
}

TEST_CASE("a level without scores has breaks that still rise") {
    const std::vector<double> breaks = breaks_of({});
    CHECK(breaks.size() == 4);
    CHECK(std::ranges::is_sorted(breaks));
}
