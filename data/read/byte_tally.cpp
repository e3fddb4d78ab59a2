#include "data/read/byte_tally.h"

#include <algorithm>

#include "geo/core/clones.h"

namespace gapmap {
namespace {

// Counters of one byte let 32 bytes be looked at per step; they are emptied before they can run over.
constexpr std::size_t step = 128;

struct Small {
    unsigned char newlines = 0, quotes = 0, blanks = 0;
};

}  // namespace

GAPMAP_CLONES ByteTally tally_bytes(const char* p, std::size_t n) noexcept {
    ByteTally total;
    for (std::size_t first = 0; first < n; first += step) {
        const std::size_t last = std::min(n, first + step);
        Small             small;
        for (std::size_t i = first; i < last; ++i) {
            const bool newline = p[i] == '\n';
            const bool blank   = newline & ((p[i + 1] == '\n') | (p[i + 1] == '\r'));
            small.newlines = static_cast<unsigned char>(small.newlines + newline);
            small.quotes   = static_cast<unsigned char>(small.quotes + (p[i] == '"'));
            small.blanks   = static_cast<unsigned char>(small.blanks + blank);
        }
        total.newlines += small.newlines;
        total.quotes += small.quotes;
        total.blanks += small.blanks;
    }
    return total;
}

}  // namespace gapmap
