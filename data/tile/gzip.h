#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace gapmap {

/// A gzip member without name and clock: the same input gives the same bytes.
[[nodiscard]] std::string gzip(std::string_view bytes, int level = 6);

/// What one gzip member holds. Throws InputError where it is damaged or would be larger than `max_bytes`.
[[nodiscard]] std::string gunzip(std::string_view bytes, std::size_t max_bytes);

}  // namespace gapmap
