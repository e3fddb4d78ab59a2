#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "analysis/knox.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

struct Events {
    Points<Planar>      places;
    std::vector<double> times;
};

/// Places on a coarse lattice and whole days, so that ties in both are common.
Events some_events(std::size_t n, std::uint64_t seed, double side = 12, double days = 20) {
    Events out;
    Draws  draws({seed}, 9101, 0);
    for (std::size_t i = 0; i < n; ++i) {
        out.places.push_back({std::floor(draws.uniform() * side), std::floor(draws.uniform() * side)});
        out.times.push_back(std::floor(draws.uniform() * days));
    }
    return out;
}

std::int64_t count_pairs(const Events& e, std::span<const double> times, double d0, double d1, double t0, double t1, PlaneDistance metric, bool inclusive) {
    std::int64_t count = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        for (std::size_t j = i + 1; j < times.size(); ++j) {
            const double dx = std::abs(e.places.x[i] - e.places.x[j]), dy = std::abs(e.places.y[i] - e.places.y[j]);
            const double d = metric == PlaneDistance::manhattan ? dx + dy : std::sqrt(dx * dx + dy * dy), t = std::abs(times[i] - times[j]);
            count += (inclusive ? d <= d1 && t <= t1 : d >= d0 && d < d1 && t >= t0 && t < t1) ? 1 : 0;
        }
    }
    return count;
}

Events reordered(const Events& e, std::uint64_t seed) {
    std::vector<std::size_t> order(e.times.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    Draws draws({seed}, 9102, 0);
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[draws.below(static_cast<std::uint32_t>(i))]);
    Events out;
    for (const std::size_t i : order) {
        out.places.push_back(e.places.view()[i]);
        out.times.push_back(e.times[i]);
    }
    return out;
}

void check_same(const KnoxTable& a, const KnoxTable& b) {
    REQUIRE(a.cells.size() == b.cells.size());
    for (std::size_t c = 0; c < a.cells.size(); ++c) {
        CHECK(a.cells[c].observed == b.cells[c].observed);
        CHECK(a.cells[c].same_time == b.cells[c].same_time);
        CHECK(a.cells[c].expected == b.cells[c].expected);
        CHECK(a.cells[c].variance == b.cells[c].variance);
        CHECK(a.cells[c].p_high == b.cells[c].p_high);
        CHECK(a.cells[c].p_low == b.cells[c].p_low);
    }
}

}  // namespace

TEST_CASE("Knox counts what comparing every pair counts, in bands with and without end, by both distances") {
    for (const PlaneDistance metric : {PlaneDistance::euclidean, PlaneDistance::manhattan}) {
        for (const auto& distances : {std::vector<double>{0, 1, 3, 5}, {2, 5, endless}, {0, endless}, {0, 0.5, 40}}) {
            for (const auto& intervals : {std::vector<double>{0, 1, 4}, {0, 3, endless}, {2, endless}}) {
                const Events    e = some_events(60, 5);
                const KnoxTable t = knox(e.places.view(), e.times, {.distances = distances, .intervals = intervals, .distance = metric, .permutations = 9});
                for (std::size_t d = 0; d + 1 < distances.size(); ++d) {
                    CHECK(t.pairs_in_space[d] == count_pairs(e, e.times, distances[d], distances[d + 1], 0, endless, metric, false));
                    for (std::size_t k = 0; k + 1 < intervals.size(); ++k) {
                        CHECK(t.cell(d, k).observed == count_pairs(e, e.times, distances[d], distances[d + 1], intervals[k], intervals[k + 1], metric, false));
                        const std::int64_t same = intervals[k] > 0 ? 0 : count_pairs(e, e.times, distances[d], distances[d + 1], 0, 1e-9, metric, false);
                        CHECK(t.cell(d, k).same_time == same);
                    }
                }
            }
        }
    }
}

TEST_CASE("Knox counts inclusively when it is asked for cumulative classes") {
    const Events              e = some_events(50, 8);
    const std::vector<double> distances{0, 1, 3, endless}, intervals{0, 2, 7, endless};
    const KnoxTable           t = knox(e.places.view(), e.times, {.distances = distances, .intervals = intervals, .cumulative = true, .permutations = 9});
    for (std::size_t d = 0; d < distances.size(); ++d) {
        for (std::size_t k = 0; k < intervals.size(); ++k) CHECK(t.cell(d, k).observed == count_pairs(e, e.times, 0, distances[d], 0, intervals[k], PlaneDistance::euclidean, true));
    }
    CHECK(t.cell(3, 3).observed == 50 * 49 / 2);
    CHECK(t.cell(3, 3).status == Status::too_few);  // every relabelling gives all pairs
    CHECK(t.cell(3, 3).p_high == 1);
    CHECK(std::isnan(t.cell(3, 3).p_adjusted));
}

TEST_CASE("Knox's mean and variance are those of all n! orders of the dates") {
    for (const std::size_t n : {2U, 3U, 4U, 7U}) {
        const Events              e = some_events(n, 30 + n, 4, 5);
        const std::vector<double> distances{0, 2, 3.5, endless}, intervals{0, 1, 3, endless};
        const KnoxTable           t = knox(e.places.view(), e.times, {.distances = distances, .intervals = intervals, .permutations = 9});
        for (std::size_t d = 0; d < 3; ++d) {
            for (std::size_t k = 0; k < 3; ++k) {
                std::vector<std::size_t> order(n);
                std::iota(order.begin(), order.end(), std::size_t{0});
                double sum = 0, squares = 0, orders = 0;
                do {
                    std::vector<double> times;
                    for (const std::size_t i : order) times.push_back(e.times[i]);
                    const auto x = static_cast<double>(count_pairs(e, times, distances[d], distances[d + 1], intervals[k], intervals[k + 1], PlaneDistance::euclidean, false));
                    sum += x;
                    squares += x * x;
                    ++orders;
                } while (std::next_permutation(order.begin(), order.end()));
                CHECK(t.cell(d, k).expected == doctest::Approx(sum / orders).epsilon(1e-12));
                CHECK(t.cell(d, k).variance == doctest::Approx(squares / orders - sum * sum / orders / orders).epsilon(1e-10));
            }
        }
    }
}

TEST_CASE("Knox's table is the same for any number of threads, any order of rows, and moved or scaled together with its bands") {
    const Events      e = some_events(120, 3);
    const KnoxOptions options{.distances = {0, 1, 2, 4, endless}, .intervals = {0, 1, 3, 9, endless}, .permutations = 99};
    const KnoxTable   table = knox(e.places.view(), e.times, options);
    for (const unsigned threads : {2U, 3U, 8U}) check_same(table, knox(e.places.view(), e.times, options, {.threads = threads}));
    const Events other = reordered(e, 4);
    check_same(table, knox(other.places.view(), other.times, options));
    Events moved = e;
    for (std::size_t i = 0; i < e.times.size(); ++i) {
        moved.places.x[i] = 4 * e.places.x[i] + 1024;
        moved.places.y[i] = 4 * e.places.y[i] - 512;
        moved.times[i]    = 2 * e.times[i] + 64;
    }
    KnoxOptions scaled = options;
    for (double& d : scaled.distances) d *= 4;
    for (double& t : scaled.intervals) t *= 2;
    check_same(table, knox(moved.places.view(), moved.times, scaled));
}

TEST_CASE("Knox's permutations have the exact mean and variance, and find a planted outbreak") {
    Events e = some_events(80, 17, 40, 200);
    for (std::size_t i = 0; i < 8; ++i) {  // eight cases in one corner within a week
        e.places.x[i] = static_cast<double>(i % 3);
        e.places.y[i] = static_cast<double>(i / 3);
        e.times[i]    = 100 + static_cast<double>(i % 4);
    }
    const KnoxTable t = knox(e.places.view(), e.times, {.distances = {0, 4, 20, endless}, .intervals = {0, 7, 50, endless}, .permutations = 999});
    CHECK(t.cell(0, 0).p_high == 0.001);
    CHECK(t.cell(0, 0).p_adjusted <= 0.01);
    CHECK(t.cell(0, 0).ratio > 3);
    CHECK(t.cell(1, 1).p_adjusted > 0.05);
}

TEST_CASE("Knox's p is uniform where dates mean nothing") {
    constexpr int sets = 400;
    std::array<int, 4> below{};
    for (int s = 0; s < sets; ++s) {
        const Events    e = some_events(40, 1000 + static_cast<std::uint64_t>(s), 20, 60);
        const KnoxTable t = knox(e.places.view(), e.times, {.distances = {0, 8}, .intervals = {0, 15}, .permutations = 99, .seed = {static_cast<std::uint64_t>(s)}});
        const double    p = t.cell(0, 0).p_high;
        for (std::size_t k = 0; k < 4; ++k) below[k] += p <= std::array{0.05, 0.1, 0.25, 0.5}[k] ? 1 : 0;
    }
    // Counts tie, so p is at most nominal; within four standard errors of it from above, and not far below.
    for (std::size_t k = 0; k < 4; ++k) {
        const double nominal = std::array{0.05, 0.1, 0.25, 0.5}[k], error = std::sqrt(nominal * (1 - nominal) / sets), share = below[k] / static_cast<double>(sets);
        CHECK(share < nominal + 4 * error);
        CHECK(share > 0.6 * nominal - 4 * error);
    }
}

TEST_CASE("Knox says what cannot be said: no pair, one place, one day, missing values, too little expected") {
    const KnoxOptions options{.distances = {0, 1, 5}, .intervals = {0, 1, 5}, .permutations = 19};
    const Events      one{{{3}, {4}}, {5}};
    for (const auto& few : {Events{}, one}) {
        const KnoxTable t = knox(few.places.view(), few.times, options);
        CHECK(t.status == Status::missing);
        CHECK(t.cell(0, 0).status == Status::missing);
        CHECK(std::isnan(t.cell(0, 0).p_high));
    }
    Events place;
    for (int i = 0; i < 6; ++i) {
        place.places.push_back({7, 7});
        place.times.push_back(i);
    }
    KnoxTable t = knox(place.places.view(), place.times, options);
    CHECK(t.cell(0, 1).observed == 14);  // five gaps of 1, four of 2, three of 3, two of 4
    CHECK(t.cell(0, 1).status == Status::too_few);
    CHECK(t.cell(1, 0).status == Status::too_few);
    CHECK(std::isnan(t.cell(1, 0).ratio));
    Events day = some_events(10, 2);
    day.times.assign(10, 4.0);
    t = knox(day.places.view(), day.times, options);
    CHECK(t.same_time_pairs == 45);
    CHECK(t.cell(0, 0).status == Status::too_few);
    Events holes = some_events(12, 6);
    holes.places.x[3] = holes.places.y[3] = NAN;
    holes.times[5] = NAN;
    t = knox(holes.places.view(), holes.times, options);
    CHECK(t.points == 10);
    CHECK(t.missing == 2);
    KnoxOptions strict  = options;
    strict.least_expected = 5;
    const Events few = some_events(12, 6);
    t = knox(few.places.view(), few.times, strict);
    for (const KnoxCell& cell : t.cells) CHECK((cell.status == Status::too_few) == (cell.expected < 5));
    CHECK_THROWS_AS((void)knox(few.places.view(), few.times, {.distances = {0, 1}, .intervals = {3, 3}}), PreconditionError);
}

TEST_CASE("near pairs come in the order of time, then row, and say where the order is a tie") {
    const Points<Planar>      places{{0, 3, 0, 9}, {0, 4, 1, 9}};
    const std::vector<double> times{7, 2, 7, 2};
    const auto pairs = near_pairs(places.view(), times, {.distance = 5, .interval = 5});
    REQUIRE(pairs.size() == 3);
    CHECK(pairs[0].first == 1);
    CHECK(pairs[0].second == 0);
    CHECK(pairs[0].distance == 5);
    CHECK(pairs[0].interval == 5);
    CHECK_FALSE(pairs[0].is_tie());
    CHECK(pairs[1].second == 2);
    CHECK(pairs[2].first == 0);
    CHECK(pairs[2].is_tie());
    CHECK(near_pairs(places.view(), times, {.distance = 4.999, .interval = 5}).size() == 2);
    CHECK(near_pairs(places.view(), times, {.distance = 5, .interval = 4.999}).size() == 1);
}
