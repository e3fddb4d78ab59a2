#include "app/pipeline/topology.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

/// The ground of one day, fit for overlay.
struct Ground {
    const Scene&                              scene;
    std::array<Polygons<Planar>, level_count> valid;  ///< straight edges in degrees may cross once they are straight in metres
    const Execution&                          exec;
};

std::size_t order_of(const std::string& issue) {
    return static_cast<std::size_t>(std::ranges::find(ground_issue_codes, issue) - ground_issue_codes.begin());
}

/// Collects issues and puts them in words.
class Collector {
public:
    explicit Collector(const Ground& ground) : ground_(ground) {}

    /// The unit of `level` and `row`, in an issue of units of level `of`.
    [[nodiscard]] GroundIssue about(const char* issue, std::size_t of, std::size_t level, std::uint32_t row) const {
        GroundIssue out{.issue = issue, .level = of};
        if (row != Flaw::none) {
            out.code = ground_.scene.units[level].code[row];
            out.name = ground_.scene.units[level].name[row];
        }
        return out;
    }
    void set_other(GroundIssue& issue, std::size_t level, std::uint32_t row) const {
        issue.other_code = ground_.scene.units[level].code[row];
        issue.other_name = ground_.scene.units[level].name[row];
    }
    /// A flaw of units of level `of`, as an issue.
    void tell(GroundIssue issue, const Flaw& flaw) {
        issue.area_m2 = flaw.area_m2;
        issue.width_m = flaw.width_m;
        if (flaw.unit != Flaw::none) issue.share = flaw.share;
        issue.place = unproject(flaw.place.view(), ground_.scene.metric_crs, "EPSG:4490");
        tell(std::move(issue));
    }
    void tell(GroundIssue issue) {
        issue.message = ground_message(issue);
        if (issue.place.size() == 0) issue.place.end_row();
        issues_.push_back(std::move(issue));
    }
    std::vector<GroundIssue> take() {
        std::ranges::stable_sort(issues_, {}, [](const GroundIssue& i) { return std::pair(i.level, order_of(i.issue)); });
        return std::move(issues_);
    }

private:
    const Ground&            ground_;
    std::vector<GroundIssue> issues_;
};

bool is_sliver(const Flaw& flaw) { return flaw.width_m < ground_tolerances.sliver_width_m; }

void check_overlaps(const Ground& ground, std::size_t level, Collector& out) {
    for (const Flaw& flaw : find_overlaps(ground.valid[level].view(), ground_tolerances.pieces, ground.exec)) {
        const char* name  = flaw.kind == FlawKind::duplicate ? "duplicate" : is_sliver(flaw) ? "overlap_sliver" : "overlap";
        GroundIssue issue = out.about(name, level, level, flaw.unit);
        out.set_other(issue, level, flaw.other);
        out.tell(std::move(issue), flaw);
    }
}

void tell_gaps(const std::vector<Flaw>& flaws, std::size_t level, Collector& out) {
    for (const Flaw& flaw : flaws) out.tell(out.about(is_sliver(flaw) ? "gap_sliver" : "gap", level, town, flaw.unit), flaw);
}

/// Villages tile their town; grids only where they nearly do; buildings never. Towns have no parent: what they enclose. Returns the towns tiled by grids.
std::size_t check_gaps(const Ground& ground, Collector& out) {
    const auto towns = ground.valid[town].view();
    tell_gaps(find_holes(towns, ground_tolerances.pieces), town, out);
    if (ground.valid[village].size() > 0) tell_gaps(find_gaps(towns, ground.valid[village].view(), 0, ground_tolerances.pieces, ground.exec).flaws, village, out);
    if (ground.valid[grid].size() == 0) return 0;
    const ParentGaps gaps = find_gaps(towns, ground.valid[grid].view(), ground_tolerances.tiled_share, ground_tolerances.pieces, ground.exec);
    tell_gaps(gaps.flaws, grid, out);
    return static_cast<std::size_t>(std::ranges::count(gaps.tiled, true));
}

void check_parents(const Ground& ground, std::size_t level, std::size_t parent, Collector& out) {
    const Foreign foreign = level == building ? Foreign::pooled : Foreign::named;
    for (const Flaw& flaw : find_outside(ground.valid[level].view(), ground.valid[parent].view(), ground.scene.units[level].above[parent], foreign, ground_tolerances.pieces, ground.exec)) {
        const char* name  = level == building ? "building_outside_grid" : flaw.kind == FlawKind::across ? "across_town" : "outside_parent";
        GroundIssue issue = out.about(name, level, level, flaw.unit);
        out.set_other(issue, parent, flaw.other);
        out.tell(std::move(issue), flaw);
    }
}

void check_missing(const Ground& ground, std::size_t level, Collector& out) {
    const auto& shape = ground.scene.units[level].shape;
    for (std::uint32_t row = 0; row < shape.size(); ++row) {
        if (shape.rows[row] == shape.rows[row + 1]) out.tell(out.about("no_geometry", level, level, row));
    }
}

/// A square around a place.
Polygons<Lonlat> square_around(Point<Lonlat> where, const std::string& metric) {
    const double         half   = ground_tolerances.place_m / 2;
    const Points<Lonlat> one{{where.x}, {where.y}};
    const Points<Planar> at     = project(one.view(), "EPSG:4490", metric);
    Polygons<Planar>     square;
    for (const auto& [dx, dy] : {std::pair{-half, -half}, {half, -half}, {half, half}, {-half, half}, {-half, -half}}) square.push_point(at.x[0] + dx, at.y[0] + dy);
    square.end_ring();
    square.end_part();
    square.end_row();
    return unproject(square.view(), metric, "EPSG:4490");
}

/// A row of the ledger of units.
struct UnitRow {
    std::string   name{};
    std::int32_t  from = INT32_MIN, to = INT32_MAX;  ///< half-open
    std::string   reason{};                          ///< why the polygon was invalid
    Point<Lonlat> where{};
};
using UnitRows = std::map<std::pair<std::size_t, std::string>, std::vector<UnitRow>>;  ///< by level and code

/// The rows that began by the day, by unit, in order of their beginning.
UnitRows rows_by_unit(const Store& store, Day as_of) {
    const Table table = store.read("units", {"level", "code", "name", "valid_from", "valid_to", "invalid_reason", "invalid_lon", "invalid_lat"});
    const auto  day   = [&](const char* column, std::size_t row, std::int32_t open) {
        return table.at(column).is_valid(row) ? static_cast<std::int32_t>(table.at(column).number(row)) : open;
    };
    UnitRows rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        UnitRow one{table.at("name").text(row), day("valid_from", row, INT32_MIN), day("valid_to", row, INT32_MAX), table.at("invalid_reason").text(row),
                    {table.at("invalid_lon").number(row), table.at("invalid_lat").number(row)}};
        const auto level = static_cast<std::size_t>(std::ranges::find(level_names, table.at("level").text(row)) - level_names.begin());
        if (one.from <= as_of.days) rows[{level, table.at("code").text(row)}].push_back(std::move(one));
    }
    for (auto& [unit, list] : rows) std::ranges::stable_sort(list, {}, [](const UnitRow& one) { return std::pair(one.from, one.to); });
    return rows;
}

Polygons<Lonlat> shape_of(const Scene& scene, std::size_t level, const std::string& code) {
    const Units&     units = scene.units[level];
    const auto       found = std::ranges::lower_bound(units.code, code);
    Polygons<Lonlat> shape;
    if (found != units.code.end() && *found == code) copy_row(units.shape.view(), static_cast<std::size_t>(found - units.code.begin()), shape);
    return shape;
}

std::string day_text(std::int32_t day) { return to_string(Day{day}); }

/// What two intervals of one unit have against each other; nothing where one follows the other. `end`: the latest end so far.
std::optional<std::pair<const char*, Text>> against(std::int32_t end, const UnitRow& next) {
    if (next.from == INT32_MIN || next.from < end) {
        const std::int32_t  until = std::min(end, next.to);
        const std::string   from  = next.from == INT32_MIN ? "" : day_text(next.from), to = until == INT32_MAX ? "" : day_text(until);
        return {{"interval_overlap", {fmt::format("{} 至 {} 有两条记录同时有效", from.empty() ? "最初" : from, to.empty() ? "今后" : to),
                                      fmt::format("is valid twice, from {} to {}", from.empty() ? "the first" : from, to.empty() ? "no end" : to)}}};
    }
    if (next.from == end) return std::nullopt;
    return {{"interval_gap", {fmt::format("{} 至 {} 之间没有有效期", day_text(end), day_text(next.from)), fmt::format("is not valid from {} to {}", day_text(end), day_text(next.from))}}};
}

void check_rows(const Scene& scene, const Store& store, Collector& out) {
    for (const auto& [unit, rows] : rows_by_unit(store, scene.as_of)) {
        const auto&                 [level, code] = unit;
        const auto                  issue = [&, level = level, &code = code](const char* name, const UnitRow& row) { return GroundIssue{.issue = name, .level = level, .code = code, .name = row.name}; };
        std::optional<std::int32_t> end;
        for (const UnitRow& row : rows) {
            if (!row.reason.empty() && row.to > scene.as_of.days) {
                GroundIssue repaired = issue("repaired_geometry", row);
                repaired.detail      = {row.reason, row.reason};
                repaired.place       = square_around(row.where, scene.metric_crs);
                out.tell(std::move(repaired));
            }
            if (row.to <= row.from) {
                GroundIssue empty = issue("interval_empty", row);
                empty.detail      = {fmt::format("停用日期 {} 不晚于启用日期 {}", day_text(row.to), day_text(row.from)), fmt::format("ends on {}, not after it begins on {}", day_text(row.to), day_text(row.from))};
                out.tell(std::move(empty));
                continue;
            }
            if (const auto found = end ? against(*end, row) : std::nullopt) {
                GroundIssue twice = issue(found->first, row);
                twice.detail      = found->second;
                twice.place       = shape_of(scene, level, code);
                out.tell(std::move(twice));
            }
            end = std::max(end.value_or(INT32_MIN), row.to);
        }
    }
}

}  // namespace

Topology check_ground(const Scene& scene, const Store& store, const Execution& exec) {
    Ground ground{scene, {}, exec};
    for (std::size_t level = 0; level < level_count; ++level) ground.valid[level] = valid_rows(scene.units[level].metric.view());
    Collector out(ground);
    Topology  topology;
    for (std::size_t level = 0; level < level_count; ++level) {
        check_overlaps(ground, level, out);
        check_missing(ground, level, out);
        exec.report("topology", level + 1, level_count + 1);
    }
    topology.towns_tiled_by_grids = check_gaps(ground, out);
    check_parents(ground, village, town, out);
    check_parents(ground, grid, town, out);
    check_parents(ground, building, grid, out);
    check_rows(scene, store, out);
    exec.report("topology", level_count + 1, level_count + 1);
    topology.issues = out.take();
    return topology;
}

}  // namespace gapmap
