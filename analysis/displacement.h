#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analysis/proportion.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Counts of one area in the two periods.
struct AreaCounts {
    std::int64_t before = 0, after = 0;  ///< REQUIRES >= 0
};

/// The four areas of a before-and-after comparison; no case may be counted in two of them.
struct DisplacementCounts {
    AreaCounts treated{}, control{};
    AreaCounts displacement{}, displacement_control{};  ///< rings around the two; all 0 where there are none
};

/// Weighted displacement difference: cases that the treatment took away (negative) net of what moved next door.
struct WeightedDisplacementDifference {
    double   wdd = 0;             ///< (dT - dCt) + (dD - dCd), cases
    double   standard_error = 0;  ///< sqrt of the sum of all eight counts; 0 where all are 0
    std::optional<double> z;      ///< nothing where all counts are 0
    std::optional<double> p;      ///< two-sided, normal
    Interval interval;
};
/// Poisson counts, equal trends in treated and control areas. Areas of unequal size or period must be weighted before (this is the
/// plain form). Source: Wheeler & Ratcliffe 2018 (Crime Science 7:11).
[[nodiscard]] WeightedDisplacementDifference weighted_displacement_difference(const DisplacementCounts& counts, double confidence = 0.95);

/// Weighted displacement quotient: what the buffer did as a share of what the target did.
struct WeightedDisplacementQuotient {
    std::optional<double> buffer_change, target_change;  ///< B1/C1 - B0/C0 and A1/C1 - A0/C0; nothing where the control has no case in a period
    double                target_error = 0;              ///< standard error of target_change (delta method, Poisson)
    std::optional<double> wdq;  ///< > 0: benefits spread; < 0: displaced; below -1: more came back than was won
};
/// A = target, B = buffer, C = control. Undefined where the control has no case in a period, and where the target's change is smaller
/// than its own standard error: the quotient then has no known sign. Source: Bowers & Johnson 2003 (J. Quant. Criminol. 19, 275-301).
[[nodiscard]] WeightedDisplacementQuotient weighted_displacement_quotient(const AreaCounts& target, const AreaCounts& buffer, const AreaCounts& control);

enum class SiteRole { treated, control };
enum class Area { treated, displacement, control, displacement_control, outside };

struct AreaRadii {
    double area_m = 0;  ///< radius of a site's own area, inclusive. REQUIRES > 0
    double ring_m = 0;  ///< outer radius of the ring around it, inclusive; equal to area_m: no ring. REQUIRES >= area_m
};

/// The site nearest to each point, and how far it is; of sites equally near the first. One area a point (Voronoi), so that no case is
/// counted twice where circles overlap. REQUIRES at least one site, finite coordinates. Cost: O(points * sites).
struct NearestSites {
    std::vector<std::uint32_t> site;
    std::vector<double>        distance_m;
};
[[nodiscard]] NearestSites nearest_sites(PointsView<Planar> points, PointsView<Planar> sites);

/// The one area of each point: by the role of its nearest site, and by its distance.
[[nodiscard]] std::vector<Area> assign_areas(const NearestSites& nearest, std::span<const SiteRole> roles, const AreaRadii& radii);

}  // namespace gapmap
