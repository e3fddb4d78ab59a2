#pragma once
#include <cstddef>

namespace gapmap {

/// What a stretch of a CSV file holds: enough to cut the file into chunks without parsing it.
struct ByteTally {
    std::size_t newlines = 0, quotes = 0;
    std::size_t blanks   = 0;  ///< line ends followed by an empty line
};

/// Counts in [p, p + n). REQUIRES p[n] readable.
[[nodiscard]] ByteTally tally_bytes(const char* p, std::size_t n) noexcept;

}  // namespace gapmap
