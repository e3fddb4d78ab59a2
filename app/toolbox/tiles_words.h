#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/toolbox/inputs.h"
#include "data/tile/tile_inputs.h"
#include "data/tile/tile_sinks.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// What the command line says about tiles.
struct TilesWords {
    std::vector<std::string>   inputs;
    std::string                output, set = "WebMercatorQuad", name, description, attribution;
    std::optional<std::string> format;
    std::optional<int>         min_zoom, max_zoom;
    int                        compression = 6;
    std::uint64_t              memory      = 0;  ///< megabytes; 0: no bound
    TileSinkOptions            sink;
    InputOptions               input;

    // Vector tiles.
    std::string   attributes, sums, id, hatch_field, style, style_url;
    std::vector<std::string> units;  ///< COLUMN=UNIT
    std::uint32_t squares = 128;  ///< one point a square of 2 x 2 pixels of a 256-pixel tile
    std::uint32_t extent = 4096, buffer = 64, simplify = 4;
    double        min_area  = 0;
    std::uint64_t max_bytes = 0;
    bool          every_point = false, labels = false, update = false;

    // Raster tiles.
    std::string palette, breaks, resampling = "auto";
    std::vector<std::string> legends;
    double      opacity = 1;
    int         band = 0, pixel_ratio = 1, quality = 0;
    bool        hatch = false;
};

/// A list by commas, without blanks.
[[nodiscard]] std::vector<std::string> listed(const std::string& text);

[[nodiscard]] bool is_polygons(const Layer& layer);

/// The tiles of an earlier OUT.pmtiles, with --update. Throws UsageError for other containers.
[[nodiscard]] std::optional<TileInputs> earlier_tiles(const TilesWords& words);

}  // namespace gapmap
