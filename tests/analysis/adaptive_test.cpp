#include "analysis/adaptive.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/draws.h"

using namespace gapmap;

namespace {

constexpr Kernel         all_kernels[] = {Kernel::gaussian, Kernel::quartic, Kernel::epanechnikov, Kernel::triweight, Kernel::uniform};
constexpr EdgeCorrection all_edges[]   = {EdgeCorrection::none, EdgeCorrection::uniform, EdgeCorrection::diggle};

Points<Planar> bell(std::uint64_t seed, std::size_t n, double middle, double spread) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 1, i);
        const double x = middle + spread * draws.normal();
        out.push_back({x, middle + spread * draws.normal()});
    }
    return out;
}

Window pentagon() {
    Polygons<Planar> out;
    for (const auto& [x, y] : {std::pair{0.0, 0.0}, {200.0, 0.0}, {180.0, 150.0}, {90.0, 220.0}, {0.0, 200.0}, {0.0, 0.0}}) out.push_point(x, y);
    out.end_ring();
    out.end_part();
    out.end_row();
    return Window(std::move(out));
}

Points<Planar> centres(const Grid<Planar>& grid) {
    Points<Planar> out;
    for (int row = 0; row < grid.height; ++row) {
        for (int column = 0; column < grid.width; ++column) out.push_back({grid.x_centre(column), grid.y_centre(row)});
    }
    return out;
}

double radius(Kernel kernel) { return kernel == Kernel::gaussian ? 8 : 20; }

}  // namespace

TEST_CASE("adaptive factors: are the pilot's inverse root over its geometric mean, and never above the trim") {
    const auto            points = bell(1, 200, 100, 40);
    const AdaptiveOptions options{.density = {.kernel = Kernel::gaussian, .bandwidth = {10, 10}}, .pilot = {15, 15}, .trim = 1.5};
    const auto            factors = adaptive_factors(points.view(), {}, options);
    DensityOptions        pilot   = options.density;
    pilot.bandwidth               = options.pilot;
    const auto density = density_at(points.view(), {}, points.view(), pilot);
    double     logs    = 0;
    for (const double d : density) logs += std::log(d);
    const double geometric = std::exp(-logs / 2 / 200);
    CHECK(factors.geometric == doctest::Approx(geometric).epsilon(1e-9));
    std::size_t trimmed = 0;
    for (std::size_t i = 0; i < density.size(); ++i) {
        const double plain = 1 / std::sqrt(density[i]) / geometric;
        trimmed += plain >= 1.5 ? 1U : 0U;
        CHECK(factors.factor[i] == doctest::Approx(std::min(1.5, plain)).epsilon(1e-9));
    }
    CHECK(factors.trimmed == trimmed);
    CHECK(trimmed > 0);
}

TEST_CASE("adaptive density: is the plain sum of kernels with a bandwidth each") {
    const auto points = bell(2, 60, 100, 40), places = bell(3, 40, 100, 50);
    for (const Kernel kernel : all_kernels) {
        const double          h = radius(kernel);
        const AdaptiveOptions options{.density = {.kernel = kernel, .bandwidth = {h, h}, .scale = 1e6}, .pilot = {h, h}};
        const auto            factors = adaptive_factors(points.view(), {}, options);
        const auto            got     = adaptive_density_at(points.view(), {}, places.view(), factors, options);
        for (std::size_t u = 0; u < places.size(); ++u) {
            double sum = 0;
            for (std::size_t i = 0; i < points.size(); ++i) {
                const double hi = h * factors.factor[i], dx = places.x[u] - points.x[i], dy = places.y[u] - points.y[i];
                sum += kernel_norm(kernel) * kernel_shape(kernel, (dx * dx + dy * dy) / (hi * hi)) / (hi * hi);
            }
            CHECK(got[u] == doctest::Approx(1e6 * sum).epsilon(1e-12));
        }
    }
}

TEST_CASE("adaptive density: the surface is the density at every cell centre, for each kernel and edge correction") {
    const auto         points = bell(4, 800, 100, 50);
    const Window       window = pentagon();
    const Grid<Planar> grid{-5, 225, 3.5, 2.5, 62, 92};
    const auto         places = centres(grid);
    for (const Kernel kernel : all_kernels) {
        for (const EdgeCorrection edge : all_edges) {
            const double          h = radius(kernel);
            const AdaptiveOptions options{.density = {.kernel = kernel, .bandwidth = {h, h}, .edge = edge, .window = &window}, .pilot = {h, h}};
            const auto            factors = adaptive_factors(points.view(), {}, options);
            const auto surface = adaptive_density_surface(points.view(), {}, grid, factors, options, {.threads = 2});
            const auto exact   = adaptive_density_at(points.view(), {}, places.view(), factors, options);
            double     worst = 0;
            for (std::size_t i = 0; i < exact.size(); ++i) {
                REQUIRE(std::isnan(exact[i]) == std::isnan(surface.raster.values[i]));
                if (!std::isnan(exact[i])) worst = std::max(worst, std::abs(exact[i] - static_cast<double>(surface.raster.values[i])));
            }
            CHECK(worst < 1e-6 * surface.max);
        }
    }
}

TEST_CASE("adaptive density: with Diggle's correction the integral is the total weight, and on finer cells nearer to it") {
    const auto   points = bell(5, 300, 100, 30);
    const Window window(Box<Planar>{0, 0, 200, 200});
    double       before = 1;
    for (const int cells : {40, 160, 640}) {
        const Grid<Planar>    grid{0, 200, 200.0 / cells, 200.0 / cells, cells, cells};
        const AdaptiveOptions options{.density = {.kernel = Kernel::quartic, .bandwidth = {20, 20}, .edge = EdgeCorrection::diggle, .window = &window}, .pilot = {20, 20}};
        const auto            factors = adaptive_factors(points.view(), {}, options);
        std::size_t           inside  = 0;
        for (const double f : factors.factor) inside += std::isnan(f) ? 0U : 1U;
        const double off = std::abs(adaptive_density_surface(points.view(), {}, grid, factors, options).integral / static_cast<double>(inside) - 1);
        CHECK(off <= before);
        before = off;
    }
    CHECK(before < 1e-4);
}

TEST_CASE("adaptive density: the same bits for any number of threads, the same to a rounding error for any order of rows; a point of weight 2 is two points") {
    auto                  points = bell(6, 500, 100, 40);
    const Window          window = pentagon();
    const Grid<Planar>    grid{0, 220, 2, 2, 100, 110};
    const AdaptiveOptions options{.density = {.kernel = Kernel::gaussian, .bandwidth = {9, 9}, .edge = EdgeCorrection::uniform, .window = &window}, .pilot = {12, 12}};
    const auto            one = adaptive_density_surface(points.view(), {}, grid, adaptive_factors(points.view(), {}, options), options);
    const auto            same = [](float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (const unsigned threads : {2U, 3U, 8U}) {
        const Execution exec{.threads = threads};
        const auto      many = adaptive_density_surface(points.view(), {}, grid, adaptive_factors(points.view(), {}, options, exec), options, exec);
        CHECK(std::ranges::equal(one.raster.values, many.raster.values, same));
    }
    Points<Planar> doubled = points;
    for (std::size_t i = 0; i < points.size(); ++i) doubled.push_back(points.view()[i]);
    const std::vector<double> twos(points.size(), 2.0);
    const auto a = adaptive_density_surface(points.view(), twos, grid, adaptive_factors(points.view(), twos, options), options);
    const auto b = adaptive_density_surface(doubled.view(), {}, grid, adaptive_factors(doubled.view(), {}, options), options);
    std::ranges::reverse(points.x);
    std::ranges::reverse(points.y);
    const auto r = adaptive_density_surface(points.view(), {}, grid, adaptive_factors(points.view(), {}, options), options);
    double     turned = 0, weighted = 0;
    for (std::size_t i = 0; i < a.raster.values.size(); ++i) {
        if (std::isnan(a.raster.values[i])) continue;
        turned   = std::max(turned, static_cast<double>(std::abs(one.raster.values[i] - r.raster.values[i])));
        weighted = std::max(weighted, static_cast<double>(std::abs(a.raster.values[i] - b.raster.values[i])));
    }
    CHECK(turned < 1e-6 * one.max);
    CHECK(weighted < 1e-6 * a.max);
}

TEST_CASE("adaptive density: no point, one point, points at one place, missing ones and a bandwidth wider than the window are answered") {
    const double          nan = std::numeric_limits<double>::quiet_NaN();
    const Window          window(Box<Planar>{0, 0, 10, 10});
    const Grid<Planar>    grid{0, 10, 1, 1, 10, 10};
    const AdaptiveOptions options{.density = {.kernel = Kernel::gaussian, .bandwidth = {50, 50}, .edge = EdgeCorrection::uniform, .window = &window}, .pilot = {50, 50}};
    const auto surface = [&](const Points<Planar>& points) {
        const auto factors = adaptive_factors(points.view(), {}, options);
        return adaptive_density_surface(points.view(), {}, grid, factors, options);
    };
    CHECK(surface({}).max == 0);
    CHECK(surface({{50}, {50}}).max == 0);  // outside the window
    CHECK(surface({{nan}, {nan}}).max == 0);
    CHECK(surface({{5}, {5}}).integral == doctest::Approx(1).epsilon(0.01));
    CHECK(surface({{5, 5, 5, nan}, {5, 5, 5, nan}}).integral == doctest::Approx(3).epsilon(0.01));
}

TEST_CASE("density without self: is the density less the point's own kernel") {
    const auto points = bell(8, 50, 100, 60);
    const Window window = pentagon();
    for (const Kernel kernel : all_kernels) {
        for (const EdgeCorrection edge : all_edges) {
            const double         h = 3 * radius(kernel);
            const DensityOptions options{.kernel = kernel, .bandwidth = {h, h}, .edge = edge, .window = &window};
            const auto           full = density_at(points.view(), {}, points.view(), options), without = density_without_self(points.view(), {}, options);
            for (std::size_t i = 0; i < points.size(); ++i) {
                REQUIRE(std::isnan(full[i]) == std::isnan(without[i]));
                if (std::isnan(full[i])) continue;
                const double mass = edge == EdgeCorrection::none ? 1 : WindowMass(window, kernel, {h, h}).at(points.view()[i]);
                CHECK(without[i] == doctest::Approx(full[i] - kernel_norm(kernel) / (h * h) / mass).epsilon(1e-9).scale(full[i]));
            }
        }
    }
}
