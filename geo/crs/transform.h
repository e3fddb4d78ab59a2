#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// True for a geographic (degrees) system. `crs`: "EPSG:4490", "4490", WKT; "GCJ02" and "BD09" are geographic too, "BD09MC" (Baidu's metres) is not.
/// Throws InputError where PROJ does not know it.
[[nodiscard]] bool is_geographic(const std::string& crs);

/// The canonical name: "EPSG:4490" for "epsg:4490" and "4490"; "WGS84" -> "EPSG:4326"; "GCJ-02"/"gcj02" -> "GCJ02";
/// "BD-09" -> "BD09". Anything else is returned as given.
[[nodiscard]] std::string normalise_crs(std::string_view crs);

/// The projected system to measure in around a longitude and latitude: inside China the CGCS2000 3-degree Gauss-Kruger zone
/// without zone prefix (EPSG:4534 .. 4554), elsewhere the UTM zone on WGS 84.
[[nodiscard]] std::string metric_crs(Point<Lonlat> around);

/// Metres in one unit of a projected system's first axis: 1 for most, 0.3048 for feet. 1 where PROJ does not say.
/// REQUIRES a projected system. Throws InputError where PROJ does not know it.
[[nodiscard]] double metres_per_unit(const std::string& crs);

/// True where the system's own first axis points north (EPSG:4490, EPSG:4545): files that follow a system's axes give latitude or northing first.
/// Throws InputError where PROJ does not know it.
[[nodiscard]] bool is_north_first(const std::string& crs);

/// Coordinate operation between two systems, traditional axis order (longitude, latitude; east, north).
/// One object per thread. Values that PROJ cannot transform become NaN.
class Transform {
public:
    Transform(const std::string& from, const std::string& to);  ///< throws InputError on an unknown system
    ~Transform();
    Transform(Transform&&) noexcept;
    Transform& operator=(Transform&&) noexcept;
    /// In place over two columns of equal length.
    void apply(std::span<double> x, std::span<double> y) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The one door from degrees to metres and back. `crs_from` is geographic (for Lonlat) and `crs_to` projected, or the reverse.
[[nodiscard]] Points<Planar>   project(PointsView<Lonlat> points, const std::string& crs_from, const std::string& crs_to);
[[nodiscard]] Polygons<Planar> project(const PolygonsView<Lonlat>& polygons, const std::string& crs_from, const std::string& crs_to);
[[nodiscard]] Points<Lonlat>   unproject(PointsView<Planar> points, const std::string& crs_from, const std::string& crs_to);
[[nodiscard]] Polygons<Lonlat> unproject(const PolygonsView<Planar>& polygons, const std::string& crs_from, const std::string& crs_to);

}  // namespace gapmap
