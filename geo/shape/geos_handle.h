#pragma once
// Internal to geo/: one idiom for every GEOS handle. Callers outside use overlay.h and linework.h.
#include <memory>
#include <string>

#include "geo/shape/polygons.h"

struct GEOSGeom_t;
struct GEOSContextHandle_HS;

namespace gapmap {

struct DestroyGeom {
    GEOSContextHandle_HS* context = nullptr;
    void operator()(GEOSGeom_t* geometry) const noexcept;
};
using GeomHandle = std::unique_ptr<GEOSGeom_t, DestroyGeom>;

/// One GEOS context (its reentrant API); one object per thread. GEOS's messages become exceptions at checked().
class GeosContext {
public:
    GeosContext();
    ~GeosContext();
    GeosContext(const GeosContext&)            = delete;  // GEOS holds its address
    GeosContext& operator=(const GeosContext&) = delete;

    [[nodiscard]] GEOSContextHandle_HS* handle() const noexcept { return handle_; }
    /// Takes what a GEOS function returned. Throws InputError with GEOS's own text where it is null.
    [[nodiscard]] GeomHandle checked(GEOSGeom_t* geometry, const char* doing) const;
    /// The same for a function that answers 0, 1 or 2 (exception).
    [[nodiscard]] bool checked(char answer, const char* doing) const;

private:
    [[noreturn]] void fail(const char* doing) const;

    std::string           last_error_;  // before the handle: GEOS writes to it through a pointer
    GEOSContextHandle_HS* handle_;
};

/// Row `r` as a GEOS polygon, or multipolygon where it has more or fewer than one part.
template <class Space>
[[nodiscard]] GeomHandle to_geos(const GeosContext& context, const PolygonsView<Space>& polygons, std::size_t r);

/// Appends the polygons inside `geometry` as one row; points and lines in it are left out.
template <class Space>
void append_row(const GeosContext& context, const GEOSGeom_t* geometry, Polygons<Space>& out);

}  // namespace gapmap
