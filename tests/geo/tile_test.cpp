#include "geo/tile/tile_matrix_set.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>

#include "geo/core/error.h"
#include "geo/crs/transform.h"

using namespace gapmap;

namespace {

struct Row {
    std::string name, scheme;
    double      lon = 0, lat = 0;
    int         z   = 0;
    unsigned    col = 0, row = 0;
};

std::vector<Row> vector_rows() {
    std::ifstream    file(std::string(GAPMAP_TEST_DATA) + "/tile_vectors.csv");
    std::vector<Row> rows;
    std::string      line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream       cells(line);
        std::vector<std::string> cell(7);
        for (auto& text : cell) std::getline(cells, text, ',');
        rows.push_back({cell[0], cell[3], std::stod(cell[1]), std::stod(cell[2]), std::stoi(cell[4]), static_cast<unsigned>(std::stoul(cell[5])),
                        static_cast<unsigned>(std::stoul(cell[6]))});
    }
    return rows;
}

}  // namespace

TEST_CASE("published places fall in the tiles that the portal's sets say") {
    const Transform to_mercator("EPSG:4490", "EPSG:3857");
    int             mercator = 0, degrees = 0;
    for (const Row& row : vector_rows()) {
        CAPTURE(row.name);
        CAPTURE(row.z);
        if (row.scheme == "tianditu_w/WebMercatorQuad/XYZ") {
            double x = row.lon, y = row.lat;
            to_mercator.apply({&x, 1}, {&y, 1});
            CHECK(web_mercator_quad().tile_at(row.z, x, y) == TileId{static_cast<std::uint8_t>(row.z), row.col, row.row});
            ++mercator;
        } else if (row.scheme == "tianditu_c (=WorldCRS84Quad level z-1)") {
            CHECK(world_crs84_quad().tile_at(row.z - 1, row.lon, row.lat) == TileId{static_cast<std::uint8_t>(row.z - 1), row.col, row.row});
            ++degrees;
        }
    }
    CHECK(mercator == 20);
    CHECK(degrees == 20);
}

TEST_CASE("a corner shared by four tiles belongs to one, and coordinates outside a set to none") {
    const TileMatrixSet& set = web_mercator_quad();
    CHECK(set.tile_at(1, 0, 0) == TileId{1, 1, 1});
    CHECK(set.tile_at(1, -1, 1) == TileId{1, 0, 0});
    CHECK(set.tile_at(0, set.x_origin, set.y_origin) == TileId{0, 0, 0});
    CHECK_FALSE(set.tile_at(0, -set.x_origin, 0));
    CHECK_FALSE(set.tile_at(0, 0, -set.y_origin));
    CHECK_FALSE(set.tile_at(0, std::numeric_limits<double>::quiet_NaN(), 0));
    CHECK_THROWS_AS((void)set.tile_at(25, 0, 0), PreconditionError);
}

TEST_CASE("the box of a tile holds what falls in it") {
    for (const TileMatrixSet* set : {&web_mercator_quad(), &world_crs84_quad()}) {
        for (const TileId tile : {TileId{3, 5, 2}, TileId{9, 300, 17}, TileId{14, 13097, 6507}}) {
            const Box<Planar> box = set->box(tile);
            CHECK(set->tile_at(tile.z, (box.x_min + box.x_max) / 2, (box.y_min + box.y_max) / 2) == tile);
            CHECK(box.x_max - box.x_min == doctest::Approx(set->span(tile.z)));
        }
    }
}

TEST_CASE("tile numbers follow the specification's table and turn back into their tiles") {
    CHECK(tile_number({0, 0, 0}) == 0);
    CHECK(tile_number({1, 0, 0}) == 1);
    CHECK(tile_number({1, 0, 1}) == 2);
    CHECK(tile_number({1, 1, 1}) == 3);
    CHECK(tile_number({1, 1, 0}) == 4);
    CHECK(tile_number({2, 0, 0}) == 5);
    CHECK(tile_number({12, 3423, 1763}) == 19078479);
    for (std::uint64_t number = 0; number < 30'000; ++number) REQUIRE(tile_number(tile_of_number(number)) == number);
    const TileId deep{26, 67'108'863, 12'345'678};
    CHECK(tile_of_number(tile_number(deep)) == deep);
    CHECK_THROWS_AS((void)tile_of_number(std::numeric_limits<std::uint64_t>::max()), InputError);
    CHECK_THROWS_AS((void)tile_number({3, 8, 0}), PreconditionError);
}

TEST_CASE("neighbours along the curve are neighbours on the map") {
    TileId last = tile_of_number(tile_number({6, 0, 0}));
    for (std::uint64_t number = tile_number(last) + 1; number < tile_number({7, 0, 0}); ++number) {
        const TileId tile = tile_of_number(number);
        const auto   step = std::abs(static_cast<int>(tile.x) - static_cast<int>(last.x)) + std::abs(static_cast<int>(tile.y) - static_cast<int>(last.y));
        REQUIRE(step == 1);
        last = tile;
    }
}

TEST_CASE("a tile id prints and parses as level, column, row") {
    CHECK(to_string(TileId{14, 13097, 6507}) == "14/13097/6507");
    CHECK(TileId::parse("14/13097/6507") == TileId{14, 13097, 6507});
    for (const char* bad : {"", "1/2", "1/2/3/4", "1/-2/3", "a/b/c", "99/0/0", "1/2/3 "}) CHECK_THROWS_AS((void)TileId::parse(bad), InputError);
}

TEST_CASE("tiles of a set with more columns than rows have an order, too, and it turns back") {
    const TileOrder order(world_crs84_quad());
    CHECK(order.shift() == 1);
    std::uint64_t last = 0;
    for (std::uint8_t z = 0; z < 6; ++z) {
        std::vector<std::uint64_t> numbers;
        for (std::uint32_t x = 0; x < (2U << z); ++x) {
            for (std::uint32_t y = 0; y < (1U << z); ++y) {
                const std::uint64_t number = order.number({z, x, y});
                CHECK(order.tile(number) == TileId{z, x, y});
                CHECK(tile_order(world_crs84_quad(), {z, x, y}) == number);
                CHECK(number >= last);
                numbers.push_back(number);
            }
        }
        std::ranges::sort(numbers);
        CHECK(std::ranges::adjacent_find(numbers) == numbers.end());
        last = numbers.back() + 1;
    }
    CHECK_THROWS_AS((void)order.tile(0), InputError);
    const TileOrder quad(web_mercator_quad());
    for (const TileId tile : {TileId{0, 0, 0}, TileId{3, 5, 2}, TileId{14, 13097, 6507}}) CHECK(quad.number(tile) == tile_number(tile));
}

TEST_CASE("sets with the tiles of WebMercatorQuad are known whatever their pixels") {
    TileMatrixSet set = web_mercator_quad();
    CHECK(is_web_mercator_quad(set));
    set.tile_size = 512;
    for (TileMatrix& level : set.levels) level.resolution /= 2;
    CHECK(is_web_mercator_quad(set));
    set.levels[3].columns = 9;
    CHECK_FALSE(is_web_mercator_quad(set));
    CHECK_FALSE(is_web_mercator_quad(world_crs84_quad()));
}
