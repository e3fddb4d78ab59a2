#include "data/tile/pmtiles_write.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

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
    tiles_ = ::open(tiles_path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (tiles_ < 0) fail(errno);
    ::unlink(tiles_path.c_str());  // it lives as long as it is open, however this ends
}

PmtilesWriter::~PmtilesWriter() {
    if (tiles_ >= 0) ::close(tiles_);
    if (whole_ >= 0) ::close(whole_);
    std::error_code ignored;  // after finish() there is none; a destructor could do nothing about it
    fs::remove(whole_path_, ignored);
}

void PmtilesWriter::fail(int reason) const {
    throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", std::strerror(reason)), {.source = target_.string()});
}

void PmtilesWriter::write(int file, std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t n = ::write(file, bytes.data(), bytes.size());
        if (n < 0 && errno != EINTR) fail(errno);
        if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
}

void PmtilesWriter::flush() {
    write(tiles_, waiting_);
    flushed_ += waiting_.size();
    waiting_.clear();
}

bool PmtilesWriter::equals(const Content& content, std::string_view bytes) const {
    if (content.length != bytes.size()) return false;
    if (content.offset >= flushed_) return std::string_view(waiting_).substr(content.offset - flushed_, content.length) == bytes;
    std::string   read(content.length, '\0');
    std::size_t   have = 0;
    while (have < read.size()) {
        const ssize_t n = ::pread(tiles_, read.data() + have, read.size() - have, static_cast<off_t>(content.offset + have));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail(n < 0 ? errno : EIO);
        have += static_cast<std::size_t>(n);
    }
    return read == bytes;
}

void PmtilesWriter::put(TileId tile, std::string_view bytes) {
    GEO_EXPECTS(tiles_ >= 0 && !bytes.empty());
    constexpr std::size_t block  = 1 << 20;
    const std::uint64_t   number = tile_number(tile);
    GEO_EXPECTS(entries_.empty() || number >= entries_.back().tile + entries_.back().run);
    Content content{flushed_ + waiting_.size(), static_cast<std::uint32_t>(bytes.size())};
    if (const Content* known = contents_.find_or_add(bytes, content, [&](const Content& one) { return equals(one, bytes); })) {
        content = *known;
    } else {
        waiting_ += bytes;
        ++distinct_;
        if (waiting_.size() >= block) flush();
    }
    ++addressed_;
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
    header.contents         = distinct_;
    header.tile_compression = info.kind == TileKind::mvt_gzip ? PmtilesCompression::gzip : PmtilesCompression::none;
    header.tile_type        = info.kind == TileKind::mvt_gzip ? PmtilesTileType::mvt : info.kind == TileKind::png ? PmtilesTileType::png : PmtilesTileType::webp;
    header.min_zoom         = entries_.empty() ? static_cast<std::uint8_t>(info.min_zoom) : tile_of_number(entries_.front().tile).z;
    header.max_zoom         = entries_.empty() ? static_cast<std::uint8_t>(info.max_zoom) : tile_of_number(entries_.back().tile + entries_.back().run - 1).z;
    header.centre_zoom      = header.min_zoom;
    if (!info.bounds.is_empty()) header.bounds = info.bounds;
    else header.bounds = {-180, -85, 180, 85};
    header.centre = {(header.bounds.x_min + header.bounds.x_max) / 2, (header.bounds.y_min + header.bounds.y_max) / 2};
    return header;
}

void PmtilesWriter::copy_tiles(int to) const {
    off_t at = 0;  // the kernel copies, or only notes that both hold the same, where the file system can
    while (static_cast<std::uint64_t>(at) < flushed_) {
        const ssize_t n = ::copy_file_range(tiles_, &at, to, nullptr, flushed_ - static_cast<std::uint64_t>(at), 0);
        if (n > 0 || (n < 0 && errno == EINTR)) continue;
        if (n < 0 && errno != ENOSYS && errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP) fail(errno);
        break;
    }
    std::string block(1 << 20, '\0');
    while (static_cast<std::uint64_t>(at) < flushed_) {
        const ssize_t n = ::pread(tiles_, block.data(), block.size(), at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail(n < 0 ? errno : EIO);
        write(to, {block.data(), static_cast<std::size_t>(n)});
        at += n;
    }
}

void PmtilesWriter::finish(const TileSetInfo& info) {
    GEO_EXPECTS(tiles_ >= 0);
    flush();
    const Directories directories = directories_of(entries_);
    const std::string metadata    = gzip(pmtiles_metadata_json(info), 9);
    PmtilesHeader     header      = header_for(info);
    header.root     = {pmtiles_header_size, directories.root.size()};
    header.metadata = {header.root.offset + header.root.length, metadata.size()};
    header.leaves   = {header.metadata.offset + header.metadata.length, directories.leaves.size()};
    header.tiles    = {header.leaves.offset + header.leaves.length, flushed_};

    whole_ = ::open(whole_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (whole_ < 0) fail(errno);
    for (const std::string& part : {pmtiles_header_bytes(header), directories.root, metadata, directories.leaves}) write(whole_, part);
    copy_tiles(whole_);
    if (::fsync(whole_) != 0) fail(errno);
    const int closed = ::close(whole_), reason = errno;
    whole_ = -1;
    if (closed != 0) fail(reason);
    if (std::rename(whole_path_.c_str(), target_.c_str()) != 0) fail(errno);
    ::close(tiles_);
    tiles_ = -1;
}

}  // namespace gapmap
