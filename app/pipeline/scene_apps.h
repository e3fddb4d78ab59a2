#pragma once
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/pipeline/places.h"

namespace gapmap {

/// Fills scene.apps and scene.app_households with the rows to date. REQUIRES the households loaded; `row_of` gives their rows by code.
///
/// A row without household is a unit's count: the newest of each app and unit holds. A row with a household is a registration or more
/// of that household: the rows of the newest day of each app and household hold. They set the household's stages, and they sum to
/// the count of its village (its town where it is known no closer), but where the app has a count of a unit around the household:
/// the registration is in that count already.
void load_apps(Scene& scene, const Store& store, const Locator& locator, const std::unordered_map<std::string, std::uint32_t>& row_of);

/// Sums of one app's newest counts.
struct AppSum {
    double       installed = 0, real_name = 0, target = 0;
    std::int32_t day = 0;  ///< the newest
};
using AppSums = std::map<std::string, AppSum>;  ///< by app

/// Each unit's sums by app; a town's hold its villages'.
struct AppTotals {
    AppSums                                       county;
    std::array<std::vector<AppSums>, level_count> levels;
};
[[nodiscard]] AppTotals app_totals(const Scene& scene);

}  // namespace gapmap
