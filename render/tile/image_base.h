#pragma once
#include <cstdint>
#include <vector>

#include "render/tile/image_cells.h"
#include "render/tile/raster_tiles.h"

namespace gapmap {

/// How a level's pixels are laid over the plane: pixel (x, y) counts from the level's top left corner.
struct PixelPlane {
    double left = 0, top = 0, resolution = 1;
};

/// Fills the pixels of the finest level from a raster's cells. Shared by threads; each brings its own Scratch.
/// A pixel has the cell under its centre (nearest), or the mean over a box around its place: as large as the pixel (average), or as a cell (bilinear).
class ImageBase {
public:
    struct Scratch {
        std::vector<Pixel> colours{};
        std::vector<float> values{};
    };
    /// `box`: where the raster lies, in the set's system.
    ImageBase(CellSource& source, const Box<Planar>& box, const ImageTileOptions& options, Resampling resampling, const PixelPlane& plane, int edge);

    /// A tile's pixels, row by row; false where the raster has nothing there.
    bool read(std::uint32_t x, std::uint32_t y, std::vector<Pixel>& to, Scratch& scratch) const;
    bool read(std::uint32_t x, std::uint32_t y, std::vector<Measure>& to, Scratch& scratch) const;

    /// Whether each pixel is a cell.
    [[nodiscard]] bool aligned() const noexcept { return aligned_; }

private:
    struct Reach;  // the cells that a tile needs, and where its pixels lie in them
    [[nodiscard]] bool  reach(std::uint32_t x, std::uint32_t y, Reach& out) const;
    [[nodiscard]] bool  may_reach(const PixelWindow& window) const;
    [[nodiscard]] CellPlaces places(const PixelWindow& window) const;
    template <class Cell, class From, class Mix>
    bool sample(std::uint32_t x, std::uint32_t y, std::vector<Cell>& to, std::vector<From>& buffer, const Mix& mix) const;
    void look_for_alignment(const Box<Planar>& box);
    void load(const CellBlock& block, std::vector<Pixel>& to) const;
    void load(const CellBlock& block, std::vector<float>& to) const;
    template <class Cell>
    void load_around(const CellBlock& block, std::vector<Cell>& to) const;

    CellSource&           source_;
    const CellSourceInfo& info_;
    std::string           set_crs_;
    Resampling            resampling_;
    PixelPlane            plane_;
    int                   edge_;
    double                max_error_, period_ = 0;  ///< period: columns around the earth, 0 where they do not go around
    bool                  aligned_ = false;
    bool                  around_  = false;  ///< the raster goes once around the earth: beside its last column lies its first
    std::int64_t          column_shift_ = 0, row_shift_ = 0;  ///< cell = pixel + shift
};

}  // namespace gapmap
