#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geo/core/exec.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// What became of units between two days. Units are linked where they share ground; whatever is linked, directly or through others, is one change.
enum class UnitChange : std::uint8_t {
    same,     ///< one unit became one: same ground, code and name
    renamed,  ///< one became one: same ground, another code or name
    changed,  ///< border moved: the ground differs, or several became several others
    split,    ///< one became several
    merged,   ///< several became one
    gone,     ///< no unit of the later day has any of its ground
    created,  ///< no unit of the earlier day had any of its ground
};
/// "same", "renamed", "changed", "split", "merged", "gone", "new".
[[nodiscard]] std::string_view to_string(UnitChange change) noexcept;

/// What the weights of a unit are shares of.
enum class WeightBasis : std::uint8_t {
    area,    ///< its ground
    points,  ///< what the points within it stand for
    code,    ///< nothing: it has no ground, and goes to the unit of the same code
};
[[nodiscard]] std::string_view to_string(WeightBasis basis) noexcept;

/// The units of one day. REQUIRES as many codes and names as rows; polygons valid, in metres; codes unique.
struct UnitsOfDay {
    PolygonsView<Planar>          shape;
    std::span<const std::string>  code, name;
};

/// What the weights follow instead of area: households or people where they live. REQUIRES mass >= 0.
struct MassPoints {
    PointsView<Planar>      at;
    std::span<const double> mass;
};

struct CrosswalkOptions {
    double least_width_m = 0.5;  ///< shared ground nowhere wider is noise of redrawing a border: no link. REQUIRES > 0
    double least_area_m2 = 1;    ///< shared ground smaller is no link. REQUIRES > 0
};

/// Part of an earlier unit that went to a later one.
struct CrosswalkLink {
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t from = none;      ///< row of the earlier day
    std::uint32_t to   = none;      ///< row of the later day; none: went nowhere
    double        weight  = 0;      ///< share of `from`, in [0, 1]
    double        area_m2 = 0;
};

/// Meaning: a count of the earlier day, spread over a unit as its weights are, is carried to the later units by them.
/// Laws: the weights of each earlier unit sum to 1 (to rounding); equal days give every unit to itself; carrying keeps the sum.
struct Crosswalk {
    std::vector<CrosswalkLink> links;                    ///< in order of from, to; what went nowhere last
    std::vector<WeightBasis>   basis;                    ///< per earlier unit
    std::vector<UnitChange>    from_change, to_change;  ///< per earlier, per later unit
};

/// A unit that has the same code and the same ground on both days goes to itself and to nothing else: what it shares with its neighbours is an overlap of that
/// day (see topology.h), not a change. Only a unit of which nothing else is left goes to such neighbours.
/// Weights by area: intersections of `from` and `to` (and what of `from` no later unit covers) as shares of their sum, which is the unit's area unless
/// later units overlap. With `points`: shares of the mass of the points in the earlier unit, by the later unit that each lies in (the lowest row on a border);
/// a unit without mass keeps its weights by area. A unit without polygon goes to the unit of its code, else nowhere.
/// Cost: an overlay for each pair of units whose boxes meet. Results do not depend on the number of threads.
/// Source: areal weighting, Goodchild and Lam 1980; with points, dasymetric weighting.
[[nodiscard]] Crosswalk make_crosswalk(const UnitsOfDay& from, const UnitsOfDay& to, const MassPoints* points, const CrosswalkOptions& options, const Execution& exec = {});

/// Counts on the later units: each earlier count times its weights, added in order of links. The sum of `to` and `nowhere` is that of the counts.
/// REQUIRES a count for each earlier unit. A NaN (not counted) makes the units that it would go to NaN: unknown is not zero.
struct Carried {
    std::vector<double> to;
    double              nowhere = 0;
};
[[nodiscard]] Carried carry(const Crosswalk& crosswalk, std::span<const double> counts);

}  // namespace gapmap
