#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "app/pipeline/findings/finding.h"
#include "app/pipeline/measure.h"
#include "app/pipeline/out_folder.h"
#include "app/pipeline/release.h"
#include "app/project/import_project.h"

namespace gapmap {

/// Everything that the summary tells.
struct SummaryParts {
    const Scene&        scene;
    const Measures&     measures;
    const Counting&     counting;
    const Release&      release;
    const Topology&     topology;
    const ImportReport& import;
    const Findings&     findings;
};

/// The summary of CLI.md: as_of, layers, import, topology, coverage, counting, cases, gaps, outputs; and the formula with its parameters.
[[nodiscard]] nlohmann::ordered_json summary_json(const SummaryParts& parts, const std::vector<OutputFile>& outputs);

/// Inputs with hashes, parameters, seed, versions, outputs with hashes. Its only clock is the as-of date.
[[nodiscard]] nlohmann::ordered_json manifest_json(const Scene& scene, const Measures& measures, std::uint64_t seed,
                                                   const std::vector<OutputFile>& outputs);

/// A rate as an object: numerator, denominator, value (or null), scope, source, as_of.
[[nodiscard]] nlohmann::ordered_json rate_json(const NamedRate& rate);

}  // namespace gapmap
