#include "data/store/sqlite_handle.h"

#include <fmt/format.h>

#include <cerrno>

#include <sqlite3.h>
// SpatiaLite's header uses SQLite's types without including them: the order matters.
#include <spatialite.h>

#include "geo/core/error.h"

namespace gapmap {

struct Database::State {
    std::string path;
    sqlite3*    db    = nullptr;
    void*       cache = nullptr;

    ~State() {
        // SpatiaLite's order: the connection first, then the cache that its functions used.
        sqlite3_close(db);
        if (cache != nullptr) spatialite_cleanup_ex(cache);
    }
};

namespace {

/// A file as SQLite's URI of a database that does not change.
std::string frozen_uri(const std::string& path) {
    std::string uri = "file:";
    for (const char c : path) uri += c == '?' ? std::string("%3f") : c == '#' ? std::string("%23") : c == '%' ? std::string("%25") : std::string(1, c);
    return uri + "?immutable=1";
}

}  // namespace

Database::Database(const std::string& path, bool create) : state_(std::make_unique<State>()) {
    state_->path = path;
    connect(path, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0));
}

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}

Database Database::open_frozen(const std::string& path) {
    Database database(std::make_unique<State>());
    database.state_->path = path;
    database.connect(frozen_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    return database;
}

void Database::connect(const std::string& name, int flags) {
    // One thread at a time uses an object, though it may be handed on to another: SQLite's own locks around every call would guard nothing.
    if (sqlite3_open_v2(name.c_str(), &state_->db, flags | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) fail("cannot be opened");
    sqlite3_extended_result_codes(state_->db, 1);
    state_->cache = spatialite_alloc_connection();
    spatialite_init_ex(state_->db, state_->cache, 0);
    sqlite3_busy_timeout(state_->db, 5000);
}

Database::~Database()                   = default;
Database::Database(Database&&) noexcept = default;

sqlite3* Database::raw() const noexcept { return state_->db; }

void Database::fail(const std::string& doing) const {
    const int   code = state_->db != nullptr ? sqlite3_errcode(state_->db) : SQLITE_NOMEM;
    const char* text = state_->db != nullptr ? sqlite3_errmsg(state_->db) : "out of memory";
    const int   cause = state_->db != nullptr ? sqlite3_system_errno(state_->db) : 0;
    // SQLite calls a full disk an I/O error where it was growing a file beside the store.
    if ((code & 0xFF) == SQLITE_FULL || ((code & 0xFF) == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT || cause == EFBIG))) {
        throw StoreError("the disk is full (磁盘已满): nothing of this import or run was stored; make room on the disk that holds the project folder, then start again", {.source = state_->path});
    }
    throw StoreError(fmt::format("{}: {}{}", doing, text, (code & 0xFF) == SQLITE_NOTADB ? "; move the file away and import again" : ""),
                     {.source = state_->path});
}

void Database::run(const std::string& sql) {
    if (sqlite3_exec(state_->db, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail("the store refused a change");
}

std::int64_t Database::number(const std::string& sql) const {
    Statement statement(*this, sql);
    return statement.step() ? statement.integer(0) : 0;
}

std::int64_t Database::last_row_id() const { return sqlite3_last_insert_rowid(state_->db); }

void Database::set_triggers(bool enabled) const {
    if (sqlite3_db_config(state_->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled ? 1 : 0, nullptr) != SQLITE_OK) fail("triggers cannot be switched");
}

TriggersOff::TriggersOff(const Database& database, bool wanted) : database_(wanted ? &database : nullptr) {
    if (wanted) database.set_triggers(false);
}

TriggersOff::~TriggersOff() {
    if (database_ != nullptr) sqlite3_db_config(database_->raw(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
}

Statement::Statement(const Database& database, const std::string& sql) : database_(&database) {
    if (sqlite3_prepare_v2(database.raw(), sql.c_str(), static_cast<int>(sql.size()), &statement_, nullptr) != SQLITE_OK) {
        database.fail("the store does not understand a query");
    }
}

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::bind(int at, std::int64_t value) { sqlite3_bind_int64(statement_, at, value); }
void Statement::bind(int at, double value) { sqlite3_bind_double(statement_, at, value); }
void Statement::bind(int at, std::string_view text) { sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC); }
void Statement::bind_blob(int at, std::string_view bytes) { sqlite3_bind_blob64(statement_, at, bytes.data(), bytes.size(), SQLITE_STATIC); }
void Statement::bind_null(int at) { sqlite3_bind_null(statement_, at); }

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    database_->fail("the store cannot carry out a step");
}

void Statement::run() {
    while (step()) {}
    sqlite3_reset(statement_);
}

bool             Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t     Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
double           Statement::real(int column) const { return sqlite3_column_double(statement_, column); }
std::string_view Statement::text(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace gapmap
