#pragma once
#include <nlohmann/json_fwd.hpp>

#include "geo/shape/polygons.h"

namespace gapmap {

/// Six decimals are a decimetre: enough for a map, and a third of the bytes.
[[nodiscard]] double six_decimals(double degrees);

/// A row as a GeoJSON MultiPolygon of six decimals.
[[nodiscard]] nlohmann::ordered_json geometry_json(const PolygonsView<Lonlat>& polygons, std::size_t row);

}  // namespace gapmap
