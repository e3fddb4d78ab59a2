#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

enum class PlaneDistance { euclidean, manhattan };

/// Distance as computed everywhere in the space-time kernels, so that ties at a break fall the same way.
[[nodiscard]] double plane_distance(double dx, double dy, PlaneDistance metric) noexcept;

/// Pairs of points in reach of each other, as a list sorted by class.
struct SpacePairs {
    std::vector<std::uint32_t> first, second;
    std::vector<std::size_t>   offsets{0};  ///< class c has pairs [offsets[c], offsets[c + 1])
};

/// Lists the pairs whose distance `class_of` puts into one of `classes` classes; a value >= classes leaves the pair out.
/// Meaning: every pair with distance <= reach is asked about once, others may be. REQUIRES finite coordinates, reach finite and >= 0, at most 2^32 - 1 points.
/// Cost: O(n log n + pairs in strips as high and squares as wide as the reach). Order within a class: by first, then second.
[[nodiscard]] SpacePairs space_pairs(PointsView<Planar> points, double reach, PlaneDistance metric, std::size_t classes,
                                     const std::function<std::size_t(double distance)>& class_of, const Execution& exec = {});

}  // namespace gapmap
