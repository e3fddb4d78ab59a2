#pragma once
#include <span>
#include <vector>

#include "analysis/density.h"

namespace gapmap {

/// Abramson's smoothing: bandwidth options.bandwidth * factor, where a point's factor is f(x_i)^(-1/2) over the geometric mean of these, at most `trim`.
/// f is a pilot density of fixed bandwidth and the same edge correction. Wide where points are sparse, narrow where they crowd.
struct AdaptiveOptions {
    DensityOptions density;          ///< `bandwidth` is the global one, h0
    Bandwidth      pilot;            ///< REQUIRES > 0
    double         trim = 5;         ///< REQUIRES > 0: no factor above this
};

/// The factors of points, and what is needed to state one at any place.
struct AdaptiveFactors {
    std::vector<double> factor;         ///< one a point; NaN for points that do not count
    double              geometric = 0;  ///< geometric mean of pilot^(-1/2) over the points, by weight; 0 where no point counts. The pilot is in weight per square unit
    double              trim      = 5;
    std::size_t         trimmed   = 0;  ///< points whose factor was cut
    /// The factor where the pilot density is `pilot`; `trim` where it is 0.
    [[nodiscard]] double at(double pilot) const noexcept;
};

/// Source: Abramson 1982; Davies & Hazelton 2010 (trimming by the geometric mean). Cost: one density_at.
[[nodiscard]] AdaptiveFactors adaptive_factors(PointsView<Planar> points, std::span<const double> weights, const AdaptiveOptions& options,
                                               const Execution& exec = {});

/// Density with a bandwidth of its own for each point.
/// Meaning: lambda(u) = scale * sum_i w_i k((u - x_i) / h_i) / h_i^2; `uniform` divides by the edge factor of a kernel at u with the bandwidth that a point at u would have,
/// `diggle` divides each point's kernel by its edge factor. Weights, missing values and places outside: as density_at.
/// Error: density_at_adaptive, rounding; the surface, Gaussian, 2e-11 of one point's peak per point (cut at 7 sigma), then float.
/// Cost: direct sums: places x points, or cells within each point's reach (a Gaussian: about (14 sigma / cell)^2 multiplications a point).
[[nodiscard]] std::vector<double> adaptive_density_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places,
                                                      const AdaptiveFactors& factors, const AdaptiveOptions& options, const Execution& exec = {});
[[nodiscard]] DensitySurface adaptive_density_surface(PointsView<Planar> points, std::span<const double> weights, const Grid<Planar>& grid,
                                                      const AdaptiveFactors& factors, const AdaptiveOptions& options, const Execution& exec = {});

/// The factor that a point at each place would have (NaN outside the window).
[[nodiscard]] std::vector<double> adaptive_factors_at(PointsView<Planar> points, std::span<const double> weights, PointsView<Planar> places,
                                                      const AdaptiveFactors& factors, const AdaptiveOptions& options, const Execution& exec = {});

}  // namespace gapmap
