#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/multiplicity.h"
#include "analysis/near_space.h"
#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"
#include "geo/shape/points.h"

namespace gapmap {

struct KnoxOptions {
    /// Breaks, rising, the last may be infinite. Bands: half-open [a, b) between neighbouring breaks, REQUIRES two or more of them.
    /// Cumulative: each break s is the class d <= s (or |dt| <= t), REQUIRES one or more.
    std::vector<double> distances, intervals;
    bool                cumulative   = false;
    PlaneDistance       distance     = PlaneDistance::euclidean;
    std::uint32_t       permutations = 999;  ///< REQUIRES >= 1. The smallest p is 1 / (permutations + 1)
    Seed                seed{};              ///< same seed, same result, for any number of threads and any order of rows
    FalseDiscovery      fdr          = FalseDiscovery::benjamini_hochberg;
    double              least_expected = 0;  ///< cells that expect fewer pairs have status too_few and stay out of the FDR
};

/// Pairs of one band of distance and one band of time.
struct KnoxCell {
    std::int64_t observed  = 0;
    std::int64_t same_time = 0;  ///< of the observed, pairs at the very same time: nobody can say which came first
    double       expected = 0, variance = 0;  ///< exact under random dates
    double       ratio = 0;                   ///< observed / expected; NaN where nothing is expected
    double       p_high = 1, p_low = 1;       ///< one-sided by permutation: as many pairs or more; as few or fewer
    double       p_adjusted = 0;              ///< of p_high over the cells that were tested; NaN for the others
    /// ok; too_few: fewer expected than `least_expected`, or none, or every relabelling gives the same number
    Status       status = Status::ok;
};

struct KnoxTable {
    std::size_t               points = 0;          ///< those with place and time
    std::size_t               missing = 0;
    std::int64_t              pairs = 0, same_time_pairs = 0;
    std::size_t               distance_classes = 0, interval_classes = 0;
    std::vector<std::int64_t> pairs_in_space;      ///< of each distance class, whatever their interval
    std::vector<std::int64_t> pairs_in_time;       ///< of each interval class, whatever their distance
    std::vector<KnoxCell>     cells;               ///< by distance class, then interval class
    Status                    status = Status::ok; ///< missing: fewer than two points, so no pair

    [[nodiscard]] const KnoxCell& cell(std::size_t distance, std::size_t interval) const { return cells[distance * interval_classes + interval]; }
};

/// Knox's table of pairs i < j close in space and in time; with ratios and FDR it is the near-repeat table.
/// Meaning: each point keeps its place, the dates are dealt anew: expected = Ns Nt / N exactly, the variance exactly, p = (1 + b) / (1 + permutations).
/// Units: distances in those of the points, intervals in those of the times. Distances are compared as computed in double.
/// Domain: a point without place or time (NaN) is left out and counted. Fewer than two points: status missing, no p.
/// Trap: it says nothing of why: growth of the population in some places looks like interaction (Kulldorff & Hjalmars 1999).
/// Cost: O(n log n + pairs within the largest finite distance x permutations); an infinite last class comes by complement. Memory: 8 bytes a listed pair.
/// Source: Knox 1964 (Applied Statistics 13, 25-29); Johnson et al. 2007; Ratcliffe & Rengert 2008.
[[nodiscard]] KnoxTable knox(PointsView<Planar> points, std::span<const double> times, const KnoxOptions& options, const Execution& exec = {});

/// A pair of the near-repeat list: `first` comes before `second` in (time, row).
struct NearPair {
    std::uint32_t first, second;
    double        distance, interval;
    [[nodiscard]] bool is_tie() const noexcept { return interval == 0; }  ///< same time: the order is that of the rows, and means nothing
};

struct NearPairRule {
    double        distance = 0, interval = 0;  ///< pairs with d <= distance and |dt| <= interval
    PlaneDistance metric = PlaneDistance::euclidean;
};

/// The pairs themselves, by (time, row) of the first, then of the second. Cost: O(n log n + pairs within the distance).
[[nodiscard]] std::vector<NearPair> near_pairs(PointsView<Planar> points, std::span<const double> times, const NearPairRule& rule);

}  // namespace gapmap
