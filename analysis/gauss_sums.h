#pragma once
#include <bit>
#include <cstdint>
#include <span>

#include "analysis/kernel.h"
#include "geo/shape/points.h"

namespace gapmap {

/// exp(x) for x <= 0, to 1e-15 relative, and 0 below -700. Of plain arithmetic, so that loops over it are vectorised and give the same bits on every machine.
[[nodiscard]] inline double exp_below_zero(double x) noexcept {
    constexpr double  whole   = 6755399441055744.0;  // 1.5 * 2^52: adding it leaves the nearest whole number in the low bits
    const double      clipped = x > -700 ? x : -700;
    const double      shifted = clipped * 1.4426950408889634 + whole;
    const double      k       = shifted - whole;
    const double      r       = (clipped - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
    double            p       = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    const auto power = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52);
    return x > -700 ? p * power : 0;
}

/// Sum of exp(-d^2 / (2 sigma^2)) over points, d the distance from u. Points are finite. Error: rounding. Cost: about 1.5 ns a point.
[[nodiscard]] double gauss_sum(PointsView<Planar> points, Point<Planar> u, double sigma) noexcept;

/// Points with a bandwidth each, as columns; coordinates in units of a common bandwidth.
struct ScaledPoints {
    std::span<const double> x, y;
    std::span<const double> narrowing;  ///< 1 / factor^2: squared distances are multiplied by it
    std::span<const double> weight;     ///< as it enters the sum
};

/// Sum of weight * kernel_shape(narrowing * d^2). Points are finite. Error: rounding, and 0 beyond 37 sigma. Cost: 1 to 2 ns a point.
[[nodiscard]] double kernel_sum(Kernel kernel, const ScaledPoints& points, Point<Planar> u) noexcept;

/// The same without point `self`, which is not subtracted but left out.
[[nodiscard]] double kernel_sum_without(Kernel kernel, const ScaledPoints& points, Point<Planar> u, std::size_t self) noexcept;

/// to[i] = exp(-((first + i - centre) / sigma)^2 / 2): the Gaussian along a row of cells.
void gauss_row(std::span<double> to, double first, double centre, double sigma) noexcept;

/// to[i] += factor * from[i].
void add_scaled(std::span<double> to, std::span<const double> from, double factor) noexcept;

/// to[i] += factor * (level - ((first + i - centre) / radius)^2)^power where that is in support (level - ... >= 0): a compact kernel along a row of cells. REQUIRES power in 0..3.
void add_compact_row(std::span<double> to, double first, double centre, double radius, double level, int power, double factor) noexcept;

}  // namespace gapmap
