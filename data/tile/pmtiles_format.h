#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "geo/shape/points.h"

namespace gapmap {

/// PMTiles version 3: the parts that writer and reader share. Source: protomaps/PMTiles, spec/v3/spec.md.
enum class PmtilesCompression : std::uint8_t { unknown = 0, none = 1, gzip = 2, brotli = 3, zstd = 4 };
enum class PmtilesTileType : std::uint8_t { unknown = 0, mvt = 1, png = 2, jpeg = 3, webp = 4, avif = 5 };

struct PmtilesSection {
    std::uint64_t offset = 0, length = 0;
    bool          operator==(const PmtilesSection&) const = default;
};

struct PmtilesHeader {
    PmtilesSection     root, metadata, leaves, tiles;
    std::uint64_t      addressed_tiles = 0, entries = 0, contents = 0;
    bool               clustered            = true;
    PmtilesCompression internal_compression = PmtilesCompression::gzip;
    PmtilesCompression tile_compression     = PmtilesCompression::none;
    PmtilesTileType    tile_type            = PmtilesTileType::unknown;
    std::uint8_t       min_zoom = 0, max_zoom = 0, centre_zoom = 0;
    Box<Lonlat>        bounds{};
    Point<Lonlat>      centre{};
};

inline constexpr std::size_t pmtiles_header_size = 127;
inline constexpr std::size_t pmtiles_root_limit  = 16384;  ///< header and root directory fit in this, so one read opens a file

/// A run of `run` tiles from number `tile` on with the same content; run 0 points to a leaf directory.
struct PmtilesEntry {
    std::uint64_t tile = 0, offset = 0;
    std::uint32_t length = 0, run = 0;
    bool          operator==(const PmtilesEntry&) const = default;
};

[[nodiscard]] std::string   pmtiles_header_bytes(const PmtilesHeader& header);
[[nodiscard]] PmtilesHeader parse_pmtiles_header(std::string_view file);  ///< throws InputError

/// A directory before compression.
[[nodiscard]] std::string               pmtiles_directory_bytes(const std::vector<PmtilesEntry>& entries);
[[nodiscard]] std::vector<PmtilesEntry> parse_pmtiles_directory(std::string_view bytes);  ///< throws InputError

}  // namespace gapmap
