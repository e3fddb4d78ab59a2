#include "analysis/local_autocorrelation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "analysis/conditional_permutation.h"
#include "analysis/weights_near.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {

constexpr LocalStatistic all_statistics[] = {LocalStatistic::moran, LocalStatistic::gi, LocalStatistic::gi_star, LocalStatistic::geary};

/// Weights of a graph of 7 units, none equal, one unit with all the others as neighbours but one.
SpatialWeights small_graph() {
    return weights_from_entries({{0, 1, 1}, {0, 2, 2}, {1, 0, 1}, {1, 3, 0.5}, {2, 0, 3}, {3, 4, 1}, {3, 5, 1}, {3, 6, 1}, {4, 0, 1}, {4, 1, 2}, {4, 2, 1}, {4, 3, 1}, {4, 5, 2}, {5, 6, 4}, {6, 5, 1}, {6, 0, 1}}, 7);
}

/// The statistic of unit i by its definition, x as given.
double by_definition(LocalStatistic s, std::span<const double> x, const SpatialWeights& w, std::size_t i) {
    const auto   n    = static_cast<double>(x.size());
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / n;
    double       p2 = 0, sum = 0, self = 0;
    for (const double v : x) p2 += (v - mean) * (v - mean), sum += v;
    double lag = 0, local_sum = 0, squares = 0;
    for (std::size_t k = 0; k < w.of(i).size(); ++k) {
        const std::size_t j = w.of(i)[k];
        if (j == i) self = w.weights_of(i)[k];
        lag += w.weights_of(i)[k] * (x[j] - mean);
        local_sum += w.weights_of(i)[k] * x[j];
        squares += w.weights_of(i)[k] * (x[i] - x[j]) * (x[i] - x[j]);
    }
    switch (s) {
        case LocalStatistic::moran: return (x[i] - mean) / (p2 / n) * lag;
        case LocalStatistic::gi: return local_sum / (sum - x[i]);
        case LocalStatistic::gi_star: return local_sum / sum;
        case LocalStatistic::geary: return squares / (p2 / (n - 1));
    }
    return self;
}

}  // namespace

TEST_CASE("local statistics: statistic, expectation and variance are those of all conditional permutations, worked out one by one") {
    const std::vector<double> x{1, 4, 2, 8, 5, 7, 3};
    for (const WeightStyle style : {WeightStyle::as_given, WeightStyle::row_standardised}) {
        for (const LocalStatistic s : all_statistics) {
            const auto got = local_autocorrelation(x, small_graph(), {.statistic = s, .style = style, .permutations = 0});
            SpatialWeights w = s == LocalStatistic::gi_star ? with_self(small_graph()) : small_graph();
            apply_style(w, style);
            for (std::size_t i = 0; i < x.size(); ++i) {
                // Gi* is judged over all n! ways, the others over those that leave the unit its value.
                std::vector<std::size_t> movable;
                for (std::size_t j = 0; j < x.size(); ++j) {
                    if (s == LocalStatistic::gi_star || j != i) movable.push_back(j);
                }
                std::vector<std::size_t> order(movable.size());
                std::iota(order.begin(), order.end(), std::size_t{0});
                double sum = 0, squares = 0, ways = 0;
                do {
                    std::vector<double> y = x;
                    for (std::size_t k = 0; k < order.size(); ++k) y[movable[k]] = x[movable[order[k]]];
                    const double value = by_definition(s, y, w, i);
                    sum += value;
                    squares += value * value;
                    ways += 1;
                } while (std::ranges::next_permutation(order).found);
                CAPTURE(static_cast<int>(s));
                CAPTURE(i);
                CHECK(got.statistic[i] == doctest::Approx(by_definition(s, x, w, i)).epsilon(1e-12));
                CHECK(got.expected[i] == doctest::Approx(sum / ways).epsilon(1e-10));
                CHECK(got.variance[i] == doctest::Approx(squares / ways - sum / ways * sum / ways).epsilon(1e-8));
                CHECK(got.z[i] == doctest::Approx((got.statistic[i] - got.expected[i]) / std::sqrt(got.variance[i])).epsilon(1e-9));
            }
        }
    }
}

TEST_CASE("local statistics: permutations count as the definition of the draws says, unit by unit, in both modes") {
    const std::size_t         n = 60;
    const auto                x = uniform_values(n, 3);
    const auto                points = uniform_points(n, 4);
    const std::uint32_t       m = 200;
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t i) { return x[i]; });
    for (const bool equal : {true, false}) {
        const SpatialWeights given = equal ? knn_weights(points.view(), 5) : inverse_weights(points.view(), 0.3);
        for (const LocalStatistic s : {LocalStatistic::moran, LocalStatistic::gi, LocalStatistic::geary}) {
            for (const DrawMode mode : {DrawMode::shared, DrawMode::separate}) {
                const auto got = local_autocorrelation(x, given, {.statistic = s, .permutations = m, .draws = mode, .seed = Seed{5}});
                SpatialWeights w = given;
                apply_style(w, WeightStyle::row_standardised);
                for (std::uint32_t rank = 0; rank < n; ++rank) {
                    const std::size_t   i = order[rank];
                    if (w.of(i).empty()) continue;
                    std::vector<double> weight(w.weights_of(i).begin(), w.weights_of(i).end());
                    std::ranges::sort(weight, std::greater<>());
                    std::uint32_t at_least = 0, at_most = 0;
                    for (std::uint32_t k = 0; k < m; ++k) {
                        std::vector<std::uint32_t> places(weight.size()), seen(n - 1);
                        draw_places(mode == DrawMode::shared ? Draws(Seed{5}, stream_shared_neighbours, 0, k) : Draws(Seed{5}, stream_separate_neighbours, rank, k),
                                    static_cast<std::uint32_t>(n - 1), places, seen, 1);
                        std::vector<double> y = x;  // the drawn values stand where the neighbours are; by_definition needs the true mean, so compute directly
                        const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(n);
                        double p2 = 0, value = 0;
                        for (const double v : x) p2 += (v - mean) * (v - mean);
                        for (std::size_t j = 0; j < places.size(); ++j) {
                            const double v = x[order[places[j] + (places[j] >= rank ? 1 : 0)]];
                            value += s == LocalStatistic::moran  ? weight[j] * (v - mean) * (x[i] - mean) / p2 * static_cast<double>(n)
                                     : s == LocalStatistic::gi ? weight[j] * v / (std::accumulate(x.begin(), x.end(), 0.0) - x[i])
                                                                 : weight[j] * (v - x[i]) * (v - x[i]) / (p2 / static_cast<double>(n - 1));
                        }
                        at_least += value >= got.statistic[i] - 1e-11 ? 1U : 0U;
                        at_most += value <= got.statistic[i] + 1e-11 ? 1U : 0U;
                    }
                    CAPTURE(static_cast<int>(s));
                    CAPTURE(static_cast<int>(mode));
                    CHECK(got.at_least[i] == at_least);
                    CHECK(got.at_most[i] == at_most);
                }
            }
        }
    }
}

TEST_CASE("local statistics: the same for 1, 2, 3 and 8 threads and for any order of rows") {
    const std::size_t          n = 5'000;
    const auto                 points = uniform_points(n, 8);
    auto                       x = uniform_values(n, 9);
    for (std::size_t i = 0; i < n; i += 3) x[i] = std::floor(x[i] * 8) / 8;  // ties
    const auto                 w = knn_weights(points.view(), 6);
    std::vector<std::uint32_t> shuffled(n), place(n);
    std::iota(shuffled.begin(), shuffled.end(), 0U);
    std::ranges::sort(shuffled, {}, [](std::uint32_t i) { return Draws(Seed{77}, 9'003, i).next_u32(); });
    std::vector<double>      y(n);
    std::vector<WeightEntry> entries;
    for (std::uint32_t k = 0; k < n; ++k) place[shuffled[k]] = k, y[k] = x[shuffled[k]];
    for (std::uint32_t i = 0; i < n; ++i) {
        for (const std::uint32_t j : w.of(i)) entries.push_back({place[i], place[j], 1});
    }
    const auto v = weights_from_entries(entries, n);
    for (const LocalStatistic s : all_statistics) {
        for (const DrawMode mode : {DrawMode::shared, DrawMode::separate}) {
            const LocalOptions options{.statistic = s, .permutations = 99, .draws = mode};
            const auto one = local_autocorrelation(x, w, options, {.threads = 1});
            for (const unsigned threads : {2U, 3U, 8U}) {
                const auto many = local_autocorrelation(x, w, options, {.threads = threads});
                CHECK(many.at_least == one.at_least);
                CHECK(many.z == one.z);
            }
            const auto moved = local_autocorrelation(y, v, options);
            std::size_t differ = 0;
            for (std::uint32_t i = 0; i < n; ++i) differ += moved.at_least[place[i]] != one.at_least[i] || moved.z[place[i]] != one.z[i] ? 1U : 0U;
            CHECK(differ == 0);
        }
    }
}

TEST_CASE("local statistics: sums and means give the global ones") {
    const auto points = uniform_points(300, 12);
    const auto x      = uniform_values(300, 13);
    const auto w      = knn_weights(points.view(), 4);
    const auto sum    = [](const std::vector<double>& v) { return std::accumulate(v.begin(), v.end(), 0.0); };
    CHECK(sum(local_autocorrelation(x, w, {.permutations = 0}).statistic) / 300 == doctest::Approx(moran(x, w, {.permutations = 0}).statistic).epsilon(1e-12));
    const auto c = local_autocorrelation(x, w, {.statistic = LocalStatistic::geary, .style = WeightStyle::as_given, .permutations = 0});
    CHECK(sum(c.statistic) / (2 * 1'200) == doctest::Approx(geary(x, w, {.style = WeightStyle::as_given, .permutations = 0}).statistic).epsilon(1e-12));
}

TEST_CASE("local statistics: scaling and moving the values changes no z, no p; moving far away costs no digits") {
    const auto points = uniform_points(400, 21);
    const auto x      = uniform_values(400, 22);
    const auto w      = knn_weights(points.view(), 8);
    std::vector<double> y;
    for (const double v : x) y.push_back(1e7 + std::round(v * 4096) / 4096 * 8);
    std::vector<double> near;
    for (const double v : x) near.push_back(1 + std::round(v * 4096) / 4096);
    for (const LocalStatistic s : all_statistics) {
        const auto a = local_autocorrelation(near, w, {.statistic = s}), b = local_autocorrelation(y, w, {.statistic = s});
        CHECK(a.at_least == b.at_least);
        for (std::size_t i = 0; i < 400; ++i) CHECK(a.z[i] == doctest::Approx(b.z[i]).epsilon(1e-9));
    }
}

TEST_CASE("local statistics: p by permutation is uniform where there is nothing to find, in both modes") {
    for (const DrawMode mode : {DrawMode::shared, DrawMode::separate}) {
        std::array<int, 10> bins{};
        int                 total = 0;
        for (std::uint64_t run = 0; run < 60; ++run) {
            const auto points = uniform_points(100, 500 + run);
            const auto x      = uniform_values(100, 900 + run);
            const auto got    = local_autocorrelation(x, knn_weights(points.view(), 6), {.permutations = 199, .draws = mode, .seed = Seed{run}});
            for (std::size_t i = 0; i < 100; i += 25) {  // few of each map: neighbours share values
                ++bins[std::min<std::size_t>(9, static_cast<std::size_t>((got.p_perm[i] - 1e-12) * 10))];
                ++total;
            }
        }
        double chi2 = 0;
        for (const int b : bins) chi2 += (b - total / 10.0) * (b - total / 10.0) / (total / 10.0);
        CHECK(chi2 < 27.9);  // 9 degrees of freedom, one in a thousand
    }
}

TEST_CASE("local statistics: a planted hot spot is found, and nothing else is once p is adjusted") {
    const auto          points = uniform_points(900, 31);
    std::vector<double> x;
    std::vector<bool>   hot;
    for (std::size_t i = 0; i < 900; ++i) {
        hot.push_back(std::hypot(points.x[i] - 0.3, points.y[i] - 0.6) < 0.12);
        x.push_back(Draws(Seed{32}, 9'004, i).normal() + (hot.back() ? 3 : 0));
    }
    const auto got = local_autocorrelation(x, knn_weights(points.view(), 8), {.statistic = LocalStatistic::gi_star, .permutations = 999});
    std::size_t found = 0, inside = 0;
    for (std::size_t i = 0; i < 900; ++i) {
        inside += hot[i] ? 1U : 0U;
        found += hot[i] && got.p_perm[i] <= 0.01 && got.z[i] > 0 ? 1U : 0U;
    }
    CHECK(found > inside * 8 / 10);
}

TEST_CASE("local statistics: what has no value has a status, not a number") {
    const double nan = std::nan("");
    const auto   chain = weights_from_entries({{0, 1, 1}, {1, 0, 1}, {1, 2, 1}, {2, 1, 1}, {2, 3, 1}, {3, 2, 1}, {3, 4, 1}, {4, 3, 1}}, 6);
    const std::vector<double> x{1, 5, nan, 4, 2, 9};
    for (const LocalStatistic s : all_statistics) {
        const auto got = local_autocorrelation(x, chain, {.statistic = s});
        CHECK(got.status == std::vector<Status>{Status::ok, Status::ok, Status::missing, Status::ok, Status::ok, Status::isolate});
        CHECK(got.units == 5);
        CHECK(got.missing == 1);
        CHECK(got.isolates == 1);
        CHECK(got.links == 4);
        CHECK(std::isnan(got.p_perm[2]));
        CHECK(std::isnan(got.p_perm[5]));
        CHECK(got.quadrant[5] == 0);
        CHECK(local_autocorrelation(std::vector<double>(6, 3.0), chain, {.statistic = s}).undefined == Undefined::all_equal);
        CHECK(local_autocorrelation(std::vector<double>(6, nan), chain, {.statistic = s}).undefined == Undefined::too_few_units);
        CHECK(local_autocorrelation(x, weights_from_entries({}, 6), {.statistic = s}).undefined == Undefined::no_links);
        CHECK(local_autocorrelation({}, weights_from_entries({}, 0), {.statistic = s}).undefined == Undefined::too_few_units);
        CHECK(local_autocorrelation(std::vector<double>{1}, weights_from_entries({}, 1), {.statistic = s}).undefined == Undefined::too_few_units);
    }
    CHECK(local_autocorrelation(x, weights_from_entries({{0, 0, 1}, {0, 1, 1}}, 6), {}).undefined == Undefined::self_links);
}

TEST_CASE("local statistics: with all the others as neighbours there is nothing to draw, and one value among equals has no variance around it") {
    std::vector<WeightEntry> all;
    for (std::uint32_t i = 0; i < 6; ++i) {
        for (std::uint32_t j = 0; j < 6; ++j) {
            if (i != j) all.push_back({i, j, 1});
        }
    }
    const auto complete = weights_from_entries(all, 6);
    const auto gi       = local_autocorrelation(std::vector<double>{1, 2, 3, 4, 5, 7}, complete, {.statistic = LocalStatistic::gi});
    CHECK(gi.status == std::vector<Status>(6, Status::too_few));
    CHECK(gi.p_perm == std::vector<double>(6, 1.0));
    for (const DrawMode mode : {DrawMode::shared, DrawMode::separate}) {
        const auto one = local_autocorrelation(std::vector<double>{0, 0, 0, 0, 0, 0.1}, small_graph().rows() == 7 ? weights_among(small_graph(), {true, true, true, true, true, true, false}) : complete,
                                               {.statistic = LocalStatistic::gi, .draws = mode});
        CHECK(one.status[5] != Status::ok);
        CHECK(std::isnan(one.z[5]));
    }
}

TEST_CASE("local statistics: Getis and Ord's share becomes a sum where values lie below 0, with the same z") {
    const auto points = uniform_points(50, 41);
    const auto w      = knn_weights(points.view(), 4);
    auto       x = uniform_values(50, 42), y = x;
    for (double& v : y) v -= 0.5;
    for (const LocalStatistic s : {LocalStatistic::gi, LocalStatistic::gi_star}) {
        const auto share = local_autocorrelation(x, w, {.statistic = s}), sum = local_autocorrelation(y, w, {.statistic = s});
        CHECK(!share.sums);
        CHECK(sum.sums);
        for (std::size_t i = 0; i < 50; ++i) {
            CHECK(share.z[i] == doctest::Approx(sum.z[i]).epsilon(1e-9));
            CHECK((sum.statistic[i] - sum.expected[i]) / std::sqrt(sum.variance[i]) == doctest::Approx(sum.z[i]).epsilon(1e-9));
        }
    }
}
