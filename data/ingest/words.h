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

}  // namespace gapmap
