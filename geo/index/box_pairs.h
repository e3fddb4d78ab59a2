#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "geo/shape/polygons.h"

namespace gapmap {

/// Two rows whose bounding boxes have a point in common.
using RowPair = std::pair<std::uint32_t, std::uint32_t>;

/// All pairs (i, j), i < j, of rows of one column whose boxes meet, in order. Null rows meet nothing.
/// Cost: O(n log n + k), k the pairs of rows that meet in x; for units of ground spread over a county that is a few tens a row.
/// Source: plane sweep along x.
template <class Space>
[[nodiscard]] std::vector<RowPair> box_pairs(const PolygonsView<Space>& polygons);

/// All pairs (row of `a`, row of `b`) whose boxes meet, in order.
template <class Space>
[[nodiscard]] std::vector<RowPair> box_pairs(const PolygonsView<Space>& a, const PolygonsView<Space>& b);

}  // namespace gapmap
