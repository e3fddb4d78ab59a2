#pragma once
#include <string>
#include <vector>

#include "geo/shape/layer.h"

namespace gapmap {

/// A numeric column of a layer or table. Blank cells are NaN. Throws InputError naming file, row and field where the column is missing or a cell holds
/// something else than a finite number.
[[nodiscard]] std::vector<double> number_column(const Layer& layer, const std::string& name, const std::string& path);

/// Likewise, of counts: numbers >= 0.
[[nodiscard]] std::vector<double> count_column(const Layer& layer, const std::string& name, const std::string& path);

/// Adds a result column under `name`, or `name_1` where the layer has a column of that name already.
template <class Values>
void add_column(Layer& layer, const std::string& name, Values values) {
    Column column{layer.table.find(name) == nullptr ? name : name + "_1", std::move(values), {}};
    layer.table.columns.push_back(std::move(column));
}

}  // namespace gapmap
