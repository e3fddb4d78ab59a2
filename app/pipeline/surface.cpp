#include "app/pipeline/surface.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/capped_weights.h"
#include "analysis/density.h"
#include "geo/crs/transform.h"
#include "geo/shape/pieces.h"
#include "render/palette.h"
#include "render/png_indexed.h"

namespace gapmap {
namespace {

constexpr double least_side_m = 50;  // where the policy asks for no squares: a house with its yard

/// The losses as weights; capped: those of the period by residence, so that none is more than `largest_loss_share` of their sum.
std::vector<double> losses_of(const Scene& scene, const Policy& policy, LossWeights losses) {
    if (losses == LossWeights::as_they_are) return scene.cases.loss_yuan;
    std::vector<double> of_period = scene.cases.loss_yuan;
    for (std::size_t i = 0; i < of_period.size(); ++i) {
        const bool now = scene.cases.day[i] >= policy.period_start.days && scene.cases.day[i] <= policy.period_end.days;
        if (!now || !scene.cases.at_home[i]) of_period[i] = std::numeric_limits<double>::quiet_NaN();
    }
    return cap_weights(of_period, largest_loss_share).weights;
}

/// A density of told cases as a surface; NaN everywhere where nothing may be told, since there is no density of zero then either.
CaseSurface told_surface(std::string id, Text label, Text unit, const SquareMass& cases, std::span<const double> weights, const Grid<Planar>& grid, const DensityOptions& options, const Execution& exec) {
    DensitySurface density = density_surface(cases.point.view(), weights, grid, options, exec);
    CaseSurface    surface{std::move(id), std::move(label), std::move(unit), std::move(density.raster), density.integral, 0};
    for (float& value : surface.raster.values) {
        if (cases.count.empty()) value = std::numeric_limits<float>::quiet_NaN();
        if (!std::isnan(value)) surface.max = std::max(surface.max, static_cast<double>(value));
    }
    return surface;
}

}  // namespace

SquareMass told_cases(const Scene& scene, const Measures& measures, const Execution& exec, LossWeights losses) {
    const Policy&           policy   = measures.policy;
    const Withheld&         withheld = measures.levels[village].withheld;
    std::vector<CaseGround> grounds(measures.cases_hidden ? 0 : withheld.pool_counts.size());
    if (grounds.empty()) return {};
    for (std::size_t v = 0; v < withheld.pool.size(); ++v) {
        CaseGround& ground = grounds[withheld.pool[v]];
        ground.may_be_cut  = !withheld.hidden[v];
        copy_row(scene.units[village].metric.view(), v, ground.ground);
    }
    const std::vector<double> loss = losses_of(scene, policy, losses);
    for (std::size_t i = 0; i < scene.cases.size(); ++i) {
        const bool         now = scene.cases.day[i] >= policy.period_start.days && scene.cases.day[i] <= policy.period_end.days;
        const std::int32_t v   = scene.cases.place.unit[village][i];
        if (!now || !scene.cases.at_home[i] || v == nowhere) continue;
        CaseGround& ground = grounds[withheld.pool[static_cast<std::size_t>(v)]];
        ground.cases.push_back(scene.cases.place.point.view()[i]);
        ground.weights.push_back(loss[i]);
    }
    return spread_over_grounds(std::move(grounds), {.side = std::max(policy.surface_snap_m, least_side_m), .least = policy.withhold_below}, exec);
}

Grid<Planar> county_grid(const Scene& scene, double cell) {
    const auto& x = scene.units[town].metric.x;
    const auto& y = scene.units[town].metric.y;
    const auto [x_low, x_high] = std::ranges::minmax(x);
    const auto [y_low, y_high] = std::ranges::minmax(y);
    const double west = std::floor(x_low / cell) * cell, north = std::ceil(y_high / cell) * cell;
    return {west, north, cell, cell, static_cast<int>(std::ceil((x_high - west) / cell)), static_cast<int>(std::ceil((north - y_low) / cell))};
}

std::vector<CaseSurface> case_surfaces(const Scene& scene, const Measures& measures, const Execution& exec) {
    const Policy&      policy = measures.policy;
    const Window       window(scene.units[town].metric, exec);
    const SquareMass   cases = told_cases(scene, measures, exec, LossWeights::as_they_are), even = told_cases(scene, measures, exec, LossWeights::capped);
    const Grid<Planar> grid  = county_grid(scene, policy.cell_m);
    const Text         per_case{"起/平方公里", "cases per km²"}, per_loss{"元/平方公里", "yuan per km²"};
    const Text         count_label{"发案密度", "density of cases"}, loss_label{"损失密度", "density of losses"}, even_label{"损失密度（大案封顶）", "density of losses, largest cases capped"};
    std::vector<CaseSurface> out;
    for (const Kernel kernel : {Kernel::quartic, Kernel::gaussian}) {
        const double         h = kernel == Kernel::quartic ? policy.bandwidth_m : policy.bandwidth_m / std::sqrt(8.0);  // the same spread
        const DensityOptions options{.kernel = kernel, .bandwidth = {h, h}, .edge = EdgeCorrection::diggle, .window = &window, .scale = 1e6};
        const std::string    ending = "_" + std::string(to_string(kernel));
        out.push_back(told_surface("cases" + ending, count_label, per_case, cases, cases.count, grid, options, exec));
        out.push_back(told_surface("loss" + ending, loss_label, per_loss, cases, cases.weight, grid, options, exec));
        if (kernel == Kernel::quartic) out.push_back(told_surface("loss_robust" + ending, even_label, per_loss, even, even.weight, grid, options, exec));
    }
    return out;
}

double surface_top(const CaseSurface& surface, const Policy& policy) {
    const double fixed = surface.id.starts_with("cases_") ? policy.cases_top : surface.id.starts_with("loss_") ? policy.loss_top : 0;
    return fixed > 0 ? fixed : round_up_nice(surface.max);
}

SurfaceImage surface_image(const CaseSurface& surface, const Scene& scene, double top) {
    const Grid<Planar>& grid = surface.raster.grid;
    Points<Planar>      corners;
    for (const double x : {grid.x_min, grid.x_min + grid.width * grid.cell_x}) {
        for (const double y : {grid.y_max, grid.y_max - grid.height * grid.cell_y}) corners.push_back({x, y});
    }
    const Points<Lonlat> degrees = unproject(corners.view(), scene.metric_crs, "EPSG:4326");
    const auto [west, east]      = std::ranges::minmax(degrees.x);
    const auto [south, north]    = std::ranges::minmax(degrees.y);
    Points<Lonlat> ends{{west, east}, {south, north}};
    const auto     mercator = project(ends.view(), "EPSG:4326", "EPSG:3857");
    const auto     width    = static_cast<std::uint32_t>(std::clamp(grid.width, 1, 2048));
    const auto     height   = static_cast<std::uint32_t>(std::clamp<long>(std::lround(width * (mercator.y[1] - mercator.y[0]) / (mercator.x[1] - mercator.x[0])), 1, 2048));
    Points<Planar> pixels;
    for (std::uint32_t row = 0; row < height; ++row) {
        for (std::uint32_t column = 0; column < width; ++column) {
            pixels.push_back({mercator.x[0] + (column + 0.5) * (mercator.x[1] - mercator.x[0]) / width, mercator.y[1] - (row + 0.5) * (mercator.y[1] - mercator.y[0]) / height});
        }
    }
    Transform("EPSG:3857", scene.metric_crs).apply(pixels.x, pixels.y);
    const ClassScale          scale = surface_scale(top);
    std::vector<std::uint8_t> indices(pixels.size(), 0);
    for (std::size_t i = 0; i < pixels.size(); ++i) {
        const double column = std::floor((pixels.x[i] - grid.x_min) / grid.cell_x), row = std::floor((grid.y_max - pixels.y[i]) / grid.cell_y);
        if (!(column >= 0 && row >= 0 && column < grid.width && row < grid.height)) continue;
        const float value = surface.raster.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width) + static_cast<std::size_t>(column)];
        if (!std::isnan(value)) indices[i] = static_cast<std::uint8_t>(class_of(scale, value));
    }
    return {indexed_png(width, height, indices, scale.colours), {west, south, east, north}};
}

}  // namespace gapmap
