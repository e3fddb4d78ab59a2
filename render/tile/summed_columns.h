#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "render/tile/mvt_encode.h"
#include "render/tile/mvt_layer_writer.h"

namespace gapmap {

/// The numeric columns of a layer whose values go to the row that stays where rows merge, so that their totals are equal on every level.
class SummedColumns {
public:
    /// `attributes` must outlive this. Throws InputError where there is no such column, UsageError where one holds text or is not among the attributes.
    SummedColumns(const Table& table, const MvtAttributes& attributes, std::span<const std::string> names);

    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    /// A value a column; NaN where the row has none.
    [[nodiscard]] std::span<const double> values(std::size_t row) const noexcept { return std::span(values_).subspan(row * size(), size()); }
    /// Adds `values` to `sums`. What has no value adds nothing; a sum of no values is no value (NaN), not zero.
    static void add(std::span<const double> values, std::span<double> sums) noexcept;
    /// Tags of a row's feature: its attributes, with `sums` in place of its own values of these columns.
    void tag(MvtLayerWriter& writer, std::size_t row, std::span<const double> sums) const;

private:
    const MvtAttributes&       attributes_;
    std::vector<std::uint32_t> keys_;    // among the attributes
    std::vector<bool>          whole_;   // whether the column holds integers
    std::vector<double>        values_;  // row by row
};

}  // namespace gapmap
