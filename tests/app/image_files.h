#pragma once
// Raster files in memory, and tiles of them decoded by GDAL, for tests.
#include <cpl_conv.h>
#include <cpl_vsi.h>
#include <doctest/doctest.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "data/gdal_scope.h"
#include "data/read/raster_source.h"
#include "geo/core/draws.h"
#include "geo/core/error.h"
#include "render/tile/image_tiles.h"

namespace images {

using namespace gapmap;

class Tiles final : public TileSink {
public:
    explicit Tiles(const TileMatrixSet& set) : order_(set) {}
    void put(TileId tile, std::string_view bytes) override {
        CHECK(order_.number(tile) >= next_);
        next_    = order_.number(tile) + 1;
        at[tile] = std::string(bytes);
    }
    void finish(const TileSetInfo&) override {}
    std::map<TileId, std::string> at;

private:
    TileOrder     order_;
    std::uint64_t next_ = 0;
};

using Rgba4 = std::array<int, 4>;

struct Decoded {
    int                width = 0, height = 0;
    std::vector<Rgba4> pixels;
    [[nodiscard]] const Rgba4& at(int x, int y) const { return pixels[static_cast<std::size_t>(y * width + x)]; }
};

inline Decoded decode(std::string bytes) {
    const GdalScope scope;
    const char*     name = "/vsimem/gapmap_tile";
    VSIFCloseL(VSIFileFromMemBuffer(name, reinterpret_cast<GByte*>(bytes.data()), bytes.size(), 0));
    GDALDatasetH set = GDALOpenEx(name, GDAL_OF_RASTER, nullptr, nullptr, nullptr);
    REQUIRE(set != nullptr);
    Decoded   out{GDALGetRasterXSize(set), GDALGetRasterYSize(set), {}};
    const int bands = GDALGetRasterCount(set);
    out.pixels.resize(static_cast<std::size_t>(out.width) * static_cast<std::size_t>(out.height), {0, 0, 0, 255});
    GDALColorTableH table = bands == 1 ? GDALGetRasterColorTable(GDALGetRasterBand(set, 1)) : nullptr;
    for (int b = 1; b <= bands; ++b) {
        std::vector<GByte> values(out.pixels.size());
        REQUIRE(GDALRasterIO(GDALGetRasterBand(set, b), GF_Read, 0, 0, out.width, out.height, values.data(), out.width, out.height, GDT_Byte, 0, 0) == CE_None);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (table != nullptr) {
                const GDALColorEntry* e = GDALGetColorEntry(table, values[i]);
                out.pixels[i]           = {e->c1, e->c2, e->c3, e->c4};
            } else {
                out.pixels[i][static_cast<std::size_t>(b - 1)] = values[i];
            }
        }
    }
    GDALClose(set);
    VSIUnlink(name);
    return out;
}

/// Pixels of level 14 of WebMercatorQuad.
inline const double pixel14 = web_mercator_quad().levels[14].resolution;

struct FileWords {
    int                   width = 0, height = 0, bands = 1;
    GDALDataType          type = GDT_Byte;
    std::array<double, 6> transform{};
    int                   epsg = 3857;
    std::vector<GDALColorInterp> meaning{};
    std::function<void(GDALDatasetH)> more{};
};

/// A GeoTIFF in memory, gone with this.
struct TiffFile {
    std::string path = "/vsimem/gapmap_image.tif";
    TiffFile(const FileWords& w, const std::function<double(int band, int x, int y)>& value) {
        const GdalScope scope;
        char*           options[] = {const_cast<char*>("TILED=YES"), const_cast<char*>("BLOCKXSIZE=64"), const_cast<char*>("BLOCKYSIZE=64"), nullptr};
        CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
        GDALDatasetH set = GDALCreate(GDALGetDriverByName("GTiff"), path.c_str(), w.width, w.height, w.bands, w.type, options);
        REQUIRE(set != nullptr);
        if (w.transform != std::array<double, 6>{}) {
            auto t = w.transform;
            GDALSetGeoTransform(set, t.data());
        }
        if (w.epsg != 0) {
            OGRSpatialReferenceH srs = OSRNewSpatialReference(nullptr);
            OSRImportFromEPSG(srs, w.epsg);
            OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
            GDALSetSpatialRef(set, srs);
            OSRRelease(srs);
        }
        for (std::size_t b = 0; b < w.meaning.size(); ++b) GDALSetRasterColorInterpretation(GDALGetRasterBand(set, static_cast<int>(b) + 1), w.meaning[b]);
        if (w.more) w.more(set);
        for (int b = 1; b <= w.bands; ++b) {
            std::vector<double> values;
            for (int y = 0; y < w.height; ++y) {
                for (int x = 0; x < w.width; ++x) values.push_back(value(b, x, y));
            }
            REQUIRE(GDALRasterIO(GDALGetRasterBand(set, b), GF_Write, 0, 0, w.width, w.height, values.data(), w.width, w.height, GDT_Float64, 0, 0) == CE_None);
        }
        GDALClose(set);
    }
    ~TiffFile() { VSIUnlink(path.c_str()); }
};

/// Pixels of a raster are those of level 14, from tile (x, y) on, `shift` pixels to the east and south.
inline std::array<double, 6> on_level_14(int x, int y, int shift = 0) {
    return {web_mercator_quad().x_origin + (x * 256.0 + shift) * pixel14, pixel14, 0, web_mercator_quad().y_origin - (y * 256.0 + shift) * pixel14, 0, -pixel14};
}

inline const std::vector<GDALColorInterp> rgba{GCI_RedBand, GCI_GreenBand, GCI_BlueBand, GCI_AlphaBand};

inline std::uint32_t draw(int band, int x, int y) { return Draws(Seed{9}, 3, static_cast<std::uint64_t>(y) * 4096 + static_cast<std::uint64_t>(x), static_cast<std::uint32_t>(band)).below(256); }

inline Tiles build(const std::string& path, ImageTileOptions options, unsigned threads = 2, const RasterSourceOptions& source = {}) {
    Tiles      out(*options.set);
    const auto cells = open_raster_source(path, source);
    (void)build_image_tiles(*cells, options, out, {.threads = threads});
    return out;
}

inline std::string refusal(const std::string& path, ImageTileOptions options = {}, const RasterSourceOptions& source = {}) {
    try {
        (void)build(path, std::move(options), 1, source);
    } catch (const InputError& e) {
        return e.what();
    }
    return {};
}

}  // namespace images
