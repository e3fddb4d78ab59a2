#include "data/tile/mbtiles_write.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>
#include <vector>

#include "data/read/digest.h"
#include "data/tile/tile_metadata.h"
#include "data/write/output_target.h"
#include "geo/core/error.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace fs = std::filesystem;

namespace {

struct CloseDatabase {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
};
struct EndStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using DatabaseHandle  = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementHandle = std::unique_ptr<sqlite3_stmt, EndStatement>;

// Nobody reads the file before finish(): neither a journal nor a flush is needed until then.
constexpr const char* schema =
    "PRAGMA page_size = 4096;"
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA application_id = 1297105496;"  // "MPBX", as MBTiles 1.3 asks
    "BEGIN;"
    "CREATE TABLE metadata (name TEXT, value TEXT);"
    "CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id INTEGER);"
    "CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB);"
    "CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column, map.tile_row AS tile_row,"
    " images.tile_data AS tile_data FROM map JOIN images ON images.tile_id = map.tile_id;";

}  // namespace

struct MbtilesWriter::State {
    fs::path                                      target;
    DatabaseHandle                                db;  // before the statements: closed after them
    StatementHandle                               add_map, add_image;
    std::unordered_map<std::string, std::int64_t> images;  // by SHA-256

    [[noreturn]] void fail(int code) const {
        const bool         has_text = db != nullptr && sqlite3_errcode(db.get()) != SQLITE_OK;
        const std::string  text     = has_text ? sqlite3_errmsg(db.get()) : sqlite3_errstr(code);
        throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", text), {.source = target.string()});
    }
    void run(const char* sql) const {
        if (const int code = sqlite3_exec(db.get(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code);
    }
    [[nodiscard]] StatementHandle prepare(const char* sql) const {
        sqlite3_stmt* statement = nullptr;
        if (const int code = sqlite3_prepare_v2(db.get(), sql, -1, &statement, nullptr); code != SQLITE_OK) fail(code);
        return StatementHandle(statement);
    }
    void step(sqlite3_stmt* statement) const {
        if (const int code = sqlite3_step(statement); code != SQLITE_DONE) fail(code);
        sqlite3_reset(statement);
    }
};

MbtilesWriter::MbtilesWriter(const fs::path& target)
    : target_(settle_output(target)), part_path_(target_.string() + fmt::format(".{}.part", ::getpid())), state_(std::make_unique<State>()) {
    std::error_code ignored;  // usually there is none
    fs::remove(part_path_, ignored);
    state_->target = target_;
    sqlite3*  db   = nullptr;
    const int code = sqlite3_open_v2(part_path_.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    state_->db.reset(db);
    if (code != SQLITE_OK) state_->fail(code);
    state_->run(schema);
    state_->add_map   = state_->prepare("INSERT INTO map VALUES (?, ?, ?, ?)");
    state_->add_image = state_->prepare("INSERT INTO images VALUES (?, ?)");
}

MbtilesWriter::~MbtilesWriter() {
    state_.reset();
    std::error_code ignored;  // after finish() there is none; a destructor could do nothing about it
    fs::remove(part_path_, ignored);
}

void MbtilesWriter::put(TileId tile, std::string_view bytes) {
    GEO_EXPECTS(state_ != nullptr);
    const auto [place, is_new] = state_->images.try_emplace(sha256_hex(bytes), static_cast<std::int64_t>(state_->images.size() + 1));
    if (is_new) {
        sqlite3_bind_int64(state_->add_image.get(), 1, place->second);
        sqlite3_bind_blob64(state_->add_image.get(), 2, bytes.data(), bytes.size(), SQLITE_STATIC);
        state_->step(state_->add_image.get());
    }
    sqlite3_bind_int64(state_->add_map.get(), 1, tile.z);
    sqlite3_bind_int64(state_->add_map.get(), 2, tile.x);
    sqlite3_bind_int64(state_->add_map.get(), 3, (std::int64_t{1} << tile.z) - 1 - tile.y);
    sqlite3_bind_int64(state_->add_map.get(), 4, place->second);
    state_->step(state_->add_map.get());
}

void MbtilesWriter::finish(const TileSetInfo& info) {
    GEO_EXPECTS(state_ != nullptr);
    const bool vector = info.kind == TileKind::mvt_gzip;
    const auto& b     = info.bounds;
    std::vector<std::pair<std::string, std::string>> metadata = {
        {"name", info.name},
        {"format", vector ? "pbf" : info.kind == TileKind::webp ? "webp" : "png"},
        {"bounds", fmt::format("{:.7f},{:.7f},{:.7f},{:.7f}", b.x_min, b.y_min, b.x_max, b.y_max)},
        {"center", fmt::format("{:.7f},{:.7f},{}", (b.x_min + b.x_max) / 2, (b.y_min + b.y_max) / 2, info.min_zoom)},
        {"minzoom", std::to_string(info.min_zoom)},
        {"maxzoom", std::to_string(info.max_zoom)},
        {"attribution", info.attribution},
        {"description", info.description},
        {"type", "overlay"},
        {"version", "1"}};
    if (vector) metadata.emplace_back("json", vector_layers_json(info));
    StatementHandle add = state_->prepare("INSERT INTO metadata VALUES (?, ?)");
    for (const auto& [name, value] : metadata) {
        sqlite3_bind_text(add.get(), 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
        sqlite3_bind_text(add.get(), 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
        state_->step(add.get());
    }
    state_->run("CREATE UNIQUE INDEX metadata_name ON metadata (name);"
                "CREATE UNIQUE INDEX map_tile ON map (zoom_level, tile_column, tile_row);"
                "COMMIT;");
    add.reset();  // before the database closes
    state_.reset();
    const int  fd     = ::open(part_path_.c_str(), O_RDWR | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    const int  reason = errno;
    if (fd >= 0) ::close(fd);
    if (!synced || std::rename(part_path_.c_str(), target_.c_str()) != 0) {
        throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", std::strerror(synced ? errno : reason)), {.source = target_.string()});
    }
}

}  // namespace gapmap
