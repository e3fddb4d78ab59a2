#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geo/core/draws.h"
#include "geo/shape/points.h"

namespace gapmap {

/// A count of this mean, by products of uniforms. REQUIRES mean < 700
inline double poisson_draw(Draws& draws, double mean) {
    const double limit = std::exp(-mean);
    double       k     = 0;
    for (double product = 1 - draws.uniform(); product > limit; product *= 1 - draws.uniform()) k += 1;
    return k;
}

/// Points anywhere in a square.
inline Points<Planar> scattered(std::uint64_t seed, std::size_t n, double side) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 1, i);
        const double x = draws.uniform() * side;
        out.push_back({x, draws.uniform() * side});
    }
    return out;
}

/// Values anywhere in [0, 1), and points anywhere in the unit square.
inline std::vector<double> uniform_values(std::size_t n, std::uint64_t seed) {
    std::vector<double> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back(Draws(Seed{seed}, 9'001, i).uniform());
    return out;
}
inline Points<Planar> uniform_points(std::size_t n, std::uint64_t seed) {
    Points<Planar> out;
    for (std::size_t i = 0; i < n; ++i) {
        Draws        draws(Seed{seed}, 9'002, i);
        const double x = draws.uniform();
        out.push_back({x, draws.uniform()});
    }
    return out;
}

}  // namespace gapmap
