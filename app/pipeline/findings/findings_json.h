#pragma once
#include <nlohmann/json_fwd.hpp>

#include "app/pipeline/findings/finding.h"
#include "geo/shape/released.h"

namespace gapmap {

/// For the page: `findings` and `tests_run` of web/src/data.ts.
[[nodiscard]] nlohmann::ordered_json findings_page_json(const Scene& scene, const Findings& findings);

/// For summary.json: gate, classes found with the codes of their units, tables and parameters of each method.
[[nodiscard]] nlohmann::ordered_json findings_summary_json(const Scene& scene, const Findings& findings);

/// For gaps.gpkg: a layer `found_ID` of units for each method that speaks of units (class, class_plain, status, sentences), and one layer
/// `found_shapes` of all shapes. Classes are empty where the gate is closed.
[[nodiscard]] std::vector<ReleasedLayer> findings_layers(const Scene& scene, const Findings& findings);

}  // namespace gapmap
