#include "geo/shape/geos_handle.h"

#include <geos_c.h>

#include <vector>

#include "geo/core/error.h"

namespace gapmap {
namespace {

// Called by GEOS: it records, and checked() throws after the call has returned.
void on_geos_error(const char* text, void* self) noexcept {
    try {
        static_cast<std::string*>(self)->assign(text);
    } catch (...) {
        static_cast<std::string*>(self)->clear();  // out of memory for a message: the null result still tells
    }
}

template <class Space>
GeomHandle part_to_geos(const GeosContext& context, const PolygonsView<Space>& polygons, std::size_t part) {
    GeomHandle                shell(nullptr, DestroyGeom{context.handle()});
    std::vector<GeomHandle>   holes;
    for (std::size_t q = polygons.parts[part]; q < polygons.parts[part + 1]; ++q) {
        const RingView<Space> ring = polygons.ring(q);
        GEOSCoordSequence*    sequence =
            GEOSCoordSeq_copyFromArrays_r(context.handle(), ring.x.data(), ring.y.data(), nullptr, nullptr, static_cast<unsigned>(ring.size()));
        GeomHandle handle = context.checked(GEOSGeom_createLinearRing_r(context.handle(), sequence), "ring");
        if (q == polygons.parts[part]) {
            shell = std::move(handle);
        } else {
            holes.push_back(std::move(handle));
        }
    }
    std::vector<GEOSGeometry*> raw;
    for (GeomHandle& hole : holes) raw.push_back(hole.release());
    return context.checked(GEOSGeom_createPolygon_r(context.handle(), shell.release(), raw.data(), static_cast<unsigned>(raw.size())),
                           "polygon");
}

template <class Space>
void append_ring(const GeosContext& context, const GEOSGeometry* ring, Polygons<Space>& out) {
    const GEOSCoordSequence* sequence = GEOSGeom_getCoordSeq_r(context.handle(), ring);
    unsigned                 n        = 0;
    GEOSCoordSeq_getSize_r(context.handle(), sequence, &n);
    const std::size_t first = out.x.size();
    out.x.resize(first + n);
    out.y.resize(first + n);
    GEOSCoordSeq_copyToArrays_r(context.handle(), sequence, out.x.data() + first, out.y.data() + first, nullptr, nullptr);
    out.end_ring();
}

template <class Space>
void append_parts(const GeosContext& context, const GEOSGeometry* geometry, Polygons<Space>& out) {
    const auto handle = context.handle();
    if (GEOSGeomTypeId_r(handle, geometry) == GEOS_POLYGON) {
        if (GEOSisEmpty_r(handle, geometry) == 1) return;
        append_ring(context, GEOSGetExteriorRing_r(handle, geometry), out);
        const int holes = GEOSGetNumInteriorRings_r(handle, geometry);
        for (int i = 0; i < holes; ++i) append_ring(context, GEOSGetInteriorRingN_r(handle, geometry, i), out);
        out.end_part();
        return;
    }
    if (GEOSGeomTypeId_r(handle, geometry) < GEOS_MULTIPOINT) return;
    const int n = GEOSGetNumGeometries_r(handle, geometry);
    for (int i = 0; i < n; ++i) append_parts(context, GEOSGetGeometryN_r(handle, geometry, i), out);
}

}  // namespace

void DestroyGeom::operator()(GEOSGeom_t* geometry) const noexcept { GEOSGeom_destroy_r(context, geometry); }

GeosContext::GeosContext() : handle_(GEOS_init_r()) {
    GEOSContext_setErrorMessageHandler_r(handle_, on_geos_error, &last_error_);
}
GeosContext::~GeosContext() { GEOS_finish_r(handle_); }

GeomHandle GeosContext::checked(GEOSGeom_t* geometry, const char* doing) const {
    if (geometry == nullptr) fail(doing);
    return GeomHandle(geometry, DestroyGeom{handle_});
}
bool GeosContext::checked(char answer, const char* doing) const {
    if (answer != 0 && answer != 1) fail(doing);
    return answer == 1;
}
void GeosContext::fail(const char* doing) const {
    throw InputError(std::string("geometry (") + doing + "): " + (last_error_.empty() ? "GEOS gave no reason" : last_error_));
}

template <class Space>
GeomHandle to_geos(const GeosContext& context, const PolygonsView<Space>& polygons, std::size_t r) {
    const std::size_t first = polygons.rows[r], last = polygons.rows[r + 1];
    if (last - first == 1) return part_to_geos(context, polygons, first);
    std::vector<GeomHandle> parts;
    for (std::size_t part = first; part < last; ++part) parts.push_back(part_to_geos(context, polygons, part));
    std::vector<GEOSGeometry*> raw;
    for (GeomHandle& part : parts) raw.push_back(part.release());
    return context.checked(
        GEOSGeom_createCollection_r(context.handle(), GEOS_MULTIPOLYGON, raw.data(), static_cast<unsigned>(raw.size())), "multipolygon");
}

template <class Space>
void append_row(const GeosContext& context, const GEOSGeom_t* geometry, Polygons<Space>& out) {
    append_parts(context, geometry, out);
    out.end_row();
}

template GeomHandle to_geos(const GeosContext&, const PolygonsView<Lonlat>&, std::size_t);
template GeomHandle to_geos(const GeosContext&, const PolygonsView<Planar>&, std::size_t);
template void       append_row(const GeosContext&, const GEOSGeom_t*, Polygons<Lonlat>&);
template void       append_row(const GeosContext&, const GEOSGeom_t*, Polygons<Planar>&);

}  // namespace gapmap
