#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/denominator.h"

namespace gapmap {

// Flags are evidence for a person to look at. Nothing here removes a row or changes a count.

/// Visit rows as columns, all of one length. Positions are in metres of a projected system.
struct FieldRows {
    std::span<const std::int32_t>  team;       ///< REQUIRES >= -1; -1: not said, the row is not looked at
    std::span<const std::int32_t>  officer;    ///< -1: not said; such rows enter no speed, and crowd by team
    std::span<const std::int32_t>  week, day;  ///< whole numbers that order; a day lies in one week
    std::span<const std::int32_t>  minute;     ///< of the day, -1: no time
    std::span<const std::int32_t>  household;  ///< -1: none; such a row is a household of its own
    std::span<const double>        x, y;       ///< NaN where there is no place
    std::span<const std::uint8_t>  precise;    ///< 1: the place is a point; 0: a building's or a village's centre, which proves nothing
    std::span<const std::int32_t>  text;       ///< id of the remark, equal texts equal ids; -1: none
    std::span<const std::uint8_t>  reached;    ///< 1: somebody was met
    std::span<const std::uint64_t> number;     ///< REQUIRES distinct: orders rows of one minute
};

struct IntegrityOptions {
    double        speed_m_per_s    = 40;    ///< faster between two visits is impossible in these hills
    double        place_error_m    = 50;    ///< each place may be off by so much
    double        time_error_s     = 60;    ///< two times written to the minute may lie so much further apart
    std::int64_t  crowd_rows       = 5;     ///< so many rows of one officer in one minute are a crowd
    std::int64_t  most_at_once     = 12;    ///< households that one officer may honestly meet at once, in a yard
    double        place_grid_m     = 0.1;   ///< places nearer than this are the same
    std::int64_t  min_rows         = 10;    ///< a team-week (or a test of it) with fewer rows is not judged
    std::int64_t  min_other_rows   = 30;    ///< with fewer rows of other teams that week there is nothing to compare with
    double        icc              = 0.05;  ///< honest teams differ at least so much (intra-class correlation); more where the others do
    double        familywise_alpha = 0.005; ///< risk of flagging an honest team-week, over all tests together
};

/// What each test counts, and so what `observed` of `rows` means.
enum class IntegrityTest : std::uint8_t {
    speed = 0,     ///< pairs of consecutive visits that even the slowest reading of place and time makes impossible, of all pairs
    crowd,         ///< rows in crowded minutes, of rows with a time
    round_time,    ///< rows on the full or half hour, of rows with a time
    shared_place,  ///< rows at the very place of another household's row of the same team-week, of rows with a point
    same_text,     ///< rows with the team-week's commonest remark, of rows with a remark
    no_failures,   ///< rows that met nobody, of all rows: suspicious where there are too few
};
inline constexpr std::size_t integrity_test_count = 6;

/// One test of one team-week, with what a person needs to check it.
struct Finding {
    bool                       judged   = false;  ///< false: too few rows, of the team or of the others; then p is 1
    std::int64_t               rows     = 0, observed = 0;
    double                     base     = 0;      ///< share that was to be expected, the highest (for failures the lowest) that the others or habit justify
    double                     expected = 0;      ///< base * rows
    double                     p        = 1;      ///< one-sided
    bool                       flagged  = false;  ///< p <= familywise_alpha / 6
    std::vector<std::uint32_t> evidence{};        ///< the observed rows, in order of number (for no_failures: none)
};

struct TeamWeek {
    std::int32_t                              team = 0, week = 0;
    std::int64_t                              rows = 0;
    std::array<Finding, integrity_test_count> findings{};
    [[nodiscard]] bool                        flagged() const noexcept;
};

/// What is odd about a single row. A row's flag says nothing about its team.
struct RowFlags {
    std::uint32_t previous    = UINT32_MAX;  ///< the officer's visit before it that day, where both have time and point
    double        distance_m  = 0, seconds = 0;  ///< from there to here, as recorded
    double        slowest_m_per_s = 0;       ///< (distance - 2 place errors) / (seconds + time error), not below 0
    bool          too_fast    = false;       ///< slowest_m_per_s > speed_m_per_s
    std::int64_t  in_minute   = 0;           ///< rows of its officer in its minute, itself included
    bool          crowded     = false;       ///< in_minute >= crowd_rows
    bool          shared_place = false;
};

struct IntegrityReport {
    std::vector<RowFlags> rows;        ///< as given
    std::vector<TeamWeek> team_weeks;  ///< in order of week, then team
};

/// Looks for what made-up visits have in common. Each test of a team-week is a tail of a beta-binomial: its base is what the other
/// teams of that week do (the larger of pooled share and mean of the teams' shares, never under a floor a test), its spread how much
/// those teams differ among themselves. For round times and remarks, which are habits, the team's own other weeks are a base as well:
/// only a departure from both counts, so that a team that always writes the same is not accused of it (nor found by it). Crowded
/// minutes must besides be improbable for times spread as the others' are; a minute with more than `most_at_once` rows needs only the
/// latter. Bonferroni over the six tests.
/// What it cannot see: a county where all teams fake alike, and a faker who copies an honest week.
/// The result moves with the rows. Cost: O(n log n + team-weeks x teams x rows a team-week). Source: beta-binomial with the ANOVA
/// estimator of the intra-class correlation (Ridout, Demetrio & Firth 1999).
[[nodiscard]] IntegrityReport check_integrity(const FieldRows& rows, const IntegrityOptions& options = {});

/// "40 of 67 rows in crowded minutes; 1.3 were to be expected (p = 2e-08)".
[[nodiscard]] Words words_of(IntegrityTest test, const Finding& finding);

}  // namespace gapmap
