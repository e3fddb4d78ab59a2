#pragma once
#include <string>

#include "geo/core/day.h"

namespace gapmap {

/// The day that an option gives. Throws UsageError naming the option.
[[nodiscard]] Day day_of_option(const std::string& text, const std::string& option);

}  // namespace gapmap
