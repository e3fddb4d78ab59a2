#pragma once
#include "app/demo/ground.h"
#include "geo/crs/transform.h"

// The steps of make_ground(), each in its own file.
namespace gapmap::demo {

/// Towns and villages as the statistics bureau lists them, in its order; communities and villages of the seat are marked.
void list_divisions(Ground& ground);

/// Places the 70 seeds: the seat's by hand, the others evenly over the county, each town's near each other.
void settle_villages(Ground& ground, Seed seed);

/// Cuts the outline into 70 villages around the seeds, and unites them into towns.
void partition_county(Ground& ground, Seed seed);

/// Chooses the under-covered villages and grids, the cluster's two neighbours, and each village's team.
void plant_roles(Ground& ground);

/// 76 grids around the seeds and 358 buildings in them.
void lay_out_compounds(Ground& ground, Seed seed);

/// The door from the demo's metres to its degrees; making one costs milliseconds, using it microseconds.
class ToLonlat {
public:
    ToLonlat();
    [[nodiscard]] Points<Lonlat> operator()(const Points<Planar>& points) const;

private:
    Transform transform_;
};
/// Rounded to 1e-7 degree (about a centimetre).
[[nodiscard]] double round_deg(double degrees) noexcept;
[[nodiscard]] double distance_m(Point<Planar> a, Point<Planar> b) noexcept;

inline constexpr const char* demo_crs    = "EPSG:4490";
inline constexpr const char* demo_metric = "EPSG:4545";

}  // namespace gapmap::demo
