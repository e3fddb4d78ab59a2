#pragma once
#include <cstdint>

#include "analysis/weights.h"
#include "geo/core/error.h"
#include "geo/core/exec.h"
#include "geo/shape/points.h"

namespace gapmap {

// Neighbours by distance. A missing point (NaN) has no neighbours and is nobody's neighbour. Distances are Euclidean, in the unit of the points; they are
// compared as squares in double precision, so that equal differences of coordinates give equal distances.

/// The k nearest others of each row, weight 1 a pair; at equal distance the lower row number goes first. Not symmetric.
/// REQUIRES k >= 1 and more than k points that are not missing. Cost: O(n log n). Source: Bentley 1975 (k-d tree), buckets of 8.
[[nodiscard]] SpatialWeights knn_weights(PointsView<Planar> points, std::uint32_t k, const Execution& exec = {});

/// More links than memory is meant for: `links` of them, where `most_links` are allowed.
struct TooManyLinks : InputError {
    explicit TooManyLinks(std::uint64_t links_) : InputError("this distance makes too many links to keep in memory; take a shorter one, or knn:K"), links(links_) {}
    std::uint64_t links;
};
inline constexpr std::uint64_t most_links = 200'000'000;  ///< 2.4 GB of weights

/// All others within distance d, d included; weight 1 a pair. Symmetric. REQUIRES d >= 0. Throws TooManyLinks. Cost: O(n log n + links).
[[nodiscard]] SpatialWeights band_weights(PointsView<Planar> points, double d, const Execution& exec = {});

/// Rows that lie at one place.
struct CoincidentRows : InputError {
    CoincidentRows(std::uint32_t a, std::uint32_t b) : InputError("two points lie at the same place, where 1 / distance has no value"), first(a), second(b) {}
    std::uint32_t first, second;
};

/// As band_weights(), weight 1 / distance. Where two points coincide the weight has no value: throws CoincidentRows with the first such pair.
[[nodiscard]] SpatialWeights inverse_weights(PointsView<Planar> points, double d, const Execution& exec = {});

}  // namespace gapmap
