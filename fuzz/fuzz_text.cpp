// Text of unknown encoding: well-formed UTF-8 comes out, or an InputError.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "data/ingest/text_decode.h"
#include "geo/core/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const char* const encodings[] = {"auto", "UTF-8", "UTF-8-BOM", "UTF-16LE", "UTF-16BE", "GB18030"};
    const std::string        bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        if (!gapmap::is_utf8(gapmap::decode_text(bytes, encodings[data[0] % 6], "fuzz").text)) std::abort();
    } catch (const gapmap::InputError&) {
    }
    return 0;
}
