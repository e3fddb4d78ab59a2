#pragma once
#include <string>
#include <string_view>

namespace gapmap {

/// A gzip member without name and clock: the same input gives the same bytes. `level` 1 to 12.
[[nodiscard]] std::string gzip_tile(std::string_view bytes, int level);

}  // namespace gapmap
