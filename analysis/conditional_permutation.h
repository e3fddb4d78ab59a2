#pragma once
// The hot part of local_autocorrelation(): sums over random neighbours, and how many of them reach what was seen.
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/local_autocorrelation.h"

namespace gapmap {

/// What is asked of one unit: the sum over k random others v of w v, or, for Geary, of w (z - v)^2.
struct LocalQuestion {
    std::span<const double> weights;  ///< falling; of the neighbours without the unit itself
    bool                    equal = true;  ///< all weights are the same: `seen` and `tie` are then in units of that weight
    double                  seen = 0, tie = 0;  ///< counted: sum >= seen - tie, sum <= seen + tie
    std::uint32_t           address = 0;  ///< of separate draws: the unit's rank; units that nothing tells apart share one
    bool                    asked = false;
};
struct LocalCounts {
    std::uint32_t at_least = 0, at_most = 0;
};

struct ConditionalSetting {
    std::span<const double>        sorted;     ///< values in rising order: a unit's place in it is its rank
    std::span<const LocalQuestion> questions;  ///< by rank
    bool                           squares = false;  ///< Geary
    std::uint32_t                  permutations = 0;
    Seed                           seed{};
};

/// Random neighbours: `k` different places among the n - 1 others of a unit are Draws(seed, stream, address, m).below(n - 1) one after another, a place that was drawn already passed over;
/// place r is rank r below the unit's own rank, else rank r + 1. With shared draws the address is 0, in another stream.
/// Cost: shared draws keep the sums up to date while the unit's rank rises; a unit of equal weights then costs M comparisons.
[[nodiscard]] std::vector<LocalCounts> count_shared(const ConditionalSetting& setting, const Execution& exec);
[[nodiscard]] std::vector<LocalCounts> count_separate(const ConditionalSetting& setting, const Execution& exec);

inline constexpr std::uint32_t stream_shared_neighbours = 422, stream_separate_neighbours = 423;

/// The first `k` different places of an address, by definition. `seen` is a mark per place, all below `mark` before the call; REQUIRES k <= places.
void draw_places(Draws draws, std::uint32_t places, std::span<std::uint32_t> out, std::vector<std::uint32_t>& seen, std::uint32_t mark);

}  // namespace gapmap
