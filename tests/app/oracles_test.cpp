// Answers of other programs, through the library. tests/app/toolbox.sh asks the same through the command line.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <map>

#include "analysis/density.h"
#include "analysis/empirical_bayes.h"
#include "analysis/join.h"
#include "analysis/weights.h"
#include "data/read/csv_file.h"
#include "data/read/vector_file.h"

using namespace gapmap;

namespace {

const std::string fixtures = std::string(GAPMAP_TEST_DATA) + "/oracles/";
const std::string chicago  = std::string(GAPMAP_SHARED) + "/oracles/kde_chicago116/";

std::vector<double> column(const CsvFile& file, const std::string& name) {
    const std::vector<std::size_t> wanted{file.column(name)};
    return file.numbers(wanted, {}).front();
}

std::vector<double> numbers(const Layer& layer, const std::string& name) {
    std::vector<double> out;
    for (std::size_t i = 0; i < layer.rows(); ++i) out.push_back(layer.table.at(name).number(i));
    return out;
}

double worst_relative(std::span<const double> got, std::span<const double> expected) {
    REQUIRE(got.size() == expected.size());
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        const double error = std::abs(got[i] - expected[i]);
        if (error != 0) worst = std::max(worst, std::isnan(error) ? 1.0 : error / std::max(std::abs(expected[i]), 1e-300));
    }
    return worst;
}

}  // namespace

TEST_CASE("oracle pip_columbus: every point lies in the polygon that independent ray casting found") {
    const CsvFile             file(fixtures + "pip_columbus.csv");
    const Layer               layer = read_layer(fixtures + "columbus.geojson", {.crs = "EPSG:3857", .override_crs = true});
    const auto                x = column(file, "x"), y = column(file, "y"), expected = column(file, "expected_POLYID");
    const Column&             id   = layer.table.at("POLYID");
    const PointJoin           join = join_points(PointsView<Planar>{x, y}, std::get<Polygons<Planar>>(layer.geometry).view());
    std::size_t               wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double got = join.polygon[i] == Located::none ? std::nan("") : id.number(join.polygon[i]);
        wrong += got == expected[i] || (std::isnan(got) && std::isnan(expected[i])) ? 0U : 1U;
    }
    CHECK(wrong == 0);
    CHECK(x.size() - join.matched == 2898);
}

TEST_CASE("oracle columbus: queen contiguity has spdep's links") {
    const Layer   layer = read_layer(fixtures + "columbus.geojson", {.crs = "EPSG:3857", .override_crs = true});
    const auto&   shapes = std::get<Polygons<Planar>>(layer.geometry);
    const CsvFile file(fixtures + "columbus_queen.csv");
    const auto    i = column(file, "i"), j = column(file, "j"), w = column(file, "w");
    std::vector<WeightEntry> entries;
    for (std::size_t k = 0; k < i.size(); ++k) entries.push_back({static_cast<std::uint32_t>(i[k]) - 1, static_cast<std::uint32_t>(j[k]) - 1, w[k]});
    const auto expected = weights_from_entries(entries, layer.rows()), queen = contiguity(shapes.view(), Contiguity::queen);
    CHECK(queen.offsets == expected.offsets);
    CHECK(queen.neighbours == expected.neighbours);
    CHECK(contiguity(shapes.view(), Contiguity::rook).neighbours.size() == 200);
}

TEST_CASE("oracle nc_sids: raw, global and local empirical-Bayes rates agree with spdep to 1e-9") {
    const Layer   layer = read_layer(fixtures + "nc_sids.geojson");
    const CsvFile file(fixtures + "nc_sids_eb.csv");
    const auto    cases = numbers(layer, "SID74"), base = numbers(layer, "BIR74");
    const auto    global = empirical_bayes(cases, base);
    const auto    local  = local_empirical_bayes(cases, base, contiguity(std::get<Polygons<Lonlat>>(layer.geometry).view(), Contiguity::queen));
    CHECK(std::abs(global.mean / 0.00202144489365442 - 1) < 1e-9);
    CHECK(std::abs(global.variance / 7.69293064701465e-07 - 1) < 1e-9);
    CHECK(worst_relative(global.raw, column(file, "raw")) < 1e-9);
    CHECK(worst_relative(global.smoothed, column(file, "eb_global")) < 1e-9);
    CHECK(worst_relative(local.smoothed, column(file, "eb_local")) < 1e-9);
}

TEST_CASE("oracle kde_chicago116: the exact sums, edge factors and Scott's bandwidth agree to 1e-10") {
    if (!std::filesystem::exists(chicago + "points.csv")) {
        MESSAGE("skipped: the reference data (GPL) is not here: " << chicago);
        return;
    }
    const CsvFile             data(chicago + "points.csv"), ring(chicago + "window.csv");
    const auto                px = column(data, "x"), py = column(data, "y"), wx = column(ring, "x"), wy = column(ring, "y");
    const PointsView<Planar>  points{px, py};
    const Window              window(Box<Planar>{wx[0], wy[0], wx[2], wy[2]});
    const Bandwidth           scott = scott_sigma(points);
    CHECK(std::abs(scott.x / 125.286624494099 - 1) < 1e-9);
    CHECK(std::abs(scott.y / 114.077029412508 - 1) < 1e-9);
    for (const double sigma : {60.0, 120.0}) {
        for (const char* set : {"chicago_exact_sd", "chicago_exact_query200_sd"}) {
            const CsvFile expected(chicago + set + std::to_string(static_cast<int>(sigma)) + ".csv");
            const auto    x = column(expected, "x"), y = column(expected, "y");
            for (const auto& [name, kernel, edge] : {std::tuple{"gaussian_none", Kernel::gaussian, EdgeCorrection::none},
                                                     {"epanechnikov_none", Kernel::epanechnikov, EdgeCorrection::none},
                                                     {"quartic_none", Kernel::quartic, EdgeCorrection::none},
                                                     {"gaussian_uniform", Kernel::gaussian, EdgeCorrection::uniform},
                                                     {"gaussian_diggle", Kernel::gaussian, EdgeCorrection::diggle}}) {
                const DensityOptions options{.kernel = kernel, .bandwidth = bandwidth_of_sigma(kernel, {sigma, sigma}), .edge = edge, .window = &window};
                const auto           values = column(expected, name);
                double               top = 0, worst = 0;
                const auto           got = density_at(points, {}, PointsView<Planar>{x, y}, options);
                for (std::size_t i = 0; i < values.size(); ++i) {
                    // Where a compact kernel's rim just touches a place, its value is all rounding: compare with the largest there.
                    const bool compact = kernel != Kernel::gaussian;
                    top   = std::max(top, values[i]);
                    worst = std::max(worst, compact ? std::abs(got[i] - values[i]) : std::abs(got[i] / values[i] - 1));
                }
                CAPTURE(name);
                CAPTURE(sigma);
                CHECK((kernel == Kernel::gaussian ? worst : worst / top) < 1e-10);
            }
        }
    }
}
