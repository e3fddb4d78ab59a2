#pragma once
#include <map>
#include <optional>
#include <string>

#include "data/ingest/cell_parse.h"
#include "geo/crs/transform.h"
#include "geo/shape/points.h"

namespace gapmap {

/// A row's position in the store's system (EPSG:4490), and what had to be done with what was written.
struct Position {
    enum class Fate { taken, missing, refused };
    Fate          fate = Fate::taken;
    Point<Lonlat> at{};
    std::string   code{};  ///< of the issue: swapped, scaled, zone, zero_position, outside_county; empty: taken as written
    Note          note{};
};

/// The Gauss-Kruger system of CGCS2000 (EPSG:4491 to 4554) whose metres bring a pair into `county`, east and north in either order: the zone of
/// an easting of 8 digits, else the one zone of three or six degrees that fits. Nothing where none does, or no county is known.
[[nodiscard]] std::optional<std::string> fitting_gauss_kruger(double x, double y, const Box<Lonlat>& county);

/// Reads pairs of one source: `crs` as declared, `county` a box with a margin (empty: nothing is checked against it).
/// As written first. Else, and only where the result lies in the county and the pair as written does not: north and east swapped;
/// kilometres for metres; both. For Gauss-Kruger systems of CGCS2000 (EPSG:4491 .. 4554) an easting of 8 digits names its own zone
/// (13 to 23: six degrees, 25 to 45: three), one of 6 digits is in the declared zone, whether or not the declared system has a prefix.
class PositionReader {
public:
    PositionReader(std::string crs, Box<Lonlat> county);
    [[nodiscard]] Position settle(double x, double y);

private:
    struct Attempt {
        double      x, y;
        std::string code{};
        Note        note{};
    };
    [[nodiscard]] std::optional<Point<Lonlat>> lonlat(Attempt& attempt);
    [[nodiscard]] std::optional<Point<Lonlat>> from_degrees(const Attempt& attempt);
    [[nodiscard]] std::optional<Point<Lonlat>> from_metres(Attempt& attempt);
    [[nodiscard]] const Transform&             transform_from(const std::string& crs);
    [[nodiscard]] bool                         in_county(Point<Lonlat> p) const noexcept;
    [[nodiscard]] Position                     refused(double x, double y);

    std::string                      crs_;
    Box<Lonlat>                      county_;
    bool                             degrees_ = true, plain_ = true;
    std::optional<int>               epsg_;  ///< of a Gauss-Kruger system of CGCS2000
    std::map<std::string, Transform> transforms_;
    std::optional<std::string>       hint_;  ///< the system that the first refused pair fits; empty: none does
};

}  // namespace gapmap
