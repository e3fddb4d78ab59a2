// Surfaces against published answers, through the library. The data are under the GPL and stay outside the repository.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "analysis/bandwidth.h"
#include "analysis/cell_ground.h"
#include "analysis/relative_risk.h"
#include "data/read/csv_file.h"

using namespace gapmap;

namespace {

const std::string chicago    = std::string(GAPMAP_SHARED) + "/oracles/kde_chicago116/";
const std::string humberside = std::string(GAPMAP_SHARED) + "/oracles/relrisk_humberside/";

bool absent(const std::string& folder) {
    if (std::filesystem::exists(folder + "points.csv")) return false;
    MESSAGE("skipped: the reference data (GPL) is not here: " << folder);
    return true;
}

std::vector<double> column(const CsvFile& file, const std::string& name) {
    const std::vector<std::size_t> wanted{file.column(name)};
    return file.numbers(wanted, {}).front();
}

Points<Planar> points_of(const std::string& path) {
    const CsvFile file(path);
    return {column(file, "x"), column(file, "y")};
}

/// The first 62 rows are the cases.
struct Leukaemia {
    Points<Planar>   cases, controls;
    Polygons<Planar> window;
};
Leukaemia leukaemia() {
    Leukaemia  out;
    const auto all = points_of(humberside + "points.csv"), ring = points_of(humberside + "window_polygon.csv");
    for (std::size_t i = 0; i < all.size(); ++i) (i < 62 ? out.cases : out.controls).push_back(all.view()[i]);
    for (std::size_t i = 0; i <= ring.size(); ++i) out.window.push_point(ring.x[i % ring.size()], ring.y[i % ring.size()]);
    out.window.end_ring();
    out.window.end_part();
    out.window.end_row();
    return out;
}

}  // namespace

TEST_CASE("oracle kde_chicago116: rules for the bandwidth give spatstat's and sparr's, and densities without the point itself agree to 1e-10") {
    if (absent(chicago)) return;
    const auto   points = points_of(chicago + "points.csv"), corners = points_of(chicago + "window.csv");
    const Window window(Box<Planar>{corners.x[0], corners.y[0], corners.x[2], corners.y[2]});
    const auto   candidates = sigma_candidates(points.view(), window);
    CHECK(diggle_bandwidth(points.view(), window).sigma == doctest::Approx(41.7723636346625).epsilon(1e-6));
    CHECK(likelihood_bandwidth(points.view(), window, candidates).sigma == doctest::Approx(64.4034788979587).epsilon(1e-9));
    CHECK(cronie_van_lieshout_bandwidth(points.view(), window, candidates).sigma == doctest::Approx(234.267992123091).epsilon(1e-9));
    CHECK(silverman_sigma(points.view()) == doctest::Approx(119.681826953304).epsilon(1e-9));
    CHECK(oversmoothed_sigma(points.view(), 116) == doctest::Approx(129.80348189053).epsilon(1e-9));
    const auto expected = column(CsvFile(chicago + "chicago_at_points_gaussian_sd120_noedge.csv"), "loo");
    const auto got      = density_without_self(points.view(), {}, {.kernel = Kernel::gaussian, .bandwidth = {120, 120}});
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(std::abs(got[i] / expected[i] - 1) < 1e-10);
}

TEST_CASE("oracle relrisk_humberside: shares of cases agree to 1e-9, risks on the published cells to 3 % of the largest density and 0.1 of the log") {
    if (absent(humberside)) return;
    const Leukaemia data = leukaemia();
    const Window    window(data.window);
    const auto      shares = column(CsvFile(humberside + "relrisk_points_gaussian_sd40_loo_noedge.csv"), "p_case_loo_noedge");
    const auto      got    = case_share_without_self(data.cases.view(), data.controls.view(), {}, {.kernel = Kernel::gaussian, .bandwidth = {40, 40}});
    for (std::size_t i = 0; i < got.size(); ++i) CHECK(std::abs(got[i] / shares[i] - 1) < 1e-9);

    const CsvFile      file(humberside + "humberside_sparr_grid_h40.csv");
    const auto         x = column(file, "x"), y = column(file, "y");
    const Grid<Planar> grid{x[0] - (x[1] - x[0]) / 2, y.back() + (y[32] - y[0]) / 2, x[1] - x[0], y[32] - y[0], 32, 32};
    const CellGround   ground(grid, window);
    const Window       cells = ground.window();
    for (const bool adaptive : {false, true}) {
        RiskOptions options{.density = {.kernel = Kernel::gaussian, .bandwidth = {40, 40}, .edge = EdgeCorrection::uniform, .window = &cells, .cells = &ground}};
        const Points<Planar> cases = adaptive ? data.cases : ground.centred(data.cases.view()), controls = adaptive ? data.controls : ground.centred(data.controls.view());
        if (adaptive) options.pilot = Bandwidth{40, 40};
        const std::string set = adaptive ? "adapt" : "fixed";
        const auto f = column(file, "f_" + set), g = column(file, "g_" + set), risk = column(file, "logrr_" + set);
        const auto masses = risk_masses(cases.view(), controls.view(), {}, grid, options);
        const auto at     = relative_risk_at(cases.view(), controls.view(), {}, {x, y}, options, masses);
        double     top_f = 0, top_g = 0;
        for (std::size_t k = 0; k < f.size(); ++k) top_f = std::fmax(top_f, f[k]), top_g = std::fmax(top_g, g[k]);
        std::size_t compared = 0;
        for (std::size_t k = 0; k < f.size(); ++k) {
            if (std::isnan(f[k]) || at.status[k] == Status::missing) continue;
            CHECK(std::abs(at.case_density[k] - f[k]) < 0.03 * top_f);
            CHECK(std::abs(at.control_density[k] - g[k]) < 0.03 * top_g);
            if (f[k] > 0.05 * top_f && g[k] > 0.05 * top_g) CHECK(std::abs(at.log_risk[k] - risk[k]) < 0.1);
            compared += 1;
        }
        CHECK(compared > 450);
    }
}
