#include "data/tile/folder_tiles.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>

#include "data/tile/gzip.h"
#include "data/tile/tile_format.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/write/output_target.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace fs = std::filesystem;

namespace {

constexpr const char*                set_file       = "tileMatrixSet.json";
constexpr std::array<const char*, 4> metadata_files = {set_file, "tileset.json", "tiles.json", "WMTSCapabilities.xml"};
constexpr std::size_t                most_unpacked  = std::size_t{1} << 30;

[[noreturn]] void fail(const fs::path& target, int reason) {
    throw OutputError(fmt::format("cannot be written: {}; what stood there is unchanged", std::strerror(reason)), {.source = target.string()});
}

void write_tile(const std::string& path, std::string_view bytes, const fs::path& target) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) fail(target, errno);
    int reason = 0;
    while (!bytes.empty() && reason == 0) {
        const ssize_t n = ::write(file, bytes.data(), bytes.size());
        if (n < 0 && errno != EINTR) reason = errno;
        if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::close(file) != 0 && reason == 0) reason = errno;
    if (reason != 0) fail(target, reason);
}

/// COLUMN/ROW.png and the like.
bool is_tile_name(const fs::path& path) {
    const auto number = [](const std::string& text) { return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }); };
    const std::string ending = path.extension().string();
    return number(path.stem().string()) && number(path.parent_path().filename().string()) && (ending == ".png" || ending == ".webp" || ending == ".mvt");
}

/// True for a folder of ours without version: metadata, and one folder for each level of its set.
bool is_tile_folder(const fs::path& folder) {
    const std::set<std::string> metadata(metadata_files.begin(), metadata_files.end());
    std::set<std::string>       ours = metadata;
    try {
        const TileMatrixSet set = read_tile_matrix_set(read_whole_file(folder / set_file), set_file);
        for (int z = set.first_level; z <= set.last_level(); ++z) ours.insert(set.identifier(z));
    } catch (const InputError&) {
        return false;
    }
    if (!std::ranges::all_of(fs::directory_iterator(folder), [&](const fs::directory_entry& entry) { return ours.contains(entry.path().filename().string()); })) return false;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_directory() || metadata.contains(entry.path().filename().string())) continue;
        if (!is_tile_name(entry.path())) return false;
    }
    return true;
}

void check_version(const std::string& version) {
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.'; };
    const bool taken = std::ranges::any_of(metadata_files, [&](const char* name) { return version == name; });
    if (version.starts_with('.') || taken || !std::ranges::all_of(version, fits)) {
        throw UsageError(fmt::format("version '{}': expected letters, digits and _ - . that make the name of a folder, such as 2022-W35", version));
    }
}

/// `out` without the slash at its end, and a name for its layer.
fs::path plain(const fs::path& out) {
    const fs::path path = out.has_filename() ? out : out.parent_path();
    if (path.empty() || path.filename() == "." || path.filename() == "..") throw UsageError(fmt::format("'{}': name a folder for the tiles", out.string()));
    return path;
}

}  // namespace

FolderTilesWriter::FolderTilesWriter(const fs::path& out, const TileMatrixSet& set, TileKind kind, const TileSinkOptions& options) : out_(plain(out)), told_{.set = set, .options = options, .info = {}, .limits = {}} {
    told_.info.kind = kind;
    if (told_.options.layer.empty()) told_.options.layer = out_.stem().string();
    if (set.first_level + options.level_offset < 0) throw UsageError(fmt::format("a level offset of {} leaves no number for level {} of '{}'", options.level_offset, set.first_level, set.id));
    if (!options.version.empty()) check_version(options.version);
    std::error_code error;
    if (fs::is_symlink(out_, error)) out_ = fs::weakly_canonical(out_, error);
    target_ = options.version.empty() ? out_ : out_ / options.version;
    const fs::path above = out_.has_parent_path() ? out_.parent_path() : fs::path(".");
    if (!fs::is_directory(above, error)) throw OutputError(fmt::format("cannot be written: there is no folder '{}'; make it first, or name another place", above.string()), {.source = out.string()});
    check_place();
    work_ = above / fmt::format("{}.{}.part", out_.filename().string(), ::getpid());
    remove_abandoned_parts(out_);
    fs::remove_all(work_, error);
    if (::mkdir(work_.c_str(), 0777) != 0) fail(out_, errno);
}

void FolderTilesWriter::check_place() const {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(out_, error))) return;
    if (!fs::is_directory(out_, error)) throw UsageError(fmt::format("'{}' is a file; name a folder for the tiles", out_.string()));
    if (fs::is_empty(out_, error)) return;
    if (told_.options.version.empty()) {
        if (!is_tile_folder(out_)) throw UsageError(fmt::format("folder '{}' holds other things than tiles of one set and is left alone; name a new folder", out_.string()));
        return;
    }
    if (fs::exists(target_, error)) throw UsageError(fmt::format("version '{}' is already in '{}'; a new version takes a new name", told_.options.version, out_.string()));
    if (fs::exists(out_ / set_file, error)) throw UsageError(fmt::format("folder '{}' holds tiles without version; name a new folder", out_.string()));
    for (const auto& version : fs::directory_iterator(out_)) {
        if (!fs::exists(version.path() / set_file, error)) continue;
        const std::string id = read_tile_matrix_set(read_whole_file(version.path() / set_file), (version.path() / set_file).string()).id;
        if (id != told_.set.id) throw UsageError(fmt::format("folder '{}' holds versions of '{}', not of '{}': the metadata above them can tell of one; name a new folder", out_.string(), id, told_.set.id));
    }
}

FolderTilesWriter::~FolderTilesWriter() {
    std::error_code ignored;  // a destructor could do nothing about it
    if (!done_) fs::remove_all(work_, ignored);
}

void FolderTilesWriter::put(TileId tile, std::string_view bytes) {
    GEO_EXPECTS(!done_);
    told_.add(tile);
    const TileMatrix& level  = told_.set.levels[tile.z];
    const std::string column = fmt::format("{}/{}/{}", work_.native(), level_name(told_.set, tile.z, told_.options.level_offset), tile.x);
    if (columns_.insert((std::uint64_t{tile.z} << 32) | tile.x).second) {
        std::error_code error;
        fs::create_directories(column, error);
        if (error) fail(target_, error.value());
    }
    if (told_.info.kind == TileKind::mvt_gzip) {
        unpacked_ = gunzip(bytes, most_unpacked);
        bytes     = unpacked_;
    }
    const std::uint32_t row = told_.options.tms_rows ? level.rows - 1 - tile.y : tile.y;
    write_tile(fmt::format("{}/{}.{}", column, row, tile_ending(told_.info.kind)), bytes, target_);
}

void FolderTilesWriter::write_metadata(const fs::path& folder, bool is_root) const {
    const auto write = [&](const char* name, const std::string& text) { write_whole_file(folder / name, text); };
    if (!is_root) write(set_file, tile_matrix_set_json(told_.set, {.dpi96 = told_.options.dpi96, .level_offset = told_.options.level_offset}));
    const auto optional_file = [&](const char* name, bool is_told, auto text) {
        std::error_code ignored;  // an older version's, mostly absent
        if (is_told) write(name, text(told_, is_root));
        else fs::remove(folder / name, ignored);
    };
    optional_file("tileset.json", !told_.options.tms_rows, ogc_tileset_json);
    optional_file("tiles.json", is_web_mercator_quad(told_.set) && told_.options.level_offset == 0, tilejson);
    optional_file("WMTSCapabilities.xml", !told_.options.tms_rows, wmts_capabilities);
}

void FolderTilesWriter::put_in_place() {
    std::error_code error;
    if (!told_.options.version.empty()) {
        fs::create_directory(out_, error);
        if (error) fail(target_, error.value());
        if (::renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) fail(target_, errno);
        return;
    }
    if (std::rename(work_.c_str(), target_.c_str()) == 0) return;  // nothing or an empty folder stood there
    if (::renameat2(AT_FDCWD, work_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) fail(target_, errno);
    fs::remove_all(work_, error);  // the old tiles
}

void FolderTilesWriter::finish(const TileSetInfo& info) {
    GEO_EXPECTS(!done_ && info.kind == told_.info.kind);
    told_.info = info;
    write_metadata(work_, false);
    put_in_place();
    done_ = true;
    if (!told_.options.version.empty()) write_metadata(out_, true);
}

}  // namespace gapmap
