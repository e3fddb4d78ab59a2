#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/shape/points.h"

namespace gapmap {

/// One ring: closed (last point equals first), not owned.
template <class Space>
struct RingView {
    std::span<const double>    x, y;
    [[nodiscard]] std::size_t  size() const noexcept { return x.size(); }
};

/// (Multi)polygons as columns in the shape of GeoArrow, not owned.
/// Row r owns parts [rows[r], rows[r+1]); part p owns rings [parts[p], parts[p+1]), the first is the shell, the others
/// are holes; ring q owns coordinates [rings[q], rings[q+1]). Rings are closed. A row without parts is null.
template <class Space>
struct PolygonsView {
    std::span<const double>        x, y;
    std::span<const std::uint32_t> rings, parts, rows;
    [[nodiscard]] std::size_t size() const noexcept { return rows.empty() ? 0 : rows.size() - 1; }
    [[nodiscard]] RingView<Space> ring(std::size_t q) const noexcept {
        return {x.subspan(rings[q], rings[q + 1] - rings[q]), y.subspan(rings[q], rings[q + 1] - rings[q])};
    }
};

/// The same, owned. Append with push_point / end_ring / end_part / end_row.
template <class Space>
struct Polygons {
    std::vector<double>        x, y;
    std::vector<std::uint32_t> rings{0}, parts{0}, rows{0};

    void push_point(double px, double py) { x.push_back(px); y.push_back(py); }
    void end_ring() { rings.push_back(static_cast<std::uint32_t>(x.size())); }
    void end_part() { parts.push_back(static_cast<std::uint32_t>(rings.size() - 1)); }
    void end_row() { rows.push_back(static_cast<std::uint32_t>(parts.size() - 1)); }
    [[nodiscard]] std::size_t         size() const noexcept { return rows.size() - 1; }
    [[nodiscard]] PolygonsView<Space> view() const noexcept { return {x, y, rings, parts, rows}; }
};

/// Signed planar ring area.
/// Unit: square units of the space. Sign: > 0 counter-clockwise. Degenerate ring (< 3 vertices): 0.
/// Error: terms are shifted to vertex 0, so a distant origin costs no digits. Cost: O(n). Source: shoelace formula.
template <class Space>
[[nodiscard]] double ring_area(RingView<Space> ring) noexcept {
    double twice = 0;
    for (std::size_t i = 1; i + 1 < ring.size(); ++i) {
        twice += (ring.x[i] - ring.x[0]) * (ring.y[i + 1] - ring.y[0]) - (ring.x[i + 1] - ring.x[0]) * (ring.y[i] - ring.y[0]);
    }
    return twice / 2;
}

/// Area of row `r`: shells minus holes, whatever their winding. Null row: 0.
template <class Space>
[[nodiscard]] double polygon_area(const PolygonsView<Space>& polygons, std::size_t r) noexcept;

/// Area centroid of row `r`. Null or zero-area row: the mean of its vertices, NaN where there are none.
template <class Space>
[[nodiscard]] Point<Space> polygon_centroid(const PolygonsView<Space>& polygons, std::size_t r) noexcept;

/// Bounding box of row `r`; empty for a null row.
template <class Space>
[[nodiscard]] Box<Space> polygon_box(const PolygonsView<Space>& polygons, std::size_t r) noexcept;

/// True where `p` is inside or on the boundary of row `r` (even-odd rule over all its rings, boundary counts as inside).
template <class Space>
[[nodiscard]] bool covers(const PolygonsView<Space>& polygons, std::size_t r, Point<Space> p) noexcept;

}  // namespace gapmap
