#pragma once
#include <vector>

#include "app/toolbox/tiles_words.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// Refuses an output that is one of the inputs, which it would replace. Throws UsageError.
void refuse_own_input(const TilesWords& words);

/// Refuses names that would stand twice in a tile: two columns of one name, a column that has the name of an attribute that is added, a layer that has the name of another's labels.
/// Throws InputError for columns, UsageError for layers.
void refuse_double_names(const std::vector<Layer>& layers, const TilesWords& words);

}  // namespace gapmap
