#pragma once
#include <string>
#include <vector>

#include "app/pipeline/measure.h"
#include "app/pipeline/release.h"
#include "app/pipeline/surface.h"

namespace gapmap {

/// `data.js` of the map page: `window.GAPMAP_DATA = {...};`. The contract stands in web/src/data.ts.
[[nodiscard]] std::string page_data_js(const Scene& scene, const Measures& measures, const Release& release, const std::vector<CaseSurface>& surfaces);

/// Rising class breaks of the gap score of a level: round numbers near its 40th, 60th, 80th and 95th percentile.
[[nodiscard]] std::vector<double> gap_breaks(const Measures& measures, std::size_t level);

}  // namespace gapmap
