#include <doctest/doctest.h>

#include <cmath>

#include "analysis/zonal.h"
#include "data/read/csv_file.h"
#include "data/read/raster_file.h"
#include "data/read/vector_file.h"

using namespace gapmap;

TEST_CASE("oracle zonal_columbus: counts, sums, means, deviations, extremes and centres agree to 1e-9") {
    const std::string folder = std::string(GAPMAP_TEST_DATA) + "/oracles/";
    const Layer       layer = read_layer(folder + "columbus.geojson", {.crs = "EPSG:3857", .override_crs = true});
    const CsvFile     file(folder + "zonal_columbus.csv");
    RasterFile        raster(folder + "zonal_columbus.asc", 1);
    const RasterInfo& info = raster.info();
    const CellGrid    grid{.x0 = info.transform[0], .y0 = info.transform[3], .column_x = info.transform[1], .row_y = info.transform[5], .width = info.width, .height = info.height};
    REQUIRE(grid.cells() == 37 * 41);
    std::vector<double> values(grid.cells());
    raster.read({0, 0, info.width, info.height}, std::span(values), {});
    const auto& polygons = std::get<Polygons<Planar>>(layer.geometry);
    Zonal       shares(polygons.view(), grid, {.moments = true}), centres(polygons.view(), grid, {.rule = CellRule::centre});
    shares.add_rows(std::span<const double>(values));
    centres.add_rows(std::span<const double>(values));
    const auto column = [&](const char* name) {
        const std::vector<std::size_t> wanted{file.column(name)};
        return file.numbers(wanted, {}).front();
    };
    double     worst   = 0;
    const auto compare = [&](const char* name, const Zonal& from, auto value) {
        const auto expected = column(name);
        REQUIRE(expected.size() == from.tallies().size());
        for (std::size_t r = 0; r < expected.size(); ++r) worst = std::max(worst, std::abs(value(from.tallies()[r]) - expected[r]) / std::max(std::abs(expected[r]), 1e-3));
    };
    compare("weight_count", shares, [](const ZonalTally& t) { return t.weight; });
    compare("weighted_sum", shares, [](const ZonalTally& t) { return t.sum; });
    compare("weighted_mean", shares, [](const ZonalTally& t) { return t.mean; });
    compare("weighted_sd_pop", shares, [](const ZonalTally& t) { return std::sqrt(t.variance()); });
    compare("min_touched", shares, [](const ZonalTally& t) { return t.min; });
    compare("max_touched", shares, [](const ZonalTally& t) { return t.max; });
    compare("n_touched_valid", shares, [](const ZonalTally& t) { return static_cast<double>(t.cells); });
    compare("centre_count", centres, [](const ZonalTally& t) { return t.weight; });
    compare("centre_sum", centres, [](const ZonalTally& t) { return t.sum; });
    compare("centre_mean", centres, [](const ZonalTally& t) { return t.mean; });
    CHECK(worst < 1e-9);
}
