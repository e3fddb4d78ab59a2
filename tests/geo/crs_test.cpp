#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "geo/core/error.h"
#include "geo/crs/baidu_mercator.h"
#include "geo/crs/china_shift.h"
#include "geo/crs/transform.h"

using namespace gapmap;

namespace {
std::vector<std::vector<std::string>> read_fixture(const std::string& name) {
    std::ifstream file(std::string(GAPMAP_TEST_DATA) + "/" + name);
    REQUIRE(file.good());
    std::vector<std::vector<std::string>> rows;
    for (std::string line; std::getline(file, line);) {
        std::vector<std::string> cells;
        std::istringstream       stream(line);
        for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
        rows.push_back(cells);
    }
    rows.erase(rows.begin());
    return rows;
}
}  // namespace

TEST_CASE("GCJ-02 and BD-09 match every published vector within its tolerance") {
    const auto rows = read_fixture("gcj_vectors.csv");
    CHECK(rows.size() > 100);
    for (const auto& row : rows) {
        CAPTURE(row[0]);
        std::array x{std::stod(row[1])}, y{std::stod(row[2])};
        if (row[4] == "WGS84-onestep" || row[0] == "ct_bd2gcj") {
            // These two record what other programs take for an inverse; ours iterates, and differs by up to 1e-6.
            const Point<Lonlat> given{x[0], y[0]};
            const Point<Lonlat> p = row[3] == "BD09" ? bd09_to_gcj02_in_one_step(given) : gcj02_to_wgs84_in_one_step(given);
            x[0] = p.x, y[0] = p.y;
        } else {
            Transform(row[3], row[4]).apply(x, y);
        }
        const double tolerance = std::stod(row[7]);
        CHECK(std::abs(x[0] - std::stod(row[5])) <= tolerance);
        CHECK(std::abs(y[0] - std::stod(row[6])) <= tolerance);
    }
}

TEST_CASE("Gauss-Kruger coordinates match the published vectors") {
    for (const auto& row : read_fixture("gk_vectors.csv")) {
        CAPTURE(row[0]);
        CAPTURE(row[3]);
        std::array x{std::stod(row[1])}, y{std::stod(row[2])};
        Transform("EPSG:4490", row[3]).apply(x, y);
        CHECK(std::abs(x[0] - std::stod(row[4])) < 1e-3);
        CHECK(std::abs(y[0] - std::stod(row[5])) < 1e-3);
    }
}

TEST_CASE("there and back through Baidu's metres stays within a millimetre, in every band and across their borders") {
    for (double lat = -74.9; lat < 75; lat += 0.37) {
        const Point<Lonlat> p{107.7, lat}, back = mercator_to_bd09(bd09_to_mercator(p));
        CHECK(std::abs(back.x - p.x) < 1e-9);
        CHECK(std::abs(back.y - p.y) < 1e-9);
    }
    for (const double border : {15.0, 30.0, 45.0}) {
        CAPTURE(border);
        const double step = bd09_to_mercator({107.7, border + 1e-9}).y - bd09_to_mercator({107.7, border - 1e-9}).y;
        CHECK(std::abs(step) < 0.5);  // the bands do not meet exactly: that is Baidu's
    }
    CHECK(std::isnan(bd09_to_mercator({107.7, 80}).y));
    CHECK(std::isnan(mercator_to_bd09({1e7, 1e8}).y));
}

TEST_CASE("there and back through GCJ-02 and BD-09 stays within a millimetre") {
    for (double lon = 73.0; lon < 135.0; lon += 2.7) {
        for (double lat = 18.0; lat < 53.0; lat += 1.9) {
            const Point<Lonlat> p    = bd09_to_gcj02(gcj02_to_bd09(wgs84_to_gcj02({lon, lat})));
            const Point<Lonlat> back = gcj02_to_wgs84(p);
            CHECK(std::abs(back.x - lon) < 1e-8);
            CHECK(std::abs(back.y - lat) < 1e-8);
        }
    }
}

TEST_CASE("the metric system of Linyou is the zone around 108 degrees east") {
    CHECK(metric_crs({107.79, 34.68}) == "EPSG:4545");
    CHECK(metric_crs({2.35, 48.85}) == "EPSG:32631");
    CHECK(is_geographic("EPSG:4490"));
    CHECK(is_geographic("GCJ-02"));
    CHECK_FALSE(is_geographic("EPSG:4545"));
}

TEST_CASE("an unknown coordinate system is refused by name") {
    CHECK_THROWS_AS(Transform("EPSG:999999", "EPSG:4326"), InputError);
}

TEST_CASE("Beijing 1954 and Xian 1980 are refused, unless their parameters are given or nothing crosses the datum") {
    for (const char* crs : {"EPSG:4214", "EPSG:2435", "EPSG:21418", "EPSG:4610", "EPSG:2379"}) {
        CAPTURE(crs);
        CHECK_THROWS_AS(Transform(crs, "EPSG:4490"), InputError);
        CHECK_THROWS_AS(Transform("GCJ02", crs), InputError);
    }
    std::array x{108.0}, y{34.7};
    Transform("EPSG:4214", "EPSG:2433").apply(x, y);  // degrees and metres of one datum
    CHECK(x[0] == doctest::Approx(500'000));
    std::array east{480'000.0}, north{3'840'000.0};
    Transform("+proj=tmerc +lat_0=0 +lon_0=108 +x_0=500000 +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 +units=m +type=crs", "EPSG:4326").apply(east, north);
    CHECK(east[0] == doctest::Approx(107.78).epsilon(1e-3));
}
