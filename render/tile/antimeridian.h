#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "geo/crs/transform.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// Longitudes beyond 180 degrees on their way into the plane of a tile matrix set, which PROJ would throw back to the other end of the world point by point.
class Antimeridian {
public:
    /// Turns longitudes into [-180, 180], in place, and remembers by how many times around the world. Degrees.
    explicit Antimeridian(std::span<double> longitudes);
    /// Puts back what was turned, once `to_set` has taken the coordinates to the set: a shape over the antimeridian is in one piece, reaching beyond the set,
    /// and is there a second time where that piece lies in the set. Such parts may overlap.
    void restore(const Transform& to_set, Polygons<Planar>& polygons) const;
    /// The place inside the set of a point that restore() may have moved beyond it. Without turned longitudes: the point itself.
    [[nodiscard]] double inside(const Transform& to_set, double x) const;

private:
    struct World {
        double west = 0, width = 0;
    };
    [[nodiscard]] static World world(const Transform& to_set);

    std::vector<std::int8_t> turns_;  // empty: none
};

}  // namespace gapmap
