#include "geo/tile/tile_id.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// Number of tiles on all levels below z.
constexpr std::uint64_t tiles_below(int z) noexcept { return ((std::uint64_t{1} << (2 * z)) - 1) / 3; }

/// One step of the curve: turns the quadrant so that its first and last cell meet its neighbours.
void turn(std::uint64_t side, std::uint64_t& x, std::uint64_t& y, bool right, bool upper) noexcept {
    if (upper) return;
    if (right) {
        x = side - 1 - x;
        y = side - 1 - y;
    }
    std::swap(x, y);
}

}  // namespace

TileId TileId::parse(std::string_view text) {
    const auto fail = [&](const char* why) { throw InputError(fmt::format("tile id '{}': {}", text, why)); };
    std::uint32_t parts[3]{};
    const char*   at  = text.data();
    const char*   end = at + text.size();
    for (int i = 0; i < 3; ++i) {
        if (i > 0 && (at == end || *at++ != '/')) fail("expected level/column/row");
        const auto [next, error] = std::from_chars(at, end, parts[i]);
        if (error != std::errc{}) fail("expected three whole numbers");
        at = next;
    }
    if (at != end) fail("expected nothing after the row");
    if (parts[0] > static_cast<std::uint32_t>(max_tile_level)) fail("the level is too high");
    return {static_cast<std::uint8_t>(parts[0]), parts[1], parts[2]};
}

std::string to_string(TileId tile) { return fmt::format("{}/{}/{}", tile.z, tile.x, tile.y); }

std::uint64_t tile_number(TileId tile) {
    GEO_EXPECTS(tile.z <= max_tile_level);
    return curve_number(tile.z, tile.x, tile.y);
}

std::uint64_t curve_number(int level, std::uint32_t column, std::uint32_t row) {
    GEO_EXPECTS(level >= 0 && level <= max_curve_level && column < (std::uint64_t{1} << level) && row < (std::uint64_t{1} << level));
    std::uint64_t along = 0, x = column, y = row;
    for (std::uint64_t side = (std::uint64_t{1} << level) >> 1; side > 0; side >>= 1) {
        const bool right = (x & side) != 0, upper = (y & side) != 0;
        along += side * side * ((right ? 3U : 0U) ^ (upper ? 1U : 0U));
        x &= side - 1;
        y &= side - 1;
        turn(side, x, y, right, upper);
    }
    return tiles_below(level) + along;
}

TileId tile_of_number(std::uint64_t number) {
    if (number >= tiles_below(max_tile_level + 1)) throw InputError(fmt::format("tile number {}: beyond level {}", number, max_tile_level));
    return tile_of_curve_number(number);
}

TileId tile_of_curve_number(std::uint64_t number) {
    if (number >= tiles_below(max_curve_level + 1)) throw InputError(fmt::format("tile number {}: beyond level {}", number, max_curve_level));
    int z = 0;
    while (number >= tiles_below(z + 1)) ++z;
    std::uint64_t rest = number - tiles_below(z), x = 0, y = 0;
    for (std::uint64_t side = 1; side < (std::uint64_t{1} << z); side <<= 1) {
        const bool right = (rest & 2) != 0, upper = ((rest & 1) != 0) != right;
        turn(side, x, y, right, upper);
        x += right ? side : 0;
        y += upper ? side : 0;
        rest >>= 2;
    }
    return {static_cast<std::uint8_t>(z), static_cast<std::uint32_t>(x), static_cast<std::uint32_t>(y)};
}

}  // namespace gapmap
