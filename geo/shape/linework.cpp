#include "geo/shape/linework.h"

#include <geos_c.h>

#include "geo/core/expects.h"
#include "geo/shape/geos_handle.h"

namespace gapmap {

template <class Space>
Polygons<Space> enclosed_faces(const Linework<Space>& lines, double cell) {
    GEO_EXPECTS(cell > 0);
    const GeosContext          context;
    const auto                 handle = context.handle();
    std::vector<GEOSGeometry*> raw;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const std::uint32_t first = lines.lines[i], n = lines.lines[i + 1] - first;
        raw.push_back(GEOSGeom_createLineString_r(
            handle, GEOSCoordSeq_copyFromArrays_r(handle, lines.x.data() + first, lines.y.data() + first, nullptr, nullptr, n)));
    }
    const GeomHandle all = context.checked(
        GEOSGeom_createCollection_r(handle, GEOS_MULTILINESTRING, raw.data(), static_cast<unsigned>(raw.size())), "lines");
    const GeomHandle    noded = context.checked(GEOSUnaryUnionPrec_r(handle, all.get(), cell), "noding");
    const GEOSGeometry* input = noded.get();
    const GeomHandle    faces = context.checked(GEOSPolygonize_r(handle, &input, 1), "faces");
    Polygons<Space>     out;
    for (int i = 0; i < GEOSGetNumGeometries_r(handle, faces.get()); ++i) {
        append_row(context, GEOSGetGeometryN_r(handle, faces.get(), i), out);
    }
    return out;
}

template Polygons<Lonlat> enclosed_faces(const Linework<Lonlat>&, double);
template Polygons<Planar> enclosed_faces(const Linework<Planar>&, double);

}  // namespace gapmap
