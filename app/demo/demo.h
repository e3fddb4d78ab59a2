#pragma once
#include <filesystem>

#include "app/demo/ledger_file.h"
#include "geo/core/exec.h"

namespace gapmap::demo {

inline constexpr std::size_t max_counties = 60;  ///< the last lies at 161 degrees east; four million visits

struct DemoOptions {
    Seed        seed{};
    std::size_t counties = 1;  ///< REQUIRES in [1, max_counties]. County k has codes of its own and lies k * 0.9 degrees further east.
};

/// Writes a demo project into `folder` (made where missing). Same options, same bytes. Throws OutputError where the folder
/// holds anything but an earlier demo.
Journal write_demo(const std::filesystem::path& folder, const DemoOptions& options, const Execution& exec);

}  // namespace gapmap::demo
