// Coordinates as text: finite values or none and a reason; a pair reads as its halves do.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "data/ingest/coordinate_text.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace gapmap;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto one = parse_coordinate(text);
    check(one.value ? std::isfinite(one.value->value) : !one.note.empty());
    const auto pair = parse_coordinate_pair(text);
    check(pair.value ? std::isfinite(pair.value->x.value) && std::isfinite(pair.value->y.value) && !pair.note.empty() : !pair.note.empty());
    if (pair.value) check(pair.value->x.axis != Axis::north && pair.value->y.axis != Axis::east);
    return 0;
}
