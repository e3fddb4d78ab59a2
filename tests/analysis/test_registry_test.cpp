#include "analysis/test_registry.h"

#include <doctest/doctest.h>

#include <cmath>

#include "geo/core/error.h"

using namespace gapmap;

TEST_CASE("the registry counts tests and what chance alone would have found") {
    TestRegistry registry;
    CHECK(registry.run() == 0);
    CHECK(registry.expected_false() == 0);
    registry.add({.id = "change/county", .p = 0.02, .significant = 1});
    registry.add({.id = "local moran, raw", .hypotheses = 70, .p = 0.001, .significant = 4});
    registry.add({.id = "local moran, fdr", .hypotheses = 70, .p = 0.07, .adjusted = true});
    registry.add({.id = "trend/A", .p = std::nan("")});
    CHECK(registry.run() == 141);
    CHECK(registry.significant() == 5);
    CHECK(registry.expected_false() == doctest::Approx(0.05 + 3.5 + 0.05));
    CHECK(registry.entries().size() == 4);
}

TEST_CASE("a test is not registered twice, and not with figures that cannot be") {
    TestRegistry registry;
    registry.add({.id = "a", .p = 0.5});
    CHECK_THROWS_AS(registry.add({.id = "a", .p = 0.01}), PreconditionError);
    CHECK_THROWS_AS(registry.add({.id = "b", .p = 1.5}), PreconditionError);
    CHECK_THROWS_AS(registry.add({.id = "c", .hypotheses = 2, .p = 0.1, .significant = 3}), PreconditionError);
    CHECK(registry.entries().size() == 1);
}
