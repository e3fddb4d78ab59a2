#pragma once
#include <vector>

#include "app/pipeline/findings/finding.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/out_folder.h"
#include "app/pipeline/release.h"
#include "app/pipeline/surface.h"
#include "geo/core/exec.h"

namespace gapmap {

/// Everything that the outputs are made from.
struct Results {
    const Scene&                    scene;
    const Measures&                 measures;
    const Release&                  release;
    const std::vector<CaseSurface>& surfaces;
    const Topology&                 topology;
    const Findings&                 findings;
};

/// Writes all outputs but the summary and the manifest: tables, bulletin, GeoPackage with styles, surfaces, tiles, page.
void write_outputs(OutFolder& out, const Results& results, const Execution& exec);

}  // namespace gapmap
