#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "analysis/mantel.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

double product(const Points<Planar>& places, std::span<const double> times, const MantelOptions& o) {
    double sum = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        for (std::size_t j = i + 1; j < times.size(); ++j) {
            const double d = plane_distance(places.x[i] - places.x[j], places.y[i] - places.y[j], o.distance), t = std::abs(times[i] - times[j]);
            sum += o.reciprocal ? 1 / (d + o.distance_constant) / (t + o.interval_constant) : d * t;
        }
    }
    return sum;
}

Points<Planar> some_places(std::size_t n, std::uint64_t seed) {
    Points<Planar> out;
    Draws          draws({seed}, 9111, 0);
    for (std::size_t i = 0; i < n; ++i) out.push_back({draws.uniform() * 10, draws.uniform() * 10});
    return out;
}

std::vector<double> some_times(std::size_t n, std::uint64_t seed) {
    std::vector<double> out;
    Draws               draws({seed}, 9112, 0);
    for (std::size_t i = 0; i < n; ++i) out.push_back(std::floor(draws.uniform() * 30));
    return out;
}

}  // namespace

TEST_CASE("Mantel's sum, mean and variance are those of all n! orders of the dates") {
    const auto places = some_places(7, 1);
    const auto times  = some_times(7, 2);
    for (const MantelOptions& o : {MantelOptions{}, MantelOptions{.distance = PlaneDistance::manhattan}, MantelOptions{.reciprocal = true, .distance_constant = 0.5, .interval_constant = 2}}) {
        const MantelResult m = mantel(places.view(), times, o);
        CHECK(m.sum == doctest::Approx(product(places, times, o)).epsilon(1e-13));
        std::vector<std::size_t> order(7);
        std::iota(order.begin(), order.end(), std::size_t{0});
        double sum = 0, orders = 0;
        std::vector<double> all;
        do {
            std::vector<double> dealt;
            for (const std::size_t i : order) dealt.push_back(times[i]);
            all.push_back(product(places, dealt, o));
            sum += all.back();
            ++orders;
        } while (std::next_permutation(order.begin(), order.end()));
        double squares = 0, above = 0;
        for (const double x : all) {
            squares += (x - sum / orders) * (x - sum / orders);
            above += x >= m.sum * (1 - 1e-12) ? 1 : 0;
        }
        CHECK(m.expected == doctest::Approx(sum / orders).epsilon(1e-12));
        CHECK(m.variance == doctest::Approx(squares / orders).epsilon(1e-10));
        CHECK(std::abs(m.p_high - above / orders) < 4 * std::sqrt(0.25 / 999) + 0.002);
    }
}

TEST_CASE("Mantel's r is the correlation over pairs, 1 where space and time are one line") {
    const Points<Planar>      line{{0, 3, 9, 11, 30}, {0, 0, 0, 0, 0}};
    const std::vector<double> times{0, 3, 9, 11, 30};
    const MantelResult        m = mantel(line.view(), times, {});
    CHECK(m.r == doctest::Approx(1).epsilon(1e-14));
    CHECK(m.pairs == 10);
    CHECK(m.z > 0);
}

TEST_CASE("Mantel's result is the same for any number of threads and any order of rows") {
    const auto         places = some_places(60, 5);
    const auto         times  = some_times(60, 6);
    const MantelResult m = mantel(places.view(), times, {.permutations = 199});
    for (const unsigned threads : {2U, 3U, 8U}) {
        const MantelResult other = mantel(places.view(), times, {.permutations = 199}, {.threads = threads});
        CHECK(other.sum == m.sum);
        CHECK(other.p_high == m.p_high);
    }
    Points<Planar>      back;
    std::vector<double> back_times;
    for (std::size_t i = times.size(); i-- > 0;) {
        back.push_back(places.view()[i]);
        back_times.push_back(times[i]);
    }
    const MantelResult other = mantel(back.view(), back_times, {.permutations = 199});
    CHECK(other.sum == m.sum);
    CHECK(other.variance == m.variance);
    CHECK(other.p_high == m.p_high);
}

TEST_CASE("Mantel's p is uniform where dates mean nothing") {
    int low = 0, half = 0;
    for (std::uint64_t s = 0; s < 400; ++s) {
        const auto places = some_places(25, 100 + s);
        const double p = mantel(places.view(), some_times(25, 900 + s), {.permutations = 99, .seed = {s}}).p_high;
        low += p <= 0.05 ? 1 : 0;
        half += p <= 0.5 ? 1 : 0;
    }
    CHECK(std::abs(low / 400.0 - 0.05) < 4 * std::sqrt(0.05 * 0.95 / 400));
    CHECK(std::abs(half / 400.0 - 0.5) < 4 * 0.5 / 20);
}

TEST_CASE("Mantel says what cannot be said: no pair, one place, one day") {
    CHECK(mantel({}, {}, {}).status == Status::missing);
    const auto         places = some_places(5, 3);
    const MantelResult day = mantel(places.view(), std::vector<double>(5, 2.0), {});
    CHECK(day.status == Status::too_few);
    CHECK(std::isnan(day.p_high));
    const Points<Planar> one{{1, 1, 1}, {2, 2, 2}};
    CHECK(mantel(one.view(), std::vector<double>{1, 2, 3}, {}).status == Status::too_few);
    CHECK(mantel(places.view(), std::vector<double>{1, NAN, 2, 3, 9}, {.permutations = 9}).missing == 1);
    CHECK_THROWS_AS((void)mantel(places.view(), some_times(5, 1), {.reciprocal = true}), PreconditionError);
}
