// WKT: any text is a geometry, or an InputError.
#include <cstddef>
#include <cstdint>
#include <string>

#include "data/read/wkt.h"
#include "geo/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        (void)gapmap::parse_wkt({&text, 1}, "fuzz", "wkt", {});
    } catch (const gapmap::InputError&) {
    }
    return 0;
}
