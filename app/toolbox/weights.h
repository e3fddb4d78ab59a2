#pragma once
#include <string>

#include "analysis/weights.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// Neighbours as the contract's W names them: `queen`, `rook`, or `file:PATH`, a CSV i,j,w whose i and j are values of the
/// id column (--id, else id, else code) or, without one, row numbers from 1. Throws UsageError, InputError.
[[nodiscard]] SpatialWeights make_weights(const std::string& text, const Layer& layer, const std::string& source, const std::string& id, const Execution& exec);

}  // namespace gapmap
