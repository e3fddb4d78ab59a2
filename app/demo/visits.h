#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/demo/people.h"
#include "geo/core/day.h"

namespace gapmap::demo {

[[nodiscard]] inline Day first_day() { return Day::of(2021, 11, 29); }  ///< a Monday; 40 weeks end on as_of, a Sunday
[[nodiscard]] inline Day as_of() { return Day::of(2022, 9, 4); }
inline constexpr std::size_t weeks = 40, teams = 14, faking_team = 10;  ///< teams count from 0: the faking one is 包抓组11

enum class Outcome : std::uint8_t { reached, met, not_home, refused, moved_away };
[[nodiscard]] constexpr bool counts_as_reached(Outcome outcome) noexcept { return outcome <= Outcome::met; }

struct Visit {
    std::uint32_t household = 0;
    std::int16_t  day       = 0;  ///< since first_day()
    std::uint16_t minute    = 0;  ///< of the day
    std::uint8_t  officer   = 0;  ///< 1 to 4 within the team
    std::uint8_t  remark    = 0;
    Outcome       outcome   = Outcome::reached;
    bool          has_household = true;  ///< false: the row gives only a unit and a place
    Point<Lonlat> place;                 ///< where the officer's phone was
};

/// Forty rows in one minute at one point.
struct Burst {
    Day           day;
    std::uint16_t minute = 0;
    std::size_t   rows   = 0;
    Point<Lonlat> place;
};

enum List : std::size_t { visited, informed, committed };
inline constexpr std::array<std::string_view, 3> list_names = {"visited", "informed", "committed"};

/// The three lists, each in the order of day, minute and household.
struct VisitLists {
    std::array<std::vector<Visit>, 3> list;
    std::vector<Burst>                bursts;
};

[[nodiscard]] VisitLists make_visits(const Ground& ground, const People& people, Seed seed, std::size_t k);

[[nodiscard]] std::string team_name(std::size_t team);
[[nodiscard]] std::string officer_code(std::size_t team, unsigned officer);

/// What the planted lists must come to under the policy of county.toml: a household's effective coverage is
/// 1 - product over the lists of (1 - q 2^(-age / half-life)), its latest row of each list counting.
struct Expected {
    std::size_t households = 0, visited = 0;
    double      at_risk = 0, coverage_sum = 0;
    [[nodiscard]] double coverage() const noexcept { return households == 0 ? 0 : coverage_sum / static_cast<double>(households); }
    [[nodiscard]] double missing_people() const noexcept { return at_risk * (1 - coverage()); }
};
struct ExpectedCoverage {
    std::vector<Expected> villages, grids;
};
[[nodiscard]] ExpectedCoverage expected_coverage(const Ground& ground, const People& people, const VisitLists& visits);

}  // namespace gapmap::demo
