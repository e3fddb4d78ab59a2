#pragma once
#include <string>
#include <vector>

#include "app/pipeline/measure.h"
#include "app/pipeline/release.h"
#include "app/pipeline/surface.h"

namespace gapmap {

/// `data.js` of the map page: `window.GAPMAP_DATA = {...};`. The contract stands in web/src/data.ts.
[[nodiscard]] std::string page_data_js(const Scene& scene, const Measures& measures, const Release& release, const std::vector<CaseSurface>& surfaces);

/// Rising class breaks of the gap score, round numbers near the 40th, 60th, 80th and 95th percentile of the villages.
[[nodiscard]] std::vector<double> gap_breaks(const Measures& measures);

}  // namespace gapmap
