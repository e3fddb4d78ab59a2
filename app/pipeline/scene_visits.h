#pragma once
#include <string>
#include <unordered_map>

#include "app/pipeline/places.h"
#include "app/pipeline/scene.h"

namespace gapmap {

/// Fills `scene.visits`, `scene.back_checks` and `scene.field` from the visit lists and the ledger of back-checks, rows of later days than `scene.as_of` left out. `row_of` gives the
/// row of a household code. REQUIRES households loaded.
void load_visits(Scene& scene, const Store& store, const Locator& locator, const std::unordered_map<std::string, std::uint32_t>& row_of);

}  // namespace gapmap
