#pragma once
#include "data/store/sqlite_handle.h"

namespace gapmap {

/// Brings a store to the newest schema: each file of data/reference/schema/ once, in order, each in one transaction.
/// The version is SQLite's user_version. Throws StoreError for a file that is not a gapmap store or a newer one.
void migrate(Database& database, const std::string& path);

/// Checks a store that may only be read. Throws StoreError for a store that is not ours, or of another version than this program's.
void require_current(const Database& database, const std::string& path);

}  // namespace gapmap
