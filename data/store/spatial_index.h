#pragma once
#include <cstdint>
#include <string>

#include "data/store/sqlite_handle.h"

namespace gapmap {

/// Brings the spatial index of a table of points (column `geometry`) up to date with the rows after `last_indexed`. Few new rows are
/// inserted; where they are many against what is there, the whole index is packed anew.
void index_points(const Database& db, const std::string& table, std::int64_t last_indexed);

}  // namespace gapmap
