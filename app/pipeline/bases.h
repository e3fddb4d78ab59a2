#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "analysis/denominator.h"
#include "app/pipeline/measure.h"

namespace gapmap {

/// The bases of the whole county by register (households, people, people aged 16 to 55; each app's targets summed), and every base
/// of the ledger. Throws InputError where the ledger gives a register's id to another number.
[[nodiscard]] DenominatorLedger bases_of(const Scene& scene, const Measures& measures);

/// The bases of each town, village, grid and building by register. Their ids are the county's with the unit's code: "households 610329100001".
[[nodiscard]] std::vector<Base> unit_bases(const Scene& scene, const Measures& measures);

/// Something counted, which may be too small to be told.
struct ListedTally {
    Tally tally;
    bool  withheld = false;  ///< its value must not be shown or divided
};

/// Registrations of each app, by real name where the ledger says it: over people, and (without a name) over the app's targets.
[[nodiscard]] std::vector<Tally> app_tallies(const Scene& scene);

/// All of them, the county's first: registrations of each app and unit; households visited, informed, committed of each unit; the cases
/// by residence of the county in the period.
[[nodiscard]] std::vector<ListedTally> tallies_of(const Scene& scene, const Measures& measures);

[[nodiscard]] nlohmann::ordered_json words_json(const Words& words);  ///< null where empty
[[nodiscard]] nlohmann::ordered_json base_json(const Base& base);

}  // namespace gapmap
