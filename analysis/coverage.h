#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"

namespace gapmap {

/// What a visit row says was done. The three lists are three separate coverages.
enum class Deed : std::uint8_t { visited = 0, informed = 1, committed = 2 };
inline constexpr std::size_t deed_count = 3;

/// Visits that reached somebody, as columns: the household's row, the day (since 1970-01-01), the deed.
struct VisitsView {
    std::span<const std::uint32_t> household;
    std::span<const std::int32_t>  day;
    std::span<const Deed>          deed;
};

struct DecayOptions {
    double                         half_life_days = 180;              ///< REQUIRES > 0
    std::array<double, deed_count> q{0.6, 0.8, 0.9};                  ///< effect on the day itself, each in [0, 1]
};

/// State of each household on a day.
struct HouseholdCoverage {
    std::vector<std::array<bool, deed_count>> done;      ///< at least once, on or before the day
    std::vector<std::int32_t>                 last_day;  ///< of any deed; never_reached where there is none
    std::vector<double>                       effective; ///< 1 - prod_j (1 - q_j 2^(-(t - t_j) / h)), in [0, 1]
    static constexpr std::int32_t             never_reached = INT32_MIN;
};

/// Coverage of `households` households on `as_of`. Later visits do not count. Repeats saturate, they do not add.
/// Cost: O(visits). Independent of the order of rows but for rounding in the last digit; rows are therefore taken in order
/// of (household, day, deed). Source: recency decay as in adstock (Broadbent 1979), per household, capped at one household.
[[nodiscard]] HouseholdCoverage household_coverage(const VisitsView& visits, std::size_t households, std::int32_t as_of,
                                                   const DecayOptions& options);

/// One week's sums over units.
struct WeeklyCoverage {
    std::size_t         weeks = 0, units = 0;
    std::vector<double> visited;    ///< [week * units + unit]: distinct households visited so far
    std::vector<double> effective;  ///< sum of effective coverage over households
};

/// Coverage at the end of each week, summed over units. `unit_of` gives each household's unit, or -1.
[[nodiscard]] WeeklyCoverage weekly_coverage(const VisitsView& visits, std::span<const std::int32_t> week_ends,
                                             std::span<const std::int32_t> unit_of, std::size_t units, const DecayOptions& options,
                                             const Execution& exec);

}  // namespace gapmap
