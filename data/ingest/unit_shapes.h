#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "geo/shape/polygons.h"

namespace gapmap {

/// The ground of units by code, to ask how far outside of it a point lies.
class UnitShapes {
public:
    /// `codes` one a row of `polygons`.
    void add(const std::vector<std::string>& codes, const Polygons<Lonlat>& polygons);

    /// Metres from `p` to the unit's ground, 0 inside. Nothing where the unit has no polygon. Error: below 0.5 % within 20 km (degrees are scaled
    /// at the point's latitude). Cost: O(vertices).
    [[nodiscard]] std::optional<double> metres_outside(const std::string& code, Point<Lonlat> p) const;

private:
    struct Shape {
        Polygons<Lonlat> ground;  ///< one row
        Box<Lonlat>      box;
    };
    std::unordered_map<std::string, Shape> shapes_;
};

}  // namespace gapmap
