// Columbus through the library; tests/oracles/columbus.mjs and nc_sids.mjs ask the same, and more, through the command line.
#include <doctest/doctest.h>

#include <cmath>

#include "analysis/local_autocorrelation.h"
#include "analysis/multiplicity.h"
#include "data/read/csv_file.h"
#include "data/read/vector_file.h"
#include "data/read/weights_file.h"
#include "geo/core/error.h"

using namespace gapmap;

namespace {

const std::string fixtures = std::string(GAPMAP_TEST_DATA) + "/oracles/";

std::vector<double> column(const CsvFile& file, const std::string& name) {
    const std::vector<std::size_t> wanted{file.column(name)};
    return file.numbers(wanted, {}).front();
}

double worst(std::span<const double> got, std::span<const double> expected) {
    REQUIRE(got.size() == expected.size());
    double out = 0;
    for (std::size_t i = 0; i < got.size(); ++i) out = std::max(out, std::isnan(got[i]) ? 1 : std::abs(got[i] - expected[i]));
    return out;
}

struct Columbus {
    std::vector<double> crime;
    SpatialWeights      queen;
};
Columbus columbus() {
    const Layer layer = read_layer(fixtures + "columbus.geojson", {.crs = "EPSG:3857", .override_crs = true});
    Columbus    out{{}, contiguity(std::get<Polygons<Planar>>(layer.geometry).view(), Contiguity::queen)};
    for (std::size_t i = 0; i < layer.rows(); ++i) out.crime.push_back(layer.table.at("CRIME").number(i));
    return out;
}

}  // namespace

TEST_CASE("oracle columbus: local Moran's conditional moments, p and its adjustment agree with spdep to 1e-9") {
    const auto    map = columbus();
    const CsvFile file(fixtures + "columbus_local.csv");
    const auto    got = local_autocorrelation(map.crime, map.queen, {.permutations = 0});
    CHECK(worst(got.statistic, column(file, "Ii")) < 1e-9);
    CHECK(worst(got.expected, column(file, "E_cond")) < 1e-9);
    CHECK(worst(got.variance, column(file, "Var_cond")) < 1e-9);
    CHECK(worst(got.z, column(file, "Z_cond")) < 1e-9);
    CHECK(worst(adjusted_p(got.p, FalseDiscovery::benjamini_hochberg), column(file, "p2_cond_fdr")) < 1e-9);
    CHECK(worst(local_autocorrelation(map.crime, map.queen, {.statistic = LocalStatistic::gi_star, .permutations = 0}).z, column(file, "Gistar_rowstd_z")) < 1e-9);
}

TEST_CASE("oracle columbus: Moran, Geary, general G and Lee agree with spdep") {
    const auto map = columbus();
    CHECK(std::abs(moran(map.crime, map.queen, {.permutations = 0}).variance - 0.00868928920133206) < 1e-12);
    CHECK(std::abs(geary(map.crime, map.queen, {.permutations = 0}).variance - 0.00938426377696502) < 1e-12);
    CHECK(std::abs(general_g(map.crime, map.queen, {.style = WeightStyle::as_given, .permutations = 0}).variance - 3.50705730380717e-05) < 1e-15);
}

TEST_CASE("weights files: GAL and GWT, with the line that is wrong") {
    const WeightsFile gal = parse_gal("0 3 map ID\na 2\nb c\nb 0\n\nc 1\na\n", "w.gal");
    CHECK(gal.names == std::vector<std::string>{"a", "b", "c"});
    CHECK(gal.links.size() == 3);
    CHECK(gal.id_field == "ID");
    CHECK(parse_gal("1\n1 0\n", "w.gal").units == 1);
    const WeightsFile gwt = parse_gwt("0 2 map ID\na b 0.5\nb a 1e-3\n", "w.gwt");
    CHECK(gwt.links[1].weight == 1e-3);
    const auto message = [](const auto& parse, const char* text) -> std::string {
        try {
            (void)parse(text, "w");
        } catch (const InputError& error) {
            return error.what();
        }
        return "accepted";
    };
    CHECK(message(parse_gal, "").find("the number of units") != std::string::npos);
    CHECK(message(parse_gal, "2\na 1\nb\nb 2\na\n").find("the file ends where a neighbour was expected") != std::string::npos);
    CHECK(message(parse_gal, "2\na x\n").find("w row 2: expected the number of neighbours, got 'x'") != std::string::npos);
    CHECK(message(parse_gal, "3\na 1\nb\nb 1\na\n").find("speaks of 3 units, 2 are there") != std::string::npos);
    CHECK(message(parse_gal, "2\na 0\na 0\n").find("stands there twice") != std::string::npos);
    CHECK(message(parse_gwt, "2\na b -1\n").find("expected a weight >= 0, got '-1'") != std::string::npos);
    CHECK(message(parse_gwt, "2\na b 1\na b 2\n").find("w row 3: the pair 'a', 'b' stands there twice") != std::string::npos);
}
