#include "geo/shape/overlay.h"

#include <geos_c.h>

#include <limits>
#include <vector>

#include "geo/core/expects.h"
#include "geo/shape/geos_handle.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

template <class Space>
Polygons<Space> one_row(const GeosContext& context, const GeomHandle& geometry) {
    Polygons<Space> out;
    append_row(context, geometry.get(), out);
    return out;
}

using BinaryOverlay = GEOSGeometry* (*)(GEOSContextHandle_t, const GEOSGeometry*, const GEOSGeometry*);

template <class Space>
Polygons<Space> overlay(PolygonRow<Space> a, PolygonRow<Space> b, BinaryOverlay operation, const char* doing) {
    const GeosContext context;
    const GeomHandle  left = to_geos(context, a.column, a.row), right = to_geos(context, b.column, b.row);
    return one_row<Space>(context, context.checked(operation(context.handle(), left.get(), right.get()), doing));
}

struct DestroyParams {
    GEOSContextHandle_t context;
    void operator()(GEOSMakeValidParams* params) const noexcept { GEOSMakeValidParams_destroy_r(context, params); }
};

}  // namespace

template <class Space>
Polygons<Space> intersection(PolygonRow<Space> a, PolygonRow<Space> b) {
    return overlay(a, b, GEOSIntersection_r, "intersection");
}

template <class Space>
Polygons<Space> difference(PolygonRow<Space> a, PolygonRow<Space> b) {
    return overlay(a, b, GEOSDifference_r, "difference");
}

template <class Space>
Polygons<Space> unite(const PolygonsView<Space>& polygons, std::span<const std::uint32_t> rows) {
    const GeosContext          context;
    std::vector<GeomHandle>    owned;
    std::vector<GEOSGeometry*> raw;
    for (const std::uint32_t r : rows) owned.push_back(to_geos(context, polygons, r));
    for (GeomHandle& geometry : owned) raw.push_back(geometry.release());
    const GeomHandle all = context.checked(
        GEOSGeom_createCollection_r(context.handle(), GEOS_GEOMETRYCOLLECTION, raw.data(), static_cast<unsigned>(raw.size())), "collection");
    return one_row<Space>(context, context.checked(GEOSUnaryUnion_r(context.handle(), all.get()), "union"));
}

template <class Space>
Polygons<Space> difference(PolygonRow<Space> a, const PolygonsView<Space>& column, std::span<const std::uint32_t> rows) {
    const Polygons<Space> covered = unite(column, rows);
    const auto            view    = covered.view();
    return difference(a, PolygonRow<Space>{view, 0});
}

template <class Space>
bool covers_polygon(PolygonRow<Space> a, PolygonRow<Space> b) {
    const GeosContext context;
    const GeomHandle  outer = to_geos(context, a.column, a.row), inner = to_geos(context, b.column, b.row);
    return context.checked(GEOSCovers_r(context.handle(), outer.get(), inner.get()), "covers");
}

template <class Space>
Validity<Space> check_validity(PolygonRow<Space> polygon) {
    const GeosContext context;
    const GeomHandle  geometry = to_geos(context, polygon.column, polygon.row);
    char*             reason   = nullptr;
    GEOSGeometry*     place    = nullptr;
    const char        answer   = GEOSisValidDetail_r(context.handle(), geometry.get(), 0, &reason, &place);
    Validity<Space>   result;
    if (reason != nullptr) result.reason = reason;
    GEOSFree_r(context.handle(), reason);
    const GeomHandle where(place, DestroyGeom{context.handle()});
    result.valid = context.checked(answer, "validity");
    if (where) {
        GEOSGeomGetX_r(context.handle(), where.get(), &result.where.x);
        GEOSGeomGetY_r(context.handle(), where.get(), &result.where.y);
    }
    return result;
}

template <class Space>
Polygons<Space> make_valid(PolygonRow<Space> polygon) {
    const GeosContext context;
    const GeomHandle  geometry = to_geos(context, polygon.column, polygon.row);
    const std::unique_ptr<GEOSMakeValidParams, DestroyParams> params(GEOSMakeValidParams_create_r(context.handle()),
                                                                     DestroyParams{context.handle()});
    GEOSMakeValidParams_setMethod_r(context.handle(), params.get(), GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r(context.handle(), params.get(), 0);
    return one_row<Space>(context,
                          context.checked(GEOSMakeValidWithParams_r(context.handle(), geometry.get(), params.get()), "make valid"));
}

template <class Space>
Polygons<Space> valid_rows(const PolygonsView<Space>& polygons) {
    Polygons<Space> out;
    for (std::size_t r = 0; r < polygons.size(); ++r) {
        if (check_validity(PolygonRow<Space>{polygons, r}).valid) {
            copy_row(polygons, r, out);
        } else {
            const Polygons<Space> repaired = make_valid(PolygonRow<Space>{polygons, r});
            copy_row(repaired.view(), 0, out);
        }
    }
    return out;
}

template <class Space>
Polygons<Space> wide_parts(PolygonRow<Space> polygon, double least_width, double least_area) {
    GEO_EXPECTS(least_width > 0);
    Polygons<Space> out;
    if (polygon_area(polygon.column, polygon.row) < least_area) return out;
    const GeosContext context;
    const auto        grown = [&](const GeomHandle& geometry, double by) {
        constexpr int    segments_unused = 8;  // of round corners
        constexpr double mitre_limit     = 5;
        return context.checked(GEOSBufferWithStyle_r(context.handle(), geometry.get(), by, segments_unused, GEOSBUF_CAP_FLAT, GEOSBUF_JOIN_MITRE, mitre_limit), "buffer");
    };
    const GeomHandle      whole  = to_geos(context, polygon.column, polygon.row);
    const GeomHandle      opened = grown(grown(whole, -least_width / 2), least_width / 2);
    const Polygons<Space> wide   = one_row<Space>(context, context.checked(GEOSIntersection_r(context.handle(), opened.get(), whole.get()), "intersection"));
    const Polygons<Space> parts  = split_parts(wide.view(), 0);
    for (std::size_t p = 0; p < parts.size(); ++p) {
        if (polygon_area(parts.view(), p) >= least_area) copy_row(parts.view(), p, out);
    }
    return out;
}

template <class Space>
Points<Space> inner_points(const PolygonsView<Space>& polygons) {
    const GeosContext context;
    Points<Space>     out;
    for (std::size_t r = 0; r < polygons.size(); ++r) {
        Point<Space> p{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
        if (polygons.rows[r] != polygons.rows[r + 1]) {
            const GeomHandle geometry = to_geos(context, polygons, r);
            const GeomHandle point    = context.checked(GEOSPointOnSurface_r(context.handle(), geometry.get()), "inner point");
            GEOSGeomGetX_r(context.handle(), point.get(), &p.x);
            GEOSGeomGetY_r(context.handle(), point.get(), &p.y);
        }
        out.push_back(p);
    }
    return out;
}

#define GAPMAP_OVERLAY(Space)                                                                             \
    template Polygons<Space> intersection(PolygonRow<Space>, PolygonRow<Space>);                          \
    template Polygons<Space> difference(PolygonRow<Space>, PolygonRow<Space>);                            \
    template Polygons<Space> unite(const PolygonsView<Space>&, std::span<const std::uint32_t>);           \
    template Polygons<Space> difference(PolygonRow<Space>, const PolygonsView<Space>&, std::span<const std::uint32_t>); \
    template bool            covers_polygon(PolygonRow<Space>, PolygonRow<Space>);                        \
    template Validity<Space> check_validity(PolygonRow<Space>);                                           \
    template Polygons<Space> make_valid(PolygonRow<Space>);                                               \
    template Polygons<Space> valid_rows(const PolygonsView<Space>&);                                      \
    template Polygons<Space> wide_parts(PolygonRow<Space>, double, double);                               \
    template Points<Space>   inner_points(const PolygonsView<Space>&);
GAPMAP_OVERLAY(Lonlat)
GAPMAP_OVERLAY(Planar)
#undef GAPMAP_OVERLAY

}  // namespace gapmap
