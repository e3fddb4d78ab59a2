#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/draws.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"

namespace gapmap {

struct RankOptions {
    std::uint32_t draws      = 999;   ///< REQUIRES >= 99. Memory: 4 bytes a unit and draw
    double        confidence = 0.95;  ///< REQUIRES in (0, 1)
    Seed          seed{};
};

/// Where each unit stands among all, rank 1 the highest, as far as the data can say.
struct RankIntervals {
    std::vector<double>        mean;       ///< mean rank over the draws; NaN where status is not ok, as in all that follows
    std::vector<double>        low, high;  ///< interval of the rank
    std::vector<double>        top;        ///< share of draws in which the unit is first
    std::vector<Status>        status;     ///< ok; missing where base is not > 0 or a value is NaN
    bool                       told_apart = true;  ///< false: the data show no difference between the units beyond chance; every interval is all ranks
};

/// Ranks of rates over draws from gamma posteriors with the moment prior of all units (draw_rate()). Units of equal data share their
/// ranks, draws are addressed by the order of (cases, base), so neither the order of rows nor the number of threads matters.
/// REQUIRES equal lengths, all >= 0 where not NaN. Cost: O(draws n log n). Source: Goldstein & Spiegelhalter 1996 (JRSS A 159, 385-443).
[[nodiscard]] RankIntervals rate_ranks(std::span<const double> cases, std::span<const double> base, const RankOptions& options = {}, const Execution& exec = {});

/// What a gap is made of, one a unit: the data behind analysis/gaps.h.
struct GapEvidence {
    std::span<const double> cases, people, coverage, households;
};

/// Ranks of gaps, rate * people * (1 - coverage), over draws of rate and coverage together (draw_rate(), draw_coverage()).
/// A unit without people or households is missing. REQUIRES as above; coverage in [0, 1] where not NaN.
[[nodiscard]] RankIntervals gap_ranks(const GapEvidence& evidence, const RankOptions& options = {}, const Execution& exec = {});

}  // namespace gapmap
