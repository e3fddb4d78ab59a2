#pragma once
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/bandwidth.h"
#include "analysis/density.h"
#include "app/toolbox/inputs.h"

namespace gapmap {

/// What the commands that make surfaces are asked, as typed.
struct SurfaceWords {
    std::string  bandwidth{}, cell{}, kernel{}, edge{}, window{}, extent{}, size{}, pilot{};
    bool         adaptive = false;
    double       trim     = 5;
    InputOptions input{};
};

/// Adds the options but --bandwidth, whose rules differ. `kernel` and `edge` hold the defaults.
void add_surface_options(CLI::App& command, SurfaceWords& words);

/// Points in the system that distances are measured in.
struct MetricPoints {
    PointFile      file;  ///< its `points` have moved into:
    Points<Planar> points;
};
/// `metric`: where empty and not --metric none, it is chosen by these points.
[[nodiscard]] MetricPoints read_metric_points(const std::string& path, const std::vector<std::string>& numbers, const InputOptions& options, std::string& metric, const Execution& exec);

/// Throws InputError at the first negative weight.
void check_weights(const PointFile& file, std::span<const double> weights, const std::string& field);

[[nodiscard]] Box<Planar> box_of(PointsView<Planar> points, Box<Planar> box = {});

/// --window, else (where an edge correction or a rule for the bandwidth needs one) --extent, else `around`. Null where nothing is given or needed.
[[nodiscard]] std::unique_ptr<Window> make_window(const SurfaceWords& words, const Box<Planar>& around, bool needed, const std::string& metric, const Execution& exec);

/// The grid: --extent, else the window's box, else `around` and what kernels there reach; --size, else --cell.
[[nodiscard]] Grid<Planar> choose_grid(const SurfaceWords& words, const Window* window, const Box<Planar>& around, Kernel kernel, Bandwidth bandwidth, double metres_per_unit,
                                       const std::string& path);

/// A bandwidth and where it comes from.
struct ChosenBandwidth {
    Bandwidth                      h;
    std::string                    rule;    ///< empty: given as a distance
    std::optional<BandwidthSearch> search;
};
/// `scott`, `silverman`, `oversmoothed` (of `n_star` points), `diggle`, `ppl`, `cvl`, or a distance. `fallback`: the window of rules where no --window is given.
[[nodiscard]] ChosenBandwidth choose_bandwidth(const SurfaceWords& words, PointsView<Planar> points, double n_star, const Window* window, double metres_per_unit,
                                               const std::string& path, const Execution& exec);
[[nodiscard]] bool rule_needs_window(const std::string& bandwidth);

/// From the search's sigma to the kernel's bandwidth; InputError where there is none.
[[nodiscard]] ChosenBandwidth bandwidth_from(const std::string& rule, double sigma, Kernel kernel, std::optional<BandwidthSearch> search, const std::string& path);

/// `bandwidth`, `kernel`, `edge`, and of a search its range and whether its end decided.
void report_bandwidth(nlohmann::ordered_json& figures, const ChosenBandwidth& chosen, Kernel kernel, const std::string& edge);

[[nodiscard]] EdgeCorrection edge_of(const std::string& name) noexcept;

/// A sentence on what the points cannot tell; empty where nothing needs saying.
[[nodiscard]] std::string surface_note(std::size_t inside, const Box<Planar>& around, const Window* window, Bandwidth h);

}  // namespace gapmap
