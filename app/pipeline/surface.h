#pragma once
#include <string>
#include <vector>

#include "app/pipeline/measure.h"
#include "app/tongue.h"
#include "geo/raster/grid.h"

namespace gapmap {

/// A case surface: kernel density over the county, edge-corrected so that its integral is the number (or loss) of the cases.
/// Cases are first spread over grounds whose number may be told (analysis/case_squares.h), so that what can be solved for may be told. Without
/// such grounds all cells are NaN.
struct CaseSurface {
    std::string    id;      ///< "cases_quartic", "cases_gaussian", "loss_quartic", "loss_gaussian"
    Text           label, unit;
    Raster<Planar> raster;  ///< in the scene's metric system; per km2
    double         integral = 0;
    double         max      = 0;  ///< of the cells that are shown
};

/// The four surfaces of the cases of the period, by residence.
[[nodiscard]] std::vector<CaseSurface> case_surfaces(const Scene& scene, const Measures& measures, const Execution& exec);

/// A classed PNG of a surface in Web Mercator, for the page, and the corner coordinates of its outer edge.
struct SurfaceImage {
    std::string png;
    Box<Lonlat> extent;
};
[[nodiscard]] SurfaceImage surface_image(const CaseSurface& surface, const Scene& scene, double top);

}  // namespace gapmap
