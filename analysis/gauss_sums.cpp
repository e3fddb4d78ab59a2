#include "analysis/gauss_sums.h"

#include <array>

#include "geo/core/clones.h"

namespace gapmap {
namespace {

constexpr std::size_t lanes = 8;

GAPMAP_CLONES double sum_of(const double* __restrict x, const double* __restrict y, std::size_t n, double ux, double uy, double scale) {
    std::array<double, lanes> sums{};
    std::size_t               i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) {
            const double dx = x[i + j] - ux, dy = y[i + j] - uy;
            sums[j] += exp_below_zero((dx * dx + dy * dy) * scale);
        }
    }
    double total = 0;
    for (const double s : sums) total += s;
    for (; i < n; ++i) {
        const double dx = x[i] - ux, dy = y[i] - uy;
        total += exp_below_zero((dx * dx + dy * dy) * scale);
    }
    return total;
}

/// power -1: the Gaussian.
template <int power>
inline __attribute__((always_inline)) double shape_sum(const ScaledPoints& p, double ux, double uy) {
    const auto shape = [](double r2) {
        if constexpr (power < 0) return exp_below_zero(-0.5 * r2);
        const double a = 1 - r2;
        double       product = 1;
        for (int k = 0; k < power; ++k) product *= a;
        return a >= 0 ? product : 0;
    };
    const double* const x = p.x.data();
    const double* const y = p.y.data();
    const double* const narrowing = p.narrowing.data();
    const double* const weight    = p.weight.data();
    const std::size_t   n = p.x.size();
    std::array<double, lanes> sums{};
    std::size_t               i = 0;
    for (; i + lanes <= n; i += lanes) {
        for (std::size_t j = 0; j < lanes; ++j) {
            const double dx = x[i + j] - ux, dy = y[i + j] - uy;
            sums[j] += weight[i + j] * shape((dx * dx + dy * dy) * narrowing[i + j]);
        }
    }
    double total = 0;
    for (const double s : sums) total += s;
    for (; i < n; ++i) {
        const double dx = x[i] - ux, dy = y[i] - uy;
        total += weight[i] * shape((dx * dx + dy * dy) * narrowing[i]);
    }
    return total;
}
GAPMAP_CLONES double shape_sum_gauss(const ScaledPoints& p, double ux, double uy) { return shape_sum<-1>(p, ux, uy); }
GAPMAP_CLONES double shape_sum_0(const ScaledPoints& p, double ux, double uy) { return shape_sum<0>(p, ux, uy); }
GAPMAP_CLONES double shape_sum_1(const ScaledPoints& p, double ux, double uy) { return shape_sum<1>(p, ux, uy); }
GAPMAP_CLONES double shape_sum_2(const ScaledPoints& p, double ux, double uy) { return shape_sum<2>(p, ux, uy); }
GAPMAP_CLONES double shape_sum_3(const ScaledPoints& p, double ux, double uy) { return shape_sum<3>(p, ux, uy); }

GAPMAP_CLONES void row_of(double* __restrict to, std::size_t n, double first, double centre, double per_sigma) {
    for (std::size_t i = 0; i < n; ++i) {
        const double d = (first + static_cast<double>(static_cast<std::int64_t>(i)) - centre) * per_sigma;
        to[i] = exp_below_zero(-0.5 * d * d);
    }
}

GAPMAP_CLONES void add_of(double* __restrict to, const double* __restrict from, std::size_t n, double factor) {
    for (std::size_t i = 0; i < n; ++i) to[i] += factor * from[i];
}

template <int power>
inline __attribute__((always_inline)) void compact_of(double* __restrict to, std::size_t n, double first, double centre, double per_radius, double level, double factor) {
    for (std::size_t i = 0; i < n; ++i) {
        const double d = (first + static_cast<double>(static_cast<std::int64_t>(i)) - centre) * per_radius, a = level - d * d;
        double       shape = factor;
        if constexpr (power >= 1) shape *= a;
        if constexpr (power >= 2) shape *= a;
        if constexpr (power >= 3) shape *= a;
        to[i] += a >= 0 ? shape : 0;
    }
}
GAPMAP_CLONES void compact0(double* to, std::size_t n, double f, double c, double r, double l, double w) { compact_of<0>(to, n, f, c, r, l, w); }
GAPMAP_CLONES void compact1(double* to, std::size_t n, double f, double c, double r, double l, double w) { compact_of<1>(to, n, f, c, r, l, w); }
GAPMAP_CLONES void compact2(double* to, std::size_t n, double f, double c, double r, double l, double w) { compact_of<2>(to, n, f, c, r, l, w); }
GAPMAP_CLONES void compact3(double* to, std::size_t n, double f, double c, double r, double l, double w) { compact_of<3>(to, n, f, c, r, l, w); }

}  // namespace

double gauss_sum(PointsView<Planar> points, Point<Planar> u, double sigma) noexcept {
    return sum_of(points.x.data(), points.y.data(), points.size(), u.x, u.y, -0.5 / (sigma * sigma));
}

double kernel_sum(Kernel kernel, const ScaledPoints& points, Point<Planar> u) noexcept {
    switch (kernel_power(kernel)) {
        case 0: return shape_sum_0(points, u.x, u.y);
        case 1: return shape_sum_1(points, u.x, u.y);
        case 2: return shape_sum_2(points, u.x, u.y);
        case 3: return shape_sum_3(points, u.x, u.y);
        default: return shape_sum_gauss(points, u.x, u.y);
    }
}

double kernel_sum_without(Kernel kernel, const ScaledPoints& p, Point<Planar> u, std::size_t self) noexcept {
    const auto before = [&](std::span<const double> c) { return c.first(self); };
    const auto after  = [&](std::span<const double> c) { return c.subspan(self + 1); };
    return kernel_sum(kernel, {before(p.x), before(p.y), before(p.narrowing), before(p.weight)}, u) +
           kernel_sum(kernel, {after(p.x), after(p.y), after(p.narrowing), after(p.weight)}, u);
}

void gauss_row(std::span<double> to, double first, double centre, double sigma) noexcept { row_of(to.data(), to.size(), first, centre, 1 / sigma); }

void add_scaled(std::span<double> to, std::span<const double> from, double factor) noexcept { add_of(to.data(), from.data(), to.size(), factor); }

void add_compact_row(std::span<double> to, double first, double centre, double radius, double level, int power, double factor) noexcept {
    switch (power) {
        case 0: compact0(to.data(), to.size(), first, centre, 1 / radius, level, factor); break;
        case 1: compact1(to.data(), to.size(), first, centre, 1 / radius, level, factor); break;
        case 2: compact2(to.data(), to.size(), first, centre, 1 / radius, level, factor); break;
        default: compact3(to.data(), to.size(), first, centre, 1 / radius, level, factor); break;
    }
}

}  // namespace gapmap
