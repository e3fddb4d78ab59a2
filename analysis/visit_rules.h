#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gapmap {

// ---- What a visit came to -------------------------------------------------------------------------------------------------------

/// The outcome of one visit row. A list's words map to these in data/reference; a word that maps to none is `unknown`.
enum class VisitOutcome : std::uint8_t { met = 0, not_at_home, refused, locked, moved, inaccessible, unknown };
inline constexpr std::size_t visit_outcome_count = 7;

/// What an outcome says of the household, and so where it is counted. The enumerated denominator (the register) holds every
/// household whatever the outcome: nobody leaves it by not opening the door.
struct OutcomeMeaning {
    bool found;    ///< the dwelling was found and somebody may live there: in the denominator "found"
    bool contact;  ///< somebody of the household was spoken to: in the numerator "contacted"
    bool reached;  ///< the visit was made: in the numerator "visited"
};
/// met: found, contact, reached. refused: found, contact. not_at_home, locked: found (a locked door is a dwelling until the register
/// says otherwise). moved: not found, since the register is wrong there. inaccessible: not found, since nobody got there.
/// unknown: found, since a row stands for a visit to a place, but it reaches nobody: it is what lies between "at least" and "at most".
[[nodiscard]] OutcomeMeaning meaning_of(VisitOutcome outcome) noexcept;

/// How many of some visits (or of households, each by its best outcome) came to what, and the shares' tops and bottoms.
struct OutcomeCounts {
    std::array<std::int64_t, visit_outcome_count> of{};
    [[nodiscard]] std::int64_t all() const noexcept;
    [[nodiscard]] std::int64_t found() const noexcept;
    [[nodiscard]] std::int64_t contact() const noexcept;
    [[nodiscard]] std::int64_t reached() const noexcept;
    [[nodiscard]] std::int64_t reached_at_most() const noexcept;  ///< with every unknown taken as reached
};
[[nodiscard]] OutcomeCounts count_outcomes(std::span<const VisitOutcome> outcomes);

// ---- The same visit twice -------------------------------------------------------------------------------------------------------

/// Rows of the visit lists, as columns.
struct VisitRows {
    std::span<const std::int32_t>  household;  ///< or -1: the row names none, and can repeat no other
    std::span<const std::int32_t>  day;
    std::span<const std::int32_t>  minute;     ///< of the day, or -1: no time
    std::span<const std::int32_t>  team;       ///< or -1: a team of its own, "not said"
    std::span<const std::uint8_t>  list;       ///< visited, informed, committed: a signature does not repeat a visit
    std::span<const std::uint64_t> number;     ///< REQUIRES distinct: batch and row number, the order within a minute
};

inline constexpr std::uint32_t repeats_nothing = UINT32_MAX;

/// The published rule: rows of one list with the same household, day and team are one visit. The earliest counts (by time, a row
/// without time last; then by row number); each other gets the position of the row that it repeats. No row is dropped. The result
/// moves with the rows: it does not depend on their order. REQUIRES equal lengths. Cost: O(n log n).
[[nodiscard]] std::vector<std::uint32_t> mark_repeats(const VisitRows& rows);

// ---- How far each household has come --------------------------------------------------------------------------------------------

/// The cascade. A household is in exactly one state: the furthest that any row claims for it.
enum class Stage : std::uint8_t { enumerated = 0, found, visited, informed, committed, installed, real_name };
inline constexpr std::size_t stage_count = 7;

struct Cascade {
    /// Households whose furthest stage this is. They sum to the enumerated.
    std::array<std::int64_t, stage_count> state{};
    /// Households at this stage or beyond: a later stage implies the earlier ones (who signed was told, who was told was met), so
    /// that no stage exceeds the one before it.
    std::array<std::int64_t, stage_count> at_least{};
    /// Households for which a row says this very stage, as the ledgers stand. A later stage may exceed an earlier one here.
    std::array<std::int64_t, stage_count> raw{};
    /// Households counted at this stage by implication only: at_least - raw.
    std::array<std::int64_t, stage_count> implied{};
    bool operator==(const Cascade&) const = default;
};

/// One bit a stage, `1 << stage`; `enumerated` holds for every household and need not be set.
using StageBits = std::uint8_t;
[[nodiscard]] constexpr StageBits bit(Stage stage) noexcept { return static_cast<StageBits>(1U << static_cast<unsigned>(stage)); }

/// The state of one household.
[[nodiscard]] Stage furthest(StageBits claimed) noexcept;

/// The cascade of each of `units` units; `unit` gives each household's unit or -1 (left out). REQUIRES equal lengths, unit < units.
[[nodiscard]] std::vector<Cascade> cascade(std::span<const StageBits> claimed, std::span<const std::int32_t> unit, std::size_t units);

// ---- What is left to do ---------------------------------------------------------------------------------------------------------

/// A share as a fraction of whole numbers: 90 % is 9 / 10, or 90 / 100.
struct Fraction {
    std::int64_t top = 9, bottom = 10;  ///< REQUIRES 0 <= top, 1 <= bottom, both < 2^31
};

/// Least k >= 0 with (numerator + k) / denominator >= target, in whole numbers: exactly at the target, k = 0. Nothing where the
/// denominator is 0. Above a target of 1, k may be more than there are households left. REQUIRES counts >= 0 and < 2^31.
[[nodiscard]] std::optional<std::int64_t> more_to_reach(std::int64_t numerator, std::int64_t denominator, Fraction target = {});

}  // namespace gapmap
