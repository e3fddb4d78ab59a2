#pragma once
#include <optional>
#include <string_view>

#include "geo/shape/points.h"

namespace gapmap {

/// Radially symmetric kernels. For the Gaussian the bandwidth is sigma; for the others the radius of support.
enum class Kernel { gaussian, quartic, epanechnikov, triweight, uniform };

[[nodiscard]] std::string_view      to_string(Kernel kernel) noexcept;
[[nodiscard]] std::optional<Kernel> kernel_of(std::string_view name) noexcept;

/// One bandwidth an axis, in planar units; usually equal. REQUIRES both > 0.
struct Bandwidth {
    double x = 0, y = 0;
    bool   operator==(const Bandwidth&) const = default;
};

/// The compact kernels are (k + 1) / pi (1 - r^2)^k inside r <= 1, k as below; -1 for the Gaussian.
[[nodiscard]] constexpr int kernel_power(Kernel kernel) noexcept {
    switch (kernel) {
        case Kernel::uniform: return 0;
        case Kernel::epanechnikov: return 1;
        case Kernel::quartic: return 2;
        case Kernel::triweight: return 3;
        case Kernel::gaussian: break;
    }
    return -1;
}

/// The factor before the shape, for bandwidth 1: the kernel's integral over the plane is 1.
[[nodiscard]] double kernel_norm(Kernel kernel) noexcept;

/// Shape at squared distance `r2` (in squared bandwidths), without the norm: (1 - r2)^k or exp(-r2 / 2).
[[nodiscard]] double kernel_shape(Kernel kernel, double r2) noexcept;

/// Integral of the squared kernel over the plane, for bandwidth 1: 1 / (4 pi), or (k + 1)^2 / (pi (2 k + 1)).
[[nodiscard]] double kernel_roughness(Kernel kernel) noexcept;

/// Bandwidth of `kernel` whose standard deviation an axis is `sigma`: sigma times sqrt(2 (k + 2)), or 1 for the Gaussian.
[[nodiscard]] Bandwidth bandwidth_of_sigma(Kernel kernel, Bandwidth sigma) noexcept;

/// Scott's rule, a sigma an axis: n^(-1/6) times the standard deviation (divisor n - 1). Missing points are left out.
/// Undefined (NaN) for fewer than 2 points. Source: Scott 1992, Multivariate Density Estimation, d = 2.
[[nodiscard]] Bandwidth scott_sigma(PointsView<Planar> points) noexcept;

}  // namespace gapmap
