#include "analysis/relative_risk.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "tests/analysis/sample_draws.h"

using namespace gapmap;

namespace {

Points<Planar> with_knot(Points<Planar> points, std::uint64_t seed, std::size_t n, Point<Planar> middle, double spread) {
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 2, i);
        const double x = middle.x + spread * draws.normal();
        points.push_back({x, middle.y + spread * draws.normal()});
    }
    return points;
}

const Window             square(Box<Planar>{0, 0, 100, 100});
const Grid<Planar>       grid{0, 100, 4, 4, 25, 25};

RiskOptions options_of(Kernel kernel, double h, bool adaptive = false) {
    RiskOptions out{.density = {.kernel = kernel, .bandwidth = {h, h}, .edge = EdgeCorrection::uniform, .window = &square}};
    if (adaptive) out.pilot = Bandwidth{h, h};
    return out;
}

Points<Planar> centres() {
    Points<Planar> out;
    for (int row = 0; row < grid.height; ++row) {
        for (int column = 0; column < grid.width; ++column) out.push_back({grid.x_centre(column), grid.y_centre(row)});
    }
    return out;
}

bool same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEST_CASE("relative risk: cases that lie as the controls do have log risk 0 and p one half everywhere") {
    const auto points = scattered(1, 300, 100);
    for (const bool adaptive : {false, true}) {
        const auto surface = relative_risk_surface(points.view(), points.view(), {}, grid, options_of(Kernel::gaussian, 12, adaptive));
        for (std::size_t k = 0; k < grid.cells(); ++k) {
            CHECK(std::abs(surface.log_risk.values[k]) < 1e-6);
            CHECK(surface.p.values[k] == doctest::Approx(0.5).epsilon(1e-5));
        }
        CHECK(surface.too_few == 0);
    }
}

TEST_CASE("relative risk: the surface is the risk at every cell centre, fixed and adaptive") {
    const auto controls = scattered(2, 400, 100), cases = with_knot(scattered(3, 60, 100), 4, 40, {30, 70}, 6);
    for (const auto& [kernel, adaptive] : {std::pair{Kernel::gaussian, false}, {Kernel::gaussian, true}, {Kernel::quartic, false}}) {
        const RiskOptions options = options_of(kernel, kernel == Kernel::gaussian ? 8 : 25, adaptive);
        const auto        surface = relative_risk_surface(cases.view(), controls.view(), {}, grid, options, {.threads = 2});
        const auto        at      = relative_risk_at(cases.view(), controls.view(), {}, centres().view(), options, surface.masses);
        for (std::size_t k = 0; k < grid.cells(); ++k) {
            REQUIRE(std::isnan(at.p[k]) == std::isnan(surface.p.values[k]));
            if (std::isnan(at.log_risk[k])) continue;
            CHECK(surface.log_risk.values[k] == doctest::Approx(at.log_risk[k]).epsilon(1e-4).scale(1));
            CHECK(surface.p.values[k] == doctest::Approx(at.p[k]).epsilon(1e-4).scale(1e-3));
        }
        const auto knot = relative_risk_at(cases.view(), controls.view(), {}, PointsView<Planar>{std::vector<double>{30.0}, std::vector<double>{70.0}}, options, surface.masses);
        CHECK(knot.p[0] < 0.001);
        CHECK(knot.log_risk[0] > 1);
    }
}

TEST_CASE("relative risk: standard error and p are the formula's, far from the border") {
    const auto        controls = scattered(5, 500, 100), cases = scattered(6, 80, 100);
    const RiskOptions options  = options_of(Kernel::gaussian, 5);
    const RiskMasses  masses{80, 500, 80, 500};
    const std::vector<double> x{50}, y{50};
    const auto        at = relative_risk_at(cases.view(), controls.view(), {}, {x, y}, options, masses);
    const double      se = std::sqrt((1 / 80.0 + 1 / 500.0) / (4 * std::numbers::pi * 25 * at.control_density[0]));
    CHECK(at.standard_error[0] == doctest::Approx(se).epsilon(1e-9));
    CHECK(at.p[0] == doctest::Approx(std::erfc(at.log_risk[0] / se / std::sqrt(2.0)) / 2).epsilon(1e-9));
    RiskOptions pooled = options;
    pooled.reference   = RiskReference::pooled;
    const auto   other = relative_risk_at(cases.view(), controls.view(), {}, {x, y}, pooled, masses);
    const double both  = (80 * at.case_density[0] + 500 * at.control_density[0]) / 580;
    CHECK(other.standard_error[0] == doctest::Approx(std::sqrt((1 / 80.0 + 1 / 500.0) / (4 * std::numbers::pi * 25 * both))).epsilon(1e-9));
    CHECK(at.p_case[0] == doctest::Approx(80 * at.case_density[0] / (80 * at.case_density[0] + 500 * at.control_density[0])).epsilon(1e-9));
}

TEST_CASE("relative risk: a weight stands for so many controls in the risk, not in the evidence") {
    const auto                controls = scattered(7, 100, 100), cases = scattered(8, 50, 100);
    const std::vector<double> fives(100, 5.0), x{20, 60}, y{40, 80};
    const RiskOptions         options = options_of(Kernel::gaussian, 12);
    const RiskMasses          once{50, 100, 50, 100}, often{50, 500, 50, 500};
    const auto a = relative_risk_at(cases.view(), controls.view(), {}, {x, y}, options, once), b = relative_risk_at(cases.view(), controls.view(), fives, {x, y}, options, often);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(b.log_risk[i] == doctest::Approx(a.log_risk[i]).epsilon(1e-9));
        CHECK(b.standard_error[i] == doctest::Approx(a.standard_error[i]).epsilon(1e-9));
        CHECK(b.controls_here[i] == doctest::Approx(a.controls_here[i]).epsilon(1e-9));
        CHECK(b.p_case[i] < a.p_case[i]);
    }
}

TEST_CASE("case share without self: is the plain share, and undefined where nobody else is near") {
    const Points<Planar> cases{{0, 1, 50}, {0, 0, 50}}, controls{{0, 2, 90}, {1, 0, 90}};
    const std::vector<double> weights{3, 1, 1};
    const auto p = case_share_without_self(cases.view(), controls.view(), weights, {.kernel = Kernel::uniform, .bandwidth = {5, 5}});
    CHECK(p[0] == doctest::Approx(1.0 / 5));
    CHECK(p[1] == doctest::Approx(1.0 / 5));
    CHECK(std::isnan(p[2]));
    CHECK(p[3] == doctest::Approx(2.0 / 3));
    CHECK(p[4] == doctest::Approx(2.0 / 5));
    CHECK(std::isnan(p[5]));
}

TEST_CASE("relative risk: without case or control, with all at one place or a bandwidth wider than the window there is a status, no number and no crash") {
    const auto           points = scattered(9, 50, 100);
    const Points<Planar> none, heap{{50, 50}, {50, 50}}, outside{{500}, {500}};
    for (const bool adaptive : {false, true}) {
        const RiskOptions options = options_of(Kernel::gaussian, 10, adaptive);
        const auto        no_case = relative_risk_surface(none.view(), points.view(), {}, grid, options);
        CHECK(no_case.too_few == no_case.cells);
        CHECK(std::isnan(no_case.max_log_risk));
        const auto no_control = relative_risk_surface(points.view(), outside.view(), {}, grid, options);
        CHECK(no_control.too_few == grid.cells());
        CHECK(std::ranges::all_of(no_control.p.values, [](float p) { return std::isnan(p); }));
        CHECK(std::isfinite(relative_risk_surface(heap.view(), points.view(), {}, grid, options).max_log_risk));
        const auto flat = relative_risk_surface(points.view(), scattered(10, 70, 100).view(), {}, grid, options_of(Kernel::gaussian, 1e4, adaptive));
        CHECK(std::abs(flat.max_log_risk) < 0.01);
        CHECK(std::isnan(relative_risk_tolerance(none.view(), points.view(), {}, no_case, options, 19, Seed{1}).values[0]));
    }
}

TEST_CASE("relative risk: no value where fewer controls lie under the kernel than asked for, p 1 where controls but no case do") {
    const Points<Planar> cases = with_knot({}, 1, 20, {20, 20}, 3);
    const auto           controls = with_knot({}, 2, 200, {60, 60}, 6);
    RiskOptions          options  = options_of(Kernel::quartic, 15);
    options.least_controls        = 1;
    const std::vector<double> x{20, 60, 150}, y{20, 60, 50};
    const auto at = relative_risk_at(cases.view(), controls.view(), {}, {x, y}, options, {20, 200, 20, 200});
    CHECK(at.status[0] == Status::too_few);
    CHECK(std::isnan(at.log_risk[0]));
    CHECK(at.status[1] == Status::ok);
    CHECK(at.p[1] == 1);
    CHECK(at.status[2] == Status::missing);
}

TEST_CASE("tolerance: p by permutation is the same for any number of threads and any order of rows") {
    auto              cases = with_knot(scattered(20, 30, 100), 21, 15, {70, 30}, 5);
    const auto        controls = scattered(22, 120, 100);
    const RiskOptions options  = options_of(Kernel::gaussian, 12);
    const auto        surface  = relative_risk_surface(cases.view(), controls.view(), {}, grid, options);
    const auto        one      = relative_risk_tolerance(cases.view(), controls.view(), {}, surface, options, 99, Seed{1});
    for (const unsigned threads : {2U, 3U, 8U}) {
        CHECK(std::ranges::equal(one.values, relative_risk_tolerance(cases.view(), controls.view(), {}, surface, options, 99, Seed{1}, {.threads = threads}).values, same));
    }
    std::ranges::reverse(cases.x);
    std::ranges::reverse(cases.y);
    CHECK(std::ranges::equal(one.values, relative_risk_tolerance(cases.view(), controls.view(), {}, surface, options, 99, Seed{1}).values, same));
    CHECK(*std::ranges::min_element(one.values) == doctest::Approx(0.01));  // (1 + 0) / (1 + 99) in the knot
    const std::vector<double> weights(controls.size(), 2.0);
    const auto drawn = relative_risk_tolerance(cases.view(), controls.view(), weights, relative_risk_surface(cases.view(), controls.view(), weights, grid, options), options, 99, Seed{1});
    CHECK(*std::ranges::min_element(drawn.values) <= 0.02f);
}

TEST_CASE("tolerance: under equal risk p at a place is uniform, by permutation exactly and by the asymptotic formula nearly") {
    const Grid<Planar> coarse{0, 100, 20, 20, 5, 5};
    RiskOptions        options = options_of(Kernel::gaussian, 15);
    int                below_permuted = 0, below_asymptotic = 0, tenth = 0;
    constexpr int      runs = 400;
    for (int run = 0; run < runs; ++run) {
        const auto seed  = static_cast<std::uint64_t>(1000 + run);
        const auto cases = scattered(seed, 40, 100), controls = scattered(seed + 100'000, 100, 100);
        const auto surface = relative_risk_surface(cases.view(), controls.view(), {}, coarse, options);
        const auto p       = relative_risk_tolerance(cases.view(), controls.view(), {}, surface, options, 99, Seed{seed}, {.threads = 2});
        below_permuted += p.values[12] <= 0.05f ? 1 : 0;
        tenth += p.values[12] <= 0.5f ? 1 : 0;
        below_asymptotic += surface.p.values[12] <= 0.05f ? 1 : 0;
    }
    // 400 runs at 5 %: 20 expected, standard deviation 4.4.
    CHECK(below_permuted >= 7);
    CHECK(below_permuted <= 34);
    CHECK(std::abs(tenth - 200) < 40);
    CHECK(below_asymptotic <= 40);
}
