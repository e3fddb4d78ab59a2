// WKB: any bytes are one row of polygons, or an InputError; a row comes back from its own WKB.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "geo/core/error.h"
#include "geo/shape/wkb.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    gapmap::Polygons<gapmap::Lonlat> out;
    try {
        gapmap::append_wkb(std::as_bytes(std::span(data, size)), out);
    } catch (const gapmap::InputError&) {
        return 0;
    }
    if (out.size() != 1) std::abort();
    (void)gapmap::polygon_area(out.view(), 0);
    (void)gapmap::polygon_box(out.view(), 0);
    (void)gapmap::polygon_centroid(out.view(), 0);
    (void)gapmap::covers(out.view(), 0, {107.8, 34.7});
    const std::string                once = gapmap::to_wkb(out.view(), 0);
    gapmap::Polygons<gapmap::Lonlat> again;
    gapmap::append_wkb(std::as_bytes(std::span(once)), again);
    if (gapmap::to_wkb(again.view(), 0) != once) std::abort();
    return 0;
}
