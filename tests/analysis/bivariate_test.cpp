#include "analysis/bivariate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace gapmap;

namespace {
using Values           = std::vector<double>;
const double nan_value = std::nan("");
}  // namespace

TEST_CASE("quantile classes split evenly, keep ties together, and leave NaN out") {
    CHECK(quantile_classes(Values{6, 1, 5, 2, 4, 3}, 3) == std::vector{3, 1, 3, 1, 2, 2});
    CHECK(quantile_classes(Values{7, 7, 7}, 3) == std::vector{1, 1, 1});
    CHECK(quantile_classes(Values{1, nan_value, 2, 3}, 3) == std::vector{1, 0, 2, 3});
    CHECK(quantile_classes(Values{}, 3).empty());
    CHECK(quantile_breaks(Values{nan_value}, 3).empty());
    CHECK(quantile_classes(Values{5}, 3) == std::vector{1});
    CHECK(quantile_breaks(Values{1, 2, 3, 4}, 2) == Values{2.5});
}

TEST_CASE("units with much evidence keep their class, units with little are masked") {
    Values cases, people, coverage, households;
    for (int i = 0; i < 9; ++i) {
        const double size = 100000;
        people.push_back(size);
        cases.push_back(std::round(size * 0.001 * (1 + i)));
        coverage.push_back(0.1 * ((i * 4) % 9) + 0.05);
        households.push_back(50000);
    }
    people.push_back(20), cases.push_back(0), coverage.push_back(0.5), households.push_back(4);
    const Bivariate b = bivariate_classes({cases, people, coverage, households});
    CHECK(b.told_apart);
    CHECK(b.risk[0] == 1);
    CHECK(b.risk[8] == 3);
    CHECK_FALSE(b.masked[0]);
    CHECK(b.kept[0] > 0.99);
    CHECK(b.masked[9]);
    CHECK(b.kept[9] < 0.6);
}

TEST_CASE("rates that differ no more than chance mask every unit") {
    const Bivariate b = bivariate_classes({Values{2, 2, 2}, Values{100, 100, 100}, Values{0.2, 0.5, 0.9}, Values{80, 80, 80}});
    CHECK_FALSE(b.told_apart);
    CHECK(b.masked == std::vector{true, true, true});
    CHECK(b.risk == std::vector{1, 1, 1});
    CHECK(b.gap == std::vector{3, 2, 1});
}

TEST_CASE("classes do not depend on the order of rows or on threads, and units without data have none") {
    const Values    cases{9, 1, 3, nan_value, 5}, people{100, 90, 80, 70, 0}, coverage{0.2, 0.4, 0.9, 0.3, 0.1}, households{50, 40, 60, 20, 30};
    const GapEvidence e{cases, people, coverage, households};
    const Bivariate b = bivariate_classes(e, {}, {.threads = 1});
    CHECK(b.status == std::vector{Status::ok, Status::ok, Status::ok, Status::missing, Status::missing});
    CHECK(b.risk[3] == 0);
    CHECK(b.masked[4]);
    CHECK(std::isnan(b.kept[4]));
    const Bivariate threaded = bivariate_classes(e, {}, {.threads = 3});
    CHECK(threaded.kept[0] == b.kept[0]);
    Values c(cases.rbegin(), cases.rend()), p(people.rbegin(), people.rend()), v(coverage.rbegin(), coverage.rend()), h(households.rbegin(), households.rend());
    const Bivariate turned = bivariate_classes({c, p, v, h});
    CHECK(turned.kept[4] == b.kept[0]);
    CHECK(turned.kept[2] == b.kept[2]);
    CHECK(bivariate_classes({{}, {}, {}, {}}).risk.empty());
}
