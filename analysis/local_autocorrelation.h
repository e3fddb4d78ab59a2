#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/autocorrelation.h"
#include "analysis/weights.h"
#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"

namespace gapmap {

enum class LocalStatistic {
    moran,    ///< I_i = z_i / m2 * sum_j w_ij z_j, m2 = sum z^2 / n; the mean of all I_i (row-standardised) is Moran's I
    gi,       ///< G_i = sum_j w_ij x_j / sum_{j != i} x_j
    gi_star,  ///< likewise with the unit itself on both sides
    geary,    ///< c_i = sum_j w_ij (z_i - z_j)^2 / (sum z^2 / (n - 1)); the sum of all c_i is 2 S0 times Geary's C
};

/// How the random neighbours of a conditional permutation are drawn. Either way the unit keeps its value, and its k neighbours are drawn without replacement from
/// the values of the other n - 1 units, so each p is valid in itself.
enum class DrawMode {
    shared,    ///< permutation m picks the same places in the sorted values of the others for every unit: the chance part of p is shared over the map
    separate,  ///< every unit has draws of its own: independent from unit to unit, at many times the cost
};

struct LocalOptions {
    LocalStatistic statistic    = LocalStatistic::moran;
    WeightStyle    style        = WeightStyle::row_standardised;
    std::uint32_t  permutations = 999;  ///< 0: no permutation test
    DrawMode       draws        = DrawMode::shared;
    Seed           seed{};
};

/// Columns over the rows of the input; NaN where the status is not ok.
struct LocalResult {
    std::vector<double> statistic, expected, variance, z;
    std::vector<double> p;                        ///< two-sided, from z by the normal law
    std::vector<double> p_perm;                   ///< two-sided by doubling: min(1, 2 (1 + min(at_least, at_most)) / (1 + permutations))
    std::vector<std::uint32_t> at_least, at_most; ///< permutations with a statistic >=, <= the one seen; ties (within 1e-12 of the scale) count in both
    std::vector<std::uint8_t>  quadrant;          ///< of the value and its neighbours' mean, each against the mean: 1 high-high, 2 low-low, 3 low-high, 4 high-low; 0: none
    std::vector<Status>        status;            ///< ok; missing: no value; isolate: no neighbour with one; too_few: no variance to measure against
    bool        sums = false;                     ///< Gi, Gi* of values some of which are below 0: the statistic is sum_j w_ij x_j, not its share of the whole
    std::size_t units = 0, links = 0, isolates = 0, missing = 0;
    Undefined   undefined = Undefined::no;        ///< of the map as a whole
};

/// Local statistics of autocorrelation. x NaN: no value, the unit is left out with its links. Weights are handed over raw; the style is applied afterwards.
/// Moments: Moran, Gi and Geary conditional on the unit's own value (Sokal, Oden & Thomson 1998; for Gi those of Ord & Getis 1995); Gi* over all n values (Ord & Getis 1995).
/// A permuted Gi* keeps the unit's own value, so its p_perm is that of Gi. High means above the mean; a value equal to it is low.
/// Draws address places in the sorted values, so neither the number of threads nor the order of rows changes a result.
/// Cost: shared draws O(n M) where a row's weights are equal, O(links M) else; separate draws O(links M) with a random number each. M permutations.
/// Source: Anselin 1995; Getis & Ord 1992, 1995.
[[nodiscard]] LocalResult local_autocorrelation(std::span<const double> x, const SpatialWeights& weights, const LocalOptions& options, const Execution& exec = {});

}  // namespace gapmap
