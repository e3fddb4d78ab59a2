#include "analysis/join.h"

#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {
namespace {
constexpr std::size_t points_per_chunk = 16'384;
}

template <class Space>
PointJoin join_points(PointsView<Space> points, const PolygonsView<Space>& polygons, const Execution& exec) {
    GEO_EXPECTS(points.x.size() == points.y.size());
    const PolygonLocator<Space> locator(polygons, exec);
    struct Tally {
        std::size_t matched = 0, on_border = 0;
    };
    PointJoin          result{std::vector<std::uint32_t>(points.size())};
    std::vector<Tally> tallies((points.size() + points_per_chunk - 1) / points_per_chunk);
    parallel_chunks(exec, points.size(), points_per_chunk, [&](std::size_t begin, std::size_t end) {
        Tally tally;
        for (std::size_t i = begin; i < end; ++i) {
            const Located found = locator.locate(points[i]);
            result.polygon[i]   = found.row;
            tally.matched += found.found() ? 1U : 0U;
            tally.on_border += found.on_border ? 1U : 0U;
        }
        tallies[begin / points_per_chunk] = tally;
    });
    for (const Tally& tally : tallies) {
        result.matched += tally.matched;
        result.on_border += tally.on_border;
    }
    return result;
}

std::vector<std::int64_t> count_by_polygon(std::span<const std::uint32_t> polygon, std::size_t polygons) {
    std::vector<std::int64_t> counts(polygons, 0);
    for (const std::uint32_t row : polygon) {
        if (row == Located::none) continue;
        GEO_EXPECTS(row < polygons);
        counts[row] += 1;
    }
    return counts;
}

std::vector<double> sum_by_polygon(std::span<const std::uint32_t> polygon, std::span<const double> values, std::size_t polygons) {
    GEO_EXPECTS(polygon.size() == values.size());
    std::vector<double> sums(polygons, 0.0);
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        if (polygon[i] == Located::none || std::isnan(values[i])) continue;
        GEO_EXPECTS(polygon[i] < polygons);
        sums[polygon[i]] += values[i];
    }
    return sums;
}

template PointJoin join_points(PointsView<Lonlat>, const PolygonsView<Lonlat>&, const Execution&);
template PointJoin join_points(PointsView<Planar>, const PolygonsView<Planar>&, const Execution&);

}  // namespace gapmap
