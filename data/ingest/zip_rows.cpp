#include "data/ingest/zip_rows.h"

#include <fmt/format.h>
#include <stdlib.h>  // mkdtemp

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "data/read/zip_archive.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
    return text;
}

bool is_readable(const ZipEntry& entry) {
    static const std::array<std::string, 15> endings = {".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".tsv", ".ods", ".shp", ".gpkg", ".geojson", ".json", ".kml", ".html", ".htm", ".xml"};
    const fs::path name = entry.name;
    if (entry.is_folder() || entry.name.starts_with("__MACOSX/") || name.filename().string().starts_with("~$")) return false;
    return std::ranges::find(endings, lower(name.extension().string())) != endings.end();
}

std::string list_members(const ZipArchive& archive) {
    std::string names;
    std::size_t listed = 0;
    for (const ZipEntry& entry : archive.entries()) {
        if (entry.is_folder()) continue;
        if (++listed > 20) return names + ", ...";
        names += (names.empty() ? "" : ", ") + entry.name;
    }
    return names;
}

const ZipEntry& choose_member(const ZipArchive& archive, const std::string& wanted) {
    if (!wanted.empty()) {
        if (const ZipEntry* entry = archive.find(wanted)) return *entry;
        throw InputError(fmt::format("the archive has no member '{}'; it holds: {}", wanted, list_members(archive)), {.source = archive.source()});
    }
    std::vector<const ZipEntry*> found;
    for (const ZipEntry& entry : archive.entries()) {
        if (is_readable(entry)) found.push_back(&entry);
    }
    if (found.size() == 1) return *found.front();
    throw InputError(fmt::format("{}; name one with path = \"{}/MEMBER\" in county.toml. It holds: {}", found.empty() ? "the archive has no member that can be read" : "several members of the archive can be read",
                                 fs::path(archive.source()).filename().string(), list_members(archive)), {.source = archive.source()});
}

void unpack(const ZipArchive& archive, const ZipEntry& entry, const fs::path& to) {
    ZipStream     stream = archive.open(entry);
    std::ofstream out(to, std::ios::binary);
    std::string   block(std::size_t{1} << 16U, '\0');
    while (const std::size_t n = stream.read(block)) out.write(block.data(), static_cast<std::streamsize>(n));
    out.close();
    if (!out) throw OutputError("cannot be written: " + std::string(std::strerror(errno)), {.source = to.string()});
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "gapmap-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw OutputError(std::string("no temporary folder can be made: ") + std::strerror(errno), {.source = pattern});
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // what cannot be removed is the system's to clear: it lies among its temporary files
    fs::remove_all(path_, ignored);
}

MemberPath split_member(const std::string& path) {
    std::error_code ignored;
    if (fs::exists(path, ignored)) return {path, {}};
    const std::string plain = lower(path);
    for (std::size_t at = plain.find(".zip/"); at != std::string::npos; at = plain.find(".zip/", at + 1)) {
        if (fs::is_regular_file(path.substr(0, at + 4), ignored)) return {path.substr(0, at + 4), path.substr(at + 5)};
    }
    return {path, {}};
}

std::string unpack_member(const MemberPath& path, const TemporaryFolder& folder) {
    const ZipArchive archive(path.archive);
    const ZipEntry&  chosen = choose_member(archive, path.member);
    const fs::path   name   = chosen.name;
    const std::string stem  = lower((name.parent_path() / name.stem()).generic_string());
    const bool        parts = lower(name.extension().string()) == ".shp";
    for (const ZipEntry& entry : archive.entries()) {
        const fs::path other = entry.name;
        const bool belongs = parts && !entry.is_folder() && lower((other.parent_path() / other.stem()).generic_string()) == stem;
        // The parts of a Shapefile are looked for by endings in small letters.
        if (&entry == &chosen || belongs) unpack(archive, entry, folder.path() / (name.stem().string() + (parts ? lower(other.extension().string()) : other.extension().string())));
    }
    return (folder.path() / (name.stem().string() + (parts ? ".shp" : name.extension().string()))).string();
}

}  // namespace gapmap
