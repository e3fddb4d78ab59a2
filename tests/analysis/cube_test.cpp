#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "analysis/cube.h"
#include "geo/core/draws.h"

using namespace gapmap;

namespace {

constexpr CubeShape shape{7, 5, 12};

std::vector<double> some_counts(std::uint64_t seed, const CubeShape& s = shape) {
    std::vector<double> out;
    Draws               draws({seed}, 9141, 0);
    for (std::size_t b = 0; b < s.bins(); ++b) out.push_back(std::floor(draws.uniform() * 6));
    return out;
}

/// Gi* of one bin straight from its definition.
double by_definition(std::span<const double> counts, const CubeShape& s, const CubeNeighbourhood& near, std::span<const std::uint8_t> inside, std::size_t t, std::size_t row, std::size_t column) {
    double n = 0, sum = 0, squares = 0, local = 0, k = 0;
    for (std::size_t u = 0; u < s.steps; ++u) {
        for (std::size_t r = 0; r < s.rows; ++r) {
            for (std::size_t c = 0; c < s.columns; ++c) {
                if (!inside.empty() && inside[r * s.columns + c] == 0) continue;
                const double x = counts[(u * s.rows + r) * s.columns + c];
                n += 1;
                sum += x;
                squares += x * x;
                const auto far = [](std::size_t a, std::size_t b) { return a > b ? a - b : b - a; };
                if (far(r, row) <= near.reach && far(c, column) <= near.reach && u <= t && t - u <= near.back) {
                    local += x;
                    k += 1;
                }
            }
        }
    }
    const double mean = sum / n, sd = std::sqrt(squares / n - mean * mean);
    return (local - mean * k) / (sd * std::sqrt((n * k - k * k) / (n - 1)));
}

HotSpot class_of(const std::string& hot_and_cold, double trend_z = 0) {
    std::vector<double> z;
    for (const char c : hot_and_cold) z.push_back(c == 'H' ? 2.5 : c == 'C' ? -2.5 : 0.3);
    Trend trend;
    trend.z = trend_z;
    trend.p = trend_z == 0 ? 1 : 0.01;
    return emerging_class(z, trend);
}

}  // namespace

TEST_CASE("Gi* of every bin is its definition, for any reach, any depth, and with cells outside") {
    const auto                counts = some_counts(1);
    std::vector<std::uint8_t> inside(shape.cells(), 1);
    inside[0] = inside[9] = inside[34] = 0;
    for (const CubeNeighbourhood& near : {CubeNeighbourhood{1, 1}, {0, 0}, {2, 3}, {1, 0}}) {
        for (const auto& mask : {std::vector<std::uint8_t>{}, inside}) {
            const CubeGi gi = cube_gi_star(counts, shape, near, mask);
            for (std::size_t b = 0; b < shape.bins(); ++b) {
                const std::size_t cell = b % shape.cells();
                if (!mask.empty() && mask[cell] == 0) {
                    CHECK(std::isnan(gi.z[b]));
                    continue;
                }
                CHECK(gi.z[b] == doctest::Approx(by_definition(counts, shape, near, mask, b / shape.cells(), cell / shape.columns, cell % shape.columns)).epsilon(1e-10));
            }
        }
    }
}

TEST_CASE("Gi* is the same for any number of threads, and does not care for the scale of the counts") {
    const auto          counts = some_counts(2);
    std::vector<double> scaled;
    for (const double c : counts) scaled.push_back(8 * c + 3);
    const CubeGi gi = cube_gi_star(counts, shape, {}), other = cube_gi_star(scaled, shape, {});
    for (const unsigned threads : {2U, 3U, 8U}) {
        const CubeGi more = cube_gi_star(counts, shape, {}, {}, {.threads = threads});
        CHECK(more.z == gi.z);
        const auto a = cube_cells(counts, shape, gi), b = cube_cells(counts, shape, more, {}, {}, {.threads = threads});
        for (std::size_t c = 0; c < a.size(); ++c) {
            CHECK(a[c].gi.z == b[c].gi.z);
            CHECK(a[c].spot == b[c].spot);
        }
    }
    for (std::size_t b = 0; b < gi.z.size(); ++b) CHECK(other.z[b] == doctest::Approx(gi.z[b]).epsilon(1e-10));
}

TEST_CASE("the trends of many cells are the same on several threads") {
    const CubeShape many{40, 40, 20};
    const auto      counts = some_counts(7, many);
    const CubeGi    gi     = cube_gi_star(counts, many, {});
    const auto      one    = cube_cells(counts, many, gi);
    for (const unsigned threads : {2U, 3U, 8U}) {
        const auto        more      = cube_cells(counts, many, gi, {}, {}, {.threads = threads});
        std::size_t       different = 0;
        for (std::size_t c = 0; c < one.size(); ++c) different += one[c].count.slope == more[c].count.slope && std::isnan(more[c].gi.slope) && one[c].gi.z == more[c].gi.z ? 0U : 1U;
        CHECK(different == 0);
    }
}

TEST_CASE("each emerging class by its rule, hot and cold, the hot one first") {
    CHECK(class_of("............") == HotSpot::none);
    CHECK(class_of("...........H") == HotSpot::new_hot);
    CHECK(class_of(".........HHH") == HotSpot::consecutive_hot);
    CHECK(class_of("HHHHHHHHHHHH", 3) == HotSpot::intensifying_hot);
    CHECK(class_of("HHHHHHHHHHHH") == HotSpot::persistent_hot);
    CHECK(class_of(".HHHHHHHHHHH", -3) == HotSpot::diminishing_hot);
    CHECK(class_of("HHHHHHHHHHH.", 3) == HotSpot::historical_hot);
    CHECK(class_of("H..HH.H...HH") == HotSpot::sporadic_hot);
    CHECK(class_of("H..CC.H...HH") == HotSpot::oscillating_hot);
    CHECK(class_of("...CCC.....H") == HotSpot::new_hot);
    CHECK(class_of("HHH.........") == HotSpot::none);
    CHECK(class_of("...........C") == HotSpot::new_cold);
    CHECK(class_of("..........CC") == HotSpot::consecutive_cold);
    CHECK(class_of("CCCCCCCCCCCC", -3) == HotSpot::intensifying_cold);
    CHECK(class_of("CCCCCCCCCCCC", 3) == HotSpot::diminishing_cold);
    CHECK(class_of("CCCCCCCCCCCC") == HotSpot::persistent_cold);
    CHECK(class_of("CCCCCCCCCCC.") == HotSpot::historical_cold);
    CHECK(class_of("C..C.......C") == HotSpot::sporadic_cold);
    CHECK(class_of("C..H.......C") == HotSpot::oscillating_cold);
    CHECK(to_string(HotSpot::historical_cold) == "historical cold spot");
    CHECK(to_string(HotSpot::none) == "no pattern");
    CHECK(to_string(HotSpot::new_cold) == "new cold spot");
}

TEST_CASE("a cube says what cannot be said: no bin, equal counts, one cell, few steps, everything outside") {
    CHECK(cube_gi_star({}, {0, 0, 0}, {}).status == Status::missing);
    const CubeGi flat = cube_gi_star(std::vector<double>(shape.bins(), 2.0), shape, {});
    CHECK(flat.status == Status::too_few);
    CHECK(std::isnan(flat.z[0]));
    for (const CubeCell& cell : cube_cells(std::vector<double>(shape.bins(), 2.0), shape, flat)) CHECK(cell.status == Status::too_few);
    const CubeShape small{1, 1, 2};
    CHECK(cube_gi_star(std::vector<double>{1, 2}, small, {1, 1}).status == Status::ok);  // the first step alone is half of the cube
    CHECK(std::isnan(cube_gi_star(std::vector<double>{1, 2}, small, {1, 1}).z[1]));
    const CubeShape short_one{4, 4, 9};
    const auto      counts = some_counts(3, short_one);
    for (const CubeCell& cell : cube_cells(counts, short_one, cube_gi_star(counts, short_one, {}))) {
        CHECK(cell.status == Status::too_few);
        CHECK(cell.spot == HotSpot::none);
        CHECK(cell.count.n == 9);
    }
    const std::vector<std::uint8_t> none(shape.cells(), 0);
    CHECK(cube_gi_star(some_counts(4), shape, {}, none).status == Status::missing);
}
