#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "analysis/denominator.h"
#include "analysis/integrity.h"
#include "analysis/proportion.h"
#include "analysis/visit_rules.h"
#include "app/pipeline/measure.h"

namespace gapmap {

/// Rows by how well they are placed, a number a class of Precision.
using PlacedCounts = std::array<std::int64_t, precision_count>;

/// What is counted of one unit beside its rates.
struct UnitCount {
    Cascade                     cascade;
    std::int64_t                at_least = 0;  ///< households visited by a row that says so
    std::int64_t                visited  = 0;  ///< with rows whose outcome is not written or not known
    std::int64_t                at_most  = 0;  ///< with each row that names no household and may belong here as one more
    std::optional<std::int64_t> more_to_90;    ///< households to visit until 90 % are; nothing without households
    PlacedCounts                placed{};      ///< households by how well they are placed
};

/// The county's coverage put right by asking again.
struct BackCheckResult {
    BackCheck             check;
    CorrectedProportion   visited;      ///< of the county's households
    std::vector<std::int64_t> asked, said_yes;  ///< by village
};

struct Counting {
    UnitCount                                       county;
    std::array<std::vector<UnitCount>, level_count> levels;
    IntegrityReport                                 integrity;
    BackCheckResult                                 back_check;
    std::optional<PlacedCounts>                     cases_placed;  ///< of the county's cases to date; nothing where a class holds too few to be told
    DenominatorLedger                               bases;      ///< of the whole county, and those of the ledger
    std::vector<Division>                           divisions;  ///< the county's app counts over each base they belong to
};

[[nodiscard]] Counting count_visits(const Scene& scene, const Measures& measures, Seed seed);

/// The key `counting` of summary.json: outcomes, repeats, cascades, bounds, flagged team-weeks, bases and divisions.
[[nodiscard]] nlohmann::ordered_json counting_json(const Scene& scene, const Counting& counting);

/// Flagged findings, the least p first: team-week and test.
struct FlaggedFinding {
    std::size_t   team_week = 0;
    IntegrityTest test{};
};
[[nodiscard]] std::vector<FlaggedFinding> flagged_findings(const IntegrityReport& report);

/// Stable name of a test in outputs: "crowd".
[[nodiscard]] const char* to_string(IntegrityTest test) noexcept;
/// The same in Chinese, for people; of a stable name that is none: the name itself.
[[nodiscard]] std::string integrity_label(IntegrityTest test);
[[nodiscard]] std::string integrity_label(const std::string& stable_name);

/// Monday of a week as FieldVisits counts them.
[[nodiscard]] Day monday_of(std::int32_t field_week) noexcept;

}  // namespace gapmap
