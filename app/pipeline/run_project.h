#pragma once
#include <nlohmann/json.hpp>

#include "app/project/project_file.h"
#include "app/tongue.h"
#include "geo/core/draws.h"
#include "geo/core/exec.h"

namespace gapmap {

struct RunResult {
    nlohmann::ordered_json     summary;  ///< as in summary.json
    std::string                out;      ///< folder of the outputs
    [[nodiscard]] std::string  text(Tongue tongue) const;
};

/// The whole job on one county: import, scene, measures, release, outputs, and the run's record in the store. Outputs and
/// store change together at the end, or not at all.
RunResult run_project(const Project& project, Day as_of, Seed seed, const Execution& exec);

}  // namespace gapmap
