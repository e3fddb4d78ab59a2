#pragma once
#include <string>
#include <vector>

#include "analysis/weights.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/units.h"
#include "geo/core/exec.h"
#include "geo/shape/layer.h"

namespace CLI {
class App;
}

namespace gapmap {

/// --weights and --style.
struct WeightOptions {
    std::string weights, style = "W";
    [[nodiscard]] WeightStyle style_of() const noexcept { return style == "B" ? WeightStyle::as_given : WeightStyle::row_standardised; }
};
void add_weight_options(CLI::App& command, WeightOptions& options);

/// Weights of a data set, before any style.
struct MadeWeights {
    SpatialWeights    weights;
    std::vector<bool> located;  ///< empty: all; else false for units without a place, which must be left out
    std::string       metric;   ///< the system that distances were measured in; empty: none was needed, or coordinates as they are
};

/// Neighbours as the contract's W names them: `queen`, `rook`, `knn:K`, `band:D`, `inverse:D`, or `file:PATH` (GAL, GWT, or a CSV i,j,w). A file names units by --id, else by the column
/// that its own header names, else by id, else code, else row numbers from 1. Links of a unit to itself are refused unless `allow_self`. Throws UsageError, InputError.
[[nodiscard]] MadeWeights make_weights(const std::string& text, const UnitFile& units, const InputOptions& options, bool allow_self, const Execution& exec);

}  // namespace gapmap
