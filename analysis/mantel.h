#pragma once
#include <cstdint>
#include <span>

#include "analysis/near_space.h"
#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"
#include "geo/shape/points.h"

namespace gapmap {

struct MantelOptions {
    PlaneDistance distance     = PlaneDistance::euclidean;
    bool          reciprocal   = false;  ///< take 1 / (d + c) and 1 / (|dt| + c) instead of d and |dt|: near pairs weigh most
    double        distance_constant = 0, interval_constant = 0;  ///< c of each; REQUIRES > 0 where reciprocal
    std::uint32_t permutations = 999;    ///< REQUIRES >= 1
    Seed          seed{};
};

struct MantelResult {
    std::size_t  points = 0, missing = 0;
    std::int64_t pairs  = 0;
    double       sum = 0;                     ///< over pairs of space measure times time measure
    double       expected = 0, variance = 0;  ///< exact under random dates
    double       z = 0;                       ///< (sum - expected) / sqrt(variance)
    double       r = 0;                       ///< correlation of the two measures over pairs
    double       p_high = 1, p_low = 1;       ///< one-sided by permutation
    /// ok; missing: fewer than two points; too_few: all distances or all intervals are equal, so that no relabelling can differ (z, r and p say nothing)
    Status       status = Status::ok;
};

/// Mantel's generalised regression of distance in time on distance in space, over pairs i < j.
/// Units: as the points and times. Domain: NaN points or times are left out. Sums that differ by less than 1e-12 of their size count as tied.
/// Cost: O(n^2 x permutations) time, O(n x permutations) memory. Source: Mantel 1967 (Cancer Research 27, 209-220).
[[nodiscard]] MantelResult mantel(PointsView<Planar> points, std::span<const double> times, const MantelOptions& options, const Execution& exec = {});

}  // namespace gapmap
