#include "data/tile/sqlite_output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "data/write/output_target.h"
#include "geo/core/error.h"

namespace gapmap {
namespace fs = std::filesystem;

void SqliteOutput::Close::operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
void SqliteOutput::Statement::End::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

bool sqlite_file_has(const fs::path& path, const char* query) {
    sqlite3*      db        = nullptr;
    sqlite3_stmt* statement = nullptr;
    bool          found     = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK && sqlite3_prepare_v2(db, query, -1, &statement, nullptr) == SQLITE_OK;
    found                   = found && sqlite3_step(statement) == SQLITE_ROW;
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return found;
}

SqliteOutput::Statement& SqliteOutput::Statement::bind(int place, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), place, value);
    return *this;
}

SqliteOutput::Statement& SqliteOutput::Statement::bind(int place, double value) {
    sqlite3_bind_double(statement_.get(), place, value);
    return *this;
}

SqliteOutput::Statement& SqliteOutput::Statement::bind(int place, std::string_view text) {
    sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

SqliteOutput::Statement& SqliteOutput::Statement::bind_blob(int place, std::string_view bytes) {
    sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

void SqliteOutput::Statement::run() {
    if (const int code = sqlite3_step(statement_.get()); code != SQLITE_DONE) owner_->fail(code);
    sqlite3_reset(statement_.get());
}

bool SqliteOutput::Statement::first_blob_equals(std::string_view bytes) {
    const int code = sqlite3_step(statement_.get());
    if (code != SQLITE_ROW && code != SQLITE_DONE) owner_->fail(code);
    bool same = false;
    if (code == SQLITE_ROW) {
        const void* data = sqlite3_column_blob(statement_.get(), 0);
        same = bytes == std::string_view(static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), 0)));
    }
    sqlite3_reset(statement_.get());
    return same;
}

SqliteOutput::SqliteOutput(const fs::path& target, const char* pragmas)
    : target_(settle_output(target)), part_path_(target_.string() + fmt::format(".{}.part", ::getpid())) {
    std::error_code ignored;  // usually there is none
    fs::remove(part_path_, ignored);
    sqlite3*  db   = nullptr;
    const int code = sqlite3_open_v2(part_path_.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    db_.reset(db);
    if (code != SQLITE_OK) fail(code);
    run("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536;");
    run(pragmas);
    run("BEGIN;");
}

SqliteOutput::~SqliteOutput() {
    db_.reset();
    std::error_code ignored;  // after commit() there is none; a destructor could do nothing about it
    fs::remove(part_path_, ignored);
}

void SqliteOutput::fail(int code) const {
    const bool        has_text = db_ != nullptr && sqlite3_errcode(db_.get()) != SQLITE_OK;
    const std::string text     = has_text ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(code);
    throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", text), {.source = target_.string()});
}

void SqliteOutput::run(const char* sql) {
    if (const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code);
}

SqliteOutput::Statement SqliteOutput::prepare(const char* sql) const {
    sqlite3_stmt* raw = nullptr;
    if (const int code = sqlite3_prepare_v2(db_.get(), sql, -1, &raw, nullptr); code != SQLITE_OK) fail(code);
    Statement statement;
    statement.statement_.reset(raw);
    statement.owner_ = this;
    return statement;
}

void SqliteOutput::commit() {
    run("COMMIT;");
    db_.reset();
    const int  fd     = ::open(part_path_.c_str(), O_RDWR | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    const int  reason = errno;
    if (fd >= 0) ::close(fd);
    if (!synced || std::rename(part_path_.c_str(), target_.c_str()) != 0) {
        throw OutputError(fmt::format("cannot be written: {}; the previous file is unchanged", std::strerror(synced ? errno : reason)), {.source = target_.string()});
    }
}

}  // namespace gapmap
