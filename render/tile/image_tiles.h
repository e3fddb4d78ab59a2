#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "geo/core/exec.h"
#include "geo/core/status.h"
#include "geo/raster/cell_source.h"
#include "geo/tile/tile_matrix_set.h"
#include "geo/tile/tile_reuse.h"
#include "geo/tile/tile_sink.h"
#include "render/palette.h"

namespace gapmap {

enum class Resampling {
    automatic,  ///< nearest for classes, average for all else
    nearest,    ///< the cell under the pixel's centre; on overviews at most a fifth of a pixel beside it
    average,    ///< by area: means of values, and of colours weighed by their opacity, are kept from level to level
    bilinear,   ///< between the four cell centres around, on the finest level; average on the others
};

enum class ImageFormat { png, webp_lossless, webp_lossy };

struct ImageTileOptions {
    std::string name{}, description{}, attribution{};
    int  min_zoom = -1;  ///< -1: where the raster fits in about one tile
    int  max_zoom = -1;  ///< -1: the first level that is at least as fine as the raster
    const TileMatrixSet* set = &web_mercator_quad();  ///< of any tile size; with 512 pixels a tile is what pixel_ratio 2 makes of 256
    int         pixel_ratio = 1;      ///< 1, or 2 for "@2x": twice the pixels along an edge for the same tile
    ImageFormat format      = ImageFormat::png;
    int         quality     = 80;     ///< of webp_lossy, 1 to 100
    int         compression = 6;      ///< of PNG, 1 to 12
    Resampling  resampling  = Resampling::automatic;
    double      max_error   = 0.1;    ///< REQUIRES > 0. How far a pixel may be off its true place, in cells of the raster

    std::optional<ValueColours> colours{};     ///< for values. Given: values are read and coloured, level by level; else the picture is
    std::optional<Status>       no_data{};     ///< hatch cells without data with this status's pattern; else they are transparent
    bool                        hatch_zero = false;  ///< hatch cells of value 0 with the pattern of zero
    std::size_t                 memory_bytes = std::size_t{256} << 20;  ///< of finished tiles; beyond it they wait in a temporary file
    EarlierTiles* earlier = nullptr;  ///< given: tiles of an earlier build with just these pixels are taken over, not encoded again. Not owned
};

/// What was made, a level a row, for reports.
struct ImageLevelReport {
    int           zoom = 0;
    std::uint64_t tiles = 0, tiles_taken_over = 0, indexed = 0, bytes = 0, largest = 0;
};

/// Puts a raster into the sink as PNG or WebP tiles, in rising order of tile_order(). The caller finishes the sink with what is returned.
/// The base level is that of max_zoom, or finer where the raster is finer; it is read once, and each level above is made of the four tiles below it, in memory. A raster whose
/// pixels are those of a level is copied pixel by pixel. PNG tiles with at most 256 colours are indexed, exactly; others have opacity only where they need it. Tiles without
/// a visible pixel are left out. Same bytes for any number of threads. Sets whose levels are not halved from one to the next are read again where the chain breaks.
/// Memory: about 20 MB a thread at 256 pixels, options.memory_bytes and what the source keeps.
/// Throws UsageError for options out of range, InputError where the raster has values but no colours are given, or lies outside the set.
TileSetInfo build_image_tiles(CellSource& source, const ImageTileOptions& options, TileSink& sink, const Execution& exec, std::vector<ImageLevelReport>* report = nullptr);

}  // namespace gapmap
