#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "geo/shape/points.h"
#include "geo/shape/polygons.h"

namespace gapmap {

/// One attribute as a typed array with a validity mask.
struct Column {
    using Integers = std::vector<std::int64_t>;
    using Reals    = std::vector<double>;
    using Texts    = std::vector<std::string>;

    std::string                            name;
    std::variant<Integers, Reals, Texts>   data;
    std::vector<bool>                      valid;  ///< empty: every row has a value; else one flag a row

    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] bool        is_valid(std::size_t row) const noexcept { return valid.empty() || valid[row]; }
    /// The value as a number; NaN where invalid or not a number (text is not parsed).
    [[nodiscard]] double      number(std::size_t row) const noexcept;
    /// The value as text, numbers in their shortest exact form; empty where invalid.
    [[nodiscard]] std::string text(std::size_t row) const;
};

/// Columns of equal length.
struct Table {
    std::vector<Column> columns;

    [[nodiscard]] std::size_t   rows() const noexcept { return columns.empty() ? 0 : columns.front().size(); }
    [[nodiscard]] const Column* find(std::string_view name) const noexcept;  ///< null where there is none
    [[nodiscard]] const Column& at(std::string_view name) const;             ///< throws InputError naming the columns there are
};

/// Geometry of a layer, in the coordinates of its CRS: none, one point a row, or one (multi)polygon a row.
/// Raw coordinates carry the tag Planar when the CRS is projected and Lonlat when it is geographic.
using Geometry = std::variant<std::monostate, Points<Lonlat>, Points<Planar>, Polygons<Lonlat>, Polygons<Planar>>;

/// A named table with geometry. `crs` is an authority code ("EPSG:4490"), WKT for a system without code, or empty
/// where the source states none.
struct Layer {
    std::string name;
    Table       table;
    Geometry    geometry;
    std::string crs;

    [[nodiscard]] std::size_t rows() const noexcept;
};

}  // namespace gapmap
