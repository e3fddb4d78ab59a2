// gapmap crosswalk: what became of the units of one day on another, and counts carried over.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "analysis/crosswalk.h"
#include "app/commands.h"
#include "app/pipeline/scene.h"
#include "app/project/day_option.h"
#include "app/toolbox/report.h"
#include "data/read/csv_file.h"
#include "data/write/table_file.h"
#include "geo/core/error.h"
#include "geo/crs/transform.h"
#include "geo/shape/overlay.h"

namespace gapmap {
namespace {

struct Options {
    std::string folder = ".", from, to, level = "village", by = "area", output, carry, code = "code", count;
};

/// The units of one level on two days, fit for overlay in one system.
struct TwoDays {
    Scene            from, to;
    Polygons<Planar> shape_from, shape_to;
    std::size_t      level = village;

    [[nodiscard]] const Units& before() const noexcept { return from.units[level]; }
    [[nodiscard]] const Units& after() const noexcept { return to.units[level]; }
    [[nodiscard]] UnitsOfDay   day_from() const noexcept { return {shape_from.view(), before().code, before().name}; }
    [[nodiscard]] UnitsOfDay   day_to() const noexcept { return {shape_to.view(), after().code, after().name}; }
};

void refuse_twice(const Scene& scene) {
    if (scene.valid_twice.empty()) return;
    throw InputError(fmt::format("unit {} is valid twice on {}; correct its dates in the ledger of units (gapmap topology lists all of them)", scene.valid_twice.front(), to_string(scene.as_of)));
}

TwoDays load_days(const Options& o, const Project& project, const Store& store, const Execution& exec) {
    TwoDays days{load_ground(project, store, day_of_option(o.from, "--from"), exec), load_ground(project, store, day_of_option(o.to, "--to"), exec), {}, {}, {}};
    days.level = static_cast<std::size_t>(std::ranges::find(level_names, o.level) - level_names.begin());
    refuse_twice(days.from);
    refuse_twice(days.to);
    // Both days are measured in the later day's system.
    days.shape_from = valid_rows(gapmap::project(days.before().shape.view(), "EPSG:4490", days.to.metric_crs).view());
    days.shape_to   = valid_rows(days.after().metric.view());
    return days;
}

/// Households with a point, and how many have none.
struct Homes {
    Points<Planar>      at;
    std::vector<double> mass;
    std::size_t         without_point = 0;
};

Homes load_homes(const Store& store, const std::string& by, const std::string& metric) {
    const Table    table = store.read("households", {"lon", "lat", "people"});
    Points<Lonlat> points;
    Homes          homes;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (!table.at("lon").is_valid(row) || !table.at("lat").is_valid(row)) {
            ++homes.without_point;
            continue;
        }
        points.push_back({table.at("lon").number(row), table.at("lat").number(row)});
        homes.mass.push_back(by == "households" ? 1 : table.at("people").is_valid(row) ? table.at("people").number(row) : 0);
    }
    homes.at = project(points.view(), "EPSG:4490", metric);
    return homes;
}

/// To 9 decimals: what rounding in degrees and metres leaves behind them is no information.
double rounded(double value) { return std::round(1e9 * value) / 1e9; }

/// A column of texts; empty is no value.
class TextColumn {
public:
    explicit TextColumn(const char* name) : column_{name, Column::Texts{}, {}} {}
    void add(const std::string& text) {
        std::get<Column::Texts>(column_.data).push_back(text);
        column_.valid.push_back(!text.empty());
    }
    Column take() { return std::move(column_); }

private:
    Column column_;
};

/// One row a link, then one row a unit that is new.
Layer link_table(const TwoDays& days, const Crosswalk& walk) {
    TextColumn from_code("from_code"), from_name("from_name"), to_code("to_code"), to_name("to_name"), change("change"), basis("basis"), from_officer("from_officer"), to_officer("to_officer");
    Column     weight{"weight", Column::Reals{}, {}}, area{"area_m2", Column::Integers{}, {}};
    const auto add = [&](std::uint32_t from, std::uint32_t to, UnitChange what, double w, double m2) {
        const bool has_from = from != CrosswalkLink::none, has_to = to != CrosswalkLink::none;
        from_code.add(has_from ? days.before().code[from] : "");
        from_name.add(has_from ? days.before().name[from] : "");
        to_code.add(has_to ? days.after().code[to] : "");
        to_name.add(has_to ? days.after().name[to] : "");
        change.add(std::string(to_string(what)));
        std::get<Column::Reals>(weight.data).push_back(has_from ? rounded(w) : 0);
        weight.valid.push_back(has_from);
        std::get<Column::Integers>(area.data).push_back(std::llround(m2));
        area.valid.push_back(has_from);
        basis.add(has_from ? std::string(to_string(walk.basis[from])) : "");
        from_officer.add(has_from ? days.before().officer[from] : "");
        to_officer.add(has_to ? days.after().officer[to] : "");
    };
    for (const CrosswalkLink& link : walk.links) add(link.from, link.to, walk.from_change[link.from], link.weight, link.area_m2);
    for (std::uint32_t to = 0; to < walk.to_change.size(); ++to) {
        if (walk.to_change[to] == UnitChange::created) add(CrosswalkLink::none, to, UnitChange::created, 0, 0);
    }
    Layer layer{"crosswalk", {}, std::monostate{}, ""};
    for (TextColumn* column : {&from_code, &from_name, &to_code, &to_name, &change}) layer.table.columns.push_back(column->take());
    layer.table.columns.push_back(std::move(weight));
    layer.table.columns.push_back(std::move(area));
    for (TextColumn* column : {&basis, &from_officer, &to_officer}) layer.table.columns.push_back(column->take());
    return layer;
}

/// The counts of a CSV file, one an earlier unit; NaN where the file has none.
std::vector<double> read_counts(const Options& o, const TwoDays& days, const Execution& exec) {
    const CsvFile                                csv(o.carry, exec);
    const std::size_t                            code_column = csv.column(o.code);
    const std::array<std::size_t, 1>             columns{csv.column(o.count)};
    const auto                                   codes = csv.texts(code_column, exec);
    const auto                                   values = csv.numbers(columns, exec);
    std::unordered_map<std::string, std::size_t> row_of;
    for (std::size_t i = 0; i < days.before().size(); ++i) row_of.emplace(days.before().code[i], i);
    std::vector<double> counts(days.before().size(), std::nan(""));
    for (std::size_t row = 0; row < codes.size(); ++row) {
        const auto found = row_of.find(codes[row]);
        if (found == row_of.end()) throw InputError(fmt::format("no {} has the code '{}' on {}", o.level, codes[row], o.from), {o.carry, {}, row + 2, o.code});
        if (!std::isnan(counts[found->second])) throw InputError(fmt::format("the unit {} stands in an earlier row, too; add its counts up first", codes[row]), {o.carry, {}, row + 2, o.code});
        counts[found->second] = values[0][row];
    }
    return counts;
}

/// The later units with the count that came to each, then what went nowhere.
Layer carried_table(const Options& o, const TwoDays& days, const Carried& carried) {
    TextColumn code("code"), name("name");
    Column     count{o.count, Column::Reals{}, {}};
    const auto add = [&](const std::string& unit, const std::string& called, double value) {
        code.add(unit);
        name.add(called);
        std::get<Column::Reals>(count.data).push_back(rounded(value));
        count.valid.push_back(!std::isnan(value));
    };
    for (std::size_t i = 0; i < days.after().size(); ++i) add(days.after().code[i], days.after().name[i], carried.to[i]);
    if (carried.nowhere != 0) add("", "", carried.nowhere);
    Layer layer{"carried", {}, std::monostate{}, ""};
    layer.table.columns = {code.take(), name.take(), std::move(count)};
    return layer;
}

bool is_one_to_one(UnitChange change) { return change == UnitChange::same || change == UnitChange::renamed; }

nlohmann::ordered_json figures_of(const Options& o, const TwoDays& days, const Crosswalk& walk, std::size_t without_point) {
    constexpr std::array all = {UnitChange::same, UnitChange::renamed, UnitChange::changed, UnitChange::split, UnitChange::merged, UnitChange::gone, UnitChange::created};
    nlohmann::ordered_json earlier, later;
    for (const UnitChange change : all) {
        earlier[to_string(change)] = std::ranges::count(walk.from_change, change);
        later[to_string(change)]   = std::ranges::count(walk.to_change, change);
    }
    std::size_t officers = 0;
    double      nowhere  = 0;
    for (const CrosswalkLink& link : walk.links) {
        if (link.to == CrosswalkLink::none) nowhere += link.weight;
        else if (is_one_to_one(walk.from_change[link.from]) && days.before().officer[link.from] != days.after().officer[link.to]) ++officers;
    }
    nlohmann::ordered_json body{{"level", o.level}, {"from", o.from}, {"to", o.to}, {"by", o.by}, {"units_from", days.before().size()}, {"units_to", days.after().size()},
                                {"change_of_earlier", earlier}, {"change_of_later", later}, {"officers_replaced", officers}, {"weight_nowhere", nowhere}};
    if (o.by != "area") body["households_without_point"] = without_point;
    return body;
}

void run_crosswalk(const Options& o, const CommandContext& context) {
    check_output(o.output, OutputKind::table);
    if (o.carry.empty() != o.count.empty()) throw UsageError("--carry FILE.csv and --count COLUMN go together: the file of the counts, and the column that holds them");
    const Project   project = read_project(o.folder);
    const Store     store   = Store::open_existing(project.store_path());
    const TwoDays   days    = load_days(o, project, store, context.exec);
    const Homes     homes   = o.by == "area" ? Homes{} : load_homes(store, o.by, days.to.metric_crs);
    const MassPoints points{homes.at.view(), homes.mass};
    const Crosswalk walk    = make_crosswalk(days.day_from(), days.day_to(), o.by == "area" ? nullptr : &points, {}, context.exec);
    auto            figures = figures_of(o, days, walk, homes.without_point);
    Layer           table   = link_table(days, walk);
    if (!o.carry.empty()) {
        const Carried carried      = carry(walk, read_counts(o, days, context.exec));
        table                      = carried_table(o, days, carried);
        figures["carried_nowhere"] = std::isnan(carried.nowhere) ? nlohmann::ordered_json() : nlohmann::ordered_json(carried.nowhere);
    }
    const TableTarget target = table_target(context, o.output);
    if (target.write) write_table_file(target.path, table, context.exec);
    print_report(context, figures, target.to_stdout);
}

}  // namespace

void register_crosswalk(CLI::App& parent, const CommandSink& sink) {
    CLI::App* command = parent.add_subcommand("crosswalk", "What became of the units of one day on another: same, renamed, changed, split, merged, gone, new");
    command->group("Project");
    const auto o = std::make_shared<Options>();
    command->add_option("-p,--project", o->folder, "Folder with county.toml (default: here)");
    command->add_option("--from", o->from, "The earlier day, YYYY-MM-DD")->required();
    command->add_option("--to", o->to, "The later day, YYYY-MM-DD")->required();
    command->add_option("--level", o->level, "town, village, grid or building (default village)")->check(CLI::IsMember({"town", "village", "grid", "building"}));
    command->add_option("--by", o->by, "What the weights are shares of: area, households or people of the register (default area)")->check(CLI::IsMember({"area", "households", "people"}));
    command->add_option("--carry", o->carry, "A CSV file with counts of the earlier day's units: write them carried to the later units instead");
    command->add_option("--code", o->code, "With --carry: its column of unit codes (default code)");
    command->add_option("--count", o->count, "With --carry: its column of counts");
    command->add_option("-o,--output", o->output, "Result: *.csv, *.gpkg (default: CSV to standard output)");
    command->footer("A count carried over keeps its sum; what lies where no later unit is, is told in a last row without code.\n\n"
                    "Example: gapmap crosswalk -p county --from 2021-01-01 --to 2022-09-04 --level village -o crosswalk.csv");
    sink(command, [o](const CommandContext& context) { run_crosswalk(*o, context); });
}

}  // namespace gapmap
