#include <doctest/doctest.h>
#include <gdal.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "data/gdal_scope.h"
#include "data/read/vector_file.h"
#include "data/read/wkt.h"
#include "data/write/geotiff.h"
#include "data/write/table_file.h"
#include "data/write/vector_file.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"

using namespace gapmap;
namespace fs = std::filesystem;

namespace {

class TestFolder {
public:
    TestFolder() : path_(fs::temp_directory_path() / ("gapmap_layers_" + std::to_string(::getpid()))) { fs::create_directories(path_); }
    ~TestFolder() { fs::remove_all(path_); }
    TestFolder(const TestFolder&)            = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

Layer two_villages() {
    Polygons<Lonlat> shapes;
    for (int k = 0; k < 2; ++k) {
        for (const auto& [x, y] : {std::pair{107.0 + k, 34.0}, {107.5 + k, 34.0}, {107.5 + k, 34.5}, {107.0 + k, 34.0}}) shapes.push_point(x, y);
        shapes.end_ring();
        shapes.end_part();
        shapes.end_row();
    }
    Layer layer{"villages", {}, shapes, "EPSG:4490"};
    layer.table.columns.push_back({"name", Column::Texts{"麟游", "b"}, {}});
    layer.table.columns.push_back({"people", Column::Integers{12, 0}, {true, false}});
    layer.table.columns.push_back({"rate", Column::Reals{0.1, 2.5}, {}});
    return layer;
}

}  // namespace

TEST_CASE("layers: what is written as GeoPackage, GeoJSON and Shapefile is read back the same") {
    const TestFolder folder;
    const Layer      layer = two_villages();
    for (const char* name : {"v.gpkg", "v.geojson", "v.shp"}) {
        CAPTURE(name);
        write_table_file(folder / name, layer);
        const Layer back = read_layer(folder / name);
        CHECK(back.crs == "EPSG:4490");
        REQUIRE(back.rows() == 2);
        CHECK(back.table.at("name").text(0) == "麟游");
        CHECK(back.table.at("people").number(0) == 12);
        CHECK_FALSE(back.table.at("people").is_valid(1));
        CHECK(back.table.at("rate").number(1) == 2.5);
        const auto& shapes = std::get<Polygons<Lonlat>>(back.geometry);
        CHECK(polygon_area(shapes.view(), 0) == doctest::Approx(0.125));
    }
    for (const auto& entry : fs::directory_iterator(folder.path())) CHECK(entry.path().filename().string().find(".part") == std::string::npos);
}

TEST_CASE("layers: PATH:LAYER chooses, and a wrong name lists the layers there are") {
    const TestFolder folder;
    write_table_file(folder / "v.gpkg", two_villages());
    CHECK(read_layer((folder / "v.gpkg") + ":v").rows() == 2);
    CHECK_THROWS_WITH_AS((void)read_layer((folder / "v.gpkg") + ":towns"), doctest::Contains("there are: v"), InputError);
}

TEST_CASE("layers: a missing file, a file that is no vector file and an unknown ending each say so") {
    const TestFolder folder;
    CHECK_THROWS_WITH_AS((void)read_layer(folder / "none.gpkg"), doctest::Contains("there is no such file"), InputError);
    write_whole_file(folder / "noise.gpkg", "this is not a database");
    CHECK_THROWS_WITH_AS((void)read_layer(folder / "noise.gpkg"), doctest::Contains("is not a vector file"), InputError);
    CHECK_THROWS_AS(write_table_file(folder / "v.xyz", two_villages()), UsageError);
    CHECK_THROWS_AS(write_table_file(folder / "no/such/folder/v.gpkg", two_villages()), OutputError);
}

TEST_CASE("layers: a Shapefile that does not state its encoding is read as GB18030, names of fields too; bytes that are neither are refused") {
    const TestFolder folder;
    const Layer      layer{"l", {{{"名称", Column::Texts{"村", "plain"}, {}}}}, Points<Lonlat>{{107.5, 107.6}, {34.5, 34.6}}, "EPSG:4326"};
    write_layer(layer, folder / "gbk.shp", {.driver = "ESRI Shapefile", .layer_options = {"ENCODING=GB18030"}});
    fs::remove(folder / "gbk.cpg");
    std::string dbf = read_whole_file(folder / "gbk.dbf");
    dbf[29]         = 0;  // the language byte: nothing stated
    write_whole_file(folder / "gbk.dbf", dbf);
    const Layer read = read_layer(folder / "gbk.shp");
    CHECK(read.table.at("名称").text(0) == "村");
    CHECK(read.table.at("名称").text(1) == "plain");
    dbf[dbf.find("\xB4\xE5")] = '\xFF';
    write_whole_file(folder / "gbk.dbf", dbf);
    CHECK_THROWS_WITH_AS((void)read_layer(folder / "gbk.shp"), doctest::Contains("gbk.shp [gbk] row 1, field '名称': is neither UTF-8 nor GB18030"), InputError);
}

TEST_CASE("layers: a letter that the width of a DBF column has cut in UTF-8 is dropped, the letters before it stay") {
    const TestFolder folder;
    const Layer      layer{"l", {{{"name", Column::Texts{"村xx", "xx村"}, {}}}}, Points<Lonlat>{{107.5, 107.6}, {34.5, 34.6}}, "EPSG:4326"};
    write_layer(layer, folder / "cut.shp", vector_format_for("cut.shp"));
    std::string       dbf = read_whole_file(folder / "cut.dbf");
    const std::size_t at  = dbf.find("xx\xE6\x9D\x91");
    REQUIRE(at != std::string::npos);
    dbf[at + 4] = ' ';
    write_whole_file(folder / "cut.dbf", dbf);
    const Layer read = read_layer(folder / "cut.shp");
    CHECK(read.table.at("name").text(0) == "村xx");
    CHECK(read.table.at("name").text(1) == "xx");
}

TEST_CASE("layers: GeoJSON with text that is not UTF-8 is refused, naming layer, row and field") {
    const TestFolder folder;
    const auto feature = [](const std::string& name) { return R"({"type":"Feature","properties":{"name":")" + name + R"("},"geometry":{"type":"Point","coordinates":[107,34]}})"; };
    write_whole_file(folder / "gbk.geojson", R"({"type":"FeatureCollection","features":[)" + feature("a") + "," + feature("\xB4\xE5") + "]}");
    CHECK_THROWS_WITH_AS((void)read_layer(folder / "gbk.geojson"), doctest::Contains("gbk.geojson [gbk] row 2, field 'name': is not UTF-8"), InputError);
}

TEST_CASE("layers: a CSV with a WKT column is a layer; its coordinate system is the one given") {
    const TestFolder folder;
    write_whole_file(folder / "w.csv", "id,WKT\na,\"POLYGON((0 0,1 0,1 1,0 0))\"\nb,\nc,\"MULTIPOLYGON Z (((0 0 5,1 0 5,1 1 5,0 0 5)),((2 2 1,3 2 1,3 3 1,2 2 1)))\"\n");
    const Layer layer  = read_layer(folder / "w.csv", {.crs = "4490"});
    const auto& shapes = std::get<Polygons<Lonlat>>(layer.geometry);
    CHECK(layer.crs == "EPSG:4490");
    REQUIRE(shapes.size() == 3);
    CHECK(polygon_area(shapes.view(), 1) == 0);
    CHECK(polygon_area(shapes.view(), 2) == 1);
    CHECK(layer.table.columns.size() == 1);
}

TEST_CASE("wkt: what cannot be read names row and what was expected") {
    const auto parse = [](std::vector<std::string> texts) { return parse_wkt(texts, "w.csv", "WKT", {}); };
    CHECK(std::get<Points<Planar>>(parse({"POINT (1 2)", "", "point z(3 4 5)", "POINT EMPTY"})).x[2] == 3);
    for (const char* bad : {"POLYGON((0 0,1 0,1 1))", "POLYGON((0 0,1 0,1 1,0 0)", "POLYGON((0 0,1 0,1 x,0 0))", "LINESTRING(0 0,1 1)", "POINT(1 2)", "POLYGON((0 0,1 0,1 1,0 0)) more"}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH_AS((void)parse({"POLYGON((0 0,1 0,1 1,0 0))", bad}), doctest::Contains("w.csv row 3, field 'WKT'"), InputError);
    }
}

TEST_CASE("geotiff: values, grid, system and no-data are read back by GDAL as written, partial tiles too") {
    const TestFolder folder;
    for (const char* crs : {"EPSG:4543", "", "+proj=tmerc +lat_0=0 +lon_0=107.7 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"}) {
        Raster<Planar> raster{{1000, 2000, 2, 3, 300, 270}, {}};
        for (std::size_t i = 0; i < raster.grid.cells(); ++i) raster.values.push_back(i % 7 == 0 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(i) * 0.25F);
        const std::string path = folder / "r.tif";
        write_geotiff(path, raster, crs, Execution{.threads = 3});
        const GdalScope messages;
        GDALDatasetH    dataset = GDALOpen(path.c_str(), GA_ReadOnly);
        REQUIRE(dataset != nullptr);
        double transform[6];
        GDALGetGeoTransform(dataset, transform);
        CHECK(transform[0] == 1000);
        CHECK(transform[1] == 2);
        CHECK(transform[3] == 2000);
        CHECK(transform[5] == -3);
        CHECK(std::string(GDALGetProjectionRef(dataset)).empty() == std::string(crs).empty());
        if (std::string(crs) == "EPSG:4543") CHECK(std::string(GDALGetProjectionRef(dataset)).find("4543") != std::string::npos);
        GDALRasterBandH    band = GDALGetRasterBand(dataset, 1);
        std::vector<float> back(raster.grid.cells());
        REQUIRE(GDALRasterIO(band, GF_Read, 0, 0, 300, 270, back.data(), 300, 270, GDT_Float32, 0, 0) == CE_None);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < back.size(); ++i) wrong += back[i] == raster.values[i] || (std::isnan(back[i]) && std::isnan(raster.values[i])) ? 0U : 1U;
        CHECK(wrong == 0);
        int has = 0;
        CHECK(std::isnan(GDALGetRasterNoDataValue(band, &has)));
        CHECK(has == 1);
        GDALClose(dataset);
    }
}

TEST_CASE("geotiff: any number of threads gives the same bytes") {
    const TestFolder folder;
    Raster<Planar>   raster{{0, 600, 1, 1, 700, 600}, {}};
    for (std::size_t i = 0; i < raster.grid.cells(); ++i) raster.values.push_back(i < 200'000 ? 0.0F : std::sin(static_cast<float>(i)));
    write_geotiff(folder / "one.tif", raster, "EPSG:3857", Execution{.threads = 1});
    write_geotiff(folder / "many.tif", raster, "EPSG:3857", Execution{.threads = 4});
    CHECK(read_whole_file(folder / "one.tif") == read_whole_file(folder / "many.tif"));
}
