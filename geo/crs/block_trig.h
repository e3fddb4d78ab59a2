#pragma once

namespace gapmap {

// Short branch-free series, written so that a loop over a block of points becomes vector instructions and gives the same bits on every machine:
// the C library's own functions may differ in the last bit from one processor to the next, and a call a point costs ten times as much.

struct Turn {
    double sine, cosine;
};

/// Sine and cosine of a small angle. Unit: radians. Domain: |a| <= pi / 4 (an eighth turn). Error: below 2e-16. Source: Taylor to a^18.
[[nodiscard]] inline Turn turn_within_eighth(double a) noexcept {
    const double z = a * a;
    double       s = 1.0 / 355687428096000.0;  // 1 / 17!
    s = 1.0 / 1307674368000.0 - z * s;
    s = 1.0 / 6227020800.0 - z * s;
    s = 1.0 / 39916800.0 - z * s;
    s = 1.0 / 362880.0 - z * s;
    s = 1.0 / 5040.0 - z * s;
    s = 1.0 / 120.0 - z * s;
    s = 1.0 / 6.0 - z * s;
    double c = 1.0 / 6402373705728000.0;  // 1 / 18!
    c = 1.0 / 20922789888000.0 - z * c;
    c = 1.0 / 87178291200.0 - z * c;
    c = 1.0 / 479001600.0 - z * c;
    c = 1.0 / 3628800.0 - z * c;
    c = 1.0 / 40320.0 - z * c;
    c = 1.0 / 720.0 - z * c;
    c = 1.0 / 24.0 - z * c;
    c = 0.5 - z * c;
    return {a - a * z * s, 1 - z * c};
}

struct Hyperbolic {
    double sine, cosine;
};

/// sinh and cosh. Domain: |a| <= 0.4. Error: below 2e-16. Source: Taylor to a^14.
[[nodiscard]] inline Hyperbolic hyperbolic_small(double a) noexcept {
    const double z = a * a;
    const double s = 1.0 / 6 + z * (1.0 / 120 + z * (1.0 / 5040 + z * (1.0 / 362880 + z * (1.0 / 39916800 + z * (1.0 / 6227020800.0)))));
    const double c = 0.5 + z * (1.0 / 24 + z * (1.0 / 720 + z * (1.0 / 40320 + z * (1.0 / 3628800 + z * (1.0 / 479001600 + z * (1.0 / 87178291200.0))))));
    return {a + a * z * s, 1 + z * c};
}

/// sin(pi t). Domain: |t| < 1e6. Error: below 3e-16 for |t| < 100. Source: reduced to |t| <= 1/2, Taylor.
[[nodiscard]] inline double sine_of_half_turns(double t) noexcept {
    constexpr double pi     = 3.14159265358979323846;
    const double     whole  = __builtin_floor(t + 0.5);           // the nearest whole number of half turns
    const double     odd    = whole - 2 * __builtin_floor(whole / 2);  // 0 or 1
    const double     a      = (t - whole) * pi, z = a * a;             // |a| <= pi / 2
    double           s      = 1.0 / 51090942171709440000.0;            // 1 / 21!
    s = 1.0 / 121645100408832000.0 - z * s;
    s = 1.0 / 355687428096000.0 - z * s;
    s = 1.0 / 1307674368000.0 - z * s;
    s = 1.0 / 6227020800.0 - z * s;
    s = 1.0 / 39916800.0 - z * s;
    s = 1.0 / 362880.0 - z * s;
    s = 1.0 / 5040.0 - z * s;
    s = 1.0 / 120.0 - z * s;
    s = 1.0 / 6.0 - z * s;
    return (1 - 2 * odd) * (a - a * z * s);
}

}  // namespace gapmap
