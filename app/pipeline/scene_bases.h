#pragma once
#include <vector>

#include "app/pipeline/places.h"

namespace gapmap {

/// The ledger of bases as of the day: rows of later days are not seen; of one unit, population, kind and source the newest day's rows.
/// Bases of units that do not hold on the day are left out. In order of unit, population, source, id.
[[nodiscard]] std::vector<Base> load_bases(const Scene& scene, const Store& store, const Locator& locator);

}  // namespace gapmap
