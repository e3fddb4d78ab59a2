#include "render/tile/raster_tiles.h"

#include <doctest/doctest.h>
#include <libdeflate.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "geo/core/error.h"
#include "geo/crs/transform.h"

using namespace gapmap;

namespace {

class MemorySink final : public TileSink {
public:
    void put(TileId tile, std::string_view bytes) override {
        CHECK(tile_number(tile) >= next_);
        next_       = tile_number(tile) + 1;
        tiles[tile] = std::string(bytes);
    }
    void finish(const TileSetInfo&) override {}
    std::map<TileId, std::string> tiles;

private:
    std::uint64_t next_ = 0;
};

struct Picture {
    std::uint32_t             width = 0, height = 0;
    std::vector<std::uint8_t> alpha;  ///< one a pixel
    std::vector<std::uint8_t> index;
};

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t v = 0;
    for (const char c : bytes.substr(0, 4)) v = v << 8 | static_cast<unsigned char>(c);
    return v;
}

/// Reads an indexed PNG with the filters None, Sub and Up, checking each chunk's sum.
Picture decode_png(std::string_view png) {
    REQUIRE(png.starts_with("\x89PNG\r\n\x1a\n"));
    Picture     out;
    std::string packed, opacity;
    for (std::size_t at = 8; at < png.size();) {
        const std::uint32_t    size = big_endian(png.substr(at));
        const std::string_view type = png.substr(at + 4, 4), body = png.substr(at + 8, size);
        REQUIRE(libdeflate_crc32(0, type.data(), size + 4) == big_endian(png.substr(at + 8 + size)));
        if (type == "IHDR") out.width = big_endian(body), out.height = big_endian(body.substr(4));
        if (type == "tRNS") opacity = body;
        if (type == "IDAT") packed += body;
        at += 12 + size;
    }
    std::string raw((std::size_t{out.width} + 1) * out.height, '\0');
    auto*       d  = libdeflate_alloc_decompressor();
    const auto  ok = libdeflate_zlib_decompress(d, packed.data(), packed.size(), raw.data(), raw.size(), nullptr);
    libdeflate_free_decompressor(d);
    REQUIRE(ok == LIBDEFLATE_SUCCESS);
    for (std::size_t y = 0; y < out.height; ++y) {
        const char* row = raw.data() + y * (out.width + 1);
        for (std::size_t x = 0; x < out.width; ++x) {
            auto v = static_cast<std::uint8_t>(row[x + 1]);
            if (row[0] == 1 && x > 0) v = static_cast<std::uint8_t>(v + out.index.back());
            if (row[0] == 2 && y > 0) v = static_cast<std::uint8_t>(v + out.index[(y - 1) * out.width + x]);
            out.index.push_back(v);
            out.alpha.push_back(v < opacity.size() ? static_cast<std::uint8_t>(opacity[v]) : std::uint8_t{255});
        }
    }
    return out;
}

const Grid<Planar> county_grid{436'000, 3'870'000, 100, 100, 700, 500};  // EPSG:4545, around Linyou

/// A hill in the middle, no data in the north-west quarter.
Raster<Planar> hill() {
    Raster<Planar> out{county_grid, {}};
    for (int row = 0; row < out.grid.height; ++row) {
        for (int column = 0; column < out.grid.width; ++column) {
            const double r = std::hypot(column - 350, row - 250);
            out.values.push_back(row < 250 && column < 350 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(std::max(0.0, 10 - r / 20)));
        }
    }
    return out;
}

}  // namespace

TEST_CASE("a pixel shows the class of the cell under its centre, and nothing outside, without data and in the lowest class") {
    const Raster<Planar> raster = hill();
    const ClassScale     scale  = surface_scale(10);
    MemorySink           sink;
    const TileSetInfo    info = build_raster_tiles(raster, "EPSG:4545", scale, {.min_zoom = 8, .max_zoom = 11}, sink, {});
    CHECK(info.bounds.x_min > 107);
    CHECK(info.bounds.x_max < 109);
    const Transform   exact("EPSG:3857", "EPSG:4545");
    const auto&       set = web_mercator_quad();
    std::map<int, std::size_t> visible;
    std::size_t                wrong = 0, seen = 0;
    for (const auto& [tile, bytes] : sink.tiles) {
        const Picture picture = decode_png(bytes);
        REQUIRE(picture.width == 256);
        REQUIRE(picture.height == 256);
        const Box<Planar>   box = set.box(tile);
        const double        resolution = set.levels[tile.z].resolution;
        std::vector<double> xs, ys;
        for (int y = 0; y < 256; ++y) {
            for (int x = 0; x < 256; ++x) {
                xs.push_back(box.x_min + (x + 0.5) * resolution);
                ys.push_back(box.y_max - (y + 0.5) * resolution);
            }
        }
        exact.apply(xs, ys);
        for (std::size_t i = 0; i < xs.size(); ++i) {
            const double column = (xs[i] - county_grid.x_min) / 100, row = (county_grid.y_max - ys[i]) / 100;
            // Within the stated error of a cell's edge either cell is right.
            if (std::abs(column - std::round(column)) < 0.1 || std::abs(row - std::round(row)) < 0.1) continue;
            std::uint8_t alpha = 0;
            if (column >= 0 && row >= 0 && column < 700 && row < 500) {
                const float v = raster.values[static_cast<std::size_t>(row) * 700 + static_cast<std::size_t>(column)];
                if (!std::isnan(v)) alpha = scale.colours[class_of(scale, static_cast<double>(v))].a;
            }
            wrong += picture.alpha[i] != alpha ? 1 : 0;
            seen += alpha != 0 ? 1 : 0;
        }
        CHECK(std::ranges::any_of(picture.alpha, [](std::uint8_t a) { return a != 0; }));
        visible[tile.z] += static_cast<std::size_t>(std::ranges::count_if(picture.alpha, [](std::uint8_t a) { return a != 0; }));
    }
    CHECK(wrong == 0);
    CHECK(seen > 10'000);
    // Four times the pixels a level, as nothing is lost at tile borders.
    for (int z = 9; z <= 11; ++z) CHECK(static_cast<double>(visible[z]) / static_cast<double>(visible[z - 1]) == doctest::Approx(4).epsilon(0.02));
}

TEST_CASE("interpolated pixel places are within the stated share of a cell of the exact ones") {
    const Transform exact("EPSG:3857", "EPSG:4545");
    const auto&     set = web_mercator_quad();
    for (const TileId tile : {TileId{6, 51, 25}, TileId{8, 204, 101}, TileId{10, 818, 406}, TileId{13, 6549, 3252}}) {
        for (const double max_error : {0.1, 0.01}) {
            const Box<Planar> box        = set.box(tile);
            const double      resolution = set.levels[tile.z].resolution;
            const PixelWindow window{box.x_min + resolution / 2, box.y_max - resolution / 2, resolution, 256, 256};
            const CellPlaces  places = cell_places(window, exact, county_grid, max_error);
            double            worst  = 0;
            std::vector<double> xs, ys;
            for (int y = 0; y < 256; ++y) {
                for (int x = 0; x < 256; ++x) {
                    xs.push_back(window.x_first + x * resolution);
                    ys.push_back(window.y_first - y * resolution);
                }
            }
            exact.apply(xs, ys);
            for (std::size_t i = 0; i < xs.size(); ++i) {
                worst = std::max(worst, std::hypot(places.column[i] - (xs[i] - county_grid.x_min) / 100, places.row[i] - (county_grid.y_max - ys[i]) / 100));
            }
            CAPTURE(tile.z);
            CHECK(worst <= max_error);
        }
    }
}

TEST_CASE("raster tiles are the same bytes for any number of threads, and a surface without a visible cell has none") {
    const Raster<Planar> raster = hill();
    const auto           with   = [&](unsigned threads) {
        MemorySink sink;
        (void)build_raster_tiles(raster, "EPSG:4545", surface_scale(10), {.max_zoom = 10}, sink, Execution{threads});
        return sink.tiles;
    };
    const auto one = with(1);
    CHECK(one.size() > 10);
    CHECK(with(2) == one);
    CHECK(with(3) == one);
    Raster<Planar> flat = raster;
    std::ranges::fill(flat.values, 0.0F);
    MemorySink sink;
    (void)build_raster_tiles(flat, "EPSG:4545", surface_scale(10), {.max_zoom = 9}, sink, {});
    CHECK(sink.tiles.empty());
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
    MemorySink sink;
    (void)build_raster_tiles(raster, "EPSG:4545", surface_scale(10), {.min_zoom = 12, .max_zoom = 13}, sink, {});
    std::size_t missing = 0;
    for (int z = 12; z <= 13; ++z) {  // a pixel is smaller than a cell, so none can fall between pixels
        for (std::size_t i = 0; i < xs.size(); ++i) {
            const auto&  set  = web_mercator_quad();
            const TileId tile{static_cast<std::uint8_t>(z), static_cast<std::uint32_t>((xs[i] - set.x_origin) / set.span(z)), static_cast<std::uint32_t>((set.y_origin - ys[i]) / set.span(z))};
            missing += sink.tiles.contains(tile) ? 0 : 1;
        }
    }
    CHECK(missing == 0);
    CHECK(sink.tiles.size() < 2 * 4 * 60);  // a cell touches at most four tiles
}

TEST_CASE("impossible zooms of raster tiles are refused") {
    MemorySink sink;
    CHECK_THROWS_AS((void)build_raster_tiles(hill(), "EPSG:4545", surface_scale(10), {.min_zoom = 5, .max_zoom = 4}, sink, {}), UsageError);
}
