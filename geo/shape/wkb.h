#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "geo/shape/polygons.h"

namespace gapmap {

/// Row `r` as little-endian WKB MultiPolygon (OGC 06-103r4 clause 8). A null row gives an empty MultiPolygon.
[[nodiscard]] std::string to_wkb(const PolygonsView<Lonlat>& polygons, std::size_t r);

/// Appends one row from WKB Polygon or MultiPolygon (either byte order, 2D). Throws InputError on anything else.
void append_wkb(std::span<const std::byte> wkb, Polygons<Lonlat>& out);

}  // namespace gapmap
