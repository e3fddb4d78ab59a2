// Excess risk and probability map against R spdep's, through the library.
#include <doctest/doctest.h>

#include <cmath>

#include "analysis/excess_risk.h"
#include "data/read/csv_file.h"
#include "data/read/vector_file.h"

using namespace gapmap;

TEST_CASE("oracle nc_sids: expected counts, relative risks and the probability map agree with spdep to 1e-9") {
    const std::string   folder = std::string(GAPMAP_TEST_DATA) + "/oracles/";
    const Layer         layer  = read_layer(folder + "nc_sids.geojson");
    const CsvFile       file(folder + "nc_sids_probmap.csv");
    std::vector<double> cases, base;
    for (std::size_t i = 0; i < layer.rows(); ++i) cases.push_back(layer.table.at("SID74").number(i)), base.push_back(layer.table.at("BIR74").number(i));
    const ExcessRisk               risk = excess_risk(cases, base);
    const std::vector<std::size_t> wanted{file.column("expected"), file.column("relRisk"), file.column("pmap"), file.column("choynowski")};
    const auto                     expected = file.numbers(wanted, {});
    for (std::size_t i = 0; i < layer.rows(); ++i) {
        CHECK(std::abs(risk.expected[i] / expected[0][i] - 1) < 1e-9);
        CHECK(std::abs(100 * risk.ratio[i] - expected[1][i]) <= 1e-9 * expected[1][i]);
        CHECK(std::abs(risk.at_most[i] / expected[2][i] - 1) < 1e-9);
        CHECK(std::abs(risk.choynowski[i] - expected[3][i]) <= 1e-9 * expected[3][i] + 1e-15);
    }
}
