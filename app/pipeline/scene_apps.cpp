#include "app/pipeline/scene_apps.h"

#include <algorithm>
#include <tuple>

namespace gapmap {
namespace {

using CountsByUnit = std::map<std::pair<std::string, std::string>, AppCount>;  ///< by app and code of the unit

/// The ledger's columns, row by row.
class AppRows {
public:
    explicit AppRows(const Store& store)
        : table_(store.read("apps", {"unit_code", "app", "date", "installed", "real_name", "target", "household_code", "is_installed", "is_real_name"})) {}

    [[nodiscard]] std::size_t        size() const { return table_.rows(); }
    [[nodiscard]] bool               has(const char* name, std::size_t row) const { return table_.at(name).is_valid(row); }
    [[nodiscard]] const std::string& text(const char* name, std::size_t row) const { return std::get<Column::Texts>(table_.at(name).data)[row]; }
    [[nodiscard]] std::int64_t       number(const char* name, std::size_t row) const { return std::get<Column::Integers>(table_.at(name).data)[row]; }
    [[nodiscard]] std::int32_t       day(std::size_t row) const { return static_cast<std::int32_t>(number("date", row)); }

    /// Registrations that the row stands for: its number, else 1 for a yes and 0 for a no; nothing where it says neither.
    [[nodiscard]] std::optional<std::int64_t> said(const char* count, const char* flag, std::size_t row) const {
        if (has(count, row)) return number(count, row);
        return has(flag, row) ? std::optional(number(flag, row)) : std::nullopt;
    }

private:
    Table table_;
};

CountsByUnit unit_counts(const AppRows& rows, const Locator& locator, Day as_of) {
    CountsByUnit newest;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows.has("household_code", row) || rows.day(row) > as_of.days) continue;
        const auto found = locator.find(rows.text("unit_code", row));
        if (!found) continue;
        AppCount& entry = newest[{rows.text("app", row), rows.text("unit_code", row)}];
        if (entry.unit != nowhere && rows.day(row) < entry.day) continue;
        entry = {found->first, found->second, rows.text("app", row), rows.day(row), rows.number("installed", row), rows.number("real_name", row), rows.number("target", row)};
    }
    return newest;
}

/// One app's registrations of one household on the newest day that says any.
struct Registrations {
    std::int32_t                day = INT32_MIN;
    std::optional<std::int64_t> installed, real_name;  ///< nothing: the rows do not say it
};
using CountsByHousehold = std::map<std::pair<std::string, std::uint32_t>, Registrations>;  ///< by app and household

void add(std::optional<std::int64_t>& sum, const std::optional<std::int64_t>& more) {
    if (more) sum = sum.value_or(0) + *more;
}

CountsByHousehold household_counts(const AppRows& rows, Day as_of, const std::unordered_map<std::string, std::uint32_t>& row_of) {
    CountsByHousehold out;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (!rows.has("household_code", row) || rows.day(row) > as_of.days) continue;
        const auto household = row_of.find(rows.text("household_code", row));
        if (household == row_of.end()) continue;
        Registrations& entry = out[{rows.text("app", row), household->second}];
        if (rows.day(row) < entry.day) continue;
        if (rows.day(row) > entry.day) entry = {rows.day(row), std::nullopt, std::nullopt};
        const auto real_name = rows.said("real_name", "is_real_name", row);
        auto       installed = rows.said("installed", "is_installed", row);
        if (real_name) installed = std::max(installed.value_or(0), *real_name);  // who is registered by name has the app
        add(entry.installed, installed);
        add(entry.real_name, real_name);
    }
    return out;
}

bool is_counted(const Scene& scene, const CountsByUnit& counts, const std::string& app, std::uint32_t household) {
    for (std::size_t level = 0; level < level_count; ++level) {
        const std::int32_t unit = scene.households.place.unit[level][household];
        if (unit != nowhere && counts.contains({app, scene.units[level].code[static_cast<std::size_t>(unit)]})) return true;
    }
    return false;
}

/// The village of a household, else its town; level_count where it has neither, and only the county's sum knows it.
std::pair<std::size_t, std::int32_t> unit_of(const Scene& scene, std::uint32_t household) {
    for (const std::size_t level : {std::size_t{village}, std::size_t{town}}) {
        if (const std::int32_t unit = scene.households.place.unit[level][household]; unit != nowhere) return {level, unit};
    }
    return {level_count, nowhere};
}

void claim(AppHouseholds& claims, std::uint32_t household, const Registrations& said) {
    claims.says_installed |= said.installed.has_value();
    claims.says_real_name |= said.real_name.has_value();
    if (said.installed.value_or(0) > 0) claims.installed[household] = true;
    if (said.real_name.value_or(0) > 0) claims.real_name[household] = true;
}

}  // namespace

void load_apps(Scene& scene, const Store& store, const Locator& locator, const std::unordered_map<std::string, std::uint32_t>& row_of) {
    const AppRows rows(store);
    const auto    units = unit_counts(rows, locator, scene.as_of);
    std::map<std::tuple<std::string, std::size_t, std::int32_t>, AppCount> summed;
    scene.app_households.installed.assign(scene.households.size(), false);
    scene.app_households.real_name.assign(scene.households.size(), false);
    for (const auto& [key, said] : household_counts(rows, scene.as_of, row_of)) {
        const auto& [app, household] = key;
        claim(scene.app_households, household, said);
        if (is_counted(scene, units, app, household)) continue;
        const auto [level, unit] = unit_of(scene, household);
        AppCount& sum = summed[{app, level, unit}];
        sum = {level, unit, app, std::max(sum.day, said.day), sum.installed + said.installed.value_or(0), sum.real_name + said.real_name.value_or(0), 0};
    }
    for (const auto& [key, entry] : units) scene.apps.push_back(entry);
    for (const auto& [key, entry] : summed) scene.apps.push_back(entry);
}

AppTotals app_totals(const Scene& scene) {
    AppTotals out;
    for (std::size_t level = 0; level < level_count; ++level) out.levels[level].resize(scene.units[level].size());
    for (const AppCount& count : scene.apps) {
        const auto add = [&](AppSum& sum) {
            sum.installed += static_cast<double>(count.installed);
            sum.real_name += static_cast<double>(count.real_name);
            sum.target += static_cast<double>(count.target);
            sum.day = std::max(sum.day, count.day);
        };
        add(out.county[count.app]);
        if (count.unit == nowhere) continue;
        add(out.levels[count.level][static_cast<std::size_t>(count.unit)][count.app]);
        const std::int32_t up = count.level == village ? scene.units[village].above[town][static_cast<std::size_t>(count.unit)] : nowhere;
        if (up != nowhere) add(out.levels[town][static_cast<std::size_t>(up)][count.app]);
    }
    return out;
}

}  // namespace gapmap
