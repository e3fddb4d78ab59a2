// Relative risk: where cases are denser than the people at risk.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/contours.h"
#include "analysis/risk_envelope.h"
#include "app/pipeline/findings/find.h"
#include "geo/crs/transform.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

constexpr double steps_a_radius = 6;  ///< places of the test within a kernel's radius

/// Homes of the period's cases, and the people at risk around them.
struct Sample {
    Points<Planar>      cases;
    std::vector<double> people;
};
Sample sample_of(const Scene& scene, const Measures& measures, const CaseGrounds& grounds) {
    Sample out;
    for (std::size_t i = 0; i < grounds.day.size(); ++i) {
        if (grounds.day[i] >= measures.policy.period_start.days) out.cases.push_back(grounds.point.view()[i]);
    }
    for (const std::int64_t n : scene.households.people_at_risk) out.people.push_back(static_cast<double>(n));
    return out;
}

Raster<Planar> envelope_raster(const Scene& scene, const Sample& sample, const RiskEnvelopeOptions& options, RiskEnvelope& envelope, const Execution& exec) {
    const Grid<Planar> grid = county_grid(scene, options.bandwidth.x / steps_a_radius);
    Points<Planar>     places;
    for (int row = 0; row < grid.height; ++row) {
        for (int column = 0; column < grid.width; ++column) places.push_back({grid.x_min + (column + 0.5) * grid.cell_x, grid.y_max - (row + 0.5) * grid.cell_y});
    }
    envelope = risk_envelope(sample.cases.view(), scene.households.place.point.view(), sample.people, places.view(), options, exec);
    Raster<Planar> raster{grid, {}};
    for (const double p : envelope.p) raster.values.push_back(static_cast<float>(p));
    return raster;
}

/// f / g of told cases and people, where the test finds the risk raised; NaN elsewhere.
CaseSurface ratio_surface(const Scene& scene, const Measures& measures, const Sample& sample, const Raster<Planar>& p, bool open, const Execution& exec) {
    const Policy&        policy = measures.policy;
    const Window         window(scene.units[town].metric, exec);
    const Grid<Planar>   grid = county_grid(scene, policy.cell_m);
    const DensityOptions options{.kernel = Kernel::quartic, .bandwidth = {policy.bandwidth_m, policy.bandwidth_m}, .edge = EdgeCorrection::uniform, .window = &window};
    const SquareMass     told = told_cases(scene, measures, exec);
    CaseSurface          out{"relative_risk", {"相对风险（发案与人口之比）", "relative risk (cases against people)"}, {"倍（全县为 1）", "times the county's"}, {grid, std::vector<float>(grid.cells(), std::numeric_limits<float>::quiet_NaN())}, 0, 0};
    if (!open || told.count.empty()) return out;
    const DensitySurface f = density_surface(told.point.view(), told.count, grid, options, exec), g = density_surface(scene.households.place.point.view(), sample.people, grid, options, exec);
    if (!(f.integral > 0) || !(g.integral > 0)) return out;
    for (int row = 0; row < grid.height; ++row) {
        for (int column = 0; column < grid.width; ++column) {
            const double x = grid.x_min + (column + 0.5) * grid.cell_x, y = grid.y_max - (row + 0.5) * grid.cell_y;
            const auto   c = std::clamp(static_cast<int>((x - p.grid.x_min) / p.grid.cell_x), 0, p.grid.width - 1), r = std::clamp(static_cast<int>((p.grid.y_max - y) / p.grid.cell_y), 0, p.grid.height - 1);
            const auto   at = static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(column);
            const float  value = p.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(p.grid.width) + static_cast<std::size_t>(c)];
            if (!(value <= scene.project.statistics.alpha) || !(g.raster.values[at] > 0)) continue;
            out.raster.values[at] = static_cast<float>(f.raster.values[at] / f.integral / (g.raster.values[at] / g.integral));
            out.max               = std::max(out.max, static_cast<double>(out.raster.values[at]));
        }
    }
    return out;
}

void add_contours(CountyFinding& out, const Scene& scene, const Raster<Planar>& p) {
    const double alpha = scene.project.statistics.alpha;
    for (const double level : {alpha, alpha / 5}) {
        const Polygons<Planar> ground = ground_at_most(p, level);
        for (std::size_t r = 0; r < ground.size(); ++r) {
            Polygons<Planar> one;
            copy_row(ground.view(), r, one);
            const Points<Lonlat> degrees = unproject(PointsView<Planar>{one.x, one.y}, scene.metric_crs, "EPSG:4490");
            Polygons<Lonlat>     outline{degrees.x, degrees.y, one.rings, one.parts, one.rows};
            const std::string    name = fmt::format("p ≤ {:g}", level);
            out.shapes.push_back({.id = fmt::format("relative_risk_{}", out.shapes.size() + 1), .kind = "raised", .label = {name, name},
                                  .sentence = {"相对风险偏高，全图 " + name, "raised relative risk, " + name + " for the map as a whole"}, .outline = std::move(outline), .level = level});
        }
    }
}

}  // namespace

RiskMap find_relative_risk(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec) {
    const Statistics&         how = scene.project.statistics;
    const double              h   = measures.policy.bandwidth_m;
    const RiskEnvelopeOptions options{.bandwidth = {h, h}, .replications = static_cast<std::uint32_t>(how.replications), .seed = seed};
    const Sample              sample = sample_of(scene, measures, grounds);
    RiskEnvelope              envelope;
    const Raster<Planar>      p = envelope_raster(scene, sample, options, envelope, exec);
    CountyFinding out{.id = "relative_risk", .label = {"相对风险面", "Relative risk surface"},
                      .card = {"发案密度除以人口密度：人多的地方案件自然多，这张图看的是除去人口以后还多出来的地方。只在全图检验也认为偏高的地方着色，虚线是检验的边界。",
                               "The density of cases over that of people: more people have more cases, and this shows where there are more even so. Only ground that the test of the whole map finds raised is coloured; the dashed lines are its borders."},
                      .parameters = {}, .gate = gate.gate, .level = {}, .classes = {high_class("raised", {"相对风险偏高", "raised relative risk"})}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    if (envelope.status != Status::ok) out.gate = {false, {"没有案件或没有人口数，无从比较。", "There are no cases or no people to compare."}};
    if (out.gate.open) add_contours(out, scene, p);
    if (envelope.status == Status::ok) {
        double least = 1;
        for (const double v : envelope.p) least = v < least ? v : least;
        out.tests.push_back({.id = out.id, .hypotheses = 1, .alpha = how.alpha, .p = least, .significant = least <= how.alpha ? 1 : 0, .adjusted = true});
    }
    out.parameters = {worded("kernel", {"核", "kernel"}, {"四次核", "quartic"}), parameter("bandwidth_m", {"半径（米）", "radius (m)"}, fmt::format("{:g}", h)), parameter("replications", {"模拟次数", "replications"}, fmt::format("{}", how.replications)),
                      worded("p", {"p 值", "p"}, {"单侧，以全图最大值为准", "one-sided, against the largest of the whole map"}), parameter("least_at_risk", {"半径内最少预期案件数", "least expected cases within the radius"}, fmt::format("{:g}", options.least_at_risk)),
                      parameter("alpha", {"显著水平", "level"}, fmt::format("{:g}", how.alpha))};
    return {std::move(out), ratio_surface(scene, measures, sample, p, out.gate.open, exec)};
}

}  // namespace gapmap
