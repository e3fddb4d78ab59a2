#include "data/read/raster_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vector>

#include "geo/core/error.h"

using namespace gapmap;

namespace {

namespace fs = std::filesystem;

/// A folder that is gone at the end of the test.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("gapmap-raster-" + std::to_string(::getpid()));
    Folder() { fs::create_directories(path); }
    ~Folder() { fs::remove_all(path); }
    std::string write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return (path / name).string();
    }
    /// Numbers of a type as an ENVI file, 3 columns wide; `type` is ENVI's number for it.
    template <class Number>
    std::string envi(const std::string& name, int type, const std::vector<Number>& values, const std::string& more = {}) const {
        std::string bytes(values.size() * sizeof(Number), '\0');
        std::memcpy(bytes.data(), values.data(), bytes.size());
        write(name + ".hdr", "ENVI\nsamples = 3\nlines = " + std::to_string(values.size() / 3) + "\nbands = 1\nheader offset = 0\ndata type = " + std::to_string(type) +
                                 "\ninterleave = bsq\nbyte order = 0\nmap info = {Arbitrary, 1, 1, 10, 20, 2, 2}\n" + more);
        return write(name + ".img", bytes);
    }
};

std::vector<double> all_of(const std::string& path, int band = 1) {
    RasterFile          file(path, band);
    std::vector<double> out(static_cast<std::size_t>(file.info().width) * static_cast<std::size_t>(file.info().height));
    file.read({0, 0, file.info().width, file.info().height}, std::span(out), {.threads = 3});
    return out;
}

void check_same(const std::vector<double>& got, const std::vector<double>& expected) {
    REQUIRE(got.size() == expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) CHECK((got[i] == expected[i] || (std::isnan(got[i]) && std::isnan(expected[i]))));
}

const double none = std::numeric_limits<double>::quiet_NaN();

std::string vrt(const std::string& bands, const std::string& more = {}) {
    return "<VRTDataset rasterXSize=\"3\" rasterYSize=\"2\"><GeoTransform>10,2,0,20,0,-2</GeoTransform>" + more + bands + "</VRTDataset>";
}
std::string source(const std::string& file) {
    return "<SimpleSource><SourceFilename relativeToVRT=\"1\">" + file + "</SourceFilename><SourceBand>1</SourceBand></SimpleSource>";
}

}  // namespace

TEST_CASE("raster file: integers, floats and doubles keep their values; the no-data value, NaN and infinities become NaN") {
    const Folder folder;
    check_same(all_of(folder.envi<std::uint8_t>("byte", 1, {0, 1, 255, 7, 9, 3}, "data ignore value = 255\n")), {0, 1, none, 7, 9, 3});
    check_same(all_of(folder.envi<std::int16_t>("short", 2, {-32768, -5, 32767, 0, 1, 2}, "data ignore value = -32768\n")), {none, -5, 32767, 0, 1, 2});
    check_same(all_of(folder.envi<std::int32_t>("long", 3, {2'147'483'647, 16'777'217, 0, -1, 5, 6}, "data ignore value = 0\n")), {2'147'483'647, 16'777'217, none, -1, 5, 6});
    check_same(all_of(folder.envi<float>("float", 4, {1.5F, NAN, INFINITY, -INFINITY, -9999, 0.1F})), {1.5, none, none, none, -9999, static_cast<double>(0.1F)});
    check_same(all_of(folder.envi<double>("double", 5, {0.1, 1e300, NAN, 3, 4, 5}, "data ignore value = 1e300\n")), {0.1, none, none, 3, 4, 5});
    // A no-data value in more digits than the type has.
    check_same(all_of(folder.envi<float>("digits", 4, {0.1F, 2, 3, 4, 5, 6}, "data ignore value = 0.1\n")), {none, 2, 3, 4, 5, 6});
    check_same(all_of(folder.envi<float>("least", 4, {-3.4028234663852886e38F, 2, 3, 4, 5, 6}, "data ignore value = -3.4028234663852886e38\n")), {none, 2, 3, 4, 5, 6});
}

TEST_CASE("raster file: what it says of itself, and windows of it") {
    const Folder      folder;
    const std::string path = folder.envi<float>("plain", 4, {1, 2, 3, 4, 5, 6, 7, 8, 9});
    RasterFile        file(path, 1);
    CHECK(file.info().width == 3);
    CHECK(file.info().height == 3);
    CHECK(file.info().transform == std::array<double, 6>{10, 2, 0, 20, 0, -2});
    CHECK(file.info().type == "Float32");
    CHECK(file.info().fits_float);
    std::vector<float> window(4);
    file.read({1, 1, 2, 2}, std::span(window), {});
    CHECK(window == std::vector<float>{5, 6, 8, 9});
    std::vector<float> row(3);
    file.read({0, 2, 3, 1}, std::span(row), {.threads = 2});
    CHECK(row == std::vector<float>{7, 8, 9});
}

TEST_CASE("raster file: scale and offset, a mask band and alpha count") {
    const Folder folder;
    folder.envi<std::uint8_t>("v", 1, {1, 2, 3, 4, 5, 6});
    folder.envi<std::uint8_t>("m", 1, {255, 0, 255, 255, 0, 255});
    const std::string value = source("v.img"), mask = source("m.img");
    check_same(all_of(folder.write("scaled.vrt", vrt("<VRTRasterBand dataType=\"Byte\" band=\"1\"><NoDataValue>3</NoDataValue><Offset>100</Offset><Scale>0.5</Scale>" + value + "</VRTRasterBand>"))),
               {100.5, 101, none, 102, 102.5, 103});
    check_same(all_of(folder.write("masked.vrt", vrt("<VRTRasterBand dataType=\"Byte\" band=\"1\">" + value + "</VRTRasterBand>",
                                                     "<MaskBand><VRTRasterBand dataType=\"Byte\">" + mask + "</VRTRasterBand></MaskBand>"))),
               {1, none, 3, 4, none, 6});
    const std::string alpha = folder.write("alpha.vrt", vrt("<VRTRasterBand dataType=\"Byte\" band=\"1\"><ColorInterp>Gray</ColorInterp>" + value +
                                                            "</VRTRasterBand><VRTRasterBand dataType=\"Byte\" band=\"2\"><ColorInterp>Alpha</ColorInterp>" + mask + "</VRTRasterBand>"));
    check_same(all_of(alpha), {1, none, 3, 4, none, 6});
    check_same(all_of(alpha, 2), {255, 0, 255, 255, 0, 255});
}

TEST_CASE("raster file: decimals of a text grid keep all their digits") {
    const Folder folder;
    check_same(all_of(folder.write("grid.asc", "ncols 3\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n0.123456789012 -9999 7\n")), {0.123456789012, none, 7});
}

TEST_CASE("raster file: what cannot be read is said in one line") {
    const Folder folder;
    const auto   refused = [](const std::string& path, int band, const char* text) {
        try {
            const RasterFile file(path, band);
            FAIL("read: " << path);
        } catch (const InputError& error) {
            CHECK(std::string(error.what()).find(text) != std::string::npos);
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
        }
    };
    refused((folder.path / "none.tif").string(), 1, "there is no such file");
    refused(folder.write("words.tif", "no raster at all"), 1, "is not a raster file");
    refused(folder.envi<float>("one", 4, {1, 2, 3}), 2, "has no band 2; it has 1");
    refused(folder.write("nowhere.vrt", "<VRTDataset rasterXSize=\"3\" rasterYSize=\"2\"><VRTRasterBand dataType=\"Byte\" band=\"1\"/></VRTDataset>"), 1, "does not say where it lies");
    refused(folder.write("complex.vrt", vrt("<VRTRasterBand dataType=\"CFloat32\" band=\"1\"/>")), 1, "complex numbers");
    // Bytes that are missing at the end.
    const std::string broken = folder.write("gone.vrt", vrt("<VRTRasterBand dataType=\"Byte\" band=\"1\">" + source("absent.img") + "</VRTRasterBand>"));
    CHECK_THROWS_AS((void)all_of(broken), InputError);
}
