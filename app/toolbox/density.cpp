#include "analysis/density.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

#include "analysis/adaptive.h"
#include "analysis/capped_weights.h"
#include "app/commands.h"
#include "app/toolbox/report.h"
#include "app/toolbox/surface.h"
#include "data/write/geotiff.h"
#include "geo/core/error.h"
#include "geo/core/status.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

struct DensityCommand {
    std::string  points, output, weight, per, at;
    bool         leave_one_out = false;
    double       robust        = 0;  ///< largest share of one point; 0: not asked
    SurfaceWords surface{.kernel = "quartic", .edge = "none"};
};

/// Everything the kernels need, in the metric system.
struct Job {
    MetricPoints                 in;
    std::vector<double>          weights;
    std::string                  metric;  ///< empty: coordinates as they are
    double                       metres_per_unit = 1;
    Box<Planar>                  around;
    std::unique_ptr<Window>      window;
    ChosenBandwidth              chosen;
    DensityOptions               options;
    std::optional<CappedWeights> capped;
    std::optional<Bandwidth>     pilot;
    AdaptiveFactors              factors;
    std::string                  unit;

    [[nodiscard]] PointsView<Planar> points() const noexcept { return in.points.view(); }
    [[nodiscard]] AdaptiveOptions    adaptive(double trim) const { return {options, *pilot, trim}; }
};

void choose_unit(const DensityCommand& c, Job& job) {
    const std::string per    = !c.per.empty() ? c.per : c.surface.input.as_is() ? "unit2" : "km2";
    const double      per_m2 = 1 / (job.metres_per_unit * job.metres_per_unit);
    job.options.scale = per == "unit2" ? 1 : per == "m2" ? per_m2 : 1e6 * per_m2;
    job.unit          = "per " + per;
}

/// Only points that count have a say in the cap.
void cap(const DensityCommand& c, Job& job) {
    std::vector<double> counting = job.weights;
    for (std::size_t i = 0; i < counting.size(); ++i) {
        const Point<Planar> p = job.points()[i];
        if (!std::isfinite(p.x) || !std::isfinite(p.y) || (job.window != nullptr && !job.window->contains(p))) counting[i] = 0;
    }
    job.capped = cap_weights(counting, c.robust);
    job.weights = job.capped->weights;
}

Job prepare(const DensityCommand& c, const Execution& exec) {
    Job job;
    const std::vector<std::string> numbers = c.weight.empty() ? std::vector<std::string>{} : std::vector<std::string>{c.weight};
    job.in = read_metric_points(c.points, numbers, c.surface.input, job.metric, exec);
    if (!c.weight.empty()) job.weights = std::move(job.in.file.numbers.front());
    check_weights(job.in.file, job.weights, c.weight);
    if (!job.metric.empty()) job.metres_per_unit = metres_per_unit(job.metric);
    job.around         = box_of(job.points());
    const bool needed  = c.surface.edge != "none" || rule_needs_window(c.surface.bandwidth);
    job.window         = make_window(c.surface, job.around, needed, job.metric, exec);
    job.options.kernel = *kernel_of(c.surface.kernel);
    job.chosen         = choose_bandwidth(c.surface, job.points(), static_cast<double>(job.in.points.size()), job.window.get(), job.metres_per_unit, c.points, exec);
    job.options.bandwidth = job.chosen.h;
    job.options.edge      = edge_of(c.surface.edge);
    // A window that only the choice of the bandwidth needed cuts nothing off.
    if (c.surface.edge == "none" && c.surface.window.empty()) job.window.reset();
    job.options.window = job.window.get();
    choose_unit(c, job);
    if (c.robust > 0) cap(c, job);
    if (c.surface.adaptive) {
        const double d = c.surface.pilot.empty() ? 0 : parse_distance_m(c.surface.pilot, "--pilot") / job.metres_per_unit;
        job.pilot   = d > 0 ? Bandwidth{d, d} : job.chosen.h;
        job.factors = adaptive_factors(job.points(), job.weights, job.adaptive(c.surface.trim), exec);
    }
    return job;
}

void report_adaptive(nlohmann::ordered_json& out, const DensityCommand& c, const Job& job, double weight) {
    double least = 0, most = 0;
    for (const double f : job.factors.factor) {
        if (std::isnan(f)) continue;
        least = least == 0 ? f : std::min(least, f);
        most  = std::max(most, f);
    }
    const double h = std::sqrt(job.chosen.h.x * job.chosen.h.y);
    // The pilot as a density, that is, by its share of all weight.
    out["adaptive"] = {{"pilot", job.pilot->x}, {"trim", c.surface.trim}, {"gamma", job.factors.geometric * std::sqrt(weight)}, {"narrowest", least * h}, {"widest", most * h}, {"trimmed", job.factors.trimmed}};
}

nlohmann::ordered_json figures_of(const DensityCommand& c, const Job& job) {
    std::size_t n = 0, missing = 0, outside = 0;
    double      weight = 0;
    Box<Planar> inside;
    for (std::size_t i = 0; i < job.in.points.size(); ++i) {
        const Point<Planar> p = job.points()[i];
        if (!std::isfinite(p.x) || !std::isfinite(p.y) || (!job.weights.empty() && std::isnan(job.weights[i]))) missing += 1;
        else if (job.window != nullptr && !job.window->contains(p)) outside += 1;
        else {
            n += 1;
            weight += job.weights.empty() ? 1 : job.weights[i];
            inside = box_of({{&p.x, 1}, {&p.y, 1}}, inside);
        }
    }
    nlohmann::ordered_json out{{"n", n}};
    report_bandwidth(out, job.chosen, job.options.kernel, c.surface.edge);
    out["unit"]    = job.unit;
    out["weight"]  = weight;
    out["missing"] = missing;
    out["outside"] = outside;
    out["crs"]     = job.metric.empty() ? job.in.file.crs : job.metric;
    if (job.pilot) report_adaptive(out, c, job, weight);
    if (job.capped) {
        const CappedWeights& k = *job.capped;
        out["robust"] = {{"share", c.robust}, {"cap", k.cap}, {"capped", k.capped}, {"taken", k.taken}, {"taken_share", k.total > 0 ? k.taken / k.total : 0.0},
                         {"largest_share_before", k.largest_share_before}, {"largest_share_after", k.largest_share_after}};
    }
    const std::string note = surface_note(n, inside, job.window.get(), job.chosen.h);
    out["status"] = std::string(to_string(n == 0 ? Status::missing : note.empty() ? Status::ok : Status::too_few));
    if (!note.empty()) out["note"] = note;
    return out;
}

double largest(const std::vector<double>& values) {
    double max = 0;
    for (const double v : values) {
        if (v > max) max = v;
    }
    return max;
}

void write_places(const Job& job, const PointFile& places, std::vector<double> density, std::vector<double> bandwidth, const DensityCommand& c, const CommandContext& context) {
    const auto name = [&](const char* wanted) { return places.has_column(wanted) ? std::string(wanted) + "_1" : std::string(wanted); };
    auto       figures = figures_of(c, job);
    figures["integral"] = nullptr;
    figures["max"]      = largest(density);
    figures["places"]   = places.rows();
    std::vector<Column> added;
    added.push_back({name("density"), std::move(density), {}});
    if (job.pilot) added.push_back({name("bandwidth"), std::move(bandwidth), {}});
    const TableTarget target = table_target(context, c.output);
    if (target.write) write_points(target.path, places, std::move(added), context.exec);
    print_report(context, figures, target.to_stdout);
}

void run_at(const DensityCommand& c, const Job& job, const CommandContext& context) {
    const PointFile places = read_points(c.at, c.surface.input, {}, context.exec);
    Points<Planar>  moved  = places.points;
    if (!job.metric.empty()) transform_coordinates(moved.x, moved.y, places.crs, job.metric, context.exec);
    if (!job.pilot) return write_places(job, places, density_at(job.points(), job.weights, moved.view(), job.options, context.exec), {}, c, context);
    const AdaptiveOptions options = job.adaptive(c.surface.trim);
    auto                  here    = adaptive_factors_at(job.points(), job.weights, moved.view(), job.factors, options, context.exec);
    for (double& f : here) f *= std::sqrt(job.chosen.h.x * job.chosen.h.y);
    write_places(job, places, adaptive_density_at(job.points(), job.weights, moved.view(), job.factors, options, context.exec), std::move(here), c, context);
}

void run_without_self(const DensityCommand& c, const Job& job, const CommandContext& context) {
    PointFile places = read_points(c.points, c.surface.input, {}, context.exec);
    write_places(job, places, density_without_self(job.points(), job.weights, job.options, context.exec), {}, c, context);
}

void run_surface(const DensityCommand& c, const Job& job, const CommandContext& context) {
    if (c.output.empty() || c.output == "-") throw UsageError("give the raster to write with -o OUT.tif, or places with --at POINTS");
    const Grid<Planar>   grid = choose_grid(c.surface, job.window.get(), job.around, job.options.kernel, job.chosen.h, job.metres_per_unit, c.points);
    const DensitySurface surface = job.pilot ? adaptive_density_surface(job.points(), job.weights, grid, job.factors, job.adaptive(c.surface.trim), context.exec)
                                             : density_surface(job.points(), job.weights, grid, job.options, context.exec);
    write_geotiff(c.output, surface.raster, job.metric.empty() ? job.in.file.crs : job.metric, context.exec);
    auto figures        = figures_of(c, job);
    figures["integral"] = surface.integral;
    figures["max"]      = surface.max;
    figures["width"]    = surface.raster.grid.width;
    figures["height"]   = surface.raster.grid.height;
    print_report(context, figures, false);
}

void run_density(const DensityCommand& c, const CommandContext& context) {
    if (!c.surface.size.empty() && !c.surface.cell.empty()) throw UsageError("--size and --cell both fix the grid; give one of them");
    if (!c.surface.pilot.empty() && !c.surface.adaptive) throw UsageError("--pilot goes with --adaptive");
    if (c.leave_one_out && (!c.at.empty() || c.surface.adaptive)) throw UsageError("--leave-one-out gives the density at POINTS themselves, with one bandwidth; leave out --at and --adaptive");
    if (c.robust > 0 && c.weight.empty()) throw UsageError("--robust caps weights; name their column with --weight");
    if (c.robust < 0 || c.robust > 1) throw UsageError("--robust: expected a share above 0, at most 1");
    const bool table = !c.at.empty() || c.leave_one_out;
    check_output(c.output, table ? OutputKind::table : OutputKind::raster);
    const Job job = prepare(c, context.exec);
    if (c.leave_one_out) run_without_self(c, job, context);
    else if (table) run_at(c, job, context);
    else run_surface(c, job, context);
}

}  // namespace

void register_density(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("density", "Exact kernel density of points, as a raster or at places");
    command->group("Toolbox");
    auto c = std::make_shared<DensityCommand>();
    command->add_option("POINTS", c->points, "Points: a CSV file, or anything GDAL opens (PATH or PATH:LAYER)")->required();
    command->add_option("-o,--output", c->output, "Result: a GeoTIFF (float32, no data is NaN), or with --at a table (*.csv, *.gpkg, *.geojson, *.shp)");
    command->add_option("--bandwidth", c->surface.bandwidth, "Sigma of the Gaussian, radius of support of the others: a distance (metres, or 500m, 2km), or a rule: scott, silverman, oversmoothed, diggle, ppl (likelihood), cvl (Cronie and van Lieshout)")->required();
    add_surface_options(*command, c->surface);
    command->add_option("--weight", c->weight, "Column that weighs the points, >= 0 (default: 1 each)");
    command->add_flag("--robust{0.05}", c->robust, "Cap the weights so that no point has more than 5 % of their sum; --robust=S for another share");
    command->add_option("--per", c->per, "Unit of area of the result: m2, km2 or unit2 (default km2; with --metric none unit2)")->check(CLI::IsMember({"m2", "km2", "unit2"}));
    command->add_option("--at", c->at, "Give the density at these points instead of a raster: their columns and density (with --adaptive also bandwidth)");
    command->add_flag("--leave-one-out", c->leave_one_out, "Give the density at POINTS themselves, each without itself");
    add_input_options(*command, c->surface.input, true, false);
    command->footer("Example: gapmap density examples/data/cases.csv --crs EPSG:4490 --bandwidth 2km --cell 100m -o cases.tif");
    sink(command, [c](const CommandContext& context) { run_density(*c, context); });
}

}  // namespace gapmap
