#pragma once
#include <string_view>

namespace gapmap {

/// What came of a visit. Words and their synonyms stand in data/reference/outcomes.json.
enum class Outcome { unknown, met, not_at_home, refused, locked, moved, inaccessible };
[[nodiscard]] Outcome outcome_of(std::string_view text);
/// True where the visit reached nobody.
[[nodiscard]] constexpr bool is_not_reached(Outcome outcome) noexcept { return outcome != Outcome::unknown && outcome != Outcome::met; }

/// What a case's place is. `unsaid`: no word for it is known.
enum class LocationRole { unsaid, home, workplace, bank, report_desk, unknown };
[[nodiscard]] LocationRole location_role_of(std::string_view text);

/// Whether the words of a unit mean the county as a whole: its six digits, its twelve, its name, 全县.
[[nodiscard]] bool is_whole_county(std::string_view text, std::string_view county_code, std::string_view county_name);

/// What a base is a number of. `other`: no word for it is known, and it stands for itself.
enum class BasePopulation { other, households, people, people_at_risk, target };
[[nodiscard]] BasePopulation base_population_of(std::string_view text);

/// Whether a base counts what exists or is a number somebody set. `unsaid`: no word for it is known.
enum class BaseWord { unsaid, members, target };
[[nodiscard]] BaseWord base_word_of(std::string_view text);

}  // namespace gapmap
