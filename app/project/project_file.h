#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/ingest/import_source.h"
#include "geo/core/day.h"

namespace gapmap {

/// Numbers that are policy, not fact: they stand in county.toml and in every output.
struct Policy {
    double        half_life_days = 180;   ///< after so many days a visit counts half
    double        q_visited      = 0.6;   ///< effect of one visit, telling, signing on the day itself: a share in [0, 1]
    double        q_informed     = 0.8;
    double        q_committed    = 0.9;
    double        walk_m         = 800;   ///< a site within this distance (inclusive) reaches a household
    std::int64_t  min_people     = 50;    ///< people at risk; below: status too_few
    std::int64_t  min_households = 20;    ///< below: status too_few
    std::int64_t  withhold_below = 3;     ///< counts of cases below this are withheld
    Day           period_start{}, period_end{};    ///< cases of this period make the risk; both days included
    Day           compare_start{}, compare_end{};  ///< the same of last year
    double        bandwidth_m = 3000;     ///< radius of the quartic kernel; the Gaussian's sigma is this / sqrt(8)
    double        cell_m      = 100;      ///< cell of the case surface
    double        cases_top = 0, loss_top = 0;  ///< per km2: where the scale of a case surface ends, the same every week; 0: at the period's own largest, rounded up
    double        surface_snap_m = 1000;  ///< cases stand on a lattice of this step before a surface is made: no home can be solved for
};

/// Tiles for a portal ([tiles] of county.toml).
struct PortalTiles {
    std::vector<std::string> sets{};  ///< ids of matrix sets, such as "Tianditu_c"; a folder each
    std::string              url{};   ///< where out/tiles will be served; empty: links are relative
};

/// How the statistics of a run are done ([statistics] of county.toml): choices that stand beside every finding.
struct Statistics {
    std::int64_t permutations   = 9999;  ///< of local statistics, near repeats and ranks
    std::int64_t replications   = 999;   ///< of the scan statistics
    double       alpha          = 0.05;  ///< a finding is coloured below this, after adjustment for the number of tests
    double       scan_max_share = 0.25;  ///< share of the people at risk (or of the cases) that a window may hold
    double       largest_risk   = 10;    ///< gate: clusters are mapped only where a risk this many times the rest's, in a cluster of ordinary size, would be found
};

/// county.toml, read and checked.
struct Project {
    std::filesystem::path   folder;
    std::string             code, name;
    std::string             crs        = "EPSG:4490";
    std::string             metric_crs;
    std::string             lang       = "zh";
    bool                    demo       = false;
    Day                     as_of{};
    Policy                  policy;
    Statistics              statistics;
    PortalTiles             portal_tiles;
    std::vector<std::pair<std::string, std::string>> aliases;  ///< own names of units, each with a code or a name
    std::vector<SourceSpec> sources;  ///< in the order in which they must be read

    [[nodiscard]] std::filesystem::path store_path() const { return folder / "county.sqlite"; }
    [[nodiscard]] std::filesystem::path out() const { return folder / "out"; }
};

/// Reads DIR/county.toml. Throws InputError with file, key, and what was expected; an unknown key is refused, since a
/// misspelt policy would silently be another policy.
[[nodiscard]] Project read_project(const std::filesystem::path& folder);

}  // namespace gapmap
