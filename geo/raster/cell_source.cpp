#include "geo/raster/cell_source.h"

#include <algorithm>

#include "geo/core/expects.h"

namespace gapmap {

MemoryCells::MemoryCells(const Raster<Planar>& raster, std::string crs) : raster_(raster) {
    const Grid<Planar>& g = raster.grid;
    GEO_EXPECTS(raster.values.size() == g.cells());
    info_ = {.name = "raster", .crs = std::move(crs), .width = g.width, .height = g.height, .transform = {g.x_min, g.cell_x, 0, g.y_max, 0, -g.cell_y}, .has_values = true, .type = "Float32"};
}

void MemoryCells::read_colours(const CellBlock&, std::span<std::uint8_t>) { GEO_EXPECTS(info_.has_colours); }

void MemoryCells::read_values(const CellBlock& b, std::span<float> to) {
    GEO_EXPECTS(b.column >= 0 && b.row >= 0 && b.column + b.width <= info_.width && b.row + b.height <= info_.height && to.size() == b.cells());
    for (int y = 0; y < b.height; ++y) {
        const auto from = static_cast<std::size_t>(b.row + y) * static_cast<std::size_t>(info_.width) + static_cast<std::size_t>(b.column);
        std::copy_n(raster_.values.begin() + static_cast<std::ptrdiff_t>(from), b.width, to.begin() + static_cast<std::ptrdiff_t>(y) * b.width);
    }
}

}  // namespace gapmap
