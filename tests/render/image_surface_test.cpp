// Surfaces in memory on their way into pictures, and what an update takes over.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "geo/core/error.h"
#include "geo/crs/transform.h"
#include "geo/raster/cell_source.h"
#include "render/tile/image_tiles.h"
#include "tile_memory.h"

using namespace gapmap;
using namespace tiles;

namespace {

/// A hill in the middle, no data in the north-west quarter.
Raster<Planar> hill() {
    Raster<Planar> out{{436'000, 3'870'000, 100, 100, 700, 500}, {}};  // EPSG:4545, around Linyou
    for (int row = 0; row < out.grid.height; ++row) {
        for (int column = 0; column < out.grid.width; ++column) {
            const double r = std::hypot(column - 350, row - 250);
            out.values.push_back(row < 250 && column < 350 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(std::max(0.0, 10 - r / 20)));
        }
    }
    return out;
}

Tiles tiles_of(const Raster<Planar>& raster, unsigned threads = 1, Remembered* earlier = nullptr, std::vector<ImageLevelReport>* report = nullptr, ImageFormat format = ImageFormat::png) {
    Tiles       out;
    MemorySink  sink(out);
    MemoryCells cells(raster, "EPSG:4545");
    sink.finish(build_image_tiles(cells, {.min_zoom = 6, .max_zoom = 11, .format = format, .compression = 1, .colours = surface_scale(10), .earlier = earlier}, sink, {.threads = threads}, report));
    return out;
}

}  // namespace

TEST_CASE("a surface without a visible cell has no tiles") {
    Raster<Planar> flat = hill();
    std::ranges::fill(flat.values, 0.0F);
    CHECK(tiles_of(flat).empty());
    CHECK(tiles_of(hill()).size() > 10);
}

TEST_CASE("single cells far apart each have their tile, and the empty ground between them has none") {
    Raster<Planar>      raster{{300'000, 3'900'000, 100, 100, 3000, 900}, {}};
    raster.values.assign(raster.grid.cells(), 0.0F);
    std::vector<double> xs, ys;
    for (int k = 0; k < 60; ++k) {
        const int column = k * 2711 % 3000, row = k * 787 % 900;
        raster.values[static_cast<std::size_t>(row) * 3000 + static_cast<std::size_t>(column)] = 9;
        xs.push_back(raster.grid.x_centre(column));
        ys.push_back(raster.grid.y_centre(row));
    }
    Transform("EPSG:4545", "EPSG:3857").apply(xs, ys);
    Tiles      made;
    MemorySink sink(made);
    MemoryCells cells(raster, "EPSG:4545");
    (void)build_image_tiles(cells, {.min_zoom = 12, .max_zoom = 13, .colours = surface_scale(10)}, sink, {});
    std::size_t missing = 0;
    for (int z = 12; z <= 13; ++z) {  // a pixel is smaller than a cell, so none can fall between pixels
        for (std::size_t i = 0; i < xs.size(); ++i) {
            const auto&  set  = web_mercator_quad();
            const TileId tile{static_cast<std::uint8_t>(z), static_cast<std::uint32_t>((xs[i] - set.x_origin) / set.span(z)), static_cast<std::uint32_t>((set.y_origin - ys[i]) / set.span(z))};
            missing += made.contains(tile) ? 0 : 1;
        }
    }
    CHECK(missing == 0);
    CHECK(made.size() < 2 * 4 * 60);  // a cell touches at most four tiles
}

TEST_CASE("over 100 random edits of cells an update gives the pictures of a full build, byte for byte, and keeps most of them") {
    std::mt19937   random(17);
    Raster<Planar> raster = hill();
    Remembered     earlier;
    (void)tiles_of(raster, 1, &earlier);
    earlier.next_week();
    std::size_t kept = 0, all = 0;
    for (int edit = 0; edit < 100; ++edit) {
        const auto column = static_cast<int>(random() % 690), row = static_cast<int>(random() % 490);
        const auto value  = random() % 5 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(random() % 12);
        for (int dy = 0; dy < 10; ++dy) {
            for (int dx = 0; dx < 10; ++dx) raster.values[static_cast<std::size_t>((row + dy) * 700 + column + dx)] = value;
        }
        std::vector<ImageLevelReport> report;
        const Tiles                   updated = tiles_of(raster, 1 + static_cast<unsigned>(edit % 3), &earlier, &report);
        REQUIRE(updated == tiles_of(raster));
        std::uint64_t told = 0;
        for (const ImageLevelReport& r : report) told += r.tiles_taken_over;
        CHECK(told == earlier.taken);
        kept += earlier.taken;
        all += updated.size();
        earlier.next_week();
    }
    CHECK(kept * 10 > all * 6);
}

TEST_CASE("pictures of an update in another format are made anew") {
    const Raster<Planar> raster = hill();
    Remembered           earlier;
    (void)tiles_of(raster, 1, &earlier);
    earlier.next_week();
    CHECK(tiles_of(raster, 1, &earlier, nullptr, ImageFormat::webp_lossless) == tiles_of(raster, 1, nullptr, nullptr, ImageFormat::webp_lossless));
    CHECK(earlier.taken == 0);
}

TEST_CASE("surfaces are the same pictures for 1, 2, 3 and 8 threads") {
    const Raster<Planar> raster = hill();
    const Tiles          one    = tiles_of(raster);
    for (const unsigned threads : {2U, 3U, 8U}) CHECK(tiles_of(raster, threads) == one);
}

TEST_CASE("impossible levels of pictures are refused") {
    const Raster<Planar> raster = hill();
    MemoryCells          cells(raster, "EPSG:4545");
    Tiles                made;
    MemorySink           sink(made);
    CHECK_THROWS_AS((void)build_image_tiles(cells, {.min_zoom = 5, .max_zoom = 4, .colours = surface_scale(10)}, sink, {}), UsageError);
}
