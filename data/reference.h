#pragma once
#include <string_view>

namespace gapmap {

/// A file of data/reference/, built into the program: `reference_file("ledgers.json")`. Bytes live as long as the program.
[[nodiscard]] std::string_view reference_file(std::string_view name);

}  // namespace gapmap
