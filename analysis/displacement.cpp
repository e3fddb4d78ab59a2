#include "analysis/displacement.h"

#include <cmath>

#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

std::int64_t change_of(const AreaCounts& area) {
    GEO_EXPECTS(area.before >= 0 && area.after >= 0);
    return area.after - area.before;
}

/// Change of the quotient of two areas, and its variance where counts are Poisson.
struct QuotientChange {
    double change = 0, variance = 0;
};

QuotientChange quotient_change(const AreaCounts& area, const AreaCounts& control) {
    const auto   value = [](std::int64_t count) { return static_cast<double>(count); };
    const double before = value(area.before) / value(control.before), after = value(area.after) / value(control.after);
    const double spread_before = value(area.before) / (value(control.before) * value(control.before)) + before * before / value(control.before);
    const double spread_after  = value(area.after) / (value(control.after) * value(control.after)) + after * after / value(control.after);
    return {after - before, spread_before + spread_after};
}

}  // namespace

WeightedDisplacementDifference weighted_displacement_difference(const DisplacementCounts& c, double confidence) {
    GEO_EXPECTS(confidence > 0 && confidence < 1);
    WeightedDisplacementDifference out;
    out.wdd = static_cast<double>(change_of(c.treated) - change_of(c.control) + change_of(c.displacement) - change_of(c.displacement_control));
    std::int64_t all = 0;
    for (const AreaCounts& area : {c.treated, c.control, c.displacement, c.displacement_control}) all += area.before + area.after;
    out.standard_error = std::sqrt(static_cast<double>(all));
    const double half  = normal_quantile(0.5 + confidence / 2) * out.standard_error;
    out.interval       = {out.wdd - half, out.wdd + half};
    if (all == 0) return out;
    out.z = out.wdd / out.standard_error;
    out.p = std::erfc(std::abs(*out.z) / std::sqrt(2.0));
    return out;
}

WeightedDisplacementQuotient weighted_displacement_quotient(const AreaCounts& target, const AreaCounts& buffer, const AreaCounts& control) {
    for (const AreaCounts& area : {target, buffer, control}) (void)change_of(area);
    WeightedDisplacementQuotient out;
    if (control.before == 0 || control.after == 0) return out;
    const QuotientChange of_target = quotient_change(target, control), of_buffer = quotient_change(buffer, control);
    out.target_change = of_target.change;
    out.buffer_change = of_buffer.change;
    out.target_error  = std::sqrt(of_target.variance);
    if (std::abs(of_target.change) > 0 && std::abs(of_target.change) >= out.target_error) out.wdq = of_buffer.change / of_target.change;
    return out;
}

NearestSites nearest_sites(PointsView<Planar> points, PointsView<Planar> sites) {
    GEO_EXPECTS(!sites.x.empty());
    NearestSites out;
    for (std::size_t i = 0; i < points.x.size(); ++i) {
        GEO_EXPECTS(std::isfinite(points.x[i]) && std::isfinite(points.y[i]));
        std::uint32_t best = 0;
        double        least = std::hypot(points.x[i] - sites.x[0], points.y[i] - sites.y[0]);
        for (std::size_t s = 1; s < sites.x.size(); ++s) {
            const double distance = std::hypot(points.x[i] - sites.x[s], points.y[i] - sites.y[s]);
            if (distance < least) least = distance, best = static_cast<std::uint32_t>(s);
        }
        out.site.push_back(best);
        out.distance_m.push_back(least);
    }
    return out;
}

std::vector<Area> assign_areas(const NearestSites& nearest, std::span<const SiteRole> roles, const AreaRadii& radii) {
    GEO_EXPECTS(radii.area_m > 0 && radii.ring_m >= radii.area_m);
    std::vector<Area> out;
    for (std::size_t i = 0; i < nearest.site.size(); ++i) {
        const bool treated = roles[nearest.site[i]] == SiteRole::treated;
        if (nearest.distance_m[i] <= radii.area_m) out.push_back(treated ? Area::treated : Area::control);
        else if (nearest.distance_m[i] <= radii.ring_m) out.push_back(treated ? Area::displacement : Area::displacement_control);
        else out.push_back(Area::outside);
    }
    return out;
}

}  // namespace gapmap
