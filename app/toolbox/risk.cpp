#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "analysis/cell_ground.h"
#include "analysis/contours.h"
#include "analysis/relative_risk.h"
#include "app/commands.h"
#include "app/toolbox/report.h"
#include "app/toolbox/surface.h"
#include "data/write/geotiff.h"
#include "data/write/table_file.h"
#include "data/write/vector_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr std::size_t joint_candidates = 32;
constexpr int         mass_cells       = 256;  // a side, where no grid is given to sum the densities over

struct RiskCommand {
    std::string   cases, controls, output, weight, at, contours, points = "exact", reference = "control", levels = "0.05,0.01";
    bool          leave_one_out = false;
    double        least_controls = 0.001;
    std::uint32_t permutations = 0;
    SurfaceWords  surface{.bandwidth = "oversmoothed", .kernel = "gaussian", .edge = "uniform"};
};

struct Job {
    MetricPoints            cases, controls;
    std::vector<double>     weights;  ///< of the controls; empty: 1 each
    std::string             metric;
    double                  metres_per_unit = 1;
    Box<Planar>             around;
    std::unique_ptr<Window> window;
    std::unique_ptr<CellGround> cells;  ///< --points cell
    ChosenBandwidth         chosen;
    RiskOptions             options;
    std::size_t             n_cases = 0, n_controls = 0, outside = 0, missing = 0;
    Box<Planar>             inside, cases_in, controls_in;

    [[nodiscard]] std::string crs() const { return metric.empty() ? cases.file.crs : metric; }
};

void count(const Job& job, const MetricPoints& points, const std::vector<double>& weights, std::size_t& n, Box<Planar>& around, Job& to) {
    for (std::size_t i = 0; i < points.points.size(); ++i) {
        const Point<Planar> p = points.points.view()[i];
        if (!std::isfinite(p.x) || !std::isfinite(p.y) || (!weights.empty() && std::isnan(weights[i]))) to.missing += 1;
        else if (job.window != nullptr && !job.window->contains(p)) to.outside += 1;
        else if (weights.empty() || weights[i] > 0) {
            n += 1;
            around    = box_of({{&p.x, 1}, {&p.y, 1}}, around);
            to.inside = box_of({{&p.x, 1}, {&p.y, 1}}, to.inside);
        }
    }
}

/// Points inside the window, of both kinds: what rules for a common bandwidth look at.
Points<Planar> inside_of(const Points<Planar>& points, const Window* window) {
    Points<Planar> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point<Planar> p = points.view()[i];
        if (std::isfinite(p.x) && std::isfinite(p.y) && (window == nullptr || window->contains(p))) out.push_back(p);
    }
    return out;
}

ChosenBandwidth common_bandwidth(const RiskCommand& c, const Job& job, const Window* window, const Execution& exec) {
    const Points<Planar> cases = inside_of(job.cases.points, window), controls = inside_of(job.controls.points, window);
    Points<Planar>       pooled = cases;
    for (std::size_t i = 0; i < controls.size(); ++i) pooled.push_back(controls.view()[i]);
    if (c.surface.bandwidth != "joint") {
        const double n_star = std::sqrt(static_cast<double>(cases.size()) * static_cast<double>(controls.size()));
        return choose_bandwidth(c.surface, pooled.view(), n_star, window, job.metres_per_unit, c.cases, exec);
    }
    const auto            candidates = sigma_candidates(pooled.view(), *window, joint_candidates);
    const BandwidthSearch search     = joint_bandwidth(cases.view(), controls.view(), candidates, exec);
    return bandwidth_from("joint", search.sigma, *kernel_of(c.surface.kernel), search, c.cases);
}

Job prepare(const RiskCommand& c, const Execution& exec) {
    Job job;
    const std::vector<std::string> numbers = c.weight.empty() ? std::vector<std::string>{} : std::vector<std::string>{c.weight};
    job.cases    = read_metric_points(c.cases, {}, c.surface.input, job.metric, exec);
    job.controls = read_metric_points(c.controls, numbers, c.surface.input, job.metric, exec);
    if (!c.weight.empty()) job.weights = std::move(job.controls.file.numbers.front());
    check_weights(job.controls.file, job.weights, c.weight);
    if (!job.metric.empty()) job.metres_per_unit = metres_per_unit(job.metric);
    job.around            = box_of(job.controls.points.view(), box_of(job.cases.points.view()));
    const bool rule       = rule_needs_window(c.surface.bandwidth) || c.surface.bandwidth == "joint";
    job.window            = make_window(c.surface, job.around, (c.surface.edge != "none" || rule) && !job.around.is_empty(), job.metric, exec);
    if (job.window == nullptr && rule) throw InputError("holds no point, and neither do the controls; there is nothing to choose a bandwidth by", {c.cases});
    job.chosen            = common_bandwidth(c, job, job.window.get(), exec);
    if (c.surface.edge == "none" && c.surface.window.empty()) job.window.reset();
    DensityOptions& d = job.options.density;
    d.kernel    = *kernel_of(c.surface.kernel);
    d.bandwidth = job.chosen.h;
    d.window    = job.window.get();
    d.edge      = job.window == nullptr ? EdgeCorrection::none : edge_of(c.surface.edge);
    if (c.surface.adaptive) {
        const double pilot = c.surface.pilot.empty() ? 0 : parse_distance_m(c.surface.pilot, "--pilot") / job.metres_per_unit;
        job.options.pilot  = pilot > 0 ? Bandwidth{pilot, pilot} : job.chosen.h;
    }
    job.options.trim           = c.surface.trim;
    job.options.reference      = c.reference == "pooled" ? RiskReference::pooled : RiskReference::control;
    job.options.least_controls = c.least_controls;
    count(job, job.cases, {}, job.n_cases, job.cases_in, job);
    count(job, job.controls, job.weights, job.n_controls, job.controls_in, job);
    return job;
}

bool one_place(const Box<Planar>& box) { return box.x_min == box.x_max && box.y_min == box.y_max; }

std::string note_of(const Job& job) {
    if (job.n_cases == 0 && job.n_controls == 0) return "neither a case nor a control lies in the window: no risk can be told";
    if (job.n_cases == 0) return "no case lies in the window: no risk can be told";
    if (job.n_controls == 0) return "no control with a weight lies in the window: there is nothing to compare the cases with";
    if (job.n_cases == 1 || job.n_controls == 1) return "there is only one case, or one control: its place shows, not a risk";
    if (one_place(job.cases_in)) return "all cases lie at one place: it shows, not a risk";
    if (one_place(job.controls_in)) return "all controls lie at one place: there is no ground to compare on";
    return surface_note(job.n_cases + job.n_controls, job.inside, job.window.get(), job.chosen.h);
}

nlohmann::ordered_json figures_of(const RiskCommand& c, const Job& job) {
    nlohmann::ordered_json out{{"cases", job.n_cases}, {"controls", job.n_controls}};
    report_bandwidth(out, job.chosen, job.options.density.kernel, c.surface.edge);
    out["points"] = c.points;
    if (job.options.pilot) out["adaptive"] = {{"pilot", job.options.pilot->x}, {"trim", job.options.trim}};
    out["missing"] = job.missing;
    out["outside"] = job.outside;
    out["crs"]     = job.crs();
    const std::string note = note_of(job);
    out["status"] = std::string(to_string(job.n_cases == 0 || job.n_controls == 0 ? Status::missing : note.empty() ? Status::ok : Status::too_few));
    if (!note.empty()) out["note"] = note;
    return out;
}

Column reals(const PointFile& file, const std::string& name, std::vector<double> values) { return {file.has_column(name) ? name + "_1" : name, std::move(values), {}}; }

Column::Texts texts(const std::vector<Status>& status) {
    Column::Texts out;
    for (const Status s : status) out.emplace_back(to_string(s));
    return out;
}

Grid<Planar> grid_of(const RiskCommand& c, const Job& job) {
    return choose_grid(c.surface, job.window.get(), job.around, job.options.density.kernel, job.chosen.h, job.metres_per_unit, c.cases);
}

/// Points outside the window become missing.
void leave_out_outside(Points<Planar>& points, const Window& window) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!window.contains(points.view()[i])) points.x[i] = points.y[i] = std::nan("");
    }
}

/// --points cell: what stands in the window counts at the centres of the raster's cells, and the window becomes the cells.
void take_cells(const RiskCommand& c, Job& job, const Execution& exec) {
    if (job.window == nullptr) throw UsageError("--points cell takes the cells of a study area: give --window, or an --edge other than none");
    job.cells = std::make_unique<CellGround>(grid_of(c, job), *job.window);
    if (job.cells->is_empty()) throw UsageError("--points cell: no cell of the raster has its centre in the window; take smaller cells");
    for (Points<Planar>* points : {&job.cases.points, &job.controls.points}) {
        leave_out_outside(*points, *job.window);
        if (!job.options.pilot) *points = job.cells->centred(points->view());
    }
    job.window                 = std::make_unique<Window>(job.cells->window(exec));
    job.options.density.window = job.window.get();
    job.options.density.cells  = job.cells.get();
}

void run_at(const RiskCommand& c, const Job& job, const CommandContext& context) {
    const PointFile places = read_points(c.at, c.surface.input, {}, context.exec);
    Points<Planar>  moved  = places.points;
    if (!job.metric.empty()) transform_coordinates(moved.x, moved.y, places.crs, job.metric, context.exec);
    RiskCommand on_grid = c;
    if (c.surface.cell.empty() && c.surface.size.empty()) on_grid.surface.size = fmt::format("{},{}", mass_cells, mass_cells);
    const auto       cases = job.cases.points.view(), controls = job.controls.points.view();
    const RiskMasses masses = risk_masses(cases, controls, job.weights, grid_of(on_grid, job), job.options, context.exec);
    RiskAt           risk   = relative_risk_at(cases, controls, job.weights, moved.view(), job.options, masses, context.exec);
    std::vector<double> ratio;
    for (const double r : risk.log_risk) ratio.push_back(std::exp(r));
    std::vector<Column> added;
    added.push_back(reals(places, "case_density", std::move(risk.case_density)));
    added.push_back(reals(places, "control_density", std::move(risk.control_density)));
    added.push_back(reals(places, "relative_risk", std::move(ratio)));
    added.push_back(reals(places, "log_risk", std::move(risk.log_risk)));
    added.push_back(reals(places, "standard_error", std::move(risk.standard_error)));
    added.push_back(reals(places, "p", std::move(risk.p)));
    added.push_back(reals(places, "p_case", std::move(risk.p_case)));
    added.push_back(reals(places, "controls_here", std::move(risk.controls_here)));
    added.push_back({places.has_column("status") ? "status_1" : "status", texts(risk.status), {}});
    auto figures = figures_of(c, job);
    figures["places"]  = places.rows();
    figures["too_few"] = std::ranges::count(risk.status, Status::too_few);
    figures["sided"]   = 1;
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_points(target.path, places, std::move(added), context.exec);
    print_report(context, figures, target.to_stdout);
}

/// Cases first, then controls, each in the order of its file.
void run_without_self(const RiskCommand& c, const Job& job, const CommandContext& context) {
    auto share = case_share_without_self(job.cases.points.view(), job.controls.points.view(), job.weights, job.options.density, context.exec);
    Layer            layer{"risk", {}, Points<Planar>{}, job.crs()};
    auto&            points = std::get<Points<Planar>>(layer.geometry);
    Column::Texts    kind, status;
    Column::Integers row;
    std::size_t      isolated = 0;
    for (const auto* from : {&job.cases, &job.controls}) {
        for (std::size_t i = 0; i < from->points.size(); ++i) {
            points.push_back(from->points.view()[i]);
            kind.emplace_back(from == &job.cases ? "case" : "control");
            row.push_back(static_cast<std::int64_t>(i) + 1);
        }
    }
    for (std::size_t i = 0; i < share.size(); ++i) {
        const Point<Planar> p = points.view()[i];
        const bool there = std::isfinite(p.x) && std::isfinite(p.y) && (job.window == nullptr || job.window->contains(p));
        const Status s = !std::isnan(share[i]) ? Status::ok : there ? Status::isolate : Status::missing;
        isolated += s == Status::isolate ? 1U : 0U;
        status.emplace_back(to_string(s));
    }
    layer.table.columns = {{"kind", std::move(kind), {}}, {"row", std::move(row), {}}, {"p_case", std::move(share), {}}, {"status", std::move(status), {}}};
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_table_file(target.path, layer, context.exec);
    auto figures = figures_of(c, job);
    figures["isolated"] = isolated;
    print_report(context, figures, target.to_stdout);
}

std::vector<double> levels_of(const std::string& text) {
    for (std::size_t n = 1; n <= 16; ++n) {
        const auto levels = parse_numbers(text, n);
        if (levels && std::ranges::all_of(*levels, [](double v) { return v > 0 && v < 1; })) return *levels;
    }
    throw UsageError(fmt::format("--levels: expected numbers between 0 and 1 such as 0.05,0.01, got '{}'", text));
}

/// Polygons where p is at most a level, a row each; returns what was written.
nlohmann::ordered_json write_contours(const RiskCommand& c, const Job& job, const Raster<Planar>& p) {
    Layer               layer{"tolerance", {}, Polygons<Planar>{}, job.crs()};
    auto&               all = std::get<Polygons<Planar>>(layer.geometry);
    Column::Reals       level_column, area_column;
    nlohmann::ordered_json told = nlohmann::ordered_json::array();
    for (const double level : levels_of(c.levels)) {
        const Polygons<Planar> ground = ground_at_most(p, level);
        double                 total  = 0;
        for (std::size_t r = 0; r < ground.size(); ++r) {
            for (std::uint32_t part = ground.rows[r]; part < ground.rows[r + 1]; ++part) {
                for (std::uint32_t q = ground.parts[part]; q < ground.parts[part + 1]; ++q) {
                    for (std::size_t i = ground.rings[q]; i < ground.rings[q + 1]; ++i) all.push_point(ground.x[i], ground.y[i]);
                    all.end_ring();
                }
                all.end_part();
            }
            all.end_row();
            level_column.push_back(level);
            area_column.push_back(std::abs(polygon_area(ground.view(), r)));
            total += area_column.back();
        }
        told.push_back({{"level", level}, {"polygons", ground.size()}, {"area", total}});
    }
    layer.table.columns = {{"level", std::move(level_column), {}}, {"area", std::move(area_column), {}}};
    write_layer(layer, c.contours, vector_format_for(c.contours));
    return told;
}

void run_surface(const RiskCommand& c, const Job& job, const CommandContext& context) {
    if (c.output.empty() || c.output == "-") throw UsageError("give the raster to write with -o OUT.tif, or places with --at POINTS");
    const auto           cases = job.cases.points.view(), controls = job.controls.points.view();
    const RiskSurface    surface = relative_risk_surface(cases, controls, job.weights, grid_of(c, job), job.options, context.exec);
    Raster<Planar>       simulated;
    std::vector<RasterBand> bands{{"log_risk", &surface.log_risk}, {"p", &surface.p}};
    if (c.permutations > 0) {
        simulated = relative_risk_tolerance(cases, controls, job.weights, surface, job.options, c.permutations, Seed{context.common.seed.value}, context.exec);
        bands.push_back({"p_permutation", &simulated});
    }
    write_geotiff(c.output, bands, job.crs(), context.exec);
    auto       figures = figures_of(c, job);
    const auto number  = [](double v) { return std::isfinite(v) ? nlohmann::ordered_json(v) : nlohmann::ordered_json(); };
    const Raster<Planar>& p = c.permutations > 0 ? simulated : surface.p;
    double                least = std::nan("");
    for (const float v : p.values) {
        if (!std::isnan(v) && !(least <= static_cast<double>(v))) least = v;
    }
    figures["width"]        = surface.p.grid.width;
    figures["height"]       = surface.p.grid.height;
    figures["cells"]        = surface.cells;
    figures["too_few"]      = surface.too_few;
    figures["least_controls"] = c.least_controls;
    figures["case_mass"]    = surface.masses.cases;
    figures["control_mass"] = surface.masses.controls;
    figures["max_log_risk"] = number(surface.max_log_risk);
    figures["min_p"]        = number(least);
    figures["sided"]        = 1;
    figures["reference"]    = job.options.pilot ? "own" : c.reference;
    figures["permutations"] = c.permutations;
    if (c.permutations > 0) figures["null"] = job.weights.empty() ? "labels dealt anew over all points" : "cases drawn from the controls by weight";
    figures["bands"] = nlohmann::ordered_json::array();
    for (const RasterBand& band : bands) figures["bands"].push_back(band.name);
    if (!c.contours.empty()) figures["contours"] = write_contours(c, job, p);
    print_report(context, figures, false);
}

void run_risk(const RiskCommand& c, const CommandContext& context) {
    const bool table = !c.at.empty() || c.leave_one_out;
    if (!c.surface.pilot.empty() && !c.surface.adaptive) throw UsageError("--pilot goes with --adaptive");
    if (c.leave_one_out && (!c.at.empty() || c.surface.adaptive)) throw UsageError("--leave-one-out gives p_case at the data points themselves, with one bandwidth; leave out --at and --adaptive");
    if (c.points == "cell" && c.leave_one_out) throw UsageError("--leave-one-out takes points where they are; leave out --points cell");
    if (table && (!c.contours.empty() || c.permutations > 0)) throw UsageError("--contours and --permutations need the raster; leave out --at and --leave-one-out");
    if (!c.contours.empty()) {
        (void)vector_format_for(c.contours);
        (void)levels_of(c.levels);
    }
    if (c.surface.adaptive && c.surface.kernel != "gaussian" && c.permutations == 0 && !table) throw UsageError("an adaptive surface has an asymptotic p for the gaussian kernel only; add --permutations N or take --kernel gaussian");
    check_output(c.output, table ? OutputKind::table : OutputKind::raster);
    Job job = prepare(c, context.exec);
    if (c.points == "cell") take_cells(c, job, context.exec);
    if (c.leave_one_out) run_without_self(c, job, context);
    else if (table) run_at(c, job, context);
    else run_surface(c, job, context);
}

}  // namespace

void register_risk(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("risk", "Relative risk of cases over people at risk: log ratio of two densities, and its p");
    command->group("Toolbox");
    auto c = std::make_shared<RiskCommand>();
    command->add_option("CASES", c->cases, "Points of the cases: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("CONTROLS", c->controls, "Points of the controls, or of those at risk (households), likewise")->required();
    command->add_option("-o,--output", c->output, "Result: a GeoTIFF of the bands log_risk, p (one-sided, small where the risk is raised) and, with --permutations, p_permutation; with --at or --leave-one-out a table");
    command->add_option("--bandwidth", c->surface.bandwidth, "One for both densities: a distance, or a rule over the points of both: oversmoothed (default), joint (likelihood of who is a case), scott, silverman, diggle, ppl, cvl");
    add_surface_options(*command, c->surface);
    command->add_option("--points", c->points, "exact: points count where they are (default); cell: at the centre of their raster cell, and the window is the cells whose centre it holds, as spatstat and sparr do")->check(CLI::IsMember({"exact", "cell"}));
    command->add_option("--weight", c->weight, "Column of CONTROLS that weighs them, >= 0: people at risk (default: 1 each)");
    command->add_option("--reference", c->reference, "Density in the standard error of one bandwidth: control or pooled (default control)")->check(CLI::IsMember({"control", "pooled"}));
    command->add_option("--least-controls", c->least_controls, "Places with fewer controls than this under the kernel have no value (default 0.001)")->check(CLI::NonNegativeNumber);
    command->add_option("--permutations", c->permutations, "Also p by so many simulations under equal risk (default 0: none)")->check(CLI::Range(0U, 1'000'000U));
    command->add_option("--at", c->at, "Give densities, risk, p and p_case at these points instead of a raster");
    command->add_flag("--leave-one-out", c->leave_one_out, "Give p_case, the share of cases hereabouts, at the data points, each without itself: cases first, then controls");
    command->add_option("--contours", c->contours, "Also write the ground where p is at most a level, as polygons: *.gpkg, *.geojson, *.shp, *.fgb");
    command->add_option("--levels", c->levels, "Levels of the contours (default 0.05,0.01)");
    add_input_options(*command, c->surface.input, true, false);
    command->footer("Example: gapmap risk examples/data/cases.csv examples/data/households.csv --crs EPSG:4490 --weight people --bandwidth 1km --cell 100m -o risk.tif");
    sink(command, [c](const CommandContext& context) { run_risk(*c, context); });
}

}  // namespace gapmap
