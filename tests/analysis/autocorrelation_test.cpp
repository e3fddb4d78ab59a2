#include "analysis/autocorrelation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "analysis/weights_near.h"
#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {

SpatialWeights asymmetric_graph() {
    return weights_from_entries({{0, 1, 1}, {0, 2, 2}, {1, 0, 1}, {1, 3, 0.5}, {2, 0, 3}, {3, 4, 1}, {3, 5, 1}, {4, 0, 1}, {4, 2, 1}, {5, 6, 4}, {6, 5, 1}, {6, 0, 1}}, 7);
}

using Values    = std::vector<double>;
using Statistic = std::function<double(const Values& x, const Values& y, const SpatialWeights& w)>;

double mean_of(const Values& x) { return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size()); }

template <class F>
double over_links(const SpatialWeights& w, const F& f) {
    double out = 0;
    for (std::size_t i = 0; i < w.rows(); ++i) {
        for (std::size_t k = 0; k < w.of(i).size(); ++k) out += w.weights_of(i)[k] * f(i, std::size_t{w.of(i)[k]});
    }
    return out;
}
double s0_of(const SpatialWeights& w) { return over_links(w, [](auto, auto) { return 1.0; }); }
double squares_of(const Values& x) {
    double out = 0;
    for (const double v : x) out += (v - mean_of(x)) * (v - mean_of(x));
    return out;
}

double moran_by_definition(const Values& x, const Values&, const SpatialWeights& w) {
    const double m = mean_of(x);
    return static_cast<double>(x.size()) / s0_of(w) * over_links(w, [&](auto i, auto j) { return (x[i] - m) * (x[j] - m); }) / squares_of(x);
}
double geary_by_definition(const Values& x, const Values&, const SpatialWeights& w) {
    return static_cast<double>(x.size() - 1) / (2 * s0_of(w)) * over_links(w, [&](auto i, auto j) { return (x[i] - x[j]) * (x[i] - x[j]); }) / squares_of(x);
}
double general_g_by_definition(const Values& x, const Values&, const SpatialWeights& w) {
    double whole = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        for (std::size_t j = 0; j < x.size(); ++j) whole += i == j ? 0 : x[i] * x[j];
    }
    return over_links(w, [&](auto i, auto j) { return x[i] * x[j]; }) / whole;
}
double lee_by_definition(const Values& x, const Values& y, const SpatialWeights& w) {
    double whole = 0, sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        double row = 0, a = 0, b = 0;
        for (std::size_t k = 0; k < w.of(i).size(); ++k) {
            row += w.weights_of(i)[k];
            a += w.weights_of(i)[k] * (x[w.of(i)[k]] - mean_of(x));
            b += w.weights_of(i)[k] * (y[w.of(i)[k]] - mean_of(y));
        }
        whole += row * row;
        sum += a * b;
    }
    return static_cast<double>(x.size()) / whole * sum / std::sqrt(squares_of(x) * squares_of(y));
}

struct AllWays {
    double mean = 0, variance = 0;
};
/// Over all n! ways to lay the values, or pairs of values, over the units.
AllWays all_ways(const Values& x, const Values& y, const SpatialWeights& w, const Statistic& statistic) {
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const double centre = statistic(x, y, w);
    double       sum = 0, squares = 0, ways = 0;
    do {
        Values a, b;
        for (const std::size_t o : order) a.push_back(x[o]), b.push_back(y.empty() ? 0 : y[o]);
        const double d = statistic(a, b, w) - centre;
        sum += d;
        squares += d * d;
        ways += 1;
    } while (std::ranges::next_permutation(order).found);
    return {centre + sum / ways, squares / ways - sum / ways * sum / ways};
}

void compare(const GlobalTest& got, double statistic, const AllWays& all) {
    CHECK(got.undefined == Undefined::no);
    CHECK(got.statistic == doctest::Approx(statistic).epsilon(1e-12));
    CHECK(got.expected == doctest::Approx(all.mean).epsilon(1e-9));
    CHECK(got.variance == doctest::Approx(all.variance).epsilon(1e-8));
}

}  // namespace

TEST_CASE("global statistics: expectation and variance are those of all 5,040 ways to lay seven values over seven units") {
    const Values x{1, 4, 2, 8, 5, 7, 3}, y{2, 2, 9, 1, 0, 3, 3.5};
    for (const WeightStyle style : {WeightStyle::as_given, WeightStyle::row_standardised}) {
        SpatialWeights w = asymmetric_graph();
        apply_style(w, style);
        const GlobalOptions options{.style = style, .permutations = 0};
        compare(moran(x, asymmetric_graph(), options), moran_by_definition(x, {}, w), all_ways(x, {}, w, moran_by_definition));
        compare(geary(x, asymmetric_graph(), options), geary_by_definition(x, {}, w), all_ways(x, {}, w, geary_by_definition));
        compare(general_g(x, asymmetric_graph(), options), general_g_by_definition(x, {}, w), all_ways(x, {}, w, general_g_by_definition));
        compare(lee(x, y, asymmetric_graph(), options), lee_by_definition(x, y, w), all_ways(x, y, w, lee_by_definition));
    }
}

TEST_CASE("join counts: expectation and variance are those of all ways to place the colours, or of all colourings") {
    const Values      x{1, 0, 0, 1, 1, 0, 1};
    const auto        w    = asymmetric_graph();
    const Statistic   bb   = [](const Values& b, const Values&, const SpatialWeights& v) { return over_links(v, [&](auto i, auto j) { return b[i] * b[j]; }) / 2; };
    const Statistic   bw   = [](const Values& b, const Values&, const SpatialWeights& v) { return over_links(v, [&](auto i, auto j) { return std::abs(b[i] - b[j]); }) / 2; };
    const Statistic   ww   = [](const Values& b, const Values&, const SpatialWeights& v) { return over_links(v, [&](auto i, auto j) { return (1 - b[i]) * (1 - b[j]); }) / 2; };
    JoinCountOptions  options;
    options.style        = WeightStyle::as_given;
    options.permutations = 0;
    const JoinCounts got = join_counts(x, w, options);
    CHECK(got.black == 4);
    CHECK(got.white == 3);
    compare(got.bb, bb(x, {}, w), all_ways(x, {}, w, bb));
    compare(got.bw, bw(x, {}, w), all_ways(x, {}, w, bw));
    compare(got.ww, ww(x, {}, w), all_ways(x, {}, w, ww));

    options.sampling = Sampling::free;
    options.p        = 0.3;
    const JoinCounts free = join_counts(x, w, options);
    for (const auto& [test, statistic] : {std::pair{free.bb, bb}, {free.bw, bw}, {free.ww, ww}}) {
        double mean = 0, square = 0;
        for (unsigned colours = 0; colours < 128; ++colours) {
            Values b;
            double chance = 1;
            for (unsigned i = 0; i < 7; ++i) {
                b.push_back((colours >> i) & 1U);
                chance *= b.back() == 1 ? 0.3 : 0.7;
            }
            mean += chance * statistic(b, {}, w);
            square += chance * statistic(b, {}, w) * statistic(b, {}, w);
        }
        CHECK(test.expected == doctest::Approx(mean).epsilon(1e-12));
        CHECK(test.variance == doctest::Approx(square - mean * mean).epsilon(1e-10));
    }
}

TEST_CASE("global statistics: permutations agree with the analytic moments, and are the same for any number of threads and order of rows") {
    const std::size_t n      = 300;
    const auto        points = uniform_points(n, 5);
    const Values      x = uniform_values(n, 6), y = uniform_values(n, 7);
    const auto        w = knn_weights(points.view(), 5);
    std::vector<std::uint32_t> shuffled(n), place(n);
    std::iota(shuffled.begin(), shuffled.end(), 0U);
    std::ranges::sort(shuffled, {}, [](std::uint32_t i) { return Draws(Seed{78}, 9'013, i).next_u32(); });
    Values                   a(n), b(n);
    std::vector<WeightEntry> entries;
    for (std::uint32_t k = 0; k < n; ++k) place[shuffled[k]] = k, a[k] = x[shuffled[k]], b[k] = y[shuffled[k]];
    for (std::uint32_t i = 0; i < n; ++i) {
        for (const std::uint32_t j : w.of(i)) entries.push_back({place[i], place[j], 1});
    }
    const auto          v = weights_from_entries(entries, n);
    const GlobalOptions options{.permutations = 1'999, .seed = Seed{3}};
    using Run = std::function<GlobalTest(const Values&, const Values&, const SpatialWeights&, const Execution&)>;
    const std::array<Run, 4> runs{[&](const Values& p, const Values&, const SpatialWeights& u, const Execution& e) { return moran(p, u, options, e); },
                                  [&](const Values& p, const Values&, const SpatialWeights& u, const Execution& e) { return geary(p, u, options, e); },
                                  [&](const Values& p, const Values&, const SpatialWeights& u, const Execution& e) { return general_g(p, u, options, e); },
                                  [&](const Values& p, const Values& q, const SpatialWeights& u, const Execution& e) { return lee(p, q, u, options, e); }};
    for (const Run& run : runs) {
        const GlobalTest one = run(x, y, w, {.threads = 1});
        for (const unsigned threads : {2U, 3U, 8U}) {
            const GlobalTest many = run(x, y, w, {.threads = threads});
            CHECK(many.at_least == one.at_least);
            CHECK(many.permuted_mean == one.permuted_mean);
            CHECK(many.statistic == one.statistic);
        }
        CHECK(std::abs(one.permuted_mean - one.expected) < 4 * std::sqrt(one.variance / 1'999));
        CHECK(one.permuted_variance == doctest::Approx(one.variance).epsilon(0.15));
        const GlobalTest moved = run(a, b, v, {});
        CHECK(moved.at_least == one.at_least);
        CHECK(moved.statistic == doctest::Approx(one.statistic).epsilon(1e-10));
    }
}

TEST_CASE("global statistics: p by permutation is uniform where there is nothing to find") {
    std::array<int, 10> bins{};
    for (std::uint64_t run = 0; run < 400; ++run) {
        const auto points = uniform_points(30, 1'000 + run);
        const auto got    = moran(uniform_values(30, 2'000 + run), knn_weights(points.view(), 4), {.permutations = 99, .seed = Seed{run}});
        ++bins[got.at_least / 10];
    }
    double chi2 = 0;
    for (const int b : bins) chi2 += (b - 40.0) * (b - 40.0) / 40.0;
    CHECK(chi2 < 27.9);  // 9 degrees of freedom, one in a thousand
}

TEST_CASE("global statistics: moving the values far away and scaling them changes nothing but rounding") {
    const auto points = uniform_points(100, 61);
    const auto w      = knn_weights(points.view(), 4);
    Values     x, far;
    for (const double v : uniform_values(100, 62)) {
        x.push_back(std::round(v * 4096) / 4096);
        far.push_back(x.back() * 8 + 1e8);
    }
    CHECK(moran(far, w).statistic == doctest::Approx(moran(x, w).statistic).epsilon(1e-9));
    CHECK(moran(far, w).at_least == moran(x, w).at_least);
    CHECK(geary(far, w).z == doctest::Approx(geary(x, w).z).epsilon(1e-9));
    CHECK(general_g(far, w).variance > 0);  // the raw moments would have lost all their digits
    CHECK(general_g(far, w).z == doctest::Approx(general_g(far, w, {.permutations = 0}).z));
}

TEST_CASE("global statistics: what cannot be computed says why") {
    const double nan   = std::nan("");
    const auto   w     = asymmetric_graph();
    const auto   empty = weights_from_entries({}, 7);
    const Values x{1, 4, 2, 8, 5, 7, 3};
    CHECK(moran(Values(7, 2.5), w).undefined == Undefined::all_equal);
    CHECK(moran(Values{1, 4, 2, nan, nan, nan, nan}, w).undefined == Undefined::too_few_units);
    CHECK(geary(x, empty).undefined == Undefined::no_links);
    CHECK(general_g(Values{-1, 4, 2, 8, 5, 7, 3}, w).undefined == Undefined::not_positive);
    CHECK(general_g(Values{0, 0, 2, 0, 0, 0, 0}, w).undefined == Undefined::not_positive);
    CHECK(lee(x, Values(7, 1.0), w).undefined == Undefined::all_equal);
    CHECK(lee(x, Values(7, nan), w).undefined == Undefined::too_few_units);
    CHECK(join_counts(Values(7, 1.0), w).bb.undefined == Undefined::all_equal);
    CHECK(moran({}, weights_from_entries({}, 0)).undefined == Undefined::too_few_units);
    CHECK(moran(x, weights_from_entries({{0, 0, 1}, {0, 1, 1}}, 7)).undefined == Undefined::self_links);
    CHECK(std::isnan(moran(Values(7, 2.5), w).statistic));
    const GlobalTest some = moran(Values{1, 4, 2, 8, 5, 7, nan}, w);
    CHECK(some.units == 6);
    CHECK(some.missing == 1);
    CHECK(some.isolates == 1);  // unit 5 named only the missing one
    for (const Undefined why : {Undefined::too_few_units, Undefined::all_equal, Undefined::no_links, Undefined::not_positive, Undefined::self_links}) CHECK(!sentence(why).empty());
}

TEST_CASE("empirical-Bayes deviates: rates of unequal bases get unequal spread, and no base gives none") {
    const Values cases{1, 2, 30, 0}, base{10, 100, 1'000, 0};
    const Values z = empirical_bayes_deviates(cases, base);
    CHECK(std::isnan(z[3]));
    const double m = 33.0 / 1'110, s2 = std::max(0.0, (10 * (0.1 - m) * (0.1 - m) + 100 * (0.02 - m) * (0.02 - m) + 1'000 * (0.03 - m) * (0.03 - m)) / 1'110 - m / 370);
    for (std::size_t i = 0; i < 3; ++i) CHECK(z[i] == doctest::Approx((cases[i] / base[i] - m) / std::sqrt(s2 + m / base[i])).epsilon(1e-12));
    for (const double v : empirical_bayes_deviates(Values{0, 0}, Values{5, 5})) CHECK(std::isnan(v));
}
