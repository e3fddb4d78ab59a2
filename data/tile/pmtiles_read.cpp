#include "data/tile/pmtiles_read.h"

#include <algorithm>

#include "data/tile/gzip.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

constexpr std::size_t   max_unpacked = std::size_t{64} << 20;  ///< of one directory or the metadata
constexpr std::uint64_t max_tiles    = std::uint64_t{1} << 54;
constexpr int           max_depth    = 4;  ///< directories below one another; the specification advises two

}  // namespace

PmtilesReader::PmtilesReader(std::string_view file) : file_(file), header_(parse_pmtiles_header(file)), root_(parse_pmtiles_directory(unpacked(header_.root))) {}

std::string PmtilesReader::unpacked(PmtilesSection section) const {
    const std::string_view bytes = file_.substr(section.offset, section.length);
    switch (header_.internal_compression) {
        case PmtilesCompression::none: return std::string(bytes);
        case PmtilesCompression::gzip: return gunzip(bytes, max_unpacked);
        default: throw InputError("a PMTiles file with directories in a compression that is not offered; write it with gzip");
    }
}

std::string PmtilesReader::metadata() const { return unpacked(header_.metadata); }

std::vector<PmtilesEntry> PmtilesReader::leaf(const PmtilesEntry& entry) const {
    if (entry.offset > header_.leaves.length || entry.length > header_.leaves.length - entry.offset) throw InputError("a PMTiles leaf directory lies outside its section");
    std::vector<PmtilesEntry> entries = parse_pmtiles_directory(unpacked({header_.leaves.offset + entry.offset, entry.length}));
    // No two entries can then share a leaf, and walking the directories ends.
    if (entries.empty() || entries.front().tile != entry.tile) throw InputError("a PMTiles leaf directory does not begin where its parent says");
    return entries;
}

std::string_view PmtilesReader::content(const PmtilesEntry& entry) const {
    if (entry.offset > header_.tiles.length || entry.length > header_.tiles.length - entry.offset) throw InputError("a tile of the PMTiles file lies outside its section");
    return file_.substr(header_.tiles.offset + entry.offset, entry.length);
}

std::optional<std::string_view> PmtilesReader::find(TileId tile) const {
    const std::uint64_t       number = tile_number(tile);
    std::vector<PmtilesEntry> entries;
    const auto*               directory = &root_;
    for (int depth = 0; depth < max_depth; ++depth) {
        auto at = std::ranges::upper_bound(*directory, number, {}, &PmtilesEntry::tile);
        if (at == directory->begin()) return std::nullopt;
        const PmtilesEntry entry = *--at;
        if (entry.run > 0) {
            if (number - entry.tile >= entry.run) return std::nullopt;
            return content(entry);
        }
        entries   = leaf(entry);
        directory = &entries;
    }
    throw InputError("the PMTiles file nests its directories too deep");
}

void PmtilesReader::for_each(const std::function<void(TileId, std::string_view)>& visit) const {
    std::uint64_t next = 0;
    walk(root_, 0, next, visit);
}

void PmtilesReader::walk(const std::vector<PmtilesEntry>& entries, int depth, std::uint64_t& next,
                         const std::function<void(TileId, std::string_view)>& visit) const {
    if (depth >= max_depth) throw InputError("the PMTiles file nests its directories too deep");
    for (const PmtilesEntry& entry : entries) {
        if (entry.tile < next || entry.tile > max_tiles) throw InputError("the PMTiles file names a tile twice, or out of order");
        if (entry.run == 0) {
            walk(leaf(entry), depth + 1, next, visit);
            continue;
        }
        for (std::uint64_t i = 0; i < entry.run; ++i) visit(tile_of_number(entry.tile + i), content(entry));
        next = entry.tile + entry.run;
    }
}

}  // namespace gapmap
