#pragma once
#include <memory>
#include <string>

#include "geo/core/exec.h"

namespace gapmap {

/// "0.1.0"
[[nodiscard]] const char* version() noexcept;

/// `mode`: "auto" draws a bar where stderr is a terminal and plain lines elsewhere; "always" forces lines; "never" is silent.
[[nodiscard]] std::unique_ptr<Progress> make_progress(const std::string& mode);

}  // namespace gapmap
