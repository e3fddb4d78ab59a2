#pragma once
#include <array>

#include "app/pipeline/measure.h"
#include "geo/shape/released.h"

namespace gapmap {

/// What leaves the house for the leadership: units with their gaps, the publicity sites. No household, no case.
struct Release {
    std::array<ReleasedLayer, level_count> gaps;  ///< one row a unit, in order of code
    ReleasedLayer                          sites;
};

/// The one place where results become publishable: counts of cases that are hidden become null with status `suppressed`,
/// scores and risks are rounded, and every column is checked against the list for the audience "leadership".
[[nodiscard]] Release release(const Scene& scene, const Measures& measures);

}  // namespace gapmap
