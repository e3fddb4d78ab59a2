// Raster files to tiles, decoded by GDAL.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "geo/crs/transform.h"
#include "image_files.h"
#include "render/hatch.h"

using namespace images;

namespace {

/// A landscape with many colours and holes.
double picture(int band, int x, int y) {
    const double hill = 127 + 120 * std::sin(x * 0.021 * band) * std::cos(y * 0.017);
    const bool   hole = std::hypot(x - 200, y - 150) < 60;
    if (hole) return 0;
    return band == 4 ? 255 - (x % 40 < 10 ? 100 : 0) : std::floor(hill);
}

/// Means over a level of colours weighed by opacity, and of opacity, in parts of the whole ground.
std::array<double, 4> ground_means(const Tiles& tiles, int z) {
    std::array<double, 4> out{};
    for (const auto& [tile, bytes] : tiles.at) {
        if (tile.z != z) continue;
        for (const Rgba4& p : decode(bytes).pixels) {
            for (std::size_t k = 0; k < 3; ++k) out[k] += p[k] * p[3] / 255.0;
            out[3] += p[3];
        }
    }
    for (double& v : out) v *= std::ldexp(1.0, 2 * (14 - z));
    return out;
}

}  // namespace

TEST_CASE("image tiles: a picture whose pixels are those of a level is copied exactly, wherever it begins") {
    for (const int shift : {0, 77}) {
        const TiffFile file({.width = 600, .height = 300, .bands = 4, .transform = on_level_14(13000, 6600, shift), .meaning = rgba}, [](int b, int x, int y) { return b == 4 ? 255 * (draw(5, x, y) % 2) : draw(b, x, y); });
        const Tiles    tiles = build(file.path, {.min_zoom = 14});
        for (const auto& [tile, bytes] : tiles.at) {
            REQUIRE(tile.z == 14);
            const Decoded image = decode(bytes);
            REQUIRE(image.width == 256);
            for (int y = 0; y < 256; ++y) {
                for (int x = 0; x < 256; ++x) {
                    const int   c = static_cast<int>(tile.x - 13000) * 256 + x - shift, r = static_cast<int>(tile.y - 6600) * 256 + y - shift;
                    const bool  seen = c >= 0 && r >= 0 && c < 600 && r < 300 && draw(5, c, r) % 2 == 1;
                    const Rgba4 wanted = seen ? Rgba4{static_cast<int>(draw(1, c, r)), static_cast<int>(draw(2, c, r)), static_cast<int>(draw(3, c, r)), 255} : Rgba4{0, 0, 0, 0};
                    if (image.at(x, y) != wanted) FAIL("tile ", to_string(tile), " pixel ", x, " ", y);
                }
            }
        }
        CHECK(tiles.at.size() == 6);
    }
}

TEST_CASE("image tiles: every number of colours comes back from PNG and lossless WebP as it went in") {
    for (const int colours : {1, 2, 3, 4, 5, 16, 17, 256, 257, 5000}) {
        for (const bool opaque : {true, false}) {
            const auto     value = [&](int b, int x, int y) { const auto k = static_cast<std::uint32_t>((y * 256 + x) % colours); return b == 4 ? (opaque ? 255 : 1 + static_cast<double>(k % 255)) : static_cast<double>((k * 2654435761U >> (8 * b - 4)) & 255); };
            const TiffFile file({.width = 256, .height = 256, .bands = 4, .transform = on_level_14(13000, 6600), .meaning = rgba}, value);
            for (const ImageFormat format : {ImageFormat::png, ImageFormat::webp_lossless}) {
                const Tiles tiles = build(file.path, {.min_zoom = 14, .format = format});
                REQUIRE(tiles.at.size() == 1);
                const Decoded image = decode(tiles.at.begin()->second);
                int           wrong = 0;
                for (int i = 0; i < 65536; ++i) {
                    for (int b = 1; b <= 4; ++b) wrong += image.pixels[static_cast<std::size_t>(i)][static_cast<std::size_t>(b - 1)] != static_cast<int>(value(b, i % 256, i / 256)) ? 1 : 0;
                }
                CHECK_MESSAGE(wrong == 0, colours, opaque);
            }
        }
    }
}

TEST_CASE("image tiles: means of colours weighed by opacity, and the ground that is covered, are the same on every level") {
    const TiffFile file({.width = 700, .height = 500, .bands = 4, .transform = on_level_14(13001, 6603, 31), .meaning = rgba}, picture);
    const Tiles    tiles = build(file.path, {.min_zoom = 9, .max_zoom = 14});
    const auto     base  = ground_means(tiles, 14);
    for (int z = 9; z < 14; ++z) {
        const auto level = ground_means(tiles, z);
        for (std::size_t k = 0; k < 4; ++k) CHECK_MESSAGE(std::abs(level[k] / base[k] - 1) < 2e-3, z, k);
    }
}

TEST_CASE("image tiles: threads, memory and spilling do not change a byte") {
    const TiffFile    file({.width = 1500, .height = 1100, .bands = 4, .transform = on_level_14(13001, 6603, 31), .meaning = rgba}, picture);
    const auto        first = build(file.path, {}, 1).at;
    CHECK(first.size() > 40);
    for (const unsigned threads : {2U, 3U, 8U}) CHECK((build(file.path, {}, threads).at == first));
    CHECK((build(file.path, {.memory_bytes = 0}, 2).at == first));
    CHECK((build(file.path, {.memory_bytes = 100'000}, 3).at == first));
    // Levels that are not asked for are made all the same, so that the others stay what they are.
    const auto few = build(file.path, {.max_zoom = 12}).at;
    for (const auto& [tile, bytes] : few) CHECK(first.at(tile) == bytes);
    CHECK(few.rbegin()->first.z == 12);
}

TEST_CASE("image tiles: no data in each form is transparent") {
    const auto        hole = [](int x, int y) { return x >= 100 && x < 140 && y >= 50 && y < 90; };
    const FileWords   one{.width = 256, .height = 256, .bands = 1, .transform = on_level_14(13000, 6600)};
    const ClassScale  scale{{50}, {{10, 20, 30}, {200, 100, 0}}};
    const auto        check = [&](const std::string& path, ImageTileOptions options, const char* what) {
        options.min_zoom    = 14;
        const Decoded image = decode(build(path, options).at.begin()->second);
        int           wrong = 0;
        for (int y = 0; y < 256; ++y) {
            for (int x = 0; x < 256; ++x) wrong += (image.at(x, y)[3] == 0) != hole(x, y) ? 1 : 0;
        }
        CHECK_MESSAGE(wrong == 0, what);
    };
    const auto value = [&](double none) { return [=](int, int x, int y) { return hole(x, y) ? none : 100.0; }; };
    {
        FileWords w = one;
        w.more      = [](GDALDatasetH set) { GDALSetRasterNoDataValue(GDALGetRasterBand(set, 1), 7); };
        const TiffFile file(w, value(7));
        check(file.path, {}, "grey with a no-data value");
        check(file.path, {.colours = scale}, "values with a no-data value");
    }
    {
        FileWords w = one;
        w.type      = GDT_Float32;
        const TiffFile file(w, value(std::numeric_limits<double>::quiet_NaN()));
        check(file.path, {.colours = scale}, "NaN");
    }
    for (const int bands : {1, 3}) {
        FileWords w = one;
        w.bands     = bands;
        if (bands == 3) w.meaning = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand};
        w.more = [&](GDALDatasetH set) {
            GDALCreateDatasetMaskBand(set, GMF_PER_DATASET);
            std::vector<GByte> mask;
            for (int y = 0; y < 256; ++y) {
                for (int x = 0; x < 256; ++x) mask.push_back(hole(x, y) ? 0 : 255);
            }
            CHECK(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(set, 1)), GF_Write, 0, 0, 256, 256, mask.data(), 256, 256, GDT_Byte, 0, 0) == CE_None);
        };
        const TiffFile file(w, value(100));
        check(file.path, {}, "mask band");
        if (bands == 1) check(file.path, {.colours = scale}, "values with a mask band");
    }
    {
        FileWords w = one;
        w.bands     = 2;
        w.meaning   = {GCI_GrayIndex, GCI_AlphaBand};
        const TiffFile file(w, [&](int b, int x, int y) { return b == 2 ? (hole(x, y) ? 0.0 : 255.0) : 100.0; });
        check(file.path, {}, "grey and alpha");
    }
    {
        FileWords w = one;
        w.bands     = 3;
        w.meaning   = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand};
        w.more      = [](GDALDatasetH set) { for (int b = 1; b <= 3; ++b) GDALSetRasterNoDataValue(GDALGetRasterBand(set, b), 0); };
        const TiffFile file(w, [&](int b, int x, int y) { return hole(x, y) ? 0.0 : b == 2 ? 0.0 : 100.0; });
        check(file.path, {}, "colour with no-data values");
    }
}

TEST_CASE("image tiles: 16-bit colours keep their high byte, a colour table its colours, and classes are never mixed") {
    {
        const TiffFile file({.width = 256, .height = 256, .bands = 3, .type = GDT_UInt16, .transform = on_level_14(13000, 6600), .meaning = {GCI_RedBand, GCI_GreenBand, GCI_BlueBand}},
                            [](int b, int x, int y) { return 257.0 * draw(b, x, y); });
        const Decoded  image = decode(build(file.path, {.min_zoom = 14}).at.begin()->second);
        for (int i = 0; i < 65536; i += 97) CHECK(image.at(i % 256, i / 256)[1] == static_cast<int>(draw(2, i % 256, i / 256)));
    }
    FileWords w{.width = 512, .height = 512, .bands = 1, .transform = on_level_14(13000, 6600)};
    w.more = [](GDALDatasetH set) {
        GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
        for (short i = 0; i < 4; ++i) {
            const GDALColorEntry e{static_cast<short>(60 * i), static_cast<short>(200 - 50 * i), 90, 255};
            GDALSetColorEntry(table, i, &e);
        }
        GDALSetRasterColorTable(GDALGetRasterBand(set, 1), table);
        GDALDestroyColorTable(table);
    };
    const TiffFile file(w, [](int, int x, int y) { return draw(1, x, y) % 4; });
    for (const auto& [tile, bytes] : build(file.path, {.min_zoom = 10}).at) {
        for (const Rgba4& p : decode(bytes).pixels) {
            if (p[3] != 0) CHECK((p[0] % 60 == 0 && p[1] == 200 - 50 * (p[0] / 60) && p[2] == 90));
        }
    }
}

TEST_CASE("image tiles: what cannot be placed or coloured is refused in one line") {
    const auto grey = [](int, int, int) { return 1.0; };
    {
        const TiffFile file({.width = 20, .height = 20}, grey);
        CHECK(refusal(file.path).find("does not say where it lies") != std::string::npos);
    }
    {
        const TiffFile file({.width = 20, .height = 20, .transform = on_level_14(13000, 6600), .epsg = 0}, grey);
        CHECK(refusal(file.path).find("states no coordinate system") != std::string::npos);
        CHECK(refusal(file.path, {}, {.crs = "EPSG:3857"}).empty());
    }
    {
        const TiffFile file({.width = 20, .height = 20, .type = GDT_Float32, .transform = on_level_14(13000, 6600)}, grey);
        CHECK(refusal(file.path).find("holds values (Float32) and no colours: give a palette") != std::string::npos);
        CHECK(refusal(file.path, {.colours = class_scale("blues", {1})}).empty());
        CHECK_THROWS_AS((void)build(file.path, {.min_zoom = 5, .max_zoom = 4}), UsageError);
        CHECK_THROWS_AS((void)build(file.path, {.pixel_ratio = 3}), UsageError);
    }
    {
        const TiffFile file({.width = 20, .height = 20, .bands = 4, .transform = on_level_14(13000, 6600), .meaning = rgba}, grey);
        CHECK(refusal(file.path, {.colours = class_scale("blues", {1})}).find("is a picture") != std::string::npos);
        CHECK(refusal(file.path, {.colours = class_scale("blues", {1})}, {.band = 2}).empty());
    }
    {
        const TiffFile file({.width = 20, .height = 20, .transform = {5e7, 10, 0, 9e7, 0, -10}}, grey);
        CHECK(refusal(file.path).find("lies nowhere on the tile matrix set WebMercatorQuad") != std::string::npos);
    }
    CHECK(refusal("/vsimem/nothing.tif").find("/vsimem/nothing.tif") == 0);
}

TEST_CASE("image tiles: a raster in another system shows in each pixel the cell under its centre") {
    FileWords w{.width = 400, .height = 300, .bands = 4, .transform = {478'000, 30, 0, 3'841'000, 0, -30}, .epsg = 4545, .meaning = rgba};
    for (const double turn : {0.0, 6.0}) {
        w.transform[2] = turn;  // sheared
        w.transform[4] = turn / 2;
        const TiffFile file(w, [](int b, int x, int y) { return b == 4 ? 255 : static_cast<double>(draw(b, x, y)); });
        const Tiles    tiles = build(file.path, {.min_zoom = 13, .max_zoom = 13, .resampling = Resampling::nearest, .max_error = 0.01});
        const Transform back("EPSG:3857", "EPSG:4545");
        int             seen = 0, wrong = 0;
        for (const auto& [tile, bytes] : tiles.at) {
            const Decoded image = decode(bytes);
            const auto    box   = web_mercator_quad().box(tile);
            for (int y = 0; y < 256; y += 5) {
                for (int x = 0; x < 256; x += 5) {
                    const double res = web_mercator_quad().levels[13].resolution;
                    double       px[1] = {box.x_min + (x + 0.5) * res}, py[1] = {box.y_max - (y + 0.5) * res};
                    back.apply(px, py);
                    const auto&  t = w.transform;
                    const double dx = px[0] - t[0], dy = py[0] - t[3], det = t[1] * t[5] - t[2] * t[4];
                    const double c = (t[5] * dx - t[2] * dy) / det, r = (t[1] * dy - t[4] * dx) / det;
                    if (std::abs(c - std::round(c)) < 0.02 || std::abs(r - std::round(r)) < 0.02) continue;
                    const int   cc = static_cast<int>(std::floor(c)), rr = static_cast<int>(std::floor(r));
                    const bool  inside = cc >= 0 && rr >= 0 && cc < 400 && rr < 300;
                    const Rgba4 wanted = inside ? Rgba4{static_cast<int>(draw(1, cc, rr)), static_cast<int>(draw(2, cc, rr)), static_cast<int>(draw(3, cc, rr)), 255} : Rgba4{0, 0, 0, 0};
                    seen += inside ? 1 : 0;
                    wrong += image.at(x, y) != wanted ? 1 : 0;
                }
            }
        }
        CHECK(seen > 1000);
        CHECK(wrong == 0);
    }
}

TEST_CASE("image tiles: an average in another system keeps the mean of the ground") {
    const FileWords w{.width = 300, .height = 300, .bands = 1, .type = GDT_Float32, .transform = {478'000, 33, 0, 3'841'000, 0, -33}, .epsg = 4545};
    double          mean = 0;
    for (int i = 0; i < 90'000; ++i) mean += draw(1, i % 300, i / 300) / 90'000.0;
    const TiffFile   file(w, [](int, int x, int y) { return draw(1, x, y); });
    const ColourRamp ramp{{0, 255}, {{0, 0, 0}, {255, 255, 255}}};
    for (const Resampling how : {Resampling::average, Resampling::bilinear, Resampling::nearest}) {
        double sum = 0, n = 0;
        for (const auto& [tile, bytes] : build(file.path, {.min_zoom = 12, .max_zoom = 12, .resampling = how, .colours = ramp}).at) {
            for (const Rgba4& p : decode(bytes).pixels) {
                if (p[3] == 0) continue;
                sum += p[0];
                ++n;
            }
        }
        CHECK(sum / n == doctest::Approx(mean).epsilon(0.01));
    }
}

TEST_CASE("image tiles: twice the pixels for the same tile, and tiles of 512 pixels") {
    const TiffFile file({.width = 512, .height = 512, .bands = 4, .transform = on_level_14(13000, 6600), .meaning = rgba}, picture);
    const Tiles    twice = build(file.path, {.min_zoom = 13, .pixel_ratio = 2});
    REQUIRE(twice.at.size() == 1);
    CHECK(twice.at.begin()->first == TileId{13, 6500, 3300});
    const Decoded image = decode(twice.at.begin()->second);
    REQUIRE(image.width == 512);
    for (int i = 0; i < 512 * 512; i += 101) {
        if (image.at(i % 512, i / 512)[3] != 0) CHECK(image.at(i % 512, i / 512)[0] == static_cast<int>(picture(1, i % 512, i / 512)));
    }
    TileMatrixSet large = web_mercator_quad();
    large.tile_size     = 512;
    for (TileMatrix& level : large.levels) level.resolution /= 2;
    CHECK((build(file.path, {.min_zoom = 13, .set = &large}).at == twice.at));
}

TEST_CASE("image tiles: the whole earth in degrees reaches Mercator's edge, and a raster over the antimeridian has both its sides") {
    {
        const TiffFile file({.width = 360, .height = 180, .bands = 4, .transform = {-180, 1, 0, 90, 0, -1}, .epsg = 4326, .meaning = rgba}, [](int b, int x, int) { return b == 4 ? 255 : x % 256; });
        const Tiles    tiles = build(file.path, {.min_zoom = 0, .max_zoom = 1});
        CHECK(tiles.at.size() == 5);
        for (const auto& [tile, bytes] : tiles.at) {
            int clear = 0;
            for (const Rgba4& p : decode(bytes).pixels) clear += p[3] == 0 ? 1 : 0;
            CHECK(clear == 0);
        }
        CHECK(build(file.path, {.min_zoom = 0, .max_zoom = 0, .set = &world_crs84_quad()}).at.size() == 2);
    }
    const TiffFile file({.width = 200, .height = 100, .bands = 4, .transform = {170, 0.1, 0, 5, 0, -0.1}, .epsg = 4326, .meaning = rgba}, [](int b, int, int) { return b == 4 ? 255 : 90; });
    const Tiles    tiles = build(file.path, {.min_zoom = 5, .max_zoom = 5});
    double         seen  = 0;
    for (const auto& [tile, bytes] : tiles.at) {
        CHECK((tile.x <= 1 || tile.x >= 30));
        for (const Rgba4& p : decode(bytes).pixels) seen += p[3] == 255 ? 1 : 0;
    }
    CHECK(seen == doctest::Approx(20.0 / 360 * 32 * 256 * 10.0 / 360 * 32 * 256).epsilon(0.02));
}

TEST_CASE("image tiles: cells without data are hatched where asked, and lines go on over the borders of tiles") {
    const double   nan = std::numeric_limits<double>::quiet_NaN();
    const TiffFile file({.width = 300, .height = 300, .bands = 1, .type = GDT_Float32, .transform = on_level_14(13000, 6600, 100)}, [&](int, int x, int) { return x < 50 ? 0.0 : x < 200 ? nan : 3.0; });
    ImageTileOptions options{.min_zoom = 14, .colours = class_scale("blues", {1}), .no_data = Status::missing, .hatch_zero = true};
    const Rgba     plain = std::get<ClassScale>(*options.colours).colours[1];
    const Tiles    tiles = build(file.path, options);
    REQUIRE(tiles.at.size() == 4);
    int wrong = 0;
    for (const auto& [tile, bytes] : tiles.at) {
        const Decoded image = decode(bytes);
        for (int y = 0; y < 256; ++y) {
            for (int x = 0; x < 256; ++x) {
                const std::uint64_t wx = std::uint64_t{tile.x} * 256 + static_cast<std::uint64_t>(x), wy = std::uint64_t{tile.y} * 256 + static_cast<std::uint64_t>(y);
                const int           c = static_cast<int>(wx) - 13000 * 256 - 100, r = static_cast<int>(wy) - 6600 * 256 - 100;
                Rgba                wanted{0, 0, 0, 0};
                if (c >= 0 && r >= 0 && c < 300 && r < 300) wanted = c < 50 ? hatch_zero_pixel(wx, wy) : c < 200 ? hatch_pixel(Status::missing, wx, wy) : plain;
                wrong += image.at(x, y) != Rgba4{wanted.r, wanted.g, wanted.b, wanted.a} ? 1 : 0;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("image tiles: a set whose levels are not halves of each other has every level from the raster itself, with the same means") {
    TileMatrixSet odd = web_mercator_quad();
    odd.levels.resize(3);
    for (int z = 0; z < 3; ++z) {
        TileMatrix& level = odd.levels[static_cast<std::size_t>(z)];
        level.resolution  = pixel14 * std::array{7.0, 2.5, 1.0}[static_cast<std::size_t>(z)];
        level.columns = level.rows = static_cast<std::uint32_t>(std::ceil(-2 * odd.x_origin / (256 * level.resolution)));
    }
    const TiffFile file({.width = 1000, .height = 700, .bands = 4, .transform = on_level_14(13000, 6600), .meaning = rgba}, picture);
    const Tiles    tiles = build(file.path, {.min_zoom = 0, .max_zoom = 2, .set = &odd});
    std::array<double, 3> ground{};
    for (const auto& [tile, bytes] : tiles.at) {
        for (const Rgba4& p : decode(bytes).pixels) ground[tile.z] += p[3] * std::pow(odd.levels[tile.z].resolution / pixel14, 2);
    }
    CHECK(ground[0] == doctest::Approx(ground[2]).epsilon(3e-3));
    CHECK(ground[1] == doctest::Approx(ground[2]).epsilon(3e-3));
}
