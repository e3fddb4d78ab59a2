#include "analysis/event_slots.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "geo/core/expects.h"

namespace gapmap {

EventSlots event_slots(PointsView<Planar> points, std::span<const double> times) {
    GEO_EXPECTS(points.size() == times.size());
    EventSlots out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (std::isfinite(points.x[i]) && std::isfinite(points.y[i]) && std::isfinite(times[i])) out.row.push_back(static_cast<std::uint32_t>(i));
    }
    std::ranges::sort(out.row, [&](std::uint32_t a, std::uint32_t b) {
        return std::tie(points.x[a], points.y[a], times[a], a) < std::tie(points.x[b], points.y[b], times[b], b);
    });
    out.missing = points.size() - out.row.size();
    for (const std::uint32_t i : out.row) {
        out.x.push_back(points.x[i]);
        out.y.push_back(points.y[i]);
        out.time.push_back(times[i]);
    }
    return out;
}

std::vector<double> dealt_times(std::span<const double> sorted, Seed seed, std::uint32_t stream, std::uint64_t permutation) {
    std::vector<double> out(sorted.begin(), sorted.end());
    Draws               draws(seed, stream, permutation);
    for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[draws.below(static_cast<std::uint32_t>(i))]);
    return out;
}

}  // namespace gapmap
