#include "analysis/density.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

constexpr Kernel all_kernels[] = {Kernel::gaussian, Kernel::quartic, Kernel::epanechnikov, Kernel::triweight, Kernel::uniform};

Points<Planar> random_points(Seed seed, std::size_t n, double size) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(seed, 1, i);
        const double x = draws.uniform(), y = draws.uniform();
        // Half of them in one cluster.
        out.push_back(i % 2 == 0 ? Point<Planar>{x * size, y * size} : Point<Planar>{size * (0.3 + 0.05 * x), size * (0.6 + 0.05 * y)});
    }
    return out;
}

std::vector<double> random_weights(Seed seed, std::size_t n) {
    std::vector<double> out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = std::floor(Draws(seed, 2, i).uniform() * 10);
    return out;
}

Points<Planar> centres(const Grid<Planar>& grid) {
    Points<Planar> out;
    for (int r = 0; r < grid.height; ++r) {
        for (int c = 0; c < grid.width; ++c) out.push_back({grid.x_centre(c), grid.y_centre(r)});
    }
    return out;
}

/// Largest difference between two surfaces, as a share of the largest value.
double deviation(std::span<const float> surface, std::span<const double> exact) {
    double worst = 0, top = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        worst = std::max(worst, std::abs(static_cast<double>(surface[i]) - exact[i]));
        top   = std::max(top, exact[i]);
    }
    return worst / top;
}

Polygons<Planar> l_shape_with_hole() {
    Polygons<Planar> out;
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {100.0, 0.0}, {100.0, 40.0}, {50.0, 45.0}, {40.0, 100.0}, {0.0, 90.0}, {0.0, 0.0}}) out.push_point(x, y);
    out.end_ring();
    for (const auto& [x, y] : {std::pair{10.0, 10.0}, {25.0, 12.0}, {20.0, 30.0}, {10.0, 10.0}}) out.push_point(x, y);
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

/// Kernel mass in the window by a fine midpoint sum.
double mass_by_sum(const Window& window, Kernel kernel, double h, Point<Planar> u) {
    const double reach = kernel == Kernel::gaussian ? 6 * h : h;
    const int    n     = 400;
    const double step  = 2 * reach / n;
    double       sum   = 0;
    for (int i = 0; i < n; ++i) {
        for (int j = 0; j < n; ++j) {
            const double dx = -reach + (i + 0.5) * step, dy = -reach + (j + 0.5) * step;
            if (covers(window.polygons(), 0, Point<Planar>{u.x + dx, u.y + dy})) sum += kernel_shape(kernel, (dx * dx + dy * dy) / (h * h));
        }
    }
    return sum * kernel_norm(kernel) * step * step / (h * h);
}

}  // namespace

TEST_CASE("density: the surface is the exact sum at every cell centre, for each kernel and for radii from under a cell to the whole grid") {
    const auto         points  = random_points(Seed{1}, 700, 200);
    const auto         weights = random_weights(Seed{1}, 700);
    const Grid<Planar> grid{-10, 190, 2, 1.5, 90, 120};
    const auto         places = centres(grid);
    for (const Kernel kernel : all_kernels) {
        for (const double h : {0.9, 3.0, 7.7, 31.0, 400.0}) {
            const DensityOptions options{.kernel = kernel, .bandwidth = {h, h * 1.2}};
            const auto           surface = density_surface(points.view(), weights, grid, options);
            const auto           exact   = density_at(points.view(), weights, places.view(), options);
            CAPTURE(to_string(kernel));
            CAPTURE(h);
            CHECK(deviation(surface.raster.values, exact) < 1e-6);
        }
    }
}

TEST_CASE("density: cells beyond every support are exactly zero and none is negative") {
    const auto         points = random_points(Seed{2}, 40, 1000);
    const Grid<Planar> grid{0, 1000, 2, 2, 500, 500};
    const auto         places = centres(grid);
    for (const Kernel kernel : {Kernel::quartic, Kernel::epanechnikov, Kernel::triweight, Kernel::uniform}) {
        const DensityOptions options{.kernel = kernel, .bandwidth = {40, 40}};
        const auto           surface = density_surface(points.view(), {}, grid, options);
        const auto           exact   = density_at(points.view(), {}, places.view(), options);
        std::size_t          zeros = 0, wrong = 0;
        for (std::size_t i = 0; i < exact.size(); ++i) {
            if (exact[i] == 0) ++zeros;
            if (exact[i] == 0 && surface.raster.values[i] != 0) ++wrong;
            if (surface.raster.values[i] < 0) ++wrong;
        }
        CHECK(zeros > 10'000);
        CHECK(wrong == 0);
    }
}

TEST_CASE("density: mass is kept: the integral over a grid that holds every support is the total weight") {
    const auto         points  = random_points(Seed{3}, 500, 100);
    const auto         weights = random_weights(Seed{3}, 500);
    const double       total   = std::accumulate(weights.begin(), weights.end(), 0.0);
    const Grid<Planar> grid{-150, 250, 1, 1, 400, 400};
    for (const Kernel kernel : all_kernels) {
        const double h = kernel == Kernel::gaussian ? 12 : 40;
        const auto   surface = density_surface(points.view(), weights, grid, {.kernel = kernel, .bandwidth = {h, h}, .scale = 1e6});
        CAPTURE(to_string(kernel));
        CHECK(surface.integral == doctest::Approx(total).epsilon(kernel == Kernel::uniform ? 1e-2 : kernel == Kernel::epanechnikov ? 1e-4 : 1e-6));
    }
}

TEST_CASE("density: the order of the points does not matter, and shifting points and grid together changes nothing") {
    auto               points = random_points(Seed{4}, 300, 100);
    const Grid<Planar> grid{0, 100, 1, 1, 100, 100};
    for (const Kernel kernel : all_kernels) {
        const DensityOptions options{.kernel = kernel, .bandwidth = {9, 9}};
        const auto           surface = density_surface(points.view(), {}, grid, options);
        Points<Planar>       reversed = points, shifted = points;
        std::ranges::reverse(reversed.x);
        std::ranges::reverse(reversed.y);
        for (std::size_t i = 0; i < shifted.size(); ++i) {
            shifted.x[i] += 4096;
            shifted.y[i] -= 8192;
        }
        const Grid<Planar> moved{4096, 100 - 8192, 1, 1, 100, 100};
        const auto         a = density_surface(reversed.view(), {}, grid, options), b = density_surface(shifted.view(), {}, moved, options);
        const std::vector<double> expected(surface.raster.values.begin(), surface.raster.values.end());
        CHECK(deviation(a.raster.values, expected) < 1e-6);
        CHECK(deviation(b.raster.values, expected) < 1e-6);
    }
}

TEST_CASE("density: any number of threads gives the same bits") {
    const auto         points = random_points(Seed{5}, 5'000, 300);
    const Grid<Planar> grid{0, 300, 1, 1, 300, 300};
    const Window       window(l_shape_with_hole());
    for (const Kernel kernel : all_kernels) {
        const DensityOptions options{.kernel = kernel, .bandwidth = {15, 15}, .edge = EdgeCorrection::diggle, .window = &window};
        const auto one = density_surface(points.view(), {}, grid, options, Execution{.threads = 1});
        const auto many = density_surface(points.view(), {}, grid, options, Execution{.threads = 3});
        CHECK(std::ranges::equal(one.raster.values, many.raster.values, [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }));
        CHECK(one.integral == many.integral);
        CHECK(one.max == many.max);
    }
}

TEST_CASE("window mass: agrees with a fine sum, in the middle, near borders, at a reflex corner, in a hole and outside") {
    const Window window(l_shape_with_hole());
    for (const Kernel kernel : all_kernels) {
        const double h = kernel == Kernel::gaussian ? 6 : 15;
        const WindowMass mass(window, kernel, {h, h});
        for (const Point<Planar> u : {Point<Planar>{45, 30}, {3, 3}, {60, 41}, {50, 45}, {15, 14}, {99, 1}, {-4, 50}, {0, 40}, {70, 20}, {-40, -40}}) {
            CAPTURE(to_string(kernel));
            CAPTURE(u.x);
            CAPTURE(u.y);
            CHECK(mass.at(u) == doctest::Approx(mass_by_sum(window, kernel, h, u)).epsilon(8e-3));
        }
    }
}

TEST_CASE("window mass: a Gaussian in a rectangle given as polygon equals the product of erf differences") {
    const Box<Planar> box{0, 0, 50, 30};
    Polygons<Planar>  ring;
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {0.0, 30.0}, {50.0, 30.0}, {50.0, 0.0}, {0.0, 0.0}}) ring.push_point(x, y);
    ring.end_ring();
    ring.end_part();
    ring.end_row();
    const Window     as_box(box), as_polygon(ring);
    const WindowMass exact(as_box, Kernel::gaussian, {7, 9}), edges(as_polygon, Kernel::gaussian, {7, 9});
    for (std::uint64_t i = 0; i < 300; ++i) {
        Draws               draws(Seed{9}, 1, i);
        const double        x = draws.uniform() * 60 - 5;
        const Point<Planar> u{x, draws.uniform() * 40 - 5};
        CHECK(std::abs(exact.at(u) - edges.at(u)) < 1e-13);
    }
    for (const Point<Planar> u : {Point<Planar>{0, 0}, {50, 15}, {25, 30}, {0, 1e-12}}) CHECK(std::abs(exact.at(u) - edges.at(u)) < 1e-12);
}

TEST_CASE("density: edge-corrected surfaces equal the edge-corrected values at the cell centres") {
    const Window       window(l_shape_with_hole());
    const auto         points = random_points(Seed{6}, 200, 100);
    const Grid<Planar> grid{-5, 105, 0.7, 0.7, 160, 160};
    const auto         places = centres(grid);
    for (const auto& [kernel, h] : {std::pair{Kernel::gaussian, 14.0}, {Kernel::gaussian, 4.0}, {Kernel::quartic, 12.0}}) {
        const DensityOptions options{.kernel = kernel, .bandwidth = {h, h}, .edge = EdgeCorrection::uniform, .window = &window};
        const auto           surface = density_surface(points.view(), {}, grid, options);
        const auto           exact   = density_at(points.view(), {}, places.view(), options);
        double               worst = 0, top = 0;
        for (std::size_t i = 0; i < exact.size(); ++i) {
            REQUIRE(std::isnan(exact[i]) == std::isnan(surface.raster.values[i]));
            if (std::isnan(exact[i])) continue;
            worst = std::max(worst, std::abs(exact[i] - static_cast<double>(surface.raster.values[i])));
            top   = std::max(top, exact[i]);
        }
        CHECK(worst < 1e-6 * top);
    }
}

TEST_CASE("window mass: borders that polygons of the window share make no difference") {
    Polygons<Planar> whole, halves;
    const auto       ring = [](Polygons<Planar>& out, std::initializer_list<std::pair<double, double>> corners) {
        for (const auto& [x, y] : corners) out.push_point(x, y);
        out.end_ring();
        out.end_part();
        out.end_row();
    };
    ring(whole, {{0, 0}, {30, 0}, {60, 0}, {60, 40}, {30, 40}, {0, 40}, {0, 0}});
    ring(halves, {{0, 0}, {30, 0}, {30, 40}, {0, 40}, {0, 0}});
    ring(halves, {{30, 0}, {30, 40}, {60, 40}, {60, 0}, {30, 0}});
    const Window one(whole), two(halves);
    for (const Kernel kernel : all_kernels) {
        const WindowMass a(one, kernel, {9, 9}), b(two, kernel, {9, 9});
        for (const Point<Planar> u : {Point<Planar>{30, 20}, {29.9, 3}, {30, 0}, {5, 39}, {58, 1}, {70, 20}}) CHECK(std::abs(a.at(u) - b.at(u)) < 1e-13);
    }
}

TEST_CASE("density: with Diggle's correction the integral over the window is the total weight") {
    const Window   window(l_shape_with_hole());
    Points<Planar> points;
    for (const auto& p : {Point<Planar>{2, 2}, {45, 40}, {90, 5}, {5, 80}, {30, 30}}) points.push_back(p);
    points.push_back({500, 500});  // outside: does not count
    const Grid<Planar> grid{0, 100, 0.25, 0.25, 400, 400};
    for (const Kernel kernel : {Kernel::gaussian, Kernel::quartic}) {
        const auto surface = density_surface(points.view(), {}, grid, {.kernel = kernel, .bandwidth = {8, 8}, .edge = EdgeCorrection::diggle, .window = &window});
        CHECK(surface.integral == doctest::Approx(5).epsilon(2e-3));
        CHECK(std::isnan(surface.raster.values.front()));
    }
}

TEST_CASE("density: missing points do not count and a missing place has no value") {
    const double              nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<double> x{1, nan}, y{1, nan};
    const auto values = density_at(PointsView<Planar>{x, y}, {}, PointsView<Planar>{x, y}, {.kernel = Kernel::quartic, .bandwidth = {2, 2}});
    CHECK(values[0] == doctest::Approx(kernel_norm(Kernel::quartic) / 4));
    CHECK(std::isnan(values[1]));
}
