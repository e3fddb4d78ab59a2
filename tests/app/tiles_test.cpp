// Tiles through decoders that are not ours: GDAL's drivers for vector tiles, MBTiles and PNG.
#include <doctest/doctest.h>
#include <gdal.h>
#include <ogr_api.h>
#include <cpl_conv.h>
#include <cpl_vsi.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <map>

#include "data/gdal_scope.h"
#include "data/tile/gzip.h"
#include "data/tile/mbtiles_write.h"
#include "data/tile/pmtiles_read.h"
#include "data/tile/pmtiles_write.h"
#include "data/tile/tee_sink.h"
#include "data/write/whole_file.h"
#include "geo/crs/transform.h"
#include "geo/raster/cell_source.h"
#include "render/tile/image_tiles.h"
#include "render/tile/vector_tiles.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

constexpr int side = 7;

/// side x side squares side by side, that share their borders.
ReleasedLayer chessboard() {
    Polygons<Lonlat> shape;
    Column::Integers households;
    Column::Texts    codes;
    for (int i = 0; i < side * side; ++i) {
        const double west = 107.32 + 0.03 * (i % side), south = 34.55 + 0.03 * (i / side);
        for (const auto& [x, y] : {std::pair{0.0, 0.0}, {0.03, 0.0}, {0.03, 0.03}, {0.0, 0.03}, {0.0, 0.0}}) shape.push_point(west + x, south + y);
        shape.end_ring();
        shape.end_part();
        shape.end_row();
        households.push_back(100 + i);
        codes.push_back(std::to_string(610329000 + i));
    }
    Table table;
    table.columns = {{"code", codes, {}}, {"households", households, {}}};
    return release_layer({"units", std::move(table), std::move(shape), "EPSG:4490"}, "leadership", {"code", "households"});
}

struct Written {
    fs::path    folder = fs::temp_directory_path() / "gapmap_tiles_test";
    std::string pmtiles_bytes;
    explicit Written(const std::function<TileSetInfo(TileSink&)>& build) {
        fs::remove_all(folder);
        fs::create_directories(folder);
        PmtilesWriter pmtiles(folder / "a.pmtiles");
        MbtilesWriter mbtiles(folder / "a.mbtiles");
        TeeSink       both({&pmtiles, &mbtiles});
        both.finish(build(both));
        pmtiles_bytes = read_whole_file(folder / "a.pmtiles");
    }
    ~Written() { fs::remove_all(folder); }
};

}  // namespace

TEST_CASE("GDAL reads every vector tile and finds the same households on every zoom") {
    const ReleasedLayer units = chessboard();
    const Written       out([&](TileSink& sink) {
        const std::vector<VectorTileLayer> layers = {{.name = "unit", .source = &units, .attributes = {"code", "households"}, .id_field = "code", .points_name = "unit_points"}};
        return build_vector_tiles(layers, {.name = "units"}, sink, {});
    });
    const GdalScope       gdal;
    std::map<int, double> sums;
    int                   polygons = 0;
    PmtilesReader(out.pmtiles_bytes).for_each([&](TileId tile, std::string_view bytes) {
        const std::string path = (out.folder / "tile.pbf").string();
        write_whole_file(path, gunzip(bytes, 1 << 24));
        GDALDatasetH set = GDALOpenEx(("MVT:" + path).c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, nullptr, nullptr);
        REQUIRE(set != nullptr);
        for (int l = 0; l < GDALDatasetGetLayerCount(set); ++l) {
            OGRLayerH  layer = GDALDatasetGetLayer(set, l);
            const bool points = std::string(OGR_L_GetName(layer)) == "unit_points";
            while (OGRFeatureH feature = OGR_L_GetNextFeature(layer)) {
                OGRGeometryH geometry = OGR_F_GetGeometryRef(feature);
                REQUIRE(geometry != nullptr);
                CHECK(OGR_G_IsValid(geometry));
                if (points) sums[tile.z] += OGR_F_GetFieldAsDouble(feature, OGR_F_GetFieldIndex(feature, "households"));
                else ++polygons;
                OGR_F_Destroy(feature);
            }
        }
        GDALClose(set);
    });
    CHECK(polygons > side * side * 9);
    double expected = 0;
    for (int i = 0; i < side * side; ++i) expected += 100 + i;
    for (int z = 6; z <= 14; ++z) CHECK(sums[z] == expected);
}

TEST_CASE("GDAL opens the MBTiles file of vector tiles with its layers, where the map has them") {
    const ReleasedLayer units = chessboard();
    const Written       out([&](TileSink& sink) {
        const std::vector<VectorTileLayer> layers = {{.name = "unit", .source = &units, .attributes = {"code", "households"}, .id_field = "code", .points_name = "unit_points"}};
        return build_vector_tiles(layers, {.name = "units"}, sink, {});
    });
    const GdalScope gdal;
    GDALDatasetH    set = GDALOpenEx((out.folder / "a.mbtiles").c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, nullptr, nullptr);
    REQUIRE(set != nullptr);
    CHECK(GDALDatasetGetLayerCount(set) == 2);
    OGRLayerH layer = GDALDatasetGetLayerByName(set, "unit_points");
    REQUIRE(layer != nullptr);
    CHECK(OGR_L_GetFeatureCount(layer, 1) == side * side);
    OGRLayerH outlines = GDALDatasetGetLayerByName(set, "unit");
    REQUIRE(outlines != nullptr);
    OGREnvelope box;
    REQUIRE(OGR_L_GetExtent(outlines, &box, 1) == OGRERR_NONE);
    double x[2] = {107.32, 107.32 + 0.03 * side}, y[2] = {34.55, 34.55 + 0.03 * side};
    Transform("EPSG:4490", "EPSG:3857").apply(x, y);
    CHECK(std::abs(box.MinX - x[0]) < 1);
    CHECK(std::abs(box.MaxY - y[1]) < 1);
    GDALClose(set);
}

TEST_CASE("PMTiles and MBTiles of one build hold the same bytes a tile, whatever the number of threads") {
    const ReleasedLayer units = chessboard();
    std::string         first;
    for (const unsigned threads : {1U, 2U, 3U}) {
        const Written out([&](TileSink& sink) {
            const std::vector<VectorTileLayer> layers = {{.name = "unit", .source = &units, .attributes = {"code", "households"}, .id_field = "code", .points_name = "unit_points"}};
            return build_vector_tiles(layers, {.name = "units"}, sink, Execution{threads});
        });
        const std::string both = out.pmtiles_bytes + read_whole_file(out.folder / "a.mbtiles");
        if (first.empty()) first = both;
        CHECK(both == first);
    }
}

TEST_CASE("GDAL reads the surface's PNG tiles and opens their MBTiles file as a picture in Web Mercator") {
    Raster<Planar> raster{{436'000, 3'870'000, 200, 200, 300, 200}, {}};
    for (int i = 0; i < 300 * 200; ++i) raster.values.push_back(static_cast<float>(i % 300) / 30);
    MemoryCells   cells(raster, "EPSG:4545");
    const Written out([&](TileSink& sink) { return build_image_tiles(cells, {.name = "surface", .min_zoom = 6, .max_zoom = 11, .colours = surface_scale(10)}, sink, {}); });
    const GdalScope gdal;
    int             tiles = 0;
    PmtilesReader(out.pmtiles_bytes).for_each([&](TileId, std::string_view bytes) {
        const std::string path = (out.folder / "tile.png").string();
        write_whole_file(path, bytes);
        GDALDatasetH picture = GDALOpen(path.c_str(), GA_ReadOnly);
        REQUIRE(picture != nullptr);
        CHECK(GDALGetRasterXSize(picture) == 256);
        std::vector<unsigned char> pixels(256 * 256);
        CHECK(GDALRasterIO(GDALGetRasterBand(picture, 1), GF_Read, 0, 0, 256, 256, pixels.data(), 256, 256, GDT_Byte, 0, 0) == CE_None);
        CHECK(std::ranges::any_of(pixels, [](unsigned char p) { return p != 0; }));
        GDALClose(picture);
        ++tiles;
    });
    CHECK(tiles > 10);
    GDALDatasetH set = GDALOpen((out.folder / "a.mbtiles").c_str(), GA_ReadOnly);
    REQUIRE(set != nullptr);
    CHECK(std::string(GDALGetProjectionRef(set)).find("Pseudo-Mercator") != std::string::npos);
    CHECK(GDALGetRasterCount(set) == 4);
    GDALClose(set);
}
