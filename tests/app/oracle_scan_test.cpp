// SaTScan's and an enumeration's answers, through the library. tests/oracles/scan_*.mjs ask the same, and more, through the command line.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "analysis/scan.h"
#include "data/read/csv_file.h"

using namespace gapmap;

namespace {

const std::string penn = std::string(GAPMAP_SHARED) + "/oracles/scan_pennLC/";

std::vector<double> column(const CsvFile& file, const std::string& name) {
    const std::vector<std::size_t> wanted{file.column(name)};
    return file.numbers(wanted, {}).front();
}

std::vector<std::int64_t> counts(const std::vector<double>& values) {
    std::vector<std::int64_t> out;
    for (const double v : values) out.push_back(static_cast<std::int64_t>(v));
    return out;
}

}  // namespace

TEST_CASE("oracle scan_pennLC: clusters, counts and ratios of 67 counties, crude and standardised") {
    if (!std::filesystem::exists(penn)) {
        MESSAGE("skipped: no reference data in ../shared");
        return;
    }
    const CsvFile file(penn + "pennLC.csv");
    const auto    x = column(file, "x_km"), y = column(file, "y_km"), people = column(file, "population"), standard = column(file, "expected_16strata");
    const auto    cases = counts(column(file, "cases"));
    const auto    crude = scan({x, y, {}, 1, cases, people}, {});
    const auto    adjusted = scan({x, y, {}, 1, cases, standard}, {});
    const auto    check = [](const ScanResult& r, std::size_t k, std::vector<std::uint32_t> ids, double expected, double llr) {
        REQUIRE(r.clusters.size() > k);
        for (std::uint32_t& id : ids) --id;
        CHECK(r.clusters[k].members == ids);
        CHECK(r.clusters[k].expected == doctest::Approx(expected).epsilon(1e-9));
        CHECK(r.clusters[k].llr == doctest::Approx(llr).epsilon(1e-9));
    };
    check(crude, 0, {63, 30, 2, 4, 26, 65, 10}, 2008.222860432012, 36.53861580881818);
    check(crude, 1, {23, 51}, 1731.2217262459721, 9.649490891083644);
    check(crude, 2, {53, 12}, 20.13272362453581, 2.1029959450301483);
    check(adjusted, 0, {23, 51}, 1673.6486667890638, 17.662883125395467);
    check(adjusted, 1, {63, 30, 2, 4, 26, 65, 10}, 2200.961066401143, 7.098944232646119);
    CHECK(crude.clusters[0].p == 0.001);
    CHECK(std::abs(crude.clusters[1].p - 0.0032) < 4 * std::sqrt(0.0032 / 999));
    CHECK(std::abs(crude.clusters[2].p - 0.9479) < 4 * std::sqrt(0.9479 * 0.0521 / 999));
}
