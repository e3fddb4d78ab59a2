#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "geo/raster/grid.h"

namespace gapmap {

/// A block of a raster's cells, counted from its top left one.
struct CellBlock {
    int column = 0, row = 0, width = 0, height = 0;

    [[nodiscard]] std::size_t cells() const noexcept { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

/// What a source says of its cells.
struct CellSourceInfo {
    std::string           name{};                          ///< for messages: the file
    std::string           crs{};                           ///< "EPSG:n" or WKT; never empty
    int                   width = 0, height = 0;
    std::array<double, 6> transform{0, 1, 0, 0, 0, -1};    ///< x = t0 + column t1 + row t2, y = t3 + column t4 + row t5, from outer corners
    bool                  has_colours = false;             ///< a picture: read_colours() may be called
    bool                  has_values  = false;             ///< one measured thing: read_values() may be called
    bool                  classes     = false;             ///< colours or values are names of classes, which have no means
    int                   block_width = 256, block_height = 256;  ///< cells that the file stores together
    std::string           type{};                          ///< of the stored numbers: "Byte", "UInt16", "Float32"
};

/// Where tiles get the cells of a raster. Reading is called from several threads at once. Blocks lie inside the raster.
class CellSource {
public:
    virtual ~CellSource()                                       = default;
    [[nodiscard]] virtual const CellSourceInfo& info() const    = 0;
    /// Red, green, blue and opacity a cell, row by row; four zeros where there is no data. REQUIRES has_colours and four bytes a cell.
    virtual void read_colours(const CellBlock& block, std::span<std::uint8_t> to) = 0;
    /// Row by row; NaN where there is no data. REQUIRES has_values and a number a cell.
    virtual void read_values(const CellBlock& block, std::span<float> to) = 0;
};

/// A raster in memory as a source of values.
class MemoryCells final : public CellSource {
public:
    /// `raster` is not copied and must live on.
    MemoryCells(const Raster<Planar>& raster, std::string crs);
    [[nodiscard]] const CellSourceInfo& info() const override { return info_; }
    void read_colours(const CellBlock& block, std::span<std::uint8_t> to) override;
    void read_values(const CellBlock& block, std::span<float> to) override;

private:
    const Raster<Planar>& raster_;
    CellSourceInfo        info_;
};

}  // namespace gapmap
