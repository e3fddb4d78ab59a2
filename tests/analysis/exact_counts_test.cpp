#include "analysis/exact_counts.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "analysis/tails.h"
#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("tails of Poisson and binomial counts are the sums of their terms") {
    for (const double mean : {0.3, 2.2, 17.0}) {
        double term = std::exp(-mean), sum = 0;
        for (int k = 0; k < 30; ++k) {
            CHECK(poisson_at_least(k, mean) == doctest::Approx(1 - sum).epsilon(1e-12));
            sum += term;
            CHECK(poisson_at_most(k, mean) == doctest::Approx(sum).epsilon(1e-12));
            term *= mean / (k + 1);
        }
    }
    for (const std::int64_t n : {1, 6, 40}) {
        const auto pmf = binomial_pmf(n, 0.27);
        for (std::int64_t k = 0; k <= n; ++k) {
            CHECK(binomial_at_most(k, n, 0.27) == doctest::Approx(lower_tail(pmf, k)).epsilon(1e-11));
            CHECK(binomial_at_least(k, n, 0.27) == doctest::Approx(upper_tail(pmf, k)).epsilon(1e-11));
        }
    }
    CHECK(poisson_at_most(0, 0) == 1);
    CHECK(poisson_at_least(0, 0) == 1);
    CHECK(poisson_at_least(1, 0) == 0);
    CHECK(binomial_at_most(0, 0, 0.5) == 1);
}

TEST_CASE("exact intervals are those of R's poisson.test and binom.test, and hold the tail they promise") {
    const Interval seven = poisson_interval(7), three = binomial_interval(3, 20);
    CHECK(seven.low == doctest::Approx(2.81436305151987).epsilon(1e-12));
    CHECK(seven.high == doctest::Approx(14.42267536160213).epsilon(1e-10));
    CHECK(three.low == doctest::Approx(0.0320709371854637).epsilon(1e-12));
    CHECK(three.high == doctest::Approx(0.378926826545314).epsilon(1e-12));
    for (const double k : {1.0, 4.0, 60.0}) {
        const Interval interval = poisson_interval(k, 0.9);
        CHECK(poisson_at_least(k, interval.low) == doctest::Approx(0.05).epsilon(1e-10));
        CHECK(poisson_at_most(k, interval.high) == doctest::Approx(0.05).epsilon(1e-10));
    }
}

TEST_CASE("nothing seen and everything seen have intervals that end at 0 and 1") {
    CHECK(poisson_interval(0).low == 0);
    CHECK(poisson_interval(0).high == doctest::Approx(-std::log(0.025)).epsilon(1e-12));
    CHECK(binomial_interval(0, 10).low == 0);
    CHECK(binomial_interval(0, 10).high == doctest::Approx(1 - std::pow(0.025, 0.1)).epsilon(1e-12));
    CHECK(binomial_interval(10, 10).low == doctest::Approx(std::pow(0.025, 0.1)).epsilon(1e-12));
    CHECK(binomial_interval(10, 10).high == 1);
    CHECK(binomial_interval(0, 0) == Interval{0, 1});
    CHECK_THROWS_AS((void)binomial_interval(3, 2), PreconditionError);
    CHECK_THROWS_AS((void)poisson_interval(-1), PreconditionError);
}
