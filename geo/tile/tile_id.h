#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gapmap {

/// A tile: level, column from the west, row from the NORTH (XYZ). Prints and parses as `z/x/y`.
struct TileId {
    std::uint8_t  z = 0;
    std::uint32_t x = 0, y = 0;

    auto operator<=>(const TileId&) const = default;
    [[nodiscard]] static TileId parse(std::string_view zxy);  ///< throws InputError("tile id '...': ...")
};

[[nodiscard]] std::string to_string(TileId tile);

inline constexpr int max_tile_level = 26;  ///< numbers of all tiles up to this level fit in 54 bits

/// The tile's place in the order of PMTiles: levels one after the other, each along a Hilbert curve.
/// REQUIRES z <= max_tile_level and x, y < 2^z. Source: PMTiles specification version 3, clause 4.1.
[[nodiscard]] std::uint64_t tile_number(TileId tile);

/// The inverse. Throws InputError beyond max_tile_level.
[[nodiscard]] TileId tile_of_number(std::uint64_t number);

inline constexpr int max_curve_level = 30;  ///< numbers up to this level fit in 62 bits

/// tile_number() for the levels of sets that begin with many tiles. REQUIRES 0 <= level <= max_curve_level and x, y < 2^level.
[[nodiscard]] std::uint64_t curve_number(int level, std::uint32_t x, std::uint32_t y);
[[nodiscard]] TileId        tile_of_curve_number(std::uint64_t number);  ///< the inverse; throws InputError beyond max_curve_level

}  // namespace gapmap

template <>
struct std::hash<gapmap::TileId> {
    std::size_t operator()(const gapmap::TileId& tile) const noexcept {
        const std::uint64_t mixed = (std::uint64_t{tile.z} << 58) ^ (std::uint64_t{tile.x} << 29) ^ tile.y;
        return static_cast<std::size_t>(mixed * 0x9E3779B97F4A7C15ULL);
    }
};
