#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "analysis/trend.h"
#include "geo/core/exec.h"
#include "geo/core/status.h"

namespace gapmap {

/// A space-time cube: bins by step, then row (south to north), then column (west to east).
struct CubeShape {
    std::size_t columns = 0, rows = 0, steps = 0;
    [[nodiscard]] std::size_t cells() const noexcept { return columns * rows; }
    [[nodiscard]] std::size_t bins() const noexcept { return cells() * steps; }
};

/// What counts as near a bin: the square of cells within `reach` (1: 3 x 3, the bin itself too), in the same step and the `back` steps before it.
struct CubeNeighbourhood {
    std::size_t reach = 1, back = 1;
};

struct CubeGi {
    std::vector<double> z;                ///< one a bin; NaN where undefined or outside
    std::size_t         bins = 0;         ///< those inside
    double              mean = 0, sd = 0; ///< over the bins inside, sd with divisor n
    /// ok; missing: no bin; too_few: all bins equal, or every neighbourhood is the whole cube, so that no bin can stand out
    Status              status = Status::ok;
};

/// Getis-Ord Gi* of every bin, binary weights.
/// Meaning: (sum of the neighbourhood - k mean) / (sd sqrt((n k - k^2) / (n - 1))), k its bins, mean and sd over the whole cube, n its bins.
/// `inside` empty: all cells; else one flag a cell: cells that are 0 count nowhere. Cost: O(bins x (reach + back)), separable sums.
/// REQUIRES counts.size() == shape.bins(), every count finite. Source: Getis & Ord 1992; Ord & Getis 1995.
[[nodiscard]] CubeGi cube_gi_star(std::span<const double> counts, const CubeShape& shape, const CubeNeighbourhood& near,
                                  std::span<const std::uint8_t> inside = {}, const Execution& exec = {});

enum class HotSpot {
    none,
    new_hot, consecutive_hot, intensifying_hot, persistent_hot, diminishing_hot, sporadic_hot, oscillating_hot, historical_hot,
    new_cold, consecutive_cold, intensifying_cold, persistent_cold, diminishing_cold, sporadic_cold, oscillating_cold, historical_cold,
};
[[nodiscard]] std::string_view to_string(HotSpot spot) noexcept;  ///< "intensifying hot spot", "no pattern"

struct EmergingOptions {
    double critical = 1.959964;  ///< z of a hot step; a cold one is <= -critical
    double alpha    = 0.05;      ///< of the trend of z, two-sided
    double share    = 0.9;       ///< of hot steps from which a spot is an old one
    std::size_t least_steps = 10;///< fewer have no class
};

/// The class of a cell from its z, step by step, and their trend.
/// Meaning, first that fits: share of hot steps >= 0.9: historical where the last is not hot, else intensifying or diminishing where z has a trend, else
/// persistent; last step hot: new where it is the only one, consecutive where the hot steps are one run of two or more at the end, oscillating where some
/// step is cold, else sporadic. Then the same for cold. Cost: O(steps).
[[nodiscard]] HotSpot emerging_class(std::span<const double> z, const Trend& trend, const EmergingOptions& options = {});

/// One cell's story.
struct CubeCell {
    double  total = 0;
    Trend   gi, count;        ///< trend of z and of the counts, a step
    HotSpot spot = HotSpot::none;
    Status  status = Status::ok;  ///< too_few: fewer steps than a class needs, or Gi* undefined; missing: outside
};

/// Trends and class of every cell. Cost: O(cells x steps^2). REQUIRES gi from the same cube.
[[nodiscard]] std::vector<CubeCell> cube_cells(std::span<const double> counts, const CubeShape& shape, const CubeGi& gi, const EmergingOptions& options = {},
                                               std::span<const std::uint8_t> inside = {}, const Execution& exec = {});

}  // namespace gapmap
