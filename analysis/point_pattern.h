#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

/// A cell of a fishnet that holds points.
struct FishnetCell {
    std::int64_t ix = 0, iy = 0;  ///< floor((x - x0) / side), floor((y - y0) / side)
    std::int64_t count = 0;
    bool operator==(const FishnetCell&) const = default;
};

/// Counts of points on a square net: half-open cells, so a point on a line belongs to the cell east and north of it.
/// Only cells with points, ordered by ix, then iy. Missing points (NaN) do not count. REQUIRES side > 0 and indices within +-2^53. Cost: O(n log n).
[[nodiscard]] std::vector<FishnetCell> fishnet_counts(PointsView<Planar> points, Point<Planar> origin, double side);

/// Distance from each point to the nearest other one, in planar units; 0 where another lies at the same place. NaN for a missing point, and for all where there are fewer than two.
/// Exact but for the rounding of a distance. Cost: O(n log n), by a k-d tree (Bentley 1975); points at one place cost no more. Results do not depend on the number of threads.
[[nodiscard]] std::vector<double> nearest_distances(PointsView<Planar> points, const Execution& exec = {});

/// What a set of points tells of itself.
struct PointPattern {
    std::size_t   n = 0, distinct = 0;       ///< points that are not missing; different places
    Point<Planar> mean_centre;               ///< REQUIRES n > 0
    double        standard_distance = 0;     ///< root of the mean square distance from the mean centre, over n
    Box<Planar>   box;
    double        mean_nearest = 0;          ///< mean of nearest_distances. REQUIRES n > 1
};
[[nodiscard]] PointPattern describe_points(PointsView<Planar> points, const Execution& exec = {});

/// Clark and Evans' index of aggregation.
/// Meaning: mean nearest distance over what a Poisson pattern of this density has, 1 / (2 sqrt(n / area)): 1 random, below 1 clustered, up to 2.15 regular. No edge correction:
/// points near the border have their neighbours outside, so the index is a little too large. z compares with the standard error 0.26136 / sqrt(n density) of independent distances; p two-sided.
/// REQUIRES n > 1, area > 0. Source: Clark, Evans 1954.
struct ClarkEvans {
    double expected = 0, index = 0, z = 0, p = 0;
};
[[nodiscard]] ClarkEvans clark_evans(std::size_t n, double mean_nearest, double area);

}  // namespace gapmap
