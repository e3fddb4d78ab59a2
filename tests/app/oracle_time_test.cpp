// Published answers on space and time, through the library. tests/oracles asks the same through the command line.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "analysis/cube.h"
#include "analysis/knox.h"
#include "analysis/trend.h"
#include "data/read/csv_file.h"

using namespace gapmap;

namespace {

const std::string folder = std::string(GAPMAP_SHARED) + "/oracles/";

std::vector<double> numbers_of(const CsvFile& file, const char* name) {
    const std::vector<std::size_t> wanted{file.column(name)};
    return file.numbers(wanted, {}).front();
}

nlohmann::json read_json(const std::string& path) {
    std::ifstream in(path);
    return nlohmann::json::parse(in);
}

bool is_here(const std::string& name) {
    if (std::filesystem::exists(folder + name)) return true;
    MESSAGE("skipped: the reference data is not here: " << name);
    return false;
}

}  // namespace

TEST_CASE("oracle knox_burkitt: pairs, exact mean and variance") {
    if (!is_here("knox_burkitt/burkitt.csv")) return;
    const CsvFile file(folder + "knox_burkitt/burkitt.csv");
    const auto    x = numbers_of(file, "x"), y = numbers_of(file, "y"), t = numbers_of(file, "t");
    for (const auto& e : read_json(folder + "knox_burkitt/expected.json")["cumulative"]) {
        const KnoxTable table = knox(PointsView<Planar>{x, y}, t, {.distances = {e["s_max_incl"]}, .intervals = {e["t_max_incl"]}, .cumulative = true, .permutations = 9});
        CHECK(table.cells[0].observed == e["X"].get<std::int64_t>());
        CHECK(table.cells[0].expected == doctest::Approx(e["exact_perm_mean"].get<double>()).epsilon(1e-12));
        CHECK(table.cells[0].variance == doctest::Approx(e["exact_perm_var"].get<double>()).epsilon(1e-9));
    }
}

TEST_CASE("oracle mann_kendall: three series to 1e-12") {
    if (!is_here("mann_kendall/series.json")) return;
    const auto series = read_json(folder + "mann_kendall/series.json"), expected = read_json(folder + "mann_kendall/expected.json");
    for (const auto& [name, values] : series.items()) {
        const Trend t = mann_kendall(values.get<std::vector<double>>());
        CHECK(t.s == expected[name]["S"].get<std::int64_t>());
        CHECK(t.z == doctest::Approx(expected[name]["Z"].get<double>()).epsilon(1e-12));
        CHECK(t.p == doctest::Approx(expected[name]["p_two_sided"].get<double>()).epsilon(1e-12));
        CHECK(t.slope == doctest::Approx(expected[name]["sen_slope"].get<double>()).epsilon(1e-12));
    }
}

TEST_CASE("oracle emerging_hotspots: Gi* of every bin and the class of every cell") {
    if (!is_here("emerging_hotspots/cube.csv")) return;
    const CsvFile   file(folder + "emerging_hotspots/cube.csv"), bins(folder + "emerging_hotspots/expected_gistar.csv"), cells(folder + "emerging_hotspots/expected_cells.csv");
    const CubeShape shape{12, 12, 12};
    const auto      counts = numbers_of(file, "count"), expected = numbers_of(bins, "gistar_z");  // both by step, row, column
    const CubeGi    gi = cube_gi_star(counts, shape, {});
    double          worst = 0;
    for (std::size_t b = 0; b < counts.size(); ++b) worst = std::max(worst, std::abs(gi.z[b] - expected[b]));
    CHECK(worst < 1e-9);
    const auto classes = cells.texts(cells.column("category"), {});
    const auto got     = cube_cells(counts, shape, gi);
    for (std::size_t c = 0; c < got.size(); ++c) CHECK(to_string(got[c].spot) == classes[c]);
}
