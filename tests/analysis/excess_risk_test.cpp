#include "analysis/excess_risk.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/exact_counts.h"

using namespace gapmap;

namespace {
const double nan_value = std::nan("");
}

TEST_CASE("units at the common rate have ratio 1, and expected counts sum to the cases") {
    const std::vector<double> cases{4, 2, 6, 12}, base{100, 50, 150, 300};
    const ExcessRisk          risk = excess_risk(cases, base);
    double                    sum  = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        CHECK(risk.ratio[i] == doctest::Approx(1).epsilon(1e-14));
        CHECK(risk.low[i] < 1);
        CHECK(risk.high[i] > 1);
        sum += risk.expected[i];
    }
    CHECK(sum == doctest::Approx(24).epsilon(1e-14));
}

TEST_CASE("the probability map is one-sided, towards the side on which the unit lies") {
    const std::vector<double> cases{0, 9}, base{100, 100};
    const ExcessRisk          risk = excess_risk(cases, base);
    CHECK(risk.choynowski[0] == doctest::Approx(std::exp(-4.5)).epsilon(1e-13));
    CHECK(risk.choynowski[0] == risk.at_most[0]);
    CHECK(risk.choynowski[1] == doctest::Approx(poisson_at_least(9, 4.5)).epsilon(1e-13));
    CHECK(risk.at_most[1] + risk.at_least[1] > 1);
}

TEST_CASE("no base, no data and no case at all are told apart, and none of them is a number") {
    const std::vector<double> cases{1, 3, nan_value, 2}, base{0, 50, 50, nan_value};
    const ExcessRisk          risk = excess_risk(cases, base);
    CHECK(risk.status == std::vector{Status::missing, Status::ok, Status::missing, Status::missing});
    CHECK(std::isnan(risk.ratio[0]));
    CHECK(risk.ratio[1] == 1);
    const ExcessRisk none = excess_risk(std::vector<double>{0, 0}, std::vector<double>{10, 20});
    CHECK(none.mean == 0);
    CHECK(none.expected[0] == 0);
    CHECK(std::isnan(none.ratio[0]));
    CHECK(none.choynowski[0] == 1);
    CHECK(std::isnan(excess_risk({}, {}).mean));
    CHECK(std::isnan(excess_risk(std::vector<double>{2}, std::vector<double>{0}).mean));
}

TEST_CASE("more cases than base is a rate above 1, not an error") {
    const ExcessRisk risk = excess_risk(std::vector<double>{5, 1}, std::vector<double>{2, 100});
    CHECK(risk.ratio[0] == doctest::Approx(2.5 * 102 / 6).epsilon(1e-14));
}

TEST_CASE("Freeman-Tukey rates grow with the count, scale with sqrt(per), and are undefined without base") {
    const auto ft = freeman_tukey(std::vector<double>{0, 1, 5, 2}, std::vector<double>{100, 100, 100, 0});
    CHECK(ft[0] == doctest::Approx(std::sqrt(10.0)).epsilon(1e-14));
    CHECK(ft[0] < ft[1]);
    CHECK(ft[1] < ft[2]);
    CHECK(std::isnan(ft[3]));
    CHECK(freeman_tukey(std::vector<double>{5}, std::vector<double>{100}, 4000)[0] == doctest::Approx(2 * ft[2]).epsilon(1e-14));
}
