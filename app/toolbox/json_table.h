#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "geo/shape/layer.h"

namespace gapmap {

/// Rows of JSON with the same keys as a table: a key is text where a row holds text, else whole numbers, else numbers; null is no value, true and false are 1 and 0.
[[nodiscard]] Layer json_table(const nlohmann::ordered_json& rows, const std::string& name);

}  // namespace gapmap
