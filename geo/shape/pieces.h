#pragma once
#include "geo/shape/polygons.h"

namespace gapmap {

/// Appends row `r` of `from`, null or not, as one row.
template <class Space>
void copy_row(const PolygonsView<Space>& from, std::size_t r, Polygons<Space>& to);

/// The parts of row `r`, each as a row of its own, in order.
template <class Space>
[[nodiscard]] Polygons<Space> split_parts(const PolygonsView<Space>& polygons, std::size_t r);

/// The holes of row `r`, each as a row without holes, in order.
template <class Space>
[[nodiscard]] Polygons<Space> holes_of(const PolygonsView<Space>& polygons, std::size_t r);

/// Length of all rings of row `r`, holes included. Unit: that of the space. Null row: 0.
template <class Space>
[[nodiscard]] double polygon_perimeter(const PolygonsView<Space>& polygons, std::size_t r) noexcept;

/// Mean width of a strip: the short side of the rectangle with the same area and perimeter; exact for a rectangle, for a strip that bends and for a
/// ring. A shape rounder than any rectangle (perimeter^2 < 16 area) has the side of the square of its area.
/// Unit: that of the space. Domain: area, perimeter >= 0.
[[nodiscard]] double strip_width(double area, double perimeter) noexcept;

}  // namespace gapmap
