#pragma once
#include <array>

#include "app/pipeline/counting.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/topology.h"
#include "geo/shape/released.h"

namespace gapmap {

/// What leaves the house for the leadership: units with their gaps, the publicity sites, the team-weeks whose rows need a look, flaws of the ground.
/// No household, no case, no officer of a flagged row.
struct Release {
    std::array<ReleasedLayer, level_count> gaps;  ///< one row a unit, in order of code
    ReleasedLayer                          sites;
    ReleasedLayer                          team_weeks;  ///< flagged findings, the least p first; no geometry
    ReleasedLayer                          topology;    ///< what does not fit on the ground
};

/// The one place where results become publishable: counts of cases that are hidden become null with status `suppressed`,
/// scores and risks are rounded, and every column is checked against the list for the audience "leadership".
[[nodiscard]] Release release(const Scene& scene, const Measures& measures, const Counting& counting, const Topology& topology);

}  // namespace gapmap
