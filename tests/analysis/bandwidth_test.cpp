#include "analysis/bandwidth.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "analysis/density.h"
#include "analysis/gauss_sums.h"
#include "analysis/ripley_k.h"
#include "tests/analysis/polygon_draws.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {

/// Clumps of 10 about 30 middles.
Points<Planar> clumped(std::uint64_t seed, double side, double spread) {
    Points<Planar> out;
    const auto     middles = scattered(seed, 30, side);
    for (std::size_t i = 0; i < 300; ++i) {
        Draws        draws(Seed{seed}, 2, i);
        const double x = middles.x[i / 10] + spread * draws.normal();
        out.push_back({x, middles.y[i / 10] + spread * draws.normal()});
    }
    return out;
}

Points<Planar> moved(const Points<Planar>& from, double by, double times) {
    Points<Planar> out;
    for (std::size_t i = 0; i < from.size(); ++i) out.push_back({from.x[i] * times + by, from.y[i] * times + by});
    return out;
}

}  // namespace

TEST_CASE("exp_below_zero: is the exponential to a rounding error, 1 at 0, and 0 far below") {
    double worst = 0;
    for (double x = -690; x <= 0; x += 0.173) worst = std::max(worst, std::abs(exp_below_zero(x) / std::exp(x) - 1));
    CHECK(worst < 1e-15);
    CHECK(exp_below_zero(0) == 1);
    CHECK(exp_below_zero(-1e6) == 0);
    CHECK(exp_below_zero(-std::numeric_limits<double>::infinity()) == 0);
}

TEST_CASE("bandwidth: every rule moves with the units and not with the origin") {
    const auto   points = clumped(7, 1000, 20), scaled = moved(points, 5e5, 3);
    const Window small(Box<Planar>{-100, -100, 1100, 1100}), large(Box<Planar>{5e5 - 300, 5e5 - 300, 5e5 + 3300, 5e5 + 3300});
    const auto   few = sigma_candidates(points.view(), small), many = sigma_candidates(scaled.view(), large);
    CHECK(silverman_sigma(scaled.view()) == doctest::Approx(3 * silverman_sigma(points.view())).epsilon(1e-9));
    CHECK(oversmoothed_sigma(scaled.view(), 300) == doctest::Approx(3 * oversmoothed_sigma(points.view(), 300)).epsilon(1e-9));
    CHECK(diggle_bandwidth(scaled.view(), large).sigma == doctest::Approx(3 * diggle_bandwidth(points.view(), small).sigma).epsilon(1e-6));
    CHECK(likelihood_bandwidth(scaled.view(), large, many).sigma == doctest::Approx(3 * likelihood_bandwidth(points.view(), small, few).sigma).epsilon(1e-6));
    CHECK(cronie_van_lieshout_bandwidth(scaled.view(), large, many).sigma == doctest::Approx(3 * cronie_van_lieshout_bandwidth(points.view(), small, few).sigma).epsilon(1e-6));
}

TEST_CASE("bandwidth: any order of rows and any number of threads gives the same") {
    auto         points = clumped(3, 1000, 15);
    const Window window(Box<Planar>{-100, -100, 1100, 1100});
    const auto   candidates = sigma_candidates(points.view(), window);
    const auto   likelihood = likelihood_bandwidth(points.view(), window, candidates), cvl = cronie_van_lieshout_bandwidth(points.view(), window, candidates), diggle = diggle_bandwidth(points.view(), window);
    for (const unsigned threads : {2U, 3U, 8U}) {
        CHECK(likelihood_bandwidth(points.view(), window, candidates, {.threads = threads}).criterion == likelihood.criterion);
        CHECK(cronie_van_lieshout_bandwidth(points.view(), window, candidates, {.threads = threads}).criterion == cvl.criterion);
        CHECK(diggle_bandwidth(points.view(), window, {.threads = threads}).criterion == diggle.criterion);
    }
    std::ranges::reverse(points.x);
    std::ranges::reverse(points.y);
    CHECK(sigma_candidates(points.view(), window) == candidates);
    CHECK(likelihood_bandwidth(points.view(), window, candidates).sigma == likelihood.sigma);
    CHECK(diggle_bandwidth(points.view(), window).sigma == diggle.sigma);
}

TEST_CASE("bandwidth: the criteria are what their formulas say, added up plainly") {
    const auto   points = scattered(5, 40, 100);
    const Window window(Box<Planar>{0, 0, 100, 100});
    const std::vector<double> candidates{3, 9, 27};
    const auto   likelihood = likelihood_bandwidth(points.view(), window, candidates), cvl = cronie_van_lieshout_bandwidth(points.view(), window, candidates);
    for (std::size_t k = 0; k < candidates.size(); ++k) {
        const double h = candidates[k];
        double       logs = 0, inverse = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            double others = 0;
            for (std::size_t j = 0; j < points.size(); ++j) {
                const double d2 = std::pow(points.x[i] - points.x[j], 2) + std::pow(points.y[i] - points.y[j], 2);
                if (i != j) others += std::exp(-d2 / (2 * h * h)) / (2 * std::numbers::pi * h * h);
            }
            logs += std::log(others / WindowMass(window, Kernel::gaussian, {h, h}).at(points.view()[i]));
            inverse += 1 / (others + 1 / (2 * std::numbers::pi * h * h));
        }
        CHECK(likelihood.criterion[k] == doctest::Approx(logs).epsilon(1e-12));
        CHECK(cvl.criterion[k] == doctest::Approx(std::pow(inverse - 1e4, 2)).epsilon(1e-9));
    }
}

TEST_CASE("bandwidth: where nothing can be chosen the answer is undefined, not a number") {
    const Window         window(Box<Planar>{0, 0, 10, 10});
    const Points<Planar> none, one{{5}, {5}}, heap{{5, 5, 5}, {5, 5, 5}}, far{{50, 60}, {50, 60}};
    for (const auto& points : {none, one, heap, far}) CHECK(sigma_candidates(points.view(), window).empty());
    CHECK(std::isnan(silverman_sigma(none.view())));
    CHECK(std::isnan(silverman_sigma(one.view())));
    CHECK(silverman_sigma(heap.view()) == 0);
    CHECK(std::isnan(diggle_bandwidth(one.view(), window).sigma));
    CHECK(diggle_bandwidth(heap.view(), window).at_end);
    CHECK(std::isnan(likelihood_bandwidth(one.view(), window, std::vector<double>{1.0}).sigma));
    CHECK(std::isnan(likelihood_bandwidth(none.view(), window, {}).sigma));
}

TEST_CASE("sigma candidates: points that share their place have no say in the least spacing while others do") {
    const Window         window(Box<Planar>{0, 0, 100, 100});
    const Points<Planar> twins{{10, 10, 11, 11, 50, 53}, {10, 10, 10, 10, 50, 50}};
    CHECK(sigma_candidates(twins.view(), window).front() == doctest::Approx(3));
    const Points<Planar> only_twins{{10, 10, 11, 11}, {10, 10, 10, 10}};
    CHECK(sigma_candidates(only_twins.view(), window).front() == doctest::Approx(1));
    CHECK(sigma_candidates(twins.view(), window).back() == doctest::Approx(std::sqrt(20'000.0) / 2));
}

TEST_CASE("joint bandwidth: cases in a knot of their own ask for a narrower one than cases among the controls") {
    const auto     controls = scattered(11, 400, 1000), even = scattered(12, 80, 1000);
    Points<Planar> knot;
    for (std::size_t i = 0; i < 80; ++i) {
        Draws        draws(Seed{13}, 1, i);
        const double x = 500 + 30 * draws.normal();
        knot.push_back({x, 500 + 30 * draws.normal()});
    }
    const std::vector<double> candidates{10, 20, 40, 80, 160, 320};
    CHECK(joint_bandwidth(knot.view(), controls.view(), candidates).sigma <= 40);
    CHECK(joint_bandwidth(even.view(), controls.view(), candidates).sigma >= 160);
}

TEST_CASE("Ripley's K: is pi r^2 for points without pattern, by each correction") {
    const auto   points = scattered(21, 4000, 1000);
    const Window box(Box<Planar>{0, 0, 1000, 1000});
    for (const KCorrection correction : {KCorrection::isotropic, KCorrection::translation, KCorrection::border}) {
        const auto k = ripley_k(points.view(), box, 100, 11, correction);
        CHECK(k[10] == doctest::Approx(std::numbers::pi * 1e4).epsilon(0.02));
        CHECK(k[5] == doctest::Approx(std::numbers::pi * 2500).epsilon(0.03));
    }
    CHECK(ripley_k(points.view(), box, 100, 11, KCorrection::none)[10] < std::numbers::pi * 1e4 * 0.95);
}

TEST_CASE("Ripley's K: a rectangle given as a polygon has the same K, to the raster of its covariogram") {
    const auto   points = scattered(22, 300, 100);
    const Window box(Box<Planar>{0, 0, 100, 100}), ring(ring_of({{0, 0}, {100, 0}, {100, 100}, {0, 100}}));
    for (const auto& [correction, within] : {std::pair{KCorrection::isotropic, 1e-12}, {KCorrection::border, 1e-12}, {KCorrection::translation, 1e-3}}) {
        const auto a = ripley_k(points.view(), box, 25, 26, correction), b = ripley_k(points.view(), ring, 25, 26, correction);
        CHECK(b[25] == doctest::Approx(a[25]).epsilon(within));
    }
}
