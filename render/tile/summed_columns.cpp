#include "render/tile/summed_columns.h"

#include <algorithm>
#include <cmath>

#include "geo/core/error.h"

namespace gapmap {

SummedColumns::SummedColumns(const Table& table, const MvtAttributes& attributes, std::span<const std::string> names) : attributes_(attributes) {
    std::vector<const Column*> columns;
    for (const std::string& name : names) {
        columns.push_back(&table.at(name));
        if (std::holds_alternative<Column::Texts>(columns.back()->data)) throw UsageError("the column " + name + " holds text: it has no sum");
        const auto key = attributes.find_key(name);
        if (!key) throw UsageError("the column " + name + " is to be summed but is not among the attributes of the tiles");
        keys_.push_back(*key);
        whole_.push_back(std::holds_alternative<Column::Integers>(columns.back()->data));
    }
    values_.reserve(columns.empty() ? 0 : table.rows() * columns.size());
    for (std::size_t row = 0; !columns.empty() && row < table.rows(); ++row) {
        for (const Column* column : columns) values_.push_back(column->number(row));
    }
}

void SummedColumns::add(std::span<const double> values, std::span<double> sums) noexcept {
    for (std::size_t c = 0; c < sums.size(); ++c) {
        if (!std::isnan(values[c])) sums[c] = std::isnan(sums[c]) ? values[c] : sums[c] + values[c];
    }
}

void SummedColumns::tag(MvtLayerWriter& writer, std::size_t row, std::span<const double> sums) const {
    for (const auto& [key, value] : attributes_.tags(row)) {
        if (std::ranges::find(keys_, key) == keys_.end()) writer.tag(key, value);
    }
    for (std::size_t c = 0; c < sums.size(); ++c) {
        if (!std::isnan(sums[c])) writer.number(keys_[c], sums[c], whole_[c]);
    }
}

}  // namespace gapmap
