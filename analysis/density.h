#pragma once
#include <span>
#include <vector>

#include "analysis/kernel.h"
#include "analysis/window.h"
#include "geo/core/exec.h"
#include "geo/raster/grid.h"
#include "geo/shape/points.h"

namespace gapmap {

class CellGround;

/// How mass that a kernel would spread outside the window is given back (Diggle 1985; Jones 1993).
enum class EdgeCorrection {
    none,
    uniform,  ///< density at u divided by e(u)
    diggle,   ///< each point's kernel divided by e(point): the integral over the window is the total weight
};

struct DensityOptions {
    Kernel         kernel = Kernel::quartic;
    Bandwidth      bandwidth;                     ///< REQUIRES > 0
    EdgeCorrection edge   = EdgeCorrection::none; ///< others REQUIRE a window
    const Window*  window = nullptr;              ///< not owned. Points outside do not count; places outside have no value (NaN)
    double         scale  = 1;                    ///< multiplies every value: 1e6 for "per km2" where the unit is the metre
    /// Given: `window` is the area of these cells (CellGround::window), and all points count, taken in a finer window before. The caller has centred them; where
    /// the bandwidth is adaptive it has not: there the pilot alone takes them at the centres, as sparr does. Not owned.
    const CellGround* cells = nullptr;
};

/// Edge factors are not taken below this: at a needle tip of the window e(u) goes to 0 and the estimate to infinity.
inline constexpr double least_edge_factor = 1e-3;

/// Kernel density at places.
/// Meaning: lambda(u) = scale * sum_i w_i k((u - x_i) / h) / (h_x h_y), edge-corrected as asked.
/// Unit: weight per square planar unit, times `scale`. Missing points (NaN) do not count; a missing place is NaN.
/// Error: rounding of a plain sum (about n eps relative): no point is left out before its kernel underflows.
/// Cost: O(places x points in reach). Source: Silverman 1986.
/// REQUIRES weights empty (all 1) or one >= 0 a point.
[[nodiscard]] std::vector<double> density_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places,
                                             const DensityOptions& options, const Execution& exec = {});

/// Density at each point without itself: what the others say about its place. NaN for points that do not count.
/// Error: as above. Cost: O(points^2), about 1.5 ns a pair.
[[nodiscard]] std::vector<double> density_without_self(PointsView<Planar> points, std::span<const double> weights, const DensityOptions& options,
                                                       const Execution& exec = {});

/// A density on a grid.
struct DensitySurface {
    Raster<Planar> raster;
    double         integral = 0;  ///< sum of cell values times cell area, divided by `scale`: close to the total weight
    double         max      = 0;  ///< largest value; 0 where there is none
};

/// Kernel density at the centres of a grid: the same function as density_at, without binning the points.
/// Error: compact kernels, 1e-9 of the largest value (running polynomials about local origins, see density_sweep.h), and
/// exactly 0 beyond every support; Gaussian, 1e-10 of one point's peak per point (see density_gauss.h). Then rounded to float.
/// Cost: compact, O(rows x points in the band of a row + cells); Gaussian, O(points + cells), for any bandwidth over 2 cells.
/// Results do not depend on the number of threads.
[[nodiscard]] DensitySurface density_surface(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid,
                                             const DensityOptions& options, const Execution& exec = {});

/// The weights that enter the sums: 0 for points that are missing or outside the window, divided by e for `diggle`.
[[nodiscard]] std::vector<double> effective_weights(PointsView<Planar> points, std::span<const double> weights,
                                                    const DensityOptions& options, const Execution& exec = {});

}  // namespace gapmap
