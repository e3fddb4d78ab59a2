#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "geo/shape/points.h"

namespace gapmap {

/// Sets `blob` to a point as SpatiaLite stores it (60 bytes, little-endian). Source: SpatiaLite manual, "BLOB-Geometry".
void set_point_blob(std::string& blob, double x, double y, std::int32_t srid);

/// The box that stands at the start of any SpatiaLite geometry; empty where `blob` is none.
[[nodiscard]] Box<Lonlat> blob_box(std::string_view blob) noexcept;

}  // namespace gapmap
