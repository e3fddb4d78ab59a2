#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"

namespace gapmap {

/// What the cases are compared with.
enum class ScanModel {
    poisson,      ///< expected counts (people at risk, standardised or not)
    bernoulli,    ///< cases among cases and controls
    permutation,  ///< space by time: each place's and each interval's share of the cases themselves
};
enum class ScanSide { high, low, both };

/// Places and what was counted there. Places with equal coordinates are one place. z is empty on a plane; on a sphere x, y, z are its points.
struct ScanData {
    std::span<const double>       x, y, z;
    std::size_t                   intervals = 1;
    std::span<const std::int64_t> cases;  ///< place after place, each its intervals in order
    std::span<const double>       base;   ///< likewise. Poisson: expected counts on any scale; Bernoulli: cases and controls, whole numbers; permutation: empty
};

struct ScanOptions {
    ScanModel     model = ScanModel::poisson;
    ScanSide      side  = ScanSide::high;
    double        max_share     = 0.5;    ///< REQUIRES in (0, 1]: of the total expected (Poisson), of all cases and controls, of all cases (permutation)
    double        max_radius    = 0;      ///< in the units of x and y; 0: no limit. Of an ellipse: the shorter half-axis
    bool          ellipses      = false;  ///< circles, and ellipses 1.5, 2, 3, 4, 5 times as long as wide at 4, 6, 9, 12, 15 angles. REQUIRES a plane
    double        penalty       = 0;      ///< the likelihood ratio of an ellipse of shape s is multiplied by (4 s / (s + 1)^2)^penalty; 0: none
    std::size_t   max_intervals = 1;      ///< longest window in time
    bool          prospective   = false;  ///< only windows that last until the end
    std::int64_t  min_cases     = 2;      ///< of a window with a high rate
    std::uint32_t replications  = 999;
    Seed          seed{};
    bool          sequential    = false;  ///< remove the best cluster and scan what is left, until p > sequential_alpha
    double        sequential_alpha = 0.05;
    std::size_t   max_clusters     = 10;     ///< of a sequential scan
    bool          gini             = false;  ///< report the set of clusters, over several caps of their share, that concentrates the cases most
};

/// A window. Members are places as the caller numbers them, nearest first.
struct ScanCluster {
    std::size_t                centre = 0;
    std::vector<std::uint32_t> members;
    double                     radius = 0;  ///< to the farthest member; of an ellipse: its shorter half-axis
    double                     shape = 1, angle = 0;  ///< of an ellipse: length by width; direction of its long axis in degrees from x, counter-clockwise
    std::size_t                first = 0, last = 0;  ///< intervals
    std::int64_t               observed = 0;
    double                     expected = 0;
    double                     relative_risk = 0;  ///< inside by outside; infinite where all cases are inside
    double                     llr = 0;            ///< log likelihood ratio (penalised, where a penalty is asked for)
    double                     p = 1, p_gumbel = 1;
};

struct ScanResult {
    Status                   status = Status::ok;
    std::string_view         reason;    ///< why there is no answer, or no cluster (status ok); empty where there is one
    std::vector<ScanCluster> clusters;  ///< best first
    std::vector<double>      maxima;    ///< largest log likelihood ratio of each replication of the null
    std::size_t              places = 0;
    std::int64_t             cases  = 0;
    double                   base   = 0;
    double                   gini = 0, gini_share = 0;  ///< of the set that was chosen, and the cap it was found under
};

/// Scan statistic: the windows (circles or ellipses around each place, by intervals of time) whose count departs most from what the base makes one expect, each with the
/// probability that the best window of data without any cluster is as good.
/// Meaning: llr = c ln(c/E) + (C - c) ln((C - c)/(C - E)) for Poisson and permutation, the two-proportion ratio for Bernoulli, 0 on the side that is not scanned. p = (1 + b) / (1 + M)
///   with b replications, conditional on the number of cases, whose best window is as good; differences below 1e-9 are ties and count. The search for the side is part of each replication.
/// Windows: the k nearest places of each place, for every k; of equally distant places the one with the lesser x, then y, comes first. So a window may part two equally distant places.
/// Clusters: the best window of each centre (in space-time also the best of the time before and after it); from the best on, those that share no place and time with a better one;
///   of equal ones the one with fewer places, then the one whose centre the caller numbers lower. Left out: those no replication falls short of.
/// Domain: finite coordinates, counts and bases >= 0, base > 0 where there are cases. No case, no base, one place without intervals: status and reason, no clusters.
/// Error: the ratio is exact to about 1e-12 relative; skipping windows uses bounds, never an approximation.
/// Cost: O(n^2 log n) once, then O(n^2 / 2 * replications) additions of 16 counts at a time; memory O(n * replications). The same for any number of threads.
/// Source: Kulldorff 1997; Kulldorff et al. 2005 (permutation), 2006 (ellipses); Zhang, Assuncao & Kulldorff 2010 (sequential); Han et al. 2016 (Gini); Abrams et al. 2010 (Gumbel).
[[nodiscard]] ScanResult scan(const ScanData& data, const ScanOptions& options, const Execution& exec = {});

/// Log likelihood ratio of `inside` of `cases` where `expected` are expected, on either side. 0 <= expected <= cases.
[[nodiscard]] double scan_llr_poisson(std::int64_t inside, double expected, std::int64_t cases) noexcept;
/// The same of `inside` cases among `base` of `total` individuals.
[[nodiscard]] double scan_llr_bernoulli(std::int64_t inside, double base, std::int64_t cases, double total) noexcept;

/// Upper tail of the Gumbel distribution that has the maxima's mean and variance. NaN for fewer than two, or equal ones.
[[nodiscard]] double scan_gumbel_p(double llr, std::span<const double> maxima) noexcept;

}  // namespace gapmap
