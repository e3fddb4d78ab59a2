#pragma once
#include <string>
#include <vector>

#include "app/toolbox/tiles_words.h"
#include "geo/shape/layer.h"
#include "geo/shape/released.h"
#include "geo/tile/tile_matrix_set.h"

namespace gapmap {

/// Refuses options of rasters and values that points and polygons cannot have. Throws UsageError.
void check_vector_words(const TilesWords& words);

/// Refuses columns that no input has, before anything is built. Throws InputError with all there are.
void require_columns(const std::vector<Layer>& layers, const std::vector<std::string>& columns, const TilesWords& words);

/// Refuses sums of columns that hold a text, naming the first. A column in which nothing stands yet has no value. Throws InputError.
void require_numbers(const std::vector<Layer>& layers, const TilesWords& words);
[[nodiscard]] bool is_blank(const Column::Texts& texts);

/// Refuses shapes of which none has a place on the set: a mistake about coordinates. Throws InputError.
void refuse_elsewhere(const std::vector<ReleasedLayer>& layers, std::uint64_t outside, const TileMatrixSet& set, const TilesWords& words);

/// Refuses an output that is one of the inputs, which it would replace. Throws UsageError.
void refuse_own_input(const TilesWords& words);

/// Refuses names that would stand twice in a tile: two columns of one name, a column that has the name of an attribute that is added, a layer that has the name of another's labels.
/// Throws InputError for columns, UsageError for layers.
void refuse_double_names(const std::vector<Layer>& layers, const TilesWords& words);

}  // namespace gapmap
