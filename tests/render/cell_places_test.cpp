#include "render/tile/cell_places.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "geo/crs/transform.h"
#include "geo/tile/tile_matrix_set.h"

using namespace gapmap;

namespace {

const Grid<Planar> county_grid{436'000, 3'870'000, 100, 100, 700, 500};  // EPSG:4545, around Linyou

}  // namespace

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
