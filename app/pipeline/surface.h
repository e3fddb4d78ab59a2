#pragma once
#include <string>
#include <vector>

#include "analysis/case_squares.h"
#include "app/pipeline/measure.h"
#include "app/tongue.h"
#include "geo/raster/grid.h"

namespace gapmap {

/// A case surface: kernel density over the county, edge-corrected so that its integral is the number (or loss) of the cases.
/// Cases are first spread over grounds whose number may be told (analysis/case_squares.h), so that what can be solved for may be told. Without
/// such grounds all cells are NaN.
struct CaseSurface {
    std::string    id;      ///< "cases_quartic", "cases_gaussian", "loss_quartic", "loss_gaussian", "loss_robust_quartic", "relative_risk"
    Text           label, unit;
    Raster<Planar> raster;  ///< in the scene's metric system; per km2
    double         integral = 0;
    double         max      = 0;  ///< of the cells that are shown
};

/// Losses as they are, or with the largest cases capped so that no single one makes more than this share of the sum.
enum class LossWeights { as_they_are, capped };
inline constexpr double largest_loss_share = 0.1;

/// Cases of the period that have a place of residence, told over the same grounds as their counts: a village that shows its count, or its pool. Anything
/// finer, set beside the counts, would tell what they withhold. Empty where nothing may be told.
[[nodiscard]] SquareMass told_cases(const Scene& scene, const Measures& measures, const Execution& exec, LossWeights losses = LossWeights::as_they_are);

/// Cells of this size over the county, on whole multiples of it, so that weeks and counties fit on one another.
[[nodiscard]] Grid<Planar> county_grid(const Scene& scene, double cell);

/// The surfaces of the cases of the period, by residence: cases and losses with two kernels, and losses of which no single case decides.
[[nodiscard]] std::vector<CaseSurface> case_surfaces(const Scene& scene, const Measures& measures, const Execution& exec);

/// Where the scale of a surface ends: as the policy fixes it, so that weeks compare, else at the surface's own largest value, rounded up.
[[nodiscard]] double surface_top(const CaseSurface& surface, const Policy& policy);

/// A classed PNG of a surface in Web Mercator, for the page, and the corner coordinates of its outer edge.
struct SurfaceImage {
    std::string png;
    Box<Lonlat> extent;
};
[[nodiscard]] SurfaceImage surface_image(const CaseSurface& surface, const Scene& scene, double top);

}  // namespace gapmap
