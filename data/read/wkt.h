#pragma once
#include <span>
#include <string>
#include <string_view>

#include "geo/core/exec.h"
#include "geo/shape/layer.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// Geometry from well-known text, one a row; all points, or all (multi)polygons; blank is null. Z and M are dropped.
/// The space is Planar here: the caller knows the coordinate system. Throws InputError naming `source`, row and `field`.
[[nodiscard]] Geometry parse_wkt(std::span<const std::string> texts, const std::string& source, const std::string& field, const Execution& exec);

}  // namespace gapmap
