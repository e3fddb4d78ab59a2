#pragma once
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/unit_shapes.h"
#include "geo/shape/points.h"

namespace gapmap {

/// Gathers pairs of coordinates as they were written, with the unit that the row names, and says which system they look like.
/// How: whether they are degrees or metres, and in which order, from their size and the county's box; for degrees, which of WGS 84, GCJ-02 and BD-09 brings
/// the points nearest to the units that their rows name (0 inside): these systems lie 300 to 1200 m apart, a building does not.
class CrsEvidence {
public:
    CrsEvidence(Box<Lonlat> county, const UnitShapes* shapes) : county_(county), shapes_(shapes) {}

    /// The first 2,000 count. `unit`: the code of the finest unit that the row names; may be empty.
    void add(double x, double y, const std::string& unit);

    /// What the pairs look like, in one English sentence for an error; empty where there is none.
    [[nodiscard]] std::string looks_like() const;

    /// One system that fits clearly better than another does.
    struct Contradiction {
        std::string better;          ///< "EPSG:4490" (for WGS 84 as well), "GCJ02", "BD09"
        double      declared_m = 0, better_m = 0;  ///< mean distance of the points from the units that their rows name
        std::size_t rows = 0;
    };
    /// Whether the units contradict a declared system: at least 20 rows, a mean of 50 m less, and more rows nearer than chance allows (sign test, z above 4).
    [[nodiscard]] std::optional<Contradiction> contradiction(const std::string& declared) const;

private:
    struct Pair {
        double      x, y;
        std::string unit;
    };
    struct Fit {
        std::string         crs;
        std::vector<double> outside_m;
        double              mean_m = 0;
    };
    [[nodiscard]] std::vector<Fit> fits(bool swapped) const;
    [[nodiscard]] std::string      gauss_kruger_of(const char* family) const;
    [[nodiscard]] bool             in_county(double x, double y) const noexcept;

    Box<Lonlat>       county_;
    const UnitShapes* shapes_;
    std::vector<Pair> pairs_;
};

}  // namespace gapmap
