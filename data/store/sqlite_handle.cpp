#include "data/store/sqlite_handle.h"

#include <fmt/format.h>
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

Database::Database(const std::string& path, bool create) : state_(std::make_unique<State>()) {
    state_->path    = path;
    // One object per thread: SQLite's own locks around every call would guard nothing.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path.c_str(), &state_->db, flags, nullptr) != SQLITE_OK) fail("cannot be opened");
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
