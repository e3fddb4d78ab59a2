#include "app/pipeline/scene.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "analysis/join.h"
#include "app/pipeline/places.h"
#include "app/pipeline/scene_apps.h"
#include "app/pipeline/scene_bases.h"
#include "app/pipeline/scene_visits.h"
#include "data/ingest/words.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

const Column::Texts&    texts(const Table& table, const char* name) { return std::get<Column::Texts>(table.at(name).data); }
const Column::Integers& integers(const Table& table, const char* name) { return std::get<Column::Integers>(table.at(name).data); }
const Column::Reals&    reals(const Table& table, const char* name) { return std::get<Column::Reals>(table.at(name).data); }

Points<Planar> metric_points(const Table& table, const std::string& crs) {
    Points<Lonlat> points;
    for (std::size_t row = 0; row < table.rows(); ++row) points.push_back({table.at("lon").number(row), table.at("lat").number(row)});
    return project(points.view(), "EPSG:4490", crs);
}

/// Keeps the rows of `table` for which `keep` holds.
template <class Keep>
Table filter(const Table& table, Keep keep) {
    Table out = table;
    for (Column& column : out.columns) {
        std::size_t to = 0;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (!keep(row)) continue;
            std::visit([&](auto& values) { values[to] = values[row]; }, column.data);
            column.valid[to++] = column.valid[row];
        }
        std::visit([&](auto& values) { values.resize(to); }, column.data);
        column.valid.resize(to);
    }
    return out;
}

/// A level's units on the day, each once: the first row of a unit that is valid twice.
Layer read_level(const Store& store, std::size_t level, Day as_of, std::vector<std::string>& valid_twice) {
    const Layer all    = store.read_units(level_names[level], to_string(as_of));
    const auto& codes  = texts(all.table, "code");
    const auto& shapes = std::get<Polygons<Lonlat>>(all.geometry);
    const auto  is_new = [&](std::size_t row) { return row == 0 || codes[row] != codes[row - 1]; };
    Layer       once{all.name, filter(all.table, is_new), Polygons<Lonlat>{}, all.crs};
    for (std::size_t row = 0; row < codes.size(); ++row) {
        if (is_new(row)) copy_row(shapes.view(), row, std::get<Polygons<Lonlat>>(once.geometry));
        else valid_twice.push_back(codes[row]);
    }
    return once;
}

Units units_of(const Layer& layer) {
    Units units;
    units.code         = texts(layer.table, "code");
    units.name         = texts(layer.table, "name");
    units.organisation = texts(layer.table, "organisation");
    units.officer      = texts(layer.table, "officer_code");
    units.shape        = std::get<Polygons<Lonlat>>(layer.geometry);
    return units;
}

/// Parents by code first; what the ledger does not say comes from the geometry (the unit's centroid).
void link_levels(Scene& scene, const std::array<Layer, level_count>& layers, const Execution& exec) {
    const Locator locator(scene.units);
    for (std::size_t level = village; level < level_count; ++level) {
        Units& units = scene.units[level];
        for (std::size_t above = 0; above < level; ++above) units.above[above].assign(units.size(), nowhere);
        for (const char* field : {"parent_code", "village_code"}) {
            const Column& codes = layers[level].table.at(field);
            for (std::size_t row = 0; row < units.size(); ++row) {
                const auto found = codes.is_valid(row) ? locator.find(std::get<Column::Texts>(codes.data)[row]) : std::nullopt;
                if (found && found->first < level) units.above[found->first][row] = found->second;
            }
        }
        Points<Planar> centres;
        for (std::size_t row = 0; row < units.size(); ++row) centres.push_back(polygon_centroid(units.metric.view(), row));
        for (std::size_t up = level; up-- > 0;) {  // nearest level first: it brings the levels above it along
            const PointJoin join = join_points(centres.view(), scene.units[up].metric.view(), exec);
            for (std::size_t row = 0; row < units.size(); ++row) {
                std::int32_t& unit = units.above[up][row];
                if (unit == nowhere && join.polygon[row] != Located::none) unit = static_cast<std::int32_t>(join.polygon[row]);
                for (std::size_t top = 0; top < up && unit != nowhere; ++top) {
                    if (units.above[top][row] == nowhere) units.above[top][row] = scene.units[up].above[top][static_cast<std::size_t>(unit)];
                }
            }
        }
    }
}

Households load_households(const Store& store, const Locator& locator, const std::string& crs, std::unordered_map<std::string, std::uint32_t>& row_of,
                           const Execution& exec) {
    const Table table = store.read("households", {"household_code", "village_code", "grid_code", "building_code", "people", "people_at_risk", "lon", "lat"});
    Households  out;
    out.people         = integers(table, "people");
    out.people_at_risk = integers(table, "people_at_risk");
    out.place = locator.place({&table.at("building_code"), &table.at("grid_code"), &table.at("village_code")}, metric_points(table, crs), exec);
    const auto& codes = texts(table, "household_code");
    row_of.reserve(codes.size());
    for (std::size_t row = 0; row < codes.size(); ++row) row_of.emplace(codes[row], static_cast<std::uint32_t>(row));
    return out;
}

Cases load_cases(const Store& store, Day as_of, const Locator& locator, const std::string& crs, const Execution& exec) {
    const Table all   = store.read("cases", {"date", "loss_yuan", "stopped_yuan", "frozen_yuan", "recovered_yuan", "location_role", "unit_code", "lon", "lat"});
    const auto& days  = integers(all, "date");
    const Table table = filter(all, [&](std::size_t row) { return days[row] <= as_of.days; });
    Cases       out;
    for (const std::int64_t day : integers(table, "date")) out.day.push_back(static_cast<std::int32_t>(day));
    out.loss_yuan      = reals(table, "loss_yuan");
    out.stopped_yuan   = reals(table, "stopped_yuan");
    out.frozen_yuan    = reals(table, "frozen_yuan");
    out.recovered_yuan = reals(table, "recovered_yuan");
    for (const std::string& role : texts(table, "location_role")) out.at_home.push_back(location_role_of(role) == LocationRole::home);
    out.place = locator.place({&table.at("unit_code")}, metric_points(table, crs), exec);
    return out;
}

Sites load_sites(const Store& store, const std::string& crs) {
    const Table table = store.read("sites", {"site_code", "name", "kind", "opened", "closed", "lon", "lat"});
    Sites       out{texts(table, "site_code"), texts(table, "name"), texts(table, "kind"), {}, {}, {}, metric_points(table, crs)};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        out.opened.push_back(static_cast<std::int32_t>(integers(table, "opened")[row]));
        out.closed.push_back(table.at("closed").is_valid(row) ? static_cast<std::int32_t>(integers(table, "closed")[row]) : INT32_MAX);
        out.lonlat.push_back({reals(table, "lon")[row], reals(table, "lat")[row]});
    }
    return out;
}

void load_population(Scene& scene, const Store& store, const Locator& locator) {
    const Table table = store.read("people_at_risk", {"unit_code", "population", "people_at_risk", "as_of"});
    scene.population.assign(scene.units[village].size(), -1);
    scene.people_at_risk.assign(scene.units[village].size(), -1);
    std::vector<std::int32_t> day(scene.units[village].size(), INT32_MIN);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const auto found = locator.find(texts(table, "unit_code")[row]);
        const auto date  = table.at("as_of").is_valid(row) ? static_cast<std::int32_t>(integers(table, "as_of")[row]) : 0;
        if (!found || found->first != village || date > scene.as_of.days) continue;
        const auto unit = static_cast<std::size_t>(found->second);
        if (date < day[unit]) continue;
        day[unit]                  = date;
        scene.population[unit]     = table.at("population").is_valid(row) ? integers(table, "population")[row] : -1;
        scene.people_at_risk[unit] = integers(table, "people_at_risk")[row];
        scene.population_day       = std::max(scene.population_day, date);
    }
}

/// By how much distances at `where`, eastward or northward, in `metric` differ from those in the zone that lies best: the worse share.
double distortion(const std::string& metric, Point<Lonlat> where) {
    const auto steps = [&](const std::string& crs) {
        std::vector<double> x{where.x, where.x + 0.01, where.x}, y{where.y, where.y, where.y + 0.01};
        Transform("EPSG:4490", crs).apply(x, y);
        const double unit = metres_per_unit(crs);
        return std::array{std::hypot(x[1] - x[0], y[1] - y[0]) * unit, std::hypot(x[2] - x[0], y[2] - y[0]) * unit};
    };
    const auto got = steps(metric), best = steps(metric_crs(where));
    const double east = std::abs(got[0] / best[0] - 1), north = std::abs(got[1] / best[1] - 1);
    return std::isnan(east) || east > north ? east : north;  // what cannot be projected at all is NaN, and the worst
}

/// A system of another part of the world would give wrong distances without a word.
void require_metric_of_county(const Project& project, Point<Lonlat> middle) {
    constexpr double most  = 0.005;  // a neighbouring zone is right within 0.2 %
    const double     share = distortion(project.metric_crs, middle);
    if (share <= most) return;
    throw InputError(fmt::format("{} does not measure this county: distances at longitude {:.2f} would be {}; use {}, or leave the key out", project.metric_crs, middle.x,
                                 std::isfinite(share) ? fmt::format("wrong by {:.1f} %", share * 100) : "undefined", metric_crs(middle)),
                     {.source = (project.folder / "county.toml").string(), .field = "county.metric_crs"});
}

std::string choose_metric_crs(const Project& project, const Units& towns, Day as_of) {
    if (towns.shape.x.empty()) {
        throw InputError(fmt::format("no town is valid on {}; import the ground first (ledger units, level town), or choose another day", to_string(as_of)));
    }
    const auto [low, high] = std::ranges::minmax(towns.shape.x);
    const Point<Lonlat> middle{(low + high) / 2, towns.shape.y.front()};
    if (project.metric_crs.empty()) return metric_crs(middle);
    require_metric_of_county(project, middle);
    return project.metric_crs;
}

/// A project file copied from another county would put that county's code on these towns.
void require_own_county(const Project& project, const Units& towns) {
    if (towns.code.empty() || std::ranges::any_of(towns.code, [&](const std::string& code) { return code.starts_with(project.code); })) return;
    throw InputError(fmt::format("no town's code begins with {} (the first is {}); is it this county's project file?", project.code, towns.code.front()),
                     {.source = (project.folder / "county.toml").string(), .field = "county.code"});
}

/// Rows of the store, but of the units those that are valid on the day.
std::vector<std::pair<std::string, std::int64_t>> counts_on_day(const Store& store, const std::array<Units, level_count>& units) {
    static const std::array<std::string, level_count> layers = {"towns", "villages", "grids", "buildings"};
    auto counts = store.counts();
    for (auto& [name, count] : counts) {
        const auto level = std::ranges::find(layers, name);
        if (level != layers.end()) count = std::ssize(units[static_cast<std::size_t>(level - layers.begin())].code);
    }
    return counts;
}

}  // namespace

Scene load_ground(const Project& project, const Store& store, Day as_of, const Execution& exec) {
    Scene scene;
    scene.project = project;
    scene.as_of   = as_of;
    std::array<Layer, level_count> layers;
    for (std::size_t level = 0; level < level_count; ++level) {
        layers[level]      = read_level(store, level, as_of, scene.valid_twice);
        scene.units[level] = units_of(layers[level]);
    }
    require_own_county(project, scene.units[town]);
    scene.metric_crs = choose_metric_crs(project, scene.units[town], as_of);
    for (Units& units : scene.units) units.metric = gapmap::project(units.shape.view(), "EPSG:4490", scene.metric_crs);
    link_levels(scene, layers, exec);
    return scene;
}

Scene load_scene(const Project& project, const Store& store, Day as_of, const Execution& exec) {
    Scene scene = load_ground(project, store, as_of, exec);
    if (!scene.valid_twice.empty()) {
        throw InputError("unit " + scene.valid_twice.front() + " is valid twice on " + to_string(as_of) + "; correct its dates in the ledger of units (gapmap topology lists all of them)");
    }
    const Locator locator(scene.units);
    exec.report("load", 1, 4);
    std::unordered_map<std::string, std::uint32_t> row_of;
    scene.households = load_households(store, locator, scene.metric_crs, row_of, exec);
    exec.report("load", 2, 4);
    load_visits(scene, store, locator, row_of);
    exec.report("load", 3, 4);
    scene.cases = load_cases(store, as_of, locator, scene.metric_crs, exec);
    scene.sites = load_sites(store, scene.metric_crs);
    load_apps(scene, store, locator, row_of);
    scene.bases = load_bases(scene, store, locator);
    load_population(scene, store, locator);
    scene.counts  = counts_on_day(store, scene.units);
    scene.batches = store.current_batches();
    exec.report("load", 4, 4);
    return scene;
}

}  // namespace gapmap
