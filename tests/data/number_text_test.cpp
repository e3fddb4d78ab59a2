#include "data/read/number_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {
std::string fixed(double value, int decimals) {
    std::string text;
    append_fixed(text, value, decimals);
    return text;
}
}  // namespace

TEST_CASE("a number is written with its decimals, without zeros at the end") {
    CHECK(fixed(107.79, 10) == "107.79");
    CHECK(fixed(100, 10) == "100");
    CHECK(fixed(0, 3) == "0");
    CHECK(fixed(-0.0001, 3) == "0");
    CHECK(fixed(-0.0005, 3) == "-0.001");
    CHECK(fixed(0.05, 1) == "0.1");
    CHECK(fixed(1234567.891, 0) == "1234568");
    CHECK(fixed(std::numeric_limits<double>::quiet_NaN(), 3).empty());
    CHECK(fixed(1e300, 3) == "1e+300");
    CHECK(fixed(std::numeric_limits<double>::infinity(), 3) == "inf");
}

TEST_CASE("rounding does not round its own sum: next to a half, and where numbers lie one apart") {
    CHECK(fixed(0.49999999999999994, 0) == "0");
    CHECK(fixed(4503599627370497, 0) == "4503599627370497");  // 2^52 + 1
    CHECK(fixed(-9007199254740991, 0) == "-9007199254740991");
    CHECK(fixed(2.5, 0) == "3");
}

TEST_CASE("what is written lies within half of the last decimal, for any number") {
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        Draws        draws(Seed{3}, 5, i);
        const int    decimals = static_cast<int>(draws.below(11));
        const double value    = (draws.uniform() - 0.5) * std::pow(10.0, static_cast<double>(draws.below(6)));
        const auto   text     = fixed(value, decimals);
        CAPTURE(text);
        CHECK(std::abs(std::stod(text) - value) <= 0.5 * std::pow(10.0, -decimals) + std::abs(value) * 4.5e-16);
        CHECK((text.find('.') == std::string::npos || text.back() != '0'));
    }
}
