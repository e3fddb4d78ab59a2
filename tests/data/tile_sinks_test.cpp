#include <cpl_vsi.h>
#include <doctest/doctest.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/tile/content_index.h"
#include "data/tile/gzip.h"
#include "data/tile/pmtiles_read.h"
#include "data/tile/tile_matrix_set_json.h"
#include "data/tile/tile_sinks.h"
#include "data/write/whole_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

using namespace gapmap;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// A folder of its own that goes with the test.
struct Folder {
    fs::path path;
    explicit Folder(const char* name) : path(fs::temp_directory_path() / (std::string("gapmap_sinks_") + name)) {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~Folder() { fs::remove_all(path); }
    [[nodiscard]] std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), fs::directory_iterator())); }
};

struct CloseDataset {
    void operator()(GDALDatasetH h) const noexcept { GDALClose(h); }
};
using DatasetHandle = std::unique_ptr<void, CloseDataset>;

/// A tile of one colour, as GDAL writes it.
std::string picture(std::uint8_t red, const char* driver = "PNG") {
    GDALAllRegister();
    const DatasetHandle memory(GDALCreate(GDALGetDriverByName("MEM"), "", 256, 256, 4, GDT_Byte, nullptr));
    for (int band = 1; band <= 4; ++band) GDALFillRaster(GDALGetRasterBand(memory.get(), band), band == 1 ? red : band == 4 ? 255 : 7, 0);
    DatasetHandle(GDALCreateCopy(GDALGetDriverByName(driver), "/vsimem/gapmap_tile", memory.get(), 0, nullptr, nullptr, nullptr)).reset();
    vsi_l_offset size  = 0;
    const auto*  bytes = VSIGetMemFileBuffer("/vsimem/gapmap_tile", &size, 0);
    std::string  out(reinterpret_cast<const char*>(bytes), size);
    VSIUnlink("/vsimem/gapmap_tile");
    return out;
}

TileSetInfo told(TileKind kind) { return {"test <set>", "made up", "", kind, 0, 14, {107.3, 34.5, 108.1, 35.0}, {{"units", 0, 14, {{"name", "String"}, {"count", "Number"}}}}}; }

/// The tile of a set at a place in degrees.
TileId tile_of(const TileMatrixSet& set, int z, Point<Lonlat> place) {
    double x = place.x, y = place.y;
    if (!is_geographic(set.crs)) Transform("EPSG:4490", set.crs).apply({&x, 1}, {&y, 1});
    return set.tile_at(z, x, y).value();
}

constexpr Point<Lonlat> seat{107.78758, 34.67868};

/// The picture that GDAL sees: its corner, pixel, system, and the red at a place of the set's system.
struct Seen {
    std::array<double, 6> transform{};
    std::string           authority;
    int                   red = -1;
};

Seen seen_by_gdal(const std::string& name, Point<Planar> at) {
    GDALAllRegister();
    const DatasetHandle data(GDALOpen(name.c_str(), GA_ReadOnly));
    REQUIRE(data != nullptr);
    Seen seen;
    REQUIRE(GDALGetGeoTransform(data.get(), seen.transform.data()) == CE_None);
    if (auto* srs = GDALGetSpatialRef(data.get())) {
        if (const char* code = OSRGetAuthorityCode(srs, nullptr)) seen.authority = code;
    }
    const auto&   t = seen.transform;
    std::uint8_t  value = 0;
    const int     column = static_cast<int>(std::floor((at.x - t[0]) / t[1])), row = static_cast<int>(std::floor((at.y - t[3]) / t[5]));
    if (GDALRasterIO(GDALGetRasterBand(data.get(), 1), GF_Read, column, row, 1, 1, &value, 1, 1, GDT_Byte, 0, 0) == CE_None) seen.red = value;
    return seen;
}

}  // namespace

TEST_CASE("GDAL finds a GeoPackage's tile where its set says, in Tianditu's c and in the county's own system") {
    const Folder folder("gpkg");
    for (const char* id : {"Tianditu_c", "Linyou4545", "WebMercatorQuad", "WorldCRS84Quad", "Tianditu_w"}) {
        CAPTURE(id);
        const TileMatrixSet& set  = tile_matrix_set(id);
        const int            z    = 12;
        const TileId         tile = tile_of(set, z, seat);
        const fs::path       path = folder.path / (std::string(id) + ".gpkg");
        const auto           sink = open_tile_sink(path, set, TileKind::png, {.date = "2022-09-04"});
        sink->put(tile_of(set, z - 1, seat), picture(50));
        sink->put(tile, picture(200));
        sink->finish(told(TileKind::png));
        const Box<Planar> box  = set.box(tile);
        const Seen        seen = seen_by_gdal(path.string(), {(box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2});
        CHECK(seen.red == 200);
        CHECK(seen.transform[1] == doctest::Approx(set.span(z) / 256));
        CHECK(seen.transform[0] == doctest::Approx(box.x_min));
        CHECK(seen.transform[3] == doctest::Approx(box.y_max));
        CHECK(("EPSG:" + seen.authority == set.crs || seen.authority == "4326"));
    }
    CHECK(folder.entries() == 5);
}

TEST_CASE("the same tiles give the same GeoPackage, WebP too, and without finish nothing is left") {
    const Folder folder("gpkg_same");
    for (const char* name : {"a.gpkg", "b.gpkg"}) {
        const auto sink = open_tile_sink(folder.path / name, tile_matrix_set("Tianditu_c"), TileKind::webp, {.date = "2022-09-04"});
        sink->put({8, 204, 39}, picture(200, "WEBP"));
        sink->finish(told(TileKind::webp));
    }
    CHECK(read_whole_file(folder.path / "a.gpkg") == read_whole_file(folder.path / "b.gpkg"));
    const Box<Planar> box = tile_matrix_set("Tianditu_c").box({8, 204, 39});
    CHECK(std::abs(seen_by_gdal((folder.path / "a.gpkg").string(), {box.x_min + 0.1, box.y_max - 0.1}).red - 200) < 4);
    open_tile_sink(folder.path / "c.gpkg", tile_matrix_set("Tianditu_c"), TileKind::png)->put({8, 204, 39}, "tile");
    CHECK(folder.entries() == 2);
}

TEST_CASE("GDAL sees an MBTiles file of the sink, and our reader a PMTiles file of Tianditu's w") {
    const Folder folder("mercator");
    const auto&  set  = tile_matrix_set("Tianditu_w");
    const TileId tile = tile_of(set, 12, seat);
    CHECK(tile == TileId{12, 3274, 1626});
    for (const char* name : {"a.mbtiles", "a.pmtiles"}) {
        const auto sink = open_tile_sink(folder.path / name, set, TileKind::png);
        sink->put(tile, picture(200));
        sink->finish(told(TileKind::png));
    }
    const Box<Planar> box = set.box(tile);
    CHECK(seen_by_gdal((folder.path / "a.mbtiles").string(), {box.x_min + 1000, box.y_min + 1000}).red == 200);
    const std::string file = read_whole_file(folder.path / "a.pmtiles");
    CHECK(PmtilesReader(file).find(tile) == picture(200));
    const auto webp = open_tile_sink(folder.path / "b.pmtiles", set, TileKind::webp);
    webp->put(tile, "picture");
    webp->finish(told(TileKind::webp));
    CHECK(PmtilesReader(read_whole_file(folder.path / "b.pmtiles")).header().tile_type == PmtilesTileType::webp);
}

TEST_CASE("a folder holds tiles by level, column, row, and metadata whose limits are those of the tiles") {
    const Folder   folder("folder");
    const fs::path out = folder.path / "weekly";
    const auto&    set = tile_matrix_set("WebMercatorQuad");
    const auto     sink = open_tile_sink(out, set, TileKind::mvt_gzip, {.base_url = "https://map.example/t&c/"});
    sink->put({11, 1637, 813}, gzip("first"));
    sink->put({12, 3274, 1626}, gzip("second"));
    sink->put({12, 3275, 1626}, gzip("third"));
    CHECK_FALSE(fs::exists(out));
    sink->finish(told(TileKind::mvt_gzip));
    CHECK(folder.entries() == 1);
    CHECK(read_whole_file(out / "12/3274/1626.mvt") == "second");  // no server need say that it is compressed
    const Json tilejson = Json::parse(read_whole_file(out / "tiles.json"));
    CHECK(tilejson["tiles"][0] == "https://map.example/t&c/{z}/{x}/{y}.mvt");
    CHECK(tilejson["minzoom"] == 11);
    CHECK(tilejson["maxzoom"] == 12);
    CHECK(tilejson["vector_layers"][0]["id"] == "units");
    const Json tileset = Json::parse(read_whole_file(out / "tileset.json"));
    CHECK(tileset["dataType"] == "vector");
    CHECK(tileset["tileMatrixSetURI"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad");
    CHECK(tileset["tileMatrixSetLimits"][1]["maxTileCol"] == 3275);
    CHECK(tileset["layers"][0]["propertiesSchema"]["properties"]["count"]["type"] == "number");
    CHECK(read_tile_matrix_set(read_whole_file(out / "tileMatrixSet.json"), "set") == set);
    const std::string wmts = read_whole_file(out / "WMTSCapabilities.xml");
    CHECK(wmts.find("template=\"https://map.example/t&amp;c/{TileMatrix}/{TileCol}/{TileRow}.mvt\"") != std::string::npos);
    CHECK(wmts.find("<Format>application/vnd.mapbox-vector-tile</Format>") != std::string::npos);
    CHECK(wmts.find("test &lt;set&gt;") != std::string::npos);
}

TEST_CASE("GDAL reads the capabilities and puts the tiles where the set says, whatever the order of the axes") {
    const Folder folder("wmts");
    for (const char* id : {"Tianditu_w", "Tianditu_c", "Linyou4545", "WorldCRS84Quad"}) {
        CAPTURE(id);
        const TileMatrixSet& set  = tile_matrix_set(id);
        const TileId         tile = tile_of(set, 12, seat);
        const auto           sink = open_tile_sink(folder.path / id, set, TileKind::png, {.base_url = "http://127.0.0.1:9"});
        sink->put(tile, picture(200));
        sink->finish(told(TileKind::png));
        GDALAllRegister();
        const DatasetHandle data(GDALOpen(("WMTS:" + (folder.path / id / "WMTSCapabilities.xml").string()).c_str(), GA_ReadOnly));
        REQUIRE(data != nullptr);
        std::array<double, 6> t{};
        GDALGetGeoTransform(data.get(), t.data());
        const Box<Planar> box = set.box(tile);
        CHECK(t[1] == doctest::Approx(set.span(12) / 256));
        const double columns = (box.x_min - t[0]) / t[1], rows = (box.y_max - t[3]) / t[5];
        CHECK(columns == doctest::Approx(std::round(columns)).epsilon(1e-6));  // its pixels are the set's
        CHECK(rows == doctest::Approx(std::round(rows)).epsilon(1e-6));
        CHECK(t[0] <= box.x_min + 1e-6 * std::abs(box.x_min));
        CHECK(t[0] + t[1] * GDALGetRasterXSize(data.get()) >= box.x_max - 1e-6 * std::abs(box.x_max));
        CHECK(t[3] >= box.y_max - 1e-6 * std::abs(box.y_max));
    }
}

TEST_CASE("a version is a new path, the metadata above it point to it, and no version comes twice") {
    const Folder   folder("versions");
    const fs::path out = folder.path / "map";
    const auto write   = [&](const char* version, const char* bytes) {
        const auto sink = open_tile_sink(out, web_mercator_quad(), TileKind::png, {.base_url = "http://h/map", .version = version});
        sink->put({8, 204, 101}, bytes);
        sink->finish(told(TileKind::png));
    };
    write("2022-W35", "old");
    write("2022-W36", "new");
    CHECK(read_whole_file(out / "2022-W35/8/204/101.png") == "old");
    CHECK(read_whole_file(out / "2022-W36/8/204/101.png") == "new");
    CHECK(Json::parse(read_whole_file(out / "tiles.json"))["tiles"][0] == "http://h/map/2022-W36/{z}/{x}/{y}.png");
    CHECK(read_whole_file(out / "WMTSCapabilities.xml").find("http://h/map/2022-W36/{TileMatrix}") != std::string::npos);
    CHECK_THROWS_WITH_AS(write("2022-W36", "again"), doctest::Contains("takes a new name"), UsageError);
    CHECK_THROWS_AS(write("../x", "escape"), UsageError);
    CHECK_THROWS_AS(write("tiles.json", "name of ours"), UsageError);
    CHECK_THROWS_AS((void)open_tile_sink(out, web_mercator_quad(), TileKind::png), UsageError);  // versions are not swept away
    CHECK(folder.entries() == 1);
}

TEST_CASE("an older tile folder is replaced whole, one with anything else is left alone") {
    const Folder   folder("replace");
    const fs::path out = folder.path / "map";
    const auto write   = [&](TileId tile, TileSinkOptions options = {}) {
        const auto sink = open_tile_sink(out, tile_matrix_set("Tianditu_c"), TileKind::png, options);
        sink->put(tile, "tile");
        sink->finish(told(TileKind::png));
    };
    write({8, 204, 39});
    { open_tile_sink(out, tile_matrix_set("Tianditu_c"), TileKind::png)->put({7, 1, 1}, "never finished"); }
    CHECK(fs::exists(out / "8/204/39.png"));
    write({9, 408, 78}, {.level_offset = -1});
    CHECK_FALSE(fs::exists(out / "9"));
    CHECK(fs::exists(out / "8/408/78.png"));
    CHECK_FALSE(fs::exists(out / "8/204"));
    CHECK(read_whole_file(out / "WMTSCapabilities.xml").find("<ows:Identifier>8</ows:Identifier>") != std::string::npos);
    CHECK_FALSE(fs::exists(out / "tiles.json"));  // TileJSON knows WebMercatorQuad only
    write_whole_file(out / "letter.txt", "mine");
    CHECK_THROWS_WITH_AS(write({8, 204, 39}), doctest::Contains("left alone"), UsageError);
    CHECK(read_whole_file(out / "letter.txt") == "mine");
    CHECK(folder.entries() == 1);
}

TEST_CASE("rows from the south are files from the south, and no WMTS says otherwise") {
    const Folder   folder("tms");
    const fs::path out  = folder.path / "map";
    const auto     sink = open_tile_sink(out, web_mercator_quad(), TileKind::png, {.tms_rows = true});
    sink->put({8, 204, 101}, "tile");
    sink->finish(told(TileKind::png));
    CHECK(fs::exists(out / "8/204/154.png"));
    CHECK(Json::parse(read_whole_file(out / "tiles.json"))["scheme"] == "tms");
    CHECK_FALSE(fs::exists(out / "WMTSCapabilities.xml"));
    CHECK_FALSE(fs::exists(out / "tileset.json"));
}

TEST_CASE("a container that cannot hold the tiles says what can") {
    const Folder folder("refusals");
    const auto   open = [&](const char* name, const char* set, TileKind kind, const TileSinkOptions& options = {}) { (void)open_tile_sink(folder.path / name, tile_matrix_set(set), kind, options); };
    CHECK_THROWS_WITH_AS(open("a.pmtiles", "Tianditu_c", TileKind::png), doctest::Contains("write a folder, or a .gpkg"), UsageError);
    CHECK_THROWS_WITH_AS(open("a.mbtiles", "Linyou4545", TileKind::png), doctest::Contains("WebMercatorQuad only"), UsageError);
    CHECK_THROWS_WITH_AS(open("a.gpkg", "WebMercatorQuad", TileKind::mvt_gzip), doctest::Contains("not vector tiles"), UsageError);
    CHECK_THROWS_AS(open("a.zip", "WebMercatorQuad", TileKind::png), UsageError);
    CHECK_THROWS_AS(open("a.pmtiles", "WebMercatorQuad", TileKind::png, {.version = "1"}), UsageError);
    CHECK_THROWS_AS(open("a.mbtiles", "WebMercatorQuad", TileKind::png, {.tms_rows = true}), UsageError);
    CHECK_THROWS_AS(open("a", "WebMercatorQuad", TileKind::png, {.level_offset = -1}), UsageError);
    CHECK_THROWS_AS(open("nowhere/a/", "WebMercatorQuad", TileKind::png), OutputError);
    TileMatrixSet odd = tile_matrix_set("Linyou4545");
    odd.levels[3].columns = 9;
    CHECK_THROWS_WITH_AS((void)open_tile_sink(folder.path / "a.gpkg", odd, TileKind::png), doctest::Contains("different extents"), UsageError);
    CHECK(folder.entries() == 0);
}

TEST_CASE("contents with one hash are never taken for one another") {
    ContentIndex<int> index;
    CHECK(index.find_or_add("a", 1, [](int) { return true; }) == nullptr);
    CHECK(*index.find_or_add("a", 2, [](int v) { return v == 1; }) == 1);
    CHECK(index.find_or_add("a", 3, [](int) { return false; }) == nullptr);  // as if another content had this hash
    CHECK(*index.find_or_add("a", 4, [](int v) { return v == 1; }) == 1);
    CHECK(content_hash("") != content_hash(std::string(1, '\0')));
    CHECK(content_hash(std::string(16, 'x')) != content_hash(std::string(17, 'x')));
}
