#pragma once
#include <array>
#include <cmath>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/topology.h"
#include "app/pipeline/scene.h"

namespace gapmap {

/// When ground that does not fit is told, and as what. Metres of the county's projected system.
struct GroundTolerances {
    TopologyOptions pieces{};
    double          sliver_width_m = 5;    ///< gaps and overlaps thinner (mean width) are slivers
    double          tiled_share    = 0.9;  ///< a town that its grids cover to less is not meant to be tiled by them: no gaps are told
    double          place_m        = 10;   ///< side of the square that marks where a polygon was invalid
};
inline constexpr GroundTolerances ground_tolerances{};

/// Every kind of issue, in the order in which they are told.
inline constexpr std::array<const char*, 13> ground_issue_codes = {
    "overlap", "overlap_sliver", "duplicate", "gap", "gap_sliver", "across_town", "outside_parent", "building_outside_grid", "no_geometry", "repaired_geometry",
    "interval_overlap", "interval_gap", "interval_empty"};

/// One thing that does not fit. Of units only, never of persons.
struct GroundIssue {
    std::string      issue{};              ///< one of ground_issue_codes
    std::size_t      level = town;         ///< of the units that do not fit
    std::string      code{}, name{};       ///< the unit; of a gap: the town in which it lies (none: between towns)
    std::string      other_code{}, other_name{};
    double           area_m2 = NAN, width_m = NAN, share = NAN;  ///< of the piece; mean width; share of the unit. NaN: does not apply
    Text             detail{};             ///< of intervals: what and when; of repaired polygons: GEOS's reason
    Text             message{};            ///< the whole in a sentence
    Polygons<Lonlat> place{};              ///< one row, null where there is nothing to show
};

struct Topology {
    std::vector<GroundIssue> issues;                ///< in order of level, kind, code, other code, falling area
    std::size_t              towns_tiled_by_grids = 0;  ///< towns whose grids were looked at for gaps
};

/// What does not fit on the ground's day: the geometry of the units that are valid then, and the intervals that began by then.
[[nodiscard]] Topology check_ground(const Scene& ground, const Store& store, const Execution& exec);

/// One row an issue, EPSG:4490.
[[nodiscard]] Layer topology_layer(const Topology& topology);

/// The key `topology` of summary.json: issues in all and by kind, tolerances, where gaps were looked for.
[[nodiscard]] nlohmann::ordered_json topology_json(const Topology& topology);

/// One line for people; empty where everything fits.
[[nodiscard]] Text topology_line(const Topology& topology);

/// What is wrong, in words. All but its message must be set.
[[nodiscard]] Text ground_message(const GroundIssue& issue);

}  // namespace gapmap
