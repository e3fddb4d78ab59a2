#include "data/store/migrations.h"

#include <fmt/format.h>

#include <array>

#include "data/reference.h"
#include "geo/core/error.h"

namespace gapmap {
namespace {

/// "GAPM": marks the file as ours (SQLite's application_id).
constexpr std::int64_t application_id = 0x4741504D;

/// Every migration there ever was, oldest first. A store at version n has the first n.
constexpr std::array<std::string_view, 9> migrations = {"schema/001_county.sql",      "schema/002_values.sql",   "schema/003_counts.sql", "schema/004_visit_points.sql",
                                                           "schema/005_corrections.sql", "schema/006_topology.sql", "schema/007_bases.sql",  "schema/008_distances.sql",
                                                           "schema/009_remarks.sql"};

/// The version of a store that is ours and not newer than this program.
std::int64_t checked_version(const Database& database, const std::string& path) {
    const std::int64_t owner   = database.number("PRAGMA application_id");
    const std::int64_t version = database.number("PRAGMA user_version");
    const std::int64_t tables  = database.number("SELECT count(*) FROM sqlite_master");
    if (owner != application_id && tables != 0) throw StoreError("is a database, but not a gapmap store; move it away", {.source = path});
    if (version > static_cast<std::int64_t>(migrations.size())) {
        throw StoreError(fmt::format("was made by a newer gapmap (schema {}, this program knows {})", version, migrations.size()), {.source = path});
    }
    return version;
}

}  // namespace

void require_current(const Database& database, const std::string& path) {
    if (checked_version(database, path) == static_cast<std::int64_t>(migrations.size())) return;
    throw StoreError("was made by an older gapmap and its folder may not be written, so it cannot be brought up to date; copy the project to a folder that you may write", {.source = path});
}

void migrate(Database& database, const std::string& path) {
    const std::int64_t version = checked_version(database, path);
    database.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536");
    for (std::size_t i = static_cast<std::size_t>(version); i < migrations.size(); ++i) {
        database.run("BEGIN IMMEDIATE");
        // Another process may have made the step while this one waited.
        if (database.number("PRAGMA user_version") > static_cast<std::int64_t>(i)) {
            database.run("COMMIT");
            continue;
        }
        if (i == 0) database.run("SELECT InitSpatialMetaData(0, 'NONE'); SELECT InsertEpsgSrid(4490); SELECT InsertEpsgSrid(4326)");
        database.run(std::string(reference_file(migrations[i])));
        database.run(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application_id, i + 1));
        database.run("COMMIT");
    }
}

}  // namespace gapmap
