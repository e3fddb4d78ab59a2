// Relative risk: where cases are denser than the people at risk.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/risk_envelope.h"
#include "app/pipeline/findings/find.h"
#include "geo/index/polygon_locator.h"

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

/// The least p of each village's ground; 1 where nothing of it was looked at. The border of the test itself follows the homes of the cases, whole villages do not.
std::vector<double> least_p(const CaseGrounds& grounds, const Raster<Planar>& p, const PolygonLocator<Planar>& villages) {
    std::vector<double> out(grounds.people.size(), 1);
    const Grid<Planar>& grid = p.grid;
    for (std::size_t cell = 0; cell < p.values.size(); ++cell) {
        const auto    width = static_cast<std::size_t>(grid.width);
        const Located at    = villages.locate({grid.x_min + (static_cast<double>(cell % width) + 0.5) * grid.cell_x, grid.y_max - (static_cast<double>(cell / width) + 0.5) * grid.cell_y});
        if (at.found() && p.values[cell] < out[at.row]) out[at.row] = p.values[cell];
    }
    return out;
}

/// f / g of told cases and people, in the villages where the test finds the risk raised; NaN elsewhere.
CaseSurface ratio_surface(const Scene& scene, const Measures& measures, const Sample& sample, const std::vector<double>& p, const PolygonLocator<Planar>& villages, bool open, const Execution& exec) {
    const Policy&        policy = measures.policy;
    const Window         window(scene.units[town].metric, exec);
    const Grid<Planar>   grid = county_grid(scene, policy.cell_m);
    const DensityOptions options{.kernel = Kernel::quartic, .bandwidth = {policy.bandwidth_m, policy.bandwidth_m}, .edge = EdgeCorrection::uniform, .window = &window};
    const SquareMass     told = told_cases(scene, measures, exec);
    CaseSurface          out{"relative_risk", {"相对风险（发案与人口之比）", "relative risk (cases against people)"}, {"倍（全县为 1）", "times the county's"}, {grid, std::vector<float>(grid.cells(), std::numeric_limits<float>::quiet_NaN())}, 0, 0};
    if (!open || told.count.empty()) return out;
    const DensitySurface f = density_surface(told.point.view(), told.count, grid, options, exec), g = density_surface(scene.households.place.point.view(), sample.people, grid, options, exec);
    if (!(f.integral > 0) || !(g.integral > 0)) return out;
    for (std::size_t cell = 0; cell < grid.cells(); ++cell) {
        const auto    width = static_cast<std::size_t>(grid.width);
        const Located at    = villages.locate({grid.x_min + (static_cast<double>(cell % width) + 0.5) * grid.cell_x, grid.y_max - (static_cast<double>(cell / width) + 0.5) * grid.cell_y});
        if (!at.found() || !(p[at.row] <= scene.project.statistics.alpha) || !(g.raster.values[cell] > 0)) continue;
        out.raster.values[cell] = static_cast<float>(f.raster.values[cell] / f.integral / (g.raster.values[cell] / g.integral));
        out.max                 = std::max(out.max, static_cast<double>(out.raster.values[cell]));
    }
    return out;
}

void add_shapes(CountyFinding& out, const Scene& scene, const std::vector<double>& p) {
    const double alpha = scene.project.statistics.alpha;
    for (const double level : {alpha, alpha / 5}) {
        std::vector<std::uint32_t> raised;
        for (std::uint32_t v = 0; v < p.size(); ++v) {
            if (p[v] <= level) raised.push_back(v);
        }
        if (raised.empty()) continue;
        const std::string name  = fmt::format("p ≤ {:g}", level);
        const Text        names = names_of(scene, raised);
        out.shapes.push_back({.id = fmt::format("relative_risk_{}", out.shapes.size() + 1), .kind = "raised", .label = {name, name},
                              .sentence = {names.zh + "境内有相对风险偏高的地方（全图 " + name + "）", names.en + ": somewhere in them the relative risk is raised (" + name + " for the map as a whole)"},
                              .outline = ground_of(scene, raised), .level = level});
    }
}

}  // namespace

RiskMap find_relative_risk(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec) {
    const Statistics&         how = scene.project.statistics;
    const double              h   = measures.policy.bandwidth_m;
    const RiskEnvelopeOptions options{.bandwidth = {h, h}, .replications = static_cast<std::uint32_t>(how.replications), .seed = seed};
    const Sample              sample = sample_of(scene, measures, grounds);
    RiskEnvelope              envelope;
    const Raster<Planar>      raster = envelope_raster(scene, sample, options, envelope, exec);
    const PolygonLocator<Planar> villages(scene.units[village].metric.view(), exec);
    const std::vector<double>    p = least_p(grounds, raster, villages);
    CountyFinding out{.id = "relative_risk", .label = {"相对风险面", "Relative risk surface"},
                      .card = {"人多的地方案件自然多；这里看的是除去人口多少以后，案件仍然偏多的地方。圈出的是整村：村内有偏高的地方，但不指哪一户、哪一处，请整村安排走访。",
                               "The density of cases over that of people: more people have more cases, and this shows where there are more even so. Whole villages are outlined: somewhere in them the risk is raised, and no house is meant."},
                      .parameters = {}, .gate = gate.gate, .level = {}, .classes = {high_class("raised", {"相对风险偏高", "raised relative risk"})}, .units = {}, .shapes = {}, .table = {}, .tests = {}};
    if (envelope.status != Status::ok) out.gate = {false, {"没有案件或没有人口数，无从比较。", "There are no cases or no people to compare."}};
    if (out.gate.open) add_shapes(out, scene, p);
    if (envelope.status == Status::ok) {
        double least = 1;
        for (const double v : envelope.p) least = v < least ? v : least;
        out.tests.push_back({.id = out.id, .hypotheses = 1, .alpha = how.alpha, .p = least, .significant = least <= how.alpha ? 1 : 0, .adjusted = true});
    }
    out.parameters = {worded("kernel", {"核", "kernel"}, {"四次核", "quartic"}), parameter("bandwidth_m", {"半径（米）", "radius (m)"}, fmt::format("{:g}", h)), parameter("replications", {"模拟次数", "replications"}, fmt::format("{}", how.replications)),
                      worded("p", {"p 值", "p"}, {"单侧，以全图最大值为准", "one-sided, against the largest of the whole map"}), worded("told_by", {"公布单位", "told by"}, {"整村，不画检验的边界", "whole villages, not the border of the test"}), parameter("least_at_risk", {"半径内最少预期案件数", "least expected cases within the radius"}, fmt::format("{:g}", options.least_at_risk)),
                      parameter("alpha", {"显著水平", "level"}, fmt::format("{:g}", how.alpha))};
    return {std::move(out), ratio_surface(scene, measures, sample, p, villages, out.gate.open, exec)};
}

}  // namespace gapmap
