#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "analysis/quasi_poisson.h"

using namespace gapmap;

TEST_CASE("the quasi-Poisson fit is that of R's glm, with prior weights") {
    const std::vector<double> counts{3, 0, 2, 5, 1, 7, 4, 6, 9, 3, 8, 12}, weights{1, 1, .5, 1, 2, 1, 1, .25, 1, 1, 1, 1};
    std::vector<double>       design;
    for (int i = 0; i < 12; ++i) design.insert(design.end(), {1.0, static_cast<double>(i), static_cast<double>(i % 2)});
    const auto fit = fit_quasi_poisson(counts, design, 3, weights);
    REQUIRE(fit);
    const std::array<double, 3> b{0.460515451663561, 0.163506059875161, 0.100807911926542}, variance{0.117553781367236, 0.00180866264860693, 0.0748832860007259};
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(fit->coefficients[k] == doctest::Approx(b[k]).epsilon(1e-10));
        CHECK(fit->covariance[k * 3 + k] == doctest::Approx(variance[k]).epsilon(1e-8));
    }
    CHECK(fit->dispersion == doctest::Approx(1.63371355407621).epsilon(1e-10));
    CHECK(fit->leverage[0] == doctest::Approx(0.186309895901254).epsilon(1e-8));
    CHECK(fit->leverage[7] == doctest::Approx(0.050348196491986).epsilon(1e-8));
    CHECK(fit->fitted[11] == doctest::Approx(10.5897867471189).epsilon(1e-10));
    CHECK(fit->degrees == 9);
}

TEST_CASE("a fit is nothing where columns depend on each other, and settles where a group never has a case") {
    const std::vector<double> counts{1, 2, 3, 4};
    CHECK_FALSE(fit_quasi_poisson(counts, std::vector<double>{1, 2, 1, 2, 1, 2, 1, 2}, 2));
    const auto zero = fit_quasi_poisson(std::vector<double>{0, 0, 3, 4}, std::vector<double>{1, 1, 1, 1, 1, 0, 1, 0}, 2);
    REQUIRE(zero);
    CHECK(zero->fitted[0] < 1e-8);
    CHECK(zero->fitted[2] == doctest::Approx(3.5));
}
