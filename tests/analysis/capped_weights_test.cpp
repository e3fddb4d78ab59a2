#include "analysis/capped_weights.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/draws.h"

using namespace gapmap;

TEST_CASE("capped weights: one huge loss is cut to the share, by hand") {
    const std::vector<double> losses{1000, 10, 10, 10, 5, 5, 5, 0};
    const auto                half = cap_weights(losses, 0.5);
    CHECK(half.cap == doctest::Approx(45));  // 45 of 45 + 45
    CHECK(half.capped == 1);
    CHECK(half.taken == doctest::Approx(955));
    CHECK(half.total == 1045);
    CHECK(half.largest_share_before == doctest::Approx(1000.0 / 1045));
    CHECK(half.largest_share_after == doctest::Approx(0.5));
    CHECK(half.weights[1] == 10);
}

TEST_CASE("capped weights: no weight is above the share, and weights that obey are left alone") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        std::vector<double> weights;
        for (std::uint64_t i = 0; i < 60; ++i) weights.push_back(std::exp(4 * Draws(Seed{seed}, 1, i).normal()));
        for (const double share : {0.02, 0.05, 0.2, 1.0}) {
            const auto capped = cap_weights(weights, share);
            double     sum = 0, largest = 0;
            for (const double w : capped.weights) sum += w, largest = std::max(largest, w);
            CHECK(largest <= share * sum * (1 + 1e-9));
            CHECK(capped.taken + sum == doctest::Approx(capped.total));
            CHECK(cap_weights(capped.weights, share).taken <= 1e-9 * sum);
            if (share == 1) CHECK(capped.capped == 0);
        }
    }
}

TEST_CASE("capped weights: too few weights to obey become equal, none or missing ones change nothing") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto   three = cap_weights(std::vector<double>{100, 10, 1}, 0.05);
    CHECK(three.cap == 1);
    CHECK(three.largest_share_after == doctest::Approx(1.0 / 3));
    CHECK(cap_weights({}, 0.05).total == 0);
    CHECK(cap_weights(std::vector<double>{0, 0}, 0.05).cap == 0);
    const auto missing = cap_weights(std::vector<double>{nan, 7}, 0.05);
    CHECK(std::isnan(missing.weights[0]));
    CHECK(missing.weights[1] == 7);
    CHECK(missing.largest_share_after == 1);
    const auto equal = cap_weights(std::vector<double>(30, 4.0), 0.05);
    CHECK(equal.capped == 0);
}
