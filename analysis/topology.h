#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// What counts as a flaw of the ground. All lengths in metres of a projected system.
struct TopologyOptions {
    double least_width_m   = 0.5;   ///< whatever is narrower is noise of digitising: cut off, then not told. REQUIRES > 0
    double least_area_m2   = 1;     ///< pieces smaller are not told. REQUIRES > 0
    double duplicate_share = 0.99;  ///< two units that share so much of the larger one are the same ground twice. REQUIRES in (0.5, 1]
};

enum class FlawKind : std::uint8_t {
    overlap,    ///< two units of one level share ground
    duplicate,  ///< two units of one level are the same ground
    gap,        ///< ground of a parent that no unit of the level below covers
    across,     ///< ground of a unit that lies in another parent than its own
    outside,    ///< ground of a unit that lies outside its parent (and, where `across` is told, in no other)
};

/// One connected piece of ground at which a rule is broken; of a duplicate, all that both share.
struct Flaw {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    FlawKind         kind;
    std::uint32_t    unit  = none;     ///< overlap: the lower row; gap: the parent; across, outside: the child
    std::uint32_t    other = none;     ///< overlap: the higher row; across: the other parent; outside: its own parent
    double           area_m2 = 0;
    double           width_m = 0;      ///< mean width, see strip_width()
    double           share   = 0;      ///< of the area of `unit`; 0 where there is no unit
    Polygons<Planar> place{};          ///< one row
};

// The four tests of one level. Common to all: polygons are REQUIRED valid (see valid_rows()), null rows take no part. What is narrower than
// least_width_m is cut off (see wide_parts()), and pieces of least_area_m2 and more are told. Flaws come in order of unit, other, falling area, place; no result depends on the threads, and none on the order of rows but for
// the numbers that name them. Source: overlay by GEOS; pairs by a plane sweep over bounding boxes.

/// Ground that two units of a level share. Cost: O(n log n) and an overlay for each pair whose boxes meet.
[[nodiscard]] std::vector<Flaw> find_overlaps(const PolygonsView<Planar>& units, const TopologyOptions& options, const Execution& exec = {});

/// Of each parent, the part that no child covers, whoever the child belongs to: ground that lies in the wrong parent is find_outside()'s.
/// A parent that its children cover to less than `tiled_share` is not meant to be tiled: nothing is told of it, and its flag in `tiled` is false.
struct ParentGaps {
    std::vector<Flaw> flaws;
    std::vector<bool> tiled;
};
[[nodiscard]] ParentGaps find_gaps(const PolygonsView<Planar>& parents, const PolygonsView<Planar>& children, double tiled_share, const TopologyOptions& options,
                                   const Execution& exec = {});

/// Holes that the units enclose between them, as gaps without a unit: for a level that has no parent. A gap that is open to the outside is not seen.
[[nodiscard]] std::vector<Flaw> find_holes(const PolygonsView<Planar>& units, const TopologyOptions& options);

/// Ground of each child outside its parent `parent_of` (a row, negative: it has none and is left out). With Foreign::named what lies in another parent is
/// told as `across`, a flaw for each piece, and the rest as `outside`; else all of it is `outside`.
enum class Foreign : std::uint8_t { named, pooled };
[[nodiscard]] std::vector<Flaw> find_outside(const PolygonsView<Planar>& children, const PolygonsView<Planar>& parents, std::span<const std::int32_t> parent_of, Foreign foreign,
                                             const TopologyOptions& options, const Execution& exec = {});

}  // namespace gapmap
