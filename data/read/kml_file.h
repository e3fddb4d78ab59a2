#pragma once
#include <string>
#include <string_view>

#include "geo/shape/layer.h"

namespace gapmap {

/// The placemarks of a KML file as one layer in WGS 84: columns `name`, `description` (as it stands, markup and all) and whatever the
/// extended data name, in the order in which they first occur; points or polygons. Folders do not matter.
/// Throws InputError for damaged XML, for lines, and where points and polygons are mixed, naming the placemark's number.
[[nodiscard]] Layer read_kml(std::string_view xml, const std::string& source);

}  // namespace gapmap
