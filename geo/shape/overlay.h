#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "geo/shape/polygons.h"

namespace gapmap {

/// Overlay of polygons by GEOS (OverlayNG, floating precision). Coordinates are taken as planar, whatever the space.
/// Every function here throws InputError with GEOS's own text on invalid input. One row comes out; null where it is empty.

/// One row of a polygon column.
template <class Space>
struct PolygonRow {
    const PolygonsView<Space>& column;
    std::size_t                row = 0;
};

template <class Space>
[[nodiscard]] Polygons<Space> intersection(PolygonRow<Space> a, PolygonRow<Space> b);
template <class Space>
[[nodiscard]] Polygons<Space> difference(PolygonRow<Space> a, PolygonRow<Space> b);

/// Union of the named rows. Neighbours that share their border vertices exactly merge without slivers.
template <class Space>
[[nodiscard]] Polygons<Space> unite(const PolygonsView<Space>& polygons, std::span<const std::uint32_t> rows);

/// `a` without what the named rows of `column` cover.
template <class Space>
[[nodiscard]] Polygons<Space> difference(PolygonRow<Space> a, const PolygonsView<Space>& column, std::span<const std::uint32_t> rows);

/// True where no point of `b` lies outside `a` (the boundary counts as inside).
template <class Space>
[[nodiscard]] bool covers_polygon(PolygonRow<Space> a, PolygonRow<Space> b);

/// Validity by the rules of OGC Simple Features.
template <class Space>
struct Validity {
    bool         valid = true;
    std::string  reason{};  ///< "Self-intersection"; empty where valid
    Point<Space> where{};   ///< a place that breaks the rule
};
template <class Space>
[[nodiscard]] Validity<Space> check_validity(PolygonRow<Space> polygon);

/// The same area as valid polygons (GEOS "structure" method); lines and points that fall out are dropped.
template <class Space>
[[nodiscard]] Polygons<Space> make_valid(PolygonRow<Space> polygon);

/// The column with each invalid row made valid; valid rows keep their vertices.
template <class Space>
[[nodiscard]] Polygons<Space> valid_rows(const PolygonsView<Space>& polygons);

/// What of a polygon is no noise of digitising: its parts of at least `least_area`, each as a row, once everything narrower than `least_width` is cut
/// off (erosion and dilation by half of it, corners mitred). Error: a corner sharper than 23 degrees loses less than least_width squared.
/// Unit: that of the space. REQUIRES least_width > 0.
template <class Space>
[[nodiscard]] Polygons<Space> wide_parts(PolygonRow<Space> polygon, double least_width, double least_area);

/// A point inside each row, far from its boundary rather than near; NaN for a null row.
template <class Space>
[[nodiscard]] Points<Space> inner_points(const PolygonsView<Space>& polygons);

}  // namespace gapmap
