#pragma once
#include <string>

#include "app/project/project_file.h"
#include "app/tongue.h"
#include "data/ingest/explain_source.h"

#include <nlohmann/json_fwd.hpp>

namespace gapmap {

/// What `gapmap import --explain` is asked.
struct ExplainRequest {
    std::string folder, file, ledger, list, sheet, crs;
    bool        show_personal = false;
};

struct Explanation {
    SourceSpec  spec;
    std::string chosen;  ///< how the ledger was chosen: "option", "county.toml" or "best match"
    bool        checked_against_store = false;
    FileReading reading;
    bool        show_personal = false;
    std::string lang = "zh";
};

/// Reads a file as an import would, and stores nothing.
[[nodiscard]] Explanation explain_file(const ExplainRequest& request, const Execution& exec);

[[nodiscard]] nlohmann::ordered_json explanation_json(const Explanation& explanation);
[[nodiscard]] std::string            explanation_text(const Explanation& explanation, Tongue tongue);

}  // namespace gapmap
