#include "app/toolbox/surface.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "data/read/vector_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

Box<Planar> parse_box(const std::string& text, const char* option) {
    const auto v = parse_numbers(text, 4);
    if (!v || !((*v)[0] < (*v)[2]) || !((*v)[1] < (*v)[3])) throw UsageError(fmt::format("{}: expected xmin,ymin,xmax,ymax, got '{}'", option, text));
    return {(*v)[0], (*v)[1], (*v)[2], (*v)[3]};
}

/// A CSV of x and y: the corners of one ring, in order.
Polygons<Planar> ring_of(const Points<Planar>& corners, const std::string& path) {
    if (corners.size() < 3) throw InputError("expected at least 3 corners of a window", {path});
    Polygons<Planar> out;
    for (std::size_t i = 0; i < corners.size(); ++i) out.push_point(corners.x[i], corners.y[i]);
    if (corners.x.front() != corners.x.back() || corners.y.front() != corners.y.back()) out.push_point(corners.x.front(), corners.y.front());
    out.end_ring();
    out.end_part();
    out.end_row();
    return out;
}

bool is_point_csv(const std::string& path, const Execution& exec) {
    if (!is_csv_name(path)) return false;
    const CsvFile file(path, exec);
    return !file.find("wkt") && !file.find("geom") && !file.find("geometry") && !file.find("the_geom");
}

}  // namespace

void add_surface_options(CLI::App& command, SurfaceWords& w) {
    command.add_option("--cell", w.cell, "Side of a raster cell: a distance");
    command.add_option("--kernel", w.kernel, fmt::format("gaussian, quartic, epanechnikov, triweight or uniform (default {})", w.kernel))
        ->check(CLI::IsMember({"gaussian", "quartic", "epanechnikov", "triweight", "uniform"}));
    command.add_option("--edge", w.edge, fmt::format("Edge correction: none, uniform or diggle (default {})", w.edge))->check(CLI::IsMember({"none", "uniform", "diggle"}));
    command.add_option("--window", w.window, "Study area: polygons, a CSV file of the corners x and y of one ring, or xmin,ymin,xmax,ymax. Points outside do not count, places outside have no value (default for --edge and for rules that choose the bandwidth: --extent, else the points' box)");
    command.add_option("--extent", w.extent, "Extent of the raster, xmin,ymin,xmax,ymax in the metric system (default: the window's, else the points' and what they reach)");
    command.add_option("--size", w.size, "Columns and rows of the raster, W,H (instead of --cell)");
    command.add_flag("--adaptive", w.adaptive, "A bandwidth for each point: wide where points are sparse, narrow where they crowd (Abramson)");
    command.add_option("--pilot", w.pilot, "Bandwidth of the density that --adaptive goes by: a distance (default: the bandwidth)");
    command.add_option("--trim", w.trim, "No adaptive bandwidth is more than this many times the bandwidth (default 5)")->check(CLI::PositiveNumber);
}

MetricPoints read_metric_points(const std::string& path, const std::vector<std::string>& numbers, const InputOptions& options, std::string& metric, const Execution& exec) {
    MetricPoints out{read_points(path, options, numbers, exec), {}};
    if (metric.empty()) metric = choose_metric(options, out.file.crs, out.file.points.view());
    out.points = std::move(out.file.points);
    transform_coordinates(out.points.x, out.points.y, out.file.crs, metric, exec);
    return out;
}

void check_weights(const PointFile& file, std::span<const double> weights, const std::string& field) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] < 0) throw InputError(fmt::format("expected a weight >= 0, got {}", weights[i]), {file.path, {}, i + (file.csv ? 2 : 1), field});
    }
}

Box<Planar> box_of(PointsView<Planar> points, Box<Planar> box) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double x = points.x[i], y = points.y[i];
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        if (box.is_empty()) box = {x, y, x, y};
        box = {std::min(box.x_min, x), std::min(box.y_min, y), std::max(box.x_max, x), std::max(box.y_max, y)};
    }
    return box;
}

std::unique_ptr<Window> make_window(const SurfaceWords& w, const Box<Planar>& around, bool needed, const std::string& metric, const Execution& exec) {
    if (parse_numbers(w.window, 4)) return std::make_unique<Window>(parse_box(w.window, "--window"));
    if (w.window.empty()) {
        if (!needed) return nullptr;
        return std::make_unique<Window>(w.extent.empty() ? around : parse_box(w.extent, "--extent"));
    }
    Polygons<Planar> polygons;
    std::string      crs;
    if (is_point_csv(w.window, exec)) {
        PointFile corners = read_points(w.window, w.input, {}, exec);
        crs               = corners.crs;
        polygons          = ring_of(corners.points, w.window);
    } else {
        PolygonFile file = read_polygons(w.window, w.input, exec);
        crs              = file.crs;
        polygons         = std::move(file.polygons);
    }
    if (!metric.empty()) transform_coordinates(polygons.x, polygons.y, crs, metric, exec);
    return std::make_unique<Window>(std::move(polygons), exec);
}

Grid<Planar> choose_grid(const SurfaceWords& w, const Window* window, const Box<Planar>& around, Kernel kernel, Bandwidth h, double metres_per_unit, const std::string& path) {
    if (!w.size.empty() && !w.cell.empty()) throw UsageError("--size and --cell both fix the grid; give one of them");
    Box<Planar> box = !w.extent.empty() ? parse_box(w.extent, "--extent") : window != nullptr ? window->box() : around;
    if (box.is_empty()) throw InputError("holds no point, so the grid has no extent; give --extent", {path});
    if (w.extent.empty() && window == nullptr) {
        const double reach = kernel == Kernel::gaussian ? 3 : 1;
        box = {box.x_min - reach * h.x, box.y_min - reach * h.y, box.x_max + reach * h.x, box.y_max + reach * h.y};
    }
    Grid<Planar> grid{.x_min = box.x_min, .y_max = box.y_max};
    const double width = box.x_max - box.x_min, height = box.y_max - box.y_min;
    double       columns = 0, rows = 0;
    if (!w.size.empty()) {
        const auto size = parse_numbers(w.size, 2);
        if (!size || !((*size)[0] >= 1) || !((*size)[1] >= 1)) throw UsageError(fmt::format("--size: expected W,H in cells, got '{}'", w.size));
        columns     = std::floor((*size)[0]);
        rows        = std::floor((*size)[1]);
        grid.cell_x = width / columns;
        grid.cell_y = height / rows;
    } else {
        if (w.cell.empty()) throw UsageError("give the cell with --cell D, or the number of cells with --size W,H");
        grid.cell_x = grid.cell_y = parse_distance_m(w.cell, "--cell") / metres_per_unit;
        columns = std::max(1.0, std::ceil(width / grid.cell_x - 1e-9));
        rows    = std::max(1.0, std::ceil(height / grid.cell_y - 1e-9));
    }
    if (!(grid.cell_x > 0) || !(grid.cell_y > 0)) throw InputError("its points have no extent along an axis; give --extent or --window", {path});
    if (columns * rows > 2e9) throw UsageError(fmt::format("a grid of {} x {} cells is too large; choose a larger cell", columns, rows));
    grid.width  = static_cast<int>(columns);
    grid.height = static_cast<int>(rows);
    return grid;
}

bool rule_needs_window(const std::string& bandwidth) { return bandwidth == "diggle" || bandwidth == "ppl" || bandwidth == "cvl"; }

ChosenBandwidth bandwidth_from(const std::string& rule, double sigma, Kernel kernel, std::optional<BandwidthSearch> search, const std::string& path) {
    if (!(sigma > 0)) throw InputError(fmt::format("--bandwidth {} needs points at 2 places or more, in a window that has an area; give --bandwidth a distance, or --window", rule), {path});
    return {bandwidth_of_sigma(kernel, {sigma, sigma}), rule, std::move(search)};
}

ChosenBandwidth choose_bandwidth(const SurfaceWords& w, PointsView<Planar> points, double n_star, const Window* window, double metres_per_unit, const std::string& path,
                                 const Execution& exec) {
    const Kernel       kernel = *kernel_of(w.kernel);
    const std::string& rule   = w.bandwidth;
    if (rule == "scott") {
        const Bandwidth sigma = scott_sigma(points);
        if (!(sigma.x > 0) || !(sigma.y > 0)) throw InputError("Scott's bandwidth needs points that spread along both axes; give --bandwidth a distance", {path});
        return {bandwidth_of_sigma(kernel, sigma), rule, std::nullopt};
    }
    if (rule == "silverman") return bandwidth_from(rule, silverman_sigma(points), kernel, std::nullopt, path);
    if (rule == "oversmoothed") return bandwidth_from(rule, n_star > 0 ? oversmoothed_sigma(points, n_star) : 0, kernel, std::nullopt, path);
    if (!rule_needs_window(rule)) {
        const double d = parse_distance_m(rule, "--bandwidth") / metres_per_unit;
        return {{d, d}, {}, std::nullopt};
    }
    BandwidthSearch search;
    if (rule == "diggle") {
        search = diggle_bandwidth(points, *window, exec);
    } else {
        const auto candidates = sigma_candidates(points, *window);
        search = rule == "ppl" ? likelihood_bandwidth(points, *window, candidates, exec) : cronie_van_lieshout_bandwidth(points, *window, candidates, exec);
    }
    return bandwidth_from(rule, search.sigma, kernel, search, path);
}

void report_bandwidth(nlohmann::ordered_json& out, const ChosenBandwidth& chosen, Kernel kernel, const std::string& edge) {
    if (chosen.h.x == chosen.h.y) out["bandwidth"] = chosen.h.x;
    else out["bandwidth"] = {chosen.h.x, chosen.h.y};
    if (!chosen.rule.empty()) out["bandwidth_rule"] = chosen.rule;
    if (chosen.search) {
        const auto& s = *chosen.search;
        out["sigma"]  = s.sigma;
        out["search"] = {{"from", s.candidates.front()}, {"to", s.candidates.back()}, {"candidates", s.candidates.size()}, {"at_end", s.at_end}};
    }
    out["kernel"] = std::string(to_string(kernel));
    out["edge"]   = edge;
}

EdgeCorrection edge_of(const std::string& name) noexcept {
    return name == "diggle" ? EdgeCorrection::diggle : name == "uniform" ? EdgeCorrection::uniform : EdgeCorrection::none;
}

std::string surface_note(std::size_t inside, const Box<Planar>& around, const Window* window, Bandwidth h) {
    if (inside == 0) return window == nullptr ? "there is no point: the density is 0 everywhere" : "no point lies in the window: the density is 0 everywhere in it";
    if (inside == 1) return "there is one point only: the surface shows the kernel, not a pattern";
    if (around.x_min == around.x_max && around.y_min == around.y_max) return "all points lie at one place: the surface shows the kernel, not a pattern";
    const Box<Planar>& ground = window == nullptr ? around : window->box();
    const double       across = std::hypot(ground.x_max - ground.x_min, ground.y_max - ground.y_min);
    if (std::max(h.x, h.y) > across) return fmt::format("the bandwidth is wider than the {} ({:.6g} across): the surface is nearly flat and shows no pattern", window == nullptr ? "points' box" : "window", across);
    return {};
}

}  // namespace gapmap
