#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gapmap {

/// A Gauss-Kruger zone of CGCS2000: transverse Mercator on the GRS 80 ellipsoid, scale 1 on the central meridian.
struct GaussKruger {
    double central_meridian_deg = 0;
    double false_easting_m      = 500'000;  ///< with the zone's number in front where the system carries it: 36,500,000

    /// The zone of an EPSG code: 4491-4501 (6 degrees, zone 13 to 23 in front), 4502-4512 (the same without), 4513-4533 (3 degrees, zone 25 to
    /// 45 in front), 4534-4554 (the same without). Nothing for any other system.
    [[nodiscard]] static std::optional<GaussKruger> of(std::string_view crs) noexcept;

    /// Degrees (longitude, latitude) to metres (east, north), in place.
    /// Domain: within 10 degrees of the central meridian and 84 of the equator; what lies beyond, and NaN, is left as it is and its index added to `beyond`.
    /// Error: below 1 micrometre (Kruger's series to the fourth order, coefficients to the sixth power of the third flattening).
    /// The same bits whatever stands before and behind a point. Cost: about 10 ns a point. Source: Kruger 1912; Karney 2011.
    void forward(std::span<double> x, std::span<double> y, std::vector<std::size_t>& beyond) const;

    /// Metres back to degrees, in place. Domain and error as forward(), about 1 micrometre.
    void inverse(std::span<double> x, std::span<double> y, std::vector<std::size_t>& beyond) const;
};

}  // namespace gapmap
