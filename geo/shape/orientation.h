#pragma once
#include <cmath>

namespace gapmap {

namespace detail {
/// The slow, exact way: expansion arithmetic. Called only where rounding could decide.
[[nodiscard]] int orientation_exact(double ax, double ay, double bx, double by, double cx, double cy) noexcept;
}  // namespace detail

/// On which side of the line a -> b the point c lies: +1 left (counter-clockwise), -1 right, 0 on the line.
/// Domain: finite coordinates whose products neither overflow nor underflow (any map coordinates).
/// Error: none; the sign is that of the exact determinant of the given doubles.
/// Cost: a few operations where the rounding bound (3 + 16 eps) eps decides, else exact expansions.
/// Source: Shewchuk 1997, adaptive precision predicates (the bound of orient2d's first stage).
[[nodiscard]] inline int orientation(double ax, double ay, double bx, double by, double cx, double cy) noexcept {
    constexpr double bound = 3.3306690738754716e-16;  // (3 + 16 u) u, u = 2^-53
    const double     left  = (ax - cx) * (by - cy);
    const double     right = (ay - cy) * (bx - cx);
    const double     det   = left - right;
    const double     limit = bound * (std::abs(left) + std::abs(right));
    if (det > limit) return 1;
    if (det < -limit) return -1;
    return detail::orientation_exact(ax, ay, bx, by, cx, cy);
}

}  // namespace gapmap
