#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "analysis/multiplicity.h"

using namespace gapmap;

TEST_CASE("p by permutation is never 0 and doubles the smaller side") {
    CHECK(rank_p(0, 999) == 0.001);
    CHECK(rank_p(999, 999) == 1);
    CHECK(doubled_p(4, 995, 999) == 0.01);
    CHECK(doubled_p(600, 700, 999) == 1);
}

TEST_CASE("adjusted p equals R's p.adjust and leaves out tests that were not made") {
    const std::array<double, 6> p{0.01, 0.04, NAN, 0.03, 0.005, 0.9};
    const std::array<double, 6> bh{0.025, 0.05, NAN, 0.05, 0.025, 0.9};
    const auto                  got = adjusted_p(p, FalseDiscovery::benjamini_hochberg), by = adjusted_p(p, FalseDiscovery::benjamini_yekutieli);
    const double                harmonic = 1 + 1.0 / 2 + 1.0 / 3 + 1.0 / 4 + 1.0 / 5;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (i == 2) {
            CHECK(std::isnan(got[i]));
            continue;
        }
        CHECK(got[i] == doctest::Approx(bh[i]).epsilon(1e-14));
        CHECK(by[i] == doctest::Approx(std::min(1.0, bh[i] * harmonic)).epsilon(1e-14));
    }
    CHECK(adjusted_p(p, FalseDiscovery::none)[4] == 0.005);
}
