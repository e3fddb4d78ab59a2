#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "render/tile/cell_places.h"
#include "render/tile/image_cells.h"

namespace gapmap {

/// How a level's pixels are laid over the plane: pixel (x, y) counts from the level's top left corner.
struct PixelPlane {
    double left = 0, top = 0, resolution = 1;
};

/// What a tile of the finest level shows.
enum class TileGround {
    nothing,  ///< the raster is elsewhere, or (unless cells without data are to be seen) has no data there
    uniform,  ///< one value all over
    mixed,
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

    /// A tile's pixels, row by row; of `nothing` they need not be looked at.
    TileGround read(std::uint32_t x, std::uint32_t y, std::vector<Pixel>& to, Scratch& scratch) const;
    TileGround read(std::uint32_t x, std::uint32_t y, std::vector<Measure>& to, Scratch& scratch) const;

    /// Whether each pixel is a cell.
    [[nodiscard]] bool aligned() const noexcept { return aligned_; }

private:
    struct Net;    // about which cells a tile needs, from few places
    struct Reach;  // the cells that a tile needs, and where its pixels lie in them
    [[nodiscard]] bool  reach(const PixelWindow& window, Reach& out) const;
    [[nodiscard]] PixelWindow window(std::uint32_t x, std::uint32_t y) const noexcept;
    [[nodiscard]] Net         net_of(const PixelWindow& window) const;
    [[nodiscard]] bool        is_magnified(const Net& net) const noexcept;
    [[nodiscard]] std::pair<double, double> pixel_size(const CellPlaces& places) const;
    bool sample_fine(const PixelWindow& pixels, const Net& net, const std::vector<float>& cells, std::vector<Measure>& to) const;
    [[nodiscard]] CellPlaces places(const PixelWindow& window) const;
    template <class Cell, class From, class Mix>
    TileGround sample(std::uint32_t x, std::uint32_t y, std::vector<Cell>& to, std::vector<From>& buffer, const Mix& mix) const;
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
    bool                  keeps_no_data_ = false;  ///< cells without data are to be seen
    bool                  aligned_ = false;
    bool                  around_  = false;  ///< the raster goes once around the earth: beside its last column lies its first
    std::int64_t          column_shift_ = 0, row_shift_ = 0;  ///< cell = pixel + shift
};

}  // namespace gapmap
