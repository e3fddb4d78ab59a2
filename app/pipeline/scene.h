#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/coverage.h"
#include "analysis/denominator.h"
#include "analysis/integrity.h"
#include "analysis/visit_rules.h"
#include "app/project/project_file.h"
#include "app/tongue.h"
#include "data/store/store.h"
#include "geo/core/exec.h"

namespace gapmap {

enum Level : std::size_t { town = 0, village = 1, grid = 2, building = 3 };
inline constexpr std::size_t                            level_count = 4;
inline constexpr std::array<const char*, level_count>   level_names = {"town", "village", "grid", "building"};
inline const std::array<Text, level_count>              level_labels = {Text{"镇", "Town"}, Text{"村（社区）", "Village"}, Text{"网格", "Grid"}, Text{"楼栋", "Building"}};
inline constexpr std::int32_t                           nowhere = -1;

/// How well a row is placed: the finest thing that is known of it.
enum class Precision : std::uint8_t { point, building, grid, village, town, none };
inline constexpr std::size_t precision_count = 6;
[[nodiscard]] const char* to_string(Precision precision) noexcept;

/// The units of one level, in order of code.
struct Units {
    std::vector<std::string>                          code, name, organisation, officer;
    std::array<std::vector<std::int32_t>, level_count> above;  ///< row of the town, village or grid it lies in, or nowhere
    Polygons<Lonlat>                                  shape;
    Polygons<Planar>                                  metric;
    [[nodiscard]] std::size_t size() const noexcept { return code.size(); }
};

/// Where rows of a ledger are: a unit a level (or nowhere), and a point where there is one.
struct Places {
    std::array<std::vector<std::int32_t>, level_count> unit;
    Points<Planar>                                     point;
    std::vector<Precision>                             precision;
};

struct Households {
    Places                    place;
    std::vector<std::int64_t> people, people_at_risk;
    [[nodiscard]] std::size_t size() const noexcept { return people.size(); }
};

/// A row that reached somebody and names no household: the level and row of its unit, or level_count where it names none either.
struct Unplaced {
    std::size_t  level = level_count;
    std::int32_t unit  = nowhere;
};

/// Visits that reached a known household, each once by the rule of analysis/visit_rules.h, and what the other rows came to.
struct Visits {
    std::vector<std::uint32_t> household;
    std::vector<std::int32_t>  day;
    std::vector<Deed>          deed;
    std::uint64_t              rows = 0, not_reached = 0, without_household = 0, repeats = 0;
    OutcomeCounts              outcomes{};   ///< of all rows to date
    std::vector<bool>          found, met;   ///< per household: a row found the dwelling; a row of `visited` says that somebody was met
    std::vector<Unplaced>      unplaced;     ///< of the list `visited`
    [[nodiscard]] VisitsView   view() const noexcept { return {household, day, deed}; }
};

/// Households asked again to date, and rows that say nothing.
struct BackChecks {
    std::vector<std::uint32_t> household;
    std::vector<std::int32_t>  day;        ///< the as-of day where the row gives none
    std::vector<bool>          was_visited;
    std::uint64_t              unanswered = 0, unclear = 0;
    std::vector<std::int32_t>  first_visited;  ///< per household: first day of the list `visited`; INT32_MAX: never
};

/// Every row of the list `visited` to date, as the integrity tests look at it.
struct FieldVisits {
    std::vector<std::string>   team_name;  ///< by team
    std::vector<std::int32_t>  team, officer, week, day, minute, household, text;
    Points<Planar>             place;
    std::vector<std::uint8_t>  precise, reached;
    std::vector<std::uint64_t> number;
    [[nodiscard]] FieldRows    view() const noexcept { return {team, officer, week, day, minute, household, place.x, place.y, precise, text, reached, number}; }
};

struct Cases {
    Places                    place;
    std::vector<std::int32_t> day;
    std::vector<double>       loss_yuan, stopped_yuan, frozen_yuan, recovered_yuan;
    std::vector<bool>         at_home;  ///< the place is the victim's residence
    [[nodiscard]] std::size_t size() const noexcept { return day.size(); }
};

struct Sites {
    std::vector<std::string>  code, name, kind;
    std::vector<std::int32_t> opened, closed;  ///< closed: INT32_MAX where it still stands
    Points<Lonlat>            lonlat;
    Points<Planar>            point;
    [[nodiscard]] std::size_t size() const noexcept { return code.size(); }
};

/// One app's newest count of one unit on or before the as-of day, or the sum of its newest rows of the households there.
struct AppCount {
    std::size_t  level = village;
    std::int32_t unit  = nowhere;  ///< nowhere: of households that lie in no unit; the county's sum alone holds it
    std::string  app;
    std::int32_t day = 0;
    std::int64_t installed = 0, real_name = 0, target = 0;
};

/// What the ledger of apps says of households, whatever the app.
struct AppHouseholds {
    std::vector<bool> installed, real_name;  ///< per household: a row says so
    bool              says_installed = false, says_real_name = false;  ///< some row to date says it of a household, be it no
};

/// Everything a run looks at, in memory, on one day.
struct Scene {
    Project                        project;
    Day                            as_of;
    std::string                    metric_crs;
    std::array<Units, level_count> units;
    std::vector<std::string>       valid_twice;  ///< codes of units whose intervals overlap on the day
    Households                     households;
    Visits                         visits;
    FieldVisits                    field;
    BackChecks                     back_checks;
    Cases                          cases;
    Sites                          sites;
    std::vector<AppCount>          apps;
    AppHouseholds                  app_households;
    std::vector<Base>              bases;  ///< of the ledger of bases
    std::vector<std::int64_t>      population, people_at_risk;  ///< per village, from the ledger of people at risk; -1: not in it
    std::int32_t                   population_day = 0;
    std::vector<std::pair<std::string, std::int64_t>> counts;   ///< layer or ledger to rows
    std::vector<Batch>             batches;
};

/// Loads the ground alone as it stood on `as_of`: units of every level, in degrees and metres, and what they lie in. Of a unit that is valid twice on
/// that day the first row is taken, and its code is in `valid_twice`.
[[nodiscard]] Scene load_ground(const Project& project, const Store& store, Day as_of, const Execution& exec);

/// Loads the store as it stood on `as_of`: rows of later days are not seen. Refuses ground on which a unit is valid twice.
[[nodiscard]] Scene load_scene(const Project& project, const Store& store, Day as_of, const Execution& exec);

}  // namespace gapmap
