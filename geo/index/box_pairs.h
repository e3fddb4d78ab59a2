#pragma once
#include <cstdint>
#include <span>
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

/// The rows of the second column that each row of the first may meet.
class Partners {
public:
    /// `pairs` in order, as box_pairs() gives them; `rows` of the first column.
    Partners(const std::vector<RowPair>& pairs, std::size_t rows);
    [[nodiscard]] std::span<const std::uint32_t> of(std::size_t row) const noexcept { return std::span(second_).subspan(first_[row], first_[row + 1] - first_[row]); }

private:
    std::vector<std::size_t>   first_;
    std::vector<std::uint32_t> second_;
};

}  // namespace gapmap
