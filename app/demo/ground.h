#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "geo/core/draws.h"
#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

// The ground of the demo county: real names and codes, made-up polygons inside the rough outline of the real county.
namespace gapmap::demo {

/// What is planted in a village.
enum class Role : std::uint8_t {
    ordinary,
    seat,             ///< one of the 12 units of the county town
    planted_village,  ///< hardly anybody outside its core was visited
    planted_grid,     ///< hardly anybody inside its core was visited
};

struct Town {
    std::string  code, name;
    Point<Planar> centre;  ///< EPSG:4545
};
struct Village {
    std::string   code, name;
    std::size_t   town      = 0;
    bool          community = false;
    Role          role      = Role::ordinary;
    Point<Planar> seed;         ///< where its core lies, EPSG:4545
    std::size_t   team = 0;     ///< which visiting team answers for it
    std::vector<std::size_t> grids{};
};
struct Grid {
    std::string code, name;
    std::size_t village = 0;
    bool        urban   = false;
    std::vector<std::size_t> buildings{};
};
struct Building {
    std::string code, name;
    std::size_t grid = 0;
    Point<Lonlat> centre;
};

/// Geometry columns have one row a unit, in the order of the unit lists. Lon/lat are multiples of 1e-7 degree, and
/// neighbours share the vertices of their border exactly.
struct Ground {
    std::vector<Town>     towns;
    std::vector<Village>  villages;
    std::vector<Grid>     grids;
    std::vector<Building> buildings;
    Polygons<Lonlat>      outline;  ///< EPSG:4490, one row
    Polygons<Lonlat>      town_shapes, village_shapes, grid_shapes;  ///< EPSG:4490
    Polygons<Planar>      building_shapes;                           ///< EPSG:4545
    std::size_t           cluster_a = 0, cluster_b = 0;  ///< the two neighbouring villages of the planted cluster of cases
};

/// The same for every county of a scaled demo but for the codes and a shift to the east, see `county_prefix`.
[[nodiscard]] Ground make_ground(Seed seed);

/// Code of county k of a scaled demo: "610329" for 0, then "700001", "700002", ...
[[nodiscard]] std::string county_prefix(std::size_t k);
/// A code of county 0 as it reads in county k.
[[nodiscard]] std::string code_in_county(const std::string& code, std::size_t k);
/// How far county k lies to the east of county 0, in degrees.
inline constexpr double county_shift_deg = 0.9;

// Streams of random draws, one a purpose.
enum Stream : std::uint32_t {
    stream_lattice = 100, stream_seeds, stream_grids, stream_buildings, stream_people, stream_visits, stream_bursts,
    stream_apps, stream_sites, stream_events, stream_warnings, stream_cases, stream_stations,
};

}  // namespace gapmap::demo
