#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "geo/core/exec.h"
#include "geo/index/polygon_locator.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// The polygon of each point.
struct PointJoin {
    std::vector<std::uint32_t> polygon;        ///< row of the polygon, Located::none where no polygon covers the point
    std::size_t                matched   = 0;  ///< points with a polygon
    std::size_t                on_border = 0;  ///< of these, points exactly on a border of their polygon
};

/// Point in polygon for all points.
/// Meaning: the lowest polygon row that covers the point, borders included, so a point on a shared border is counted once.
/// A missing point (NaN) matches nothing. Error: none (exact predicates). Results do not depend on the number of threads.
/// Cost: O(polygon edges) to build, then about constant time a point. Source: see geo/index/polygon_locator.h.
template <class Space>
[[nodiscard]] PointJoin join_points(PointsView<Space> points, const PolygonsView<Space>& polygons, const Execution& exec = {});

/// Points a polygon. REQUIRES each entry is Located::none or < polygons. Their sum is PointJoin::matched.
[[nodiscard]] std::vector<std::int64_t> count_by_polygon(std::span<const std::uint32_t> polygon, std::size_t polygons);

/// Sum of `values` a polygon, added in point order; NaN values are left out. REQUIRES equal lengths.
[[nodiscard]] std::vector<double> sum_by_polygon(std::span<const std::uint32_t> polygon, std::span<const double> values, std::size_t polygons);

}  // namespace gapmap
