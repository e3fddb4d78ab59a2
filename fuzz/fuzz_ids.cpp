// Tile ids and dates: what parses prints as it was, or as its canonical form that parses to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "geo/core/day.h"
#include "geo/core/error.h"
#include "geo/tile/tile_id.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto day = gapmap::Day::parse_iso(text); day && gapmap::Day::parse_iso(to_string(*day)) != day) std::abort();
    try {
        const gapmap::TileId tile = gapmap::TileId::parse(text);
        if (gapmap::TileId::parse(to_string(tile)) != tile) std::abort();
    } catch (const gapmap::InputError&) {
    }
    return 0;
}
