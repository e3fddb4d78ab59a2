#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "data/store/sqlite_handle.h"

namespace gapmap {

/// A row and where it is.
struct IndexedPoint {
    std::int64_t row = 0;
    double       x = 0, y = 0;
};

/// Fills the R-tree table `index` of SQLite with `points`, replacing what it held: nodes are packed full by sorting
/// (sort-tile-recursive) and written to the tree's own tables at once. Cost: O(n log n); about a tenth of inserting point by point.
/// Sources: Leutenegger, Lopez, Edgington 1997; SQLite's documentation of the R-tree module, "shadow tables".
void pack_rtree(const Database& db, const std::string& index, std::vector<IndexedPoint> points);

}  // namespace gapmap
