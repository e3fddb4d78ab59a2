#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "data/tile/pmtiles_format.h"
#include "geo/tile/tile_id.h"

namespace gapmap {

/// Looks tiles up in the bytes of a PMTiles file (version 3), which must outlive it. Every function throws InputError where the
/// bytes are not what the format says.
class PmtilesReader {
public:
    explicit PmtilesReader(std::string_view file);

    [[nodiscard]] const PmtilesHeader& header() const noexcept { return header_; }
    [[nodiscard]] std::string          metadata() const;  ///< JSON text
    /// The tile's bytes as they are stored (compressed where the header says so); nothing where the file has no such tile.
    [[nodiscard]] std::optional<std::string_view> find(TileId tile) const;
    /// Calls `visit` for every tile, in rising order of tile_number().
    void for_each(const std::function<void(TileId, std::string_view)>& visit) const;

private:
    [[nodiscard]] std::string               unpacked(PmtilesSection section) const;
    [[nodiscard]] std::vector<PmtilesEntry> leaf(const PmtilesEntry& entry) const;
    [[nodiscard]] std::string_view          content(const PmtilesEntry& entry) const;
    void walk(const std::vector<PmtilesEntry>& entries, int depth, std::uint64_t& next, const std::function<void(TileId, std::string_view)>& visit) const;

    std::string_view          file_;
    PmtilesHeader             header_;
    std::vector<PmtilesEntry> root_;
};

}  // namespace gapmap
