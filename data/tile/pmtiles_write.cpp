#include "data/tile/pmtiles_write.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "data/read/digest.h"
#include "data/tile/gzip.h"
#include "data/tile/tile_metadata.h"
#include "data/write/output_target.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace fs = std::filesystem;

namespace {

/// Directories of one archive, compressed.
struct Directories {
    std::string root, leaves;
};

std::string packed(const std::vector<PmtilesEntry>& entries) { return gzip(pmtiles_directory_bytes(entries), 9); }

/// One root where it fits, else leaves of `leaf_size` entries, doubled until the root fits.
Directories directories_of(const std::vector<PmtilesEntry>& entries) {
    constexpr std::size_t limit = pmtiles_root_limit - pmtiles_header_size;
    if (entries.size() < pmtiles_root_limit) {
        Directories one{packed(entries), ""};
        if (one.root.size() <= limit) return one;
    }
    for (std::size_t leaf_size = 4096;; leaf_size *= 2) {
        Directories               two;
        std::vector<PmtilesEntry> roots;
        for (std::size_t first = 0; first < entries.size(); first += leaf_size) {
            const auto        begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
            const auto        end   = entries.begin() + static_cast<std::ptrdiff_t>(std::min(entries.size(), first + leaf_size));
            const std::string leaf  = packed({begin, end});
            roots.push_back({begin->tile, two.leaves.size(), static_cast<std::uint32_t>(leaf.size()), 0});
            two.leaves += leaf;
        }
        two.root = packed(roots);
        if (two.root.size() <= limit) return two;
    }
}

}  // namespace

PmtilesWriter::PmtilesWriter(const fs::path& target)
    : target_(settle_output(target)), whole_path_(target_.string() + fmt::format(".{}.part", ::getpid())) {
    const std::string tiles_path = target_.string() + fmt::format(".{}.tiles.part", ::getpid());
    tiles_.reset(std::fopen(tiles_path.c_str(), "w+b"));
    if (!tiles_) fail(errno);
    ::unlink(tiles_path.c_str());  // it lives as long as it is open, however this ends
}

PmtilesWriter::~PmtilesWriter() {
    std::error_code ignored;  // after finish() there is none; a destructor could do nothing about it
    fs::remove(whole_path_, ignored);
}

void PmtilesWriter::fail(int reason) const {
    throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", std::strerror(reason)), {.source = target_.string()});
}

void PmtilesWriter::write(std::FILE* file, std::string_view bytes) const {
    if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) fail(errno);
}

void PmtilesWriter::put(TileId tile, std::string_view bytes) {
    GEO_EXPECTS(tiles_ != nullptr && !bytes.empty());
    const std::uint64_t number = tile_number(tile);
    GEO_EXPECTS(entries_.empty() || number >= entries_.back().tile + entries_.back().run);
    const auto [place, is_new] = contents_.try_emplace(sha256_hex(bytes), Content{tile_bytes_, static_cast<std::uint32_t>(bytes.size())});
    if (is_new) {
        write(tiles_.get(), bytes);
        tile_bytes_ += bytes.size();
    }
    ++addressed_;
    const Content& content = place->second;
    if (!entries_.empty() && entries_.back().offset == content.offset && entries_.back().tile + entries_.back().run == number) {
        ++entries_.back().run;
    } else {
        entries_.push_back({number, content.offset, content.length, 1});
    }
}

PmtilesHeader PmtilesWriter::header_for(const TileSetInfo& info) const {
    PmtilesHeader header;
    header.addressed_tiles  = addressed_;
    header.entries          = entries_.size();
    header.contents         = contents_.size();
    header.tile_compression = info.kind == TileKind::mvt_gzip ? PmtilesCompression::gzip : PmtilesCompression::none;
    header.tile_type        = info.kind == TileKind::mvt_gzip ? PmtilesTileType::mvt : info.kind == TileKind::webp ? PmtilesTileType::webp : PmtilesTileType::png;
    header.min_zoom         = entries_.empty() ? static_cast<std::uint8_t>(info.min_zoom) : tile_of_number(entries_.front().tile).z;
    header.max_zoom         = entries_.empty() ? static_cast<std::uint8_t>(info.max_zoom) : tile_of_number(entries_.back().tile + entries_.back().run - 1).z;
    header.centre_zoom      = header.min_zoom;
    if (!info.bounds.is_empty()) header.bounds = info.bounds;
    else header.bounds = {-180, -85, 180, 85};
    header.centre = {(header.bounds.x_min + header.bounds.x_max) / 2, (header.bounds.y_min + header.bounds.y_max) / 2};
    return header;
}

void PmtilesWriter::copy_tiles(std::FILE* to) const {
    if (std::fflush(tiles_.get()) != 0) fail(errno);
    std::rewind(tiles_.get());
    std::array<char, 1 << 16> block{};
    for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), tiles_.get())) > 0;) write(to, {block.data(), n});
    if (std::ferror(tiles_.get()) != 0) fail(errno);
}

void PmtilesWriter::finish(const TileSetInfo& info) {
    GEO_EXPECTS(tiles_ != nullptr);
    const Directories directories = directories_of(entries_);
    const std::string metadata    = gzip(pmtiles_metadata_json(info), 9);
    PmtilesHeader     header      = header_for(info);
    header.root     = {pmtiles_header_size, directories.root.size()};
    header.metadata = {header.root.offset + header.root.length, metadata.size()};
    header.leaves   = {header.metadata.offset + header.metadata.length, directories.leaves.size()};
    header.tiles    = {header.leaves.offset + header.leaves.length, tile_bytes_};

    FileHandle whole(std::fopen(whole_path_.c_str(), "wb"));
    if (!whole) fail(errno);
    for (const std::string& part : {pmtiles_header_bytes(header), directories.root, metadata, directories.leaves}) write(whole.get(), part);
    copy_tiles(whole.get());
    if (std::fflush(whole.get()) != 0 || ::fsync(::fileno(whole.get())) != 0) fail(errno);
    if (std::fclose(whole.release()) != 0) fail(errno);
    if (std::rename(whole_path_.c_str(), target_.c_str()) != 0) fail(errno);
    tiles_.reset();
}

}  // namespace gapmap
