#include "analysis/join.h"

#include <algorithm>
#include <cmath>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::size_t regions = 2048;

/// A point on its way through the locator.
template <class Space>
struct Visitor {
    Point<Space>  p;
    std::uint32_t index, cell;
};

/// The points [begin, end) ordered by regions of neighbouring cells, so that the locator's memory is read region by region
/// and not all over the place.
template <class Space>
std::vector<Visitor<Space>> by_region(PointsView<Space> points, std::size_t begin, std::size_t end, const PolygonLocator<Space>& locator) {
    const auto                 cells_per_region = static_cast<std::uint32_t>(locator.cells() / regions + 1);
    std::vector<std::uint32_t> cell(end - begin), next(regions + 1, 0);
    for (std::size_t i = begin; i < end; ++i) {
        cell[i - begin] = locator.cell_of(points[i]);
        next[cell[i - begin] / cells_per_region + 1] += 1;
    }
    for (std::size_t r = 1; r <= regions; ++r) next[r] += next[r - 1];
    std::vector<Visitor<Space>> out(end - begin);
    for (std::size_t i = begin; i < end; ++i) {
        const std::uint32_t c = cell[i - begin];
        out[next[c / cells_per_region]++] = {points[i], static_cast<std::uint32_t>(i - begin), c};
    }
    return out;
}

}  // namespace

template <class Space>
PointJoin join_points(PointsView<Space> points, const PolygonsView<Space>& polygons, const Execution& exec) {
    GEO_EXPECTS(points.x.size() == points.y.size());
    const PolygonLocator<Space> locator(polygons, exec);
    struct Tally {
        std::size_t matched = 0, on_border = 0;
    };
    if (locator.cells() == 0) return {std::vector<std::uint32_t>(points.size(), Located::none)};
    const std::size_t  grain = std::clamp<std::size_t>(points.size() / 16, 16'384, 1'048'576);
    PointJoin          result{std::vector<std::uint32_t>(points.size())};
    std::vector<Tally> tallies((points.size() + grain - 1) / grain);
    parallel_chunks(exec, points.size(), grain, [&](std::size_t begin, std::size_t end) {
        Tally tally;
        const auto visitors = by_region(points, begin, end, locator);
        for (std::size_t k = 0; k < visitors.size(); ++k) {
            // Far enough ahead to hide the memory's latency, near enough to stay in the first cache.
            if (k + 24 < visitors.size()) locator.prefetch_cell(visitors[k + 24].cell);
            if (k + 16 < visitors.size()) locator.prefetch_list(visitors[k + 16].cell);
            if (k + 8 < visitors.size()) locator.prefetch_edges(visitors[k + 8].cell);
            const Visitor<Space>& visitor = visitors[k];
            const Located         found   = locator.locate_in(visitor.cell, visitor.p);
            result.polygon[begin + visitor.index] = found.row;
            tally.matched += found.found() ? 1U : 0U;
            tally.on_border += found.on_border ? 1U : 0U;
        }
        tallies[begin / grain] = tally;
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
