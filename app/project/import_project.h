#pragma once
#include <vector>

#include "app/project/project_file.h"
#include "data/store/store.h"
#include "geo/core/exec.h"

namespace gapmap {

/// One source of the project after an import.
struct SourceReport {
    Batch batch;
    bool  unchanged = false;  ///< same bytes, same settings: nothing was read again
};

struct ImportReport {
    std::vector<SourceReport> sources;
    std::vector<BatchIssue>   issues;  ///< of all current batches
    std::size_t               retired = 0;      ///< batches whose source left county.toml
    std::size_t               corrections = 0;  ///< typed into the last report, and new

    [[nodiscard]] bool changed() const noexcept;
};

/// What a store knows of the ground: unit codes, households, the county's box.
[[nodiscard]] ImportReference ground_of(const Store& store, const Project& project);

/// Brings the store up to date with the sources of `project`: reads what changed, in one transaction. A source is unchanged
/// where its bytes, its settings, and the ground and households it is checked against are the same.
ImportReport import_project(const Project& project, Store& store, const Execution& exec);

}  // namespace gapmap
