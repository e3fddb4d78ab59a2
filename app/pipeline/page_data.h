#pragma once
#include <string>
#include <vector>

#include "app/pipeline/findings/finding.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/release.h"
#include "app/pipeline/surface.h"

namespace gapmap {

/// `data.js` of the map page: `window.GAPMAP_DATA = {...};`. The contract stands in web/src/data.ts.
[[nodiscard]] std::string page_data_js(const Scene& scene, const Measures& measures, const Release& release, const std::vector<CaseSurface>& surfaces, const Findings& findings);

/// Four class breaks of the gap score of a level, none below the one before: round numbers near its 40th, 60th, 80th and 95th percentile.
/// Class i holds scores above breaks[i - 1] and up to breaks[i]; between two equal breaks (few units) lies no class.
[[nodiscard]] std::vector<double> gap_breaks(const Measures& measures, std::size_t level);

}  // namespace gapmap
