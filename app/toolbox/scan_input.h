#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analysis/scan.h"
#include "app/toolbox/inputs.h"
#include "app/toolbox/scan_time.h"
#include "geo/shape/layer.h"

namespace gapmap {

/// Where the columns of a scan stand.
struct ScanColumns {
    std::string              cases, base, controls, time, time_step, period;
    std::vector<std::string> strata;
    bool                     base_by_interval = false;  ///< a base is that of the interval its row falls in; else a population on a day, with straight lines between
    double                   max_time_share   = 0.5;
};

/// A table of cases and bases as places by intervals. Places are in the order of their ids as texts.
struct ScanTable {
    std::vector<Column>       ids;                 ///< one column: what names each place
    std::vector<double>       x, y;                ///< in the coordinates of the input
    std::vector<double>       kx, ky, kz;          ///< what the kernel measures in: planar (kz empty), or points of a sphere in metres
    std::string               crs, metric;         ///< metric: of kx, ky; empty where numbers are used as they are, or on the sphere
    std::vector<std::int64_t> cases;
    std::vector<double>       base;
    std::vector<double>       population;          ///< of each place over all time
    std::optional<TimeAxis>   axis;
    std::size_t               rows = 0, without_place = 0, outside_period = 0;
    std::int64_t              cases_without_place = 0;

    [[nodiscard]] std::size_t places() const noexcept { return x.size(); }
    [[nodiscard]] std::size_t intervals() const noexcept { return axis ? axis->intervals() : 1; }
    [[nodiscard]] bool        on_sphere() const noexcept { return !kz.empty(); }
    [[nodiscard]] ScanData    view() const { return {kx, ky, kz, intervals(), cases, base}; }
};

/// Radius of the sphere on which distances between longitudes and latitudes are measured, as SaTScan does.
constexpr double scan_sphere_m = 6'367'000;

/// Reads and checks. Throws InputError naming file, row and field.
[[nodiscard]] ScanTable read_scan_table(const std::string& path, const ScanColumns& columns, ScanModel model, const InputOptions& options, const Execution& exec);

}  // namespace gapmap
