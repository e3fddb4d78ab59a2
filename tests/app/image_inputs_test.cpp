// Rasters that are hard to read or to place: a right tile, or one clear message.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "data/tile/tile_matrix_set_json.h"
#include "geo/crs/transform.h"
#include "image_files.h"

using namespace images;

namespace {

const ClassScale two_classes{{50}, {{10, 20, 30}, {200, 100, 0}}};

bool in_hole(int x, int y) { return x >= 100 && x < 140 && y >= 50 && y < 90; }

/// Pixels of the only tile that are seen in the hole, or not seen beside it.
int wrong_in_hole(const std::string& path, ImageTileOptions options, const RasterSourceOptions& source = {}) {
    options.min_zoom  = 14;
    const Tiles tiles = build(path, options, 2, source);
    REQUIRE(tiles.at.size() == 1);
    const Decoded image = decode(tiles.at.begin()->second);
    int           wrong = 0;
    for (int y = 0; y < 256; ++y) {
        for (int x = 0; x < 256; ++x) wrong += (image.at(x, y)[3] == 0) != in_hole(x, y) ? 1 : 0;
    }
    return wrong;
}

struct Compared {
    int seen = 0, wrong = 0;
};
/// Every seventh pixel against the cell under its centre. Left out are those within a fiftieth of a cell of its border.
Compared compare(const Tiles& tiles, const TileMatrixSet& set, const FileWords& w) {
    const std::string crs = "EPSG:" + std::to_string(w.epsg);
    const Transform   back(set.crs, crs);
    const auto&       t      = w.transform;
    const double      det    = t[1] * t[5] - t[2] * t[4];
    const double      period = is_geographic(crs) ? 360 / std::abs(t[1]) : 0;
    Compared          out;
    for (const auto& [tile, bytes] : tiles.at) {
        const Decoded image = decode(bytes);
        const auto    box   = set.box(tile);
        const double  res   = (box.x_max - box.x_min) / image.width;
        for (int y = 0; y < image.height; y += 7) {
            for (int x = 0; x < image.width; x += 7) {
                double px[1] = {box.x_min + (x + 0.5) * res}, py[1] = {box.y_max - (y + 0.5) * res};
                back.apply(px, py);
                const double dx = px[0] - t[0], dy = py[0] - t[3], r = (t[1] * dy - t[4] * dx) / det;
                double       c  = (t[5] * dx - t[2] * dy) / det;
                if (period > 0 && c < 0) c += period;
                if (period > 0 && c >= period) c -= period;
                if (std::abs(c - std::round(c)) < 0.02 || std::abs(r - std::round(r)) < 0.02) continue;
                const bool  inside = c >= 0 && r >= 0 && c < w.width && r < w.height;  // false for NaN
                const auto  part   = [&](int b) { return static_cast<int>(draw(b, static_cast<int>(c), static_cast<int>(r))); };
                const Rgba4 wanted = inside ? Rgba4{part(1), part(2), part(3), 255} : Rgba4{0, 0, 0, 0};
                out.seen += inside ? 1 : 0;
                out.wrong += image.at(x, y) != wanted ? 1 : 0;
            }
        }
    }
    return out;
}

double opaque_noise(int b, int x, int y) { return b == 4 ? 255 : static_cast<double>(draw(b, x, y)); }

ImageTileOptions nearest_at(int z, const TileMatrixSet& set = web_mercator_quad()) {
    return {.min_zoom = z, .max_zoom = z, .set = &set, .resampling = Resampling::nearest, .max_error = 0.01};
}

/// Pixels that are seen in part, between two latitudes.
int half_seen(const Tiles& tiles, double south, double north) {
    const auto&     set = web_mercator_quad();
    const Transform back(set.crs, "OGC:CRS84");
    int             out = 0;
    for (const auto& [tile, bytes] : tiles.at) {
        const Decoded image = decode(bytes);
        const auto    box   = set.box(tile);
        for (int y = 0; y < 256; ++y) {
            double lon[1] = {box.x_min}, lat[1] = {box.y_max - (y + 0.5) * (box.y_max - box.y_min) / 256};
            back.apply(lon, lat);
            for (int x = 0; x < 256 && lat[0] > south && lat[0] < north; ++x) out += image.at(x, y)[3] != 255 ? 1 : 0;
        }
    }
    return out;
}

}  // namespace

TEST_CASE("image inputs: values without data are transparent, be it an infinity, NaN, the lowest number of the type or one that the type rounds") {
    constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    struct Case {
        const char*           what;
        GDALDataType          type;
        double                stored;
        std::optional<double> stated{};
        double                scale = 1;
    };
    for (const Case& c : {Case{"infinity", GDT_Float32, inf}, {"minus infinity", GDT_Float64, -inf}, {"NaN, stated", GDT_Float64, nan, nan}, {"NaN, another stated", GDT_Float32, nan, -1.0},
                          {"lowest float", GDT_Float32, -3.4028234663852886e38, -3.4028234663852886e38}, {"lowest float with few digits", GDT_Float32, -3.4028235e38, -3.4028235e38},
                          {"no float", GDT_Float32, -9999.9, -9999.9}, {"16 bits with a sign", GDT_Int16, -32768, -32768.0}, {"16 bits", GDT_UInt16, 65535, 65535.0},
                          {"32 bits", GDT_Int32, -2147483648.0, -2147483648.0}, {"32 bits without a sign", GDT_UInt32, 4294967295.0, 4294967295.0}, {"scaled", GDT_Int16, -999, -999.0, 0.5}}) {
        FileWords w{.width = 256, .height = 256, .type = c.type, .transform = on_level_14(13000, 6600)};
        w.more = [&](GDALDatasetH set) {
            if (c.stated) GDALSetRasterNoDataValue(GDALGetRasterBand(set, 1), *c.stated);
            if (c.scale != 1) GDALSetRasterScale(GDALGetRasterBand(set, 1), c.scale);
        };
        const TiffFile file(w, [&](int, int x, int y) { return in_hole(x, y) ? c.stored : 100.0; });
        CHECK_MESSAGE(wrong_in_hole(file.path, {.colours = two_classes}) == 0, c.what);
    }
}

TEST_CASE("image inputs: numbers beyond a float are the largest floats, so that their mean is a number") {
    const TiffFile file({.width = 256, .height = 256, .type = GDT_Float64, .transform = on_level_14(13000, 6600)}, [](int, int x, int) { return x % 2 == 0 ? 1e300 : -1e300; });
    for (const auto& [tile, bytes] : build(file.path, {.min_zoom = 12, .colours = two_classes}).at) {
        for (const Rgba4& p : decode(bytes).pixels) CHECK((p[3] == 0 || p == Rgba4{10, 20, 30, 255} || p == Rgba4{200, 100, 0, 255}));
    }
}

TEST_CASE("image inputs: pictures of 16 bits with no-data values, values with opacity, and a colour table's index of no data") {
    {
        FileWords w{.width = 256, .height = 256, .bands = 3, .type = GDT_UInt16, .transform = on_level_14(13000, 6600), .meaning = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand}};
        w.more = [](GDALDatasetH set) { for (int b = 1; b <= 3; ++b) GDALSetRasterNoDataValue(GDALGetRasterBand(set, b), 65535); };
        const TiffFile file(w, [](int b, int x, int y) { return in_hole(x, y) ? 65535.0 : b == 2 ? 65535.0 : 1000.0; });
        CHECK(wrong_in_hole(file.path, {}) == 0);
    }
    {
        const TiffFile file({.width = 256, .height = 256, .bands = 2, .transform = on_level_14(13000, 6600), .meaning = {GCI_GrayIndex, GCI_AlphaBand}},
                            [](int b, int x, int y) { return b == 2 ? (in_hole(x, y) ? 0.0 : 255.0) : 100.0; });
        CHECK(wrong_in_hole(file.path, {.colours = two_classes}) == 0);
        CHECK(wrong_in_hole(file.path, {.colours = two_classes}, {.band = 1}) == 0);
    }
    FileWords w{.width = 256, .height = 256, .transform = on_level_14(13000, 6600)};
    w.more = [](GDALDatasetH set) {
        GDALColorTableH      table = GDALCreateColorTable(GPI_RGB);
        const GDALColorEntry e{10, 20, 30, 255};
        for (int i = 0; i < 8; ++i) GDALSetColorEntry(table, i, &e);
        GDALSetRasterColorTable(GDALGetRasterBand(set, 1), table);
        GDALDestroyColorTable(table);
        GDALSetRasterNoDataValue(GDALGetRasterBand(set, 1), 7);
    };
    const TiffFile file(w, [](int, int x, int y) { return in_hole(x, y) ? 7.0 : 3.0; });
    CHECK(wrong_in_hole(file.path, {}) == 0);
}

TEST_CASE("image inputs: a value that the colour table does not know is named, unless it is the one of no data; an entry without opacity is transparent") {
    const TiffFile file({.width = 256, .height = 256, .transform = on_level_14(13000, 6600)}, [](int, int x, int y) { return in_hole(x, y) ? 7.0 : 1.0; });
    const auto     refused = [&](const std::string& no_data, int clear, int* wrong) {
        const auto  t     = on_level_14(13000, 6600);
        std::string place;
        for (const double v : t) place += (place.empty() ? "" : ",") + std::to_string(v);
        std::string entries;
        for (int i = 0; i < (clear > 0 ? 8 : 3); ++i) entries += "<Entry c1=\"10\" c2=\"20\" c3=\"30\" c4=\"" + std::to_string(i == clear ? 0 : 255) + "\"/>";
        std::string xml = "<VRTDataset rasterXSize=\"256\" rasterYSize=\"256\"><SRS>EPSG:3857</SRS><GeoTransform>" + place + "</GeoTransform><VRTRasterBand dataType=\"Byte\" band=\"1\">" + no_data +
                          "<ColorInterp>Palette</ColorInterp><ColorTable>" + entries + "</ColorTable><SimpleSource><SourceFilename>" + file.path + "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>";
        const char* path = "/vsimem/gapmap_table.vrt";
        VSIFCloseL(VSIFileFromMemBuffer(path, reinterpret_cast<GByte*>(xml.data()), xml.size(), 0));
        std::string said = refusal(path);
        if (wrong != nullptr) *wrong = wrong_in_hole(path, {});
        VSIUnlink(path);
        return said;
    };
    CHECK(refused("", -1, nullptr) == "/vsimem/gapmap_table.vrt: value 7 has no colour in the file's colour table, which has 3");
    int wrong = -1;
    CHECK(refused("<NoDataValue>7</NoDataValue>", -1, &wrong).empty());
    CHECK(wrong == 0);
    CHECK(refused("", 7, &wrong).empty());
    CHECK(wrong == 0);
}

TEST_CASE("image inputs: a raster that is turned, mirrored or upside down shows in each pixel the cell under its centre; one without an area is refused") {
    FileWords w{.width = 400, .height = 300, .bands = 4, .epsg = 4545, .meaning = rgba};
    for (const std::array<double, 6>& t : {std::array<double, 6>{478'000, 0, 30, 3'836'000, 30, 0}, {478'000, 30, 0, 3'832'000, 0, 30}, {490'000, -30, 0, 3'841'000, 0, -30},
                                           {490'000, -30, 0, 3'832'000, 0, 30}, {478'000, 21, 21, 3'841'000, 21, -21}, {478'000, 0, -30, 3'841'000, -30, 0}, {478'000, 30, 0, 3'841'000, 0, -3}}) {
        w.transform = t;
        const TiffFile file(w, opaque_noise);
        const auto     found = compare(build(file.path, nearest_at(t[5] == -3 ? 16 : 13)), web_mercator_quad(), w);
        CHECK_MESSAGE(found.seen > 200, t[1], " ", t[2]);
        CHECK_MESSAGE(found.wrong == 0, t[1], " ", t[2]);
    }
    w.transform = {478'000, 10, 20, 3'841'000, 5, 10};
    const TiffFile file(w, opaque_noise);
    CHECK(refusal(file.path) == file.path + ": has cells without an area (see its geotransform)");
}

TEST_CASE("image inputs: degrees from 0 to 360, and around the earth from anywhere, have no seam") {
    for (const double west : {0.0, -30.3, 17.77, -180.0, 180.0}) {
        const FileWords w{.width = 360, .height = 120, .bands = 4, .transform = {west, 1, 0, 60, 0, -1}, .epsg = 4326, .meaning = rgba};
        const TiffFile  file(w, opaque_noise);
        const auto found = compare(build(file.path, nearest_at(2)), web_mercator_quad(), w);
        CHECK_MESSAGE(found.seen > 500, west);
        CHECK_MESSAGE(found.wrong == 0, west);
        for (const int z : {0, 2}) {
            for (const Resampling how : {Resampling::average, Resampling::bilinear}) CHECK_MESSAGE(half_seen(build(file.path, {.min_zoom = z, .max_zoom = z, .resampling = how}), -58, 58) == 0, west, " ", z);
        }
    }
}

TEST_CASE("image inputs: metres across the antimeridian show on both sides of it and nowhere else") {
    const FileWords w{.width = 250, .height = 100, .bands = 4, .transform = {60'000, 1000, 0, 1'200'000, 0, -1000}, .epsg = 32601, .meaning = rgba};
    const TiffFile  file(w, opaque_noise);
    const Tiles     tiles = build(file.path, nearest_at(8));
    const auto      found = compare(tiles, web_mercator_quad(), w);
    CHECK(found.seen > 200);
    CHECK(found.wrong == 0);
    bool west = false, east = false;
    for (const auto& [tile, bytes] : tiles.at) {
        CHECK((tile.x <= 2 || tile.x >= 254));
        west = west || tile.x == 0;
        east = east || tile.x == 255;
    }
    CHECK((west && east));
    CHECK(build(file.path, {}).at.size() < 40);
}

TEST_CASE("image inputs: a raster around a pole shows up to Mercator's edge, and whole on a set of the pole's own") {
    TileMatrixSet polar{.id = "polar", .crs = "EPSG:3031", .x_origin = -4'194'304, .y_origin = 4'194'304, .tile_size = 256, .levels = {}};
    for (int z = 0; z < 6; ++z) polar.levels.push_back({.resolution = std::ldexp(32'768.0, -z), .columns = 1U << z, .rows = 1U << z});
    for (const int epsg : {3031, 3995}) {
        const FileWords w{.width = 200, .height = 200, .bands = 4, .transform = {-3e6, 30'000, 0, 3e6, 0, -30'000}, .epsg = epsg, .meaning = rgba};
        const TiffFile  file(w, opaque_noise);
        const auto      found = compare(build(file.path, nearest_at(3)), web_mercator_quad(), w);
        CHECK(found.seen > 1000);
        CHECK_MESSAGE(found.wrong == 0, epsg);
        if (epsg != 3031) continue;
        const auto whole = compare(build(file.path, nearest_at(1, polar)), polar, w);
        CHECK(whole.seen > 500);
        CHECK(whole.wrong == 0);
    }
    const FileWords w{.width = 36, .height = 6, .bands = 4, .transform = {-180, 10, 0, -60, 0, -5}, .epsg = 4326, .meaning = rgba};
    const TiffFile  file(w, opaque_noise);
    const auto      found = compare(build(file.path, nearest_at(3, polar)), polar, w);
    CHECK(found.seen > 1000);
    CHECK(found.wrong == 0);
    CHECK_FALSE(build(file.path, {.max_zoom = 2, .set = &polar}).at.empty());
}

TEST_CASE("image inputs: the whole earth on the set of one county shows there as the earth is, and a raster elsewhere is refused") {
    const TileMatrixSet& county = tile_matrix_set("Linyou4545");
    const FileWords      w{.width = 3600, .height = 1800, .bands = 4, .transform = {-180, 0.1, 0, 90, 0, -0.1}, .epsg = 4326, .meaning = rgba};
    const TiffFile       file(w, opaque_noise);
    const auto           found = compare(build(file.path, nearest_at(county.first_level + 1, county)), county, w);
    CHECK(found.seen > 200);
    CHECK(found.wrong == 0);
    const TiffFile far({.width = 20, .height = 20, .transform = {-60, 0.1, 0, -20, 0, -0.1}, .epsg = 4326}, [](int, int, int) { return 1.0; });
    CHECK(refusal(far.path, {.set = &county}).find("lies nowhere on the tile matrix set Linyou4545") != std::string::npos);
}

TEST_CASE("image inputs: one cell, one row, one column and nothing at all") {
    for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {300, 1}}) {
        const FileWords w{.width = width, .height = height, .bands = 4, .transform = {478'000, 30, 0, 3'841'000, 0, -30}, .epsg = 4545, .meaning = rgba};
        const TiffFile  file(w, opaque_noise);
        const auto      found = compare(build(file.path, nearest_at(17)), web_mercator_quad(), w);
        CHECK_MESSAGE(found.seen > 3, width);
        CHECK(found.wrong == 0);
        CHECK_FALSE(build(file.path, {}).at.empty());
    }
    FileWords w{.width = 300, .height = 300, .transform = on_level_14(13000, 6600)};
    w.more = [](GDALDatasetH set) { GDALSetRasterNoDataValue(GDALGetRasterBand(set, 1), 0); };
    const TiffFile file(w, [](int, int, int) { return 0.0; });
    CHECK(build(file.path, {}).at.empty());
    CHECK(build(file.path, {.colours = two_classes}).at.empty());
}

TEST_CASE("image inputs: a file cut short, numbers that are none and places beyond all sense are refused in one line") {
    {
        const TiffFile file({.width = 1000, .height = 1000, .bands = 4, .transform = on_level_14(13000, 6600), .meaning = rgba}, opaque_noise);
        VSILFILE*      cut = VSIFOpenL(file.path.c_str(), "r+b");
        VSIFTruncateL(cut, 2'000'000);
        VSIFCloseL(cut);
        for (const unsigned threads : {1U, 3U}) {
            std::string said;
            try {
                (void)build(file.path, {}, threads);
            } catch (const InputError& e) {
                said = e.what();
            }
            CHECK(said.find(file.path + ": cannot be read to its end (rows ") == 0);
            CHECK(said.find('\n') == std::string::npos);
        }
    }
    const auto refused = [](const FileWords& w) {
        const TiffFile file(w, [](int, int, int) { return 1.0; });
        return refusal(file.path);
    };
    CHECK(refused({.width = 20, .height = 20, .type = GDT_CFloat32, .transform = on_level_14(13000, 6600)}).find("holds complex numbers") != std::string::npos);
    CHECK(refused({.width = 20, .height = 20, .type = GDT_UInt16, .transform = on_level_14(13000, 6600)}).find("holds values (UInt16) and no colours") != std::string::npos);
    CHECK(refused({.width = 20, .height = 20, .transform = {478'000, 1e-9, 0, 3'841'000, 0, -1e-9}, .epsg = 4545}).find("too fine") != std::string::npos);
    CHECK(refused({.width = 20, .height = 20, .transform = {1e300, 1e299, 0, 1e300, 0, -1e299}, .epsg = 4545}).find("lies nowhere") != std::string::npos);
    CHECK(refused({.width = 20, .height = 20, .transform = {std::numeric_limits<double>::quiet_NaN(), 1, 0, 0, 0, -1}, .epsg = 4545}).find("cells without an area") != std::string::npos);
}
