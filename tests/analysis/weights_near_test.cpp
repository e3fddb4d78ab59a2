#include "analysis/weights_near.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

/// Many on a lattice, so that distances tie; some at one place; one missing.
Points<Planar> lattice_points(std::size_t n, std::uint64_t seed, double cells) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 9'021, i);
        const double x = std::floor(draws.uniform() * cells), y = std::floor(draws.uniform() * cells);
        out.push_back(i == n / 2 ? Point<Planar>{std::nan(""), std::nan("")} : Point<Planar>{x, y});
    }
    return out;
}

std::vector<std::uint32_t> list(std::span<const std::uint32_t> s) { return {s.begin(), s.end()}; }

double square(const Points<Planar>& p, std::size_t i, std::size_t j) { return (p.x[j] - p.x[i]) * (p.x[j] - p.x[i]) + (p.y[j] - p.y[i]) * (p.y[j] - p.y[i]); }

}  // namespace

TEST_CASE("knn: the nearest by distance, then by row, as comparing all pairs finds them") {
    for (const double cells : {3.0, 12.0, 1e9}) {
        for (const std::uint32_t k : {1U, 5U, 20U}) {
            const auto p = lattice_points(700, 3, cells);
            const auto w = knn_weights(p.view(), k, {.threads = 3});
            CHECK(w.neighbours == knn_weights(p.view(), k).neighbours);
            for (std::size_t i = 0; i < p.size(); ++i) {
                if (std::isnan(p.x[i])) {
                    CHECK(w.of(i).empty());
                    continue;
                }
                std::vector<std::pair<double, std::uint32_t>> all;
                for (std::uint32_t j = 0; j < p.size(); ++j) {
                    if (j != i && !std::isnan(p.x[j])) all.emplace_back(square(p, i, j), j);
                }
                std::ranges::sort(all);
                std::vector<std::uint32_t> expected;
                for (std::uint32_t r = 0; r < k; ++r) expected.push_back(all[r].second);
                std::ranges::sort(expected);
                REQUIRE(list(w.of(i)) == expected);
            }
        }
    }
}

TEST_CASE("knn: at equal distance the lower row goes first") {
    const Points<Planar> p{{0, 1, -1, 0, 0}, {0, 0, 0, 1, -1}};
    CHECK(list(knn_weights(p.view(), 2).of(0)) == std::vector<std::uint32_t>{1, 2});
    const Points<Planar> heap{std::vector<double>(40, 7.0), std::vector<double>(40, 7.0)};
    CHECK(list(knn_weights(heap.view(), 3).of(0)) == std::vector<std::uint32_t>{1, 2, 3});
    CHECK(list(knn_weights(heap.view(), 3).of(30)) == std::vector<std::uint32_t>{0, 1, 2});
    CHECK_THROWS(static_cast<void>(knn_weights(heap.view(), 40)));
}

TEST_CASE("band: the distance itself is inside, and the weights are symmetric") {
    const auto p = lattice_points(600, 4, 20);
    for (const double d : {1.0, 5.0, 100.0}) {
        const auto w = band_weights(p.view(), d, {.threads = 2});
        for (std::size_t i = 0; i < p.size(); ++i) {
            std::vector<std::uint32_t> expected;
            for (std::uint32_t j = 0; j < p.size(); ++j) {
                if (j != i && square(p, i, j) <= d * d) expected.push_back(j);
            }
            REQUIRE(list(w.of(i)) == expected);
        }
    }
    const Points<Planar> exact{{0, 3, 3.0000001}, {0, 4, 4}};
    CHECK(list(band_weights(exact.view(), 5).of(0)) == std::vector<std::uint32_t>{1});
    CHECK(band_weights(exact.view(), 4.999).of(0).empty());
}

TEST_CASE("inverse: one over the distance; two points at one place are named") {
    const Points<Planar> p{{0, 3, 100}, {0, 4, 0}};
    const auto           w = inverse_weights(p.view(), 5);
    CHECK(w.weights_of(0)[0] == 0.2);
    CHECK(w.of(2).empty());
    const Points<Planar> twice{{0, 1, 2, 1}, {0, 1, 2, 1}};
    try {
        (void)inverse_weights(twice.view(), 9);
        FAIL("coincident points were accepted");
    } catch (const CoincidentRows& rows) {
        CHECK(rows.first == 1);
        CHECK(rows.second == 3);
    }
}

TEST_CASE("weights by distance: no point, one point, islands only") {
    CHECK(band_weights({}, 1).rows() == 0);
    const Points<Planar> one{{1}, {1}}, apart{{0, 10, 20}, {0, 0, 0}};
    CHECK(band_weights(one.view(), 1).of(0).empty());
    CHECK(band_weights(apart.view(), 9).neighbours.empty());
    CHECK(knn_weights(apart.view(), 1).neighbours == std::vector<std::uint32_t>{1, 0, 1});
}
