#pragma once
#include <cstddef>
#include <vector>

#include "geo/shape/points.h"

namespace gapmap {

/// A regular grid of square or oblong cells, north up: row 0 is the northern edge, column 0 the western.
template <class Space>
struct Grid {
    double x_min = 0, y_max = 0;          ///< outer corner of cell (row 0, column 0)
    double cell_x = 1, cell_y = 1;        ///< cell size, both > 0
    int    width = 0, height = 0;         ///< columns, rows

    [[nodiscard]] std::size_t  cells() const noexcept { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
    [[nodiscard]] double       x_centre(int column) const noexcept { return x_min + (column + 0.5) * cell_x; }
    [[nodiscard]] double       y_centre(int row) const noexcept { return y_max - (row + 0.5) * cell_y; }
    bool operator==(const Grid&) const = default;
};

/// Values on a grid, row by row from the north. NaN is "no data".
template <class Space>
struct Raster {
    Grid<Space>        grid;
    std::vector<float> values;
};

}  // namespace gapmap
