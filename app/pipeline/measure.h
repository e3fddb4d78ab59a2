#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analysis/gaps.h"
#include "analysis/withhold.h"
#include "app/pipeline/scene.h"
#include "app/tongue.h"
#include "geo/core/rate.h"

namespace gapmap {

/// A rate with the name it is shown under.
struct NamedRate {
    std::string id;
    Text        label, population, source;
    Rate        rate;
};

/// What is known of one unit on the as-of day.
struct UnitMeasure {
    std::int64_t             households = 0, people = 0, people_at_risk = 0;
    std::array<std::int64_t, deed_count> done{};      ///< distinct households visited, informed, committed
    double                   effective_sum = 0;       ///< over households
    std::int32_t             last_day      = HouseholdCoverage::never_reached;
    std::int64_t             reached       = 0;       ///< households within a walk of an open site
    double                   site_distance_m = 0;     ///< least distance of one of its households to an open site; infinity: none
    std::int64_t             sites = 0;               ///< open sites inside
    std::int64_t             cases = 0, cases_before = 0;  ///< by residence, this period and the same of last year
    bool                     cases_hidden = true;
    double                   risk = 0;                ///< smoothed cases per person at risk, from released counts
    std::vector<NamedRate>   rates;
    [[nodiscard]] double     effective() const noexcept { return households == 0 ? 0 : effective_sum / static_cast<double>(households); }
};

/// Measures of one level, in order of its units.
struct LevelMeasure {
    std::vector<UnitMeasure> units;
    Gaps                     gaps;
    WeeklyCoverage           weekly;
    double                   prior_mean = 0, prior_variance = 0;  ///< of the smoothing behind the risk
    Withheld                 withheld;                            ///< towns and villages: which counts are hidden, and the pools that the smoothing knows
};

struct CaseTotals {
    std::int64_t cases = 0, at_home = 0, unplaced = 0;
    double       loss_yuan = 0, stopped_yuan = 0, frozen_yuan = 0, recovered_yuan = 0;
    /// Whether they may be shown: one or two cases are as good as named, with what they lost.
    [[nodiscard]] bool may_be_shown(std::int64_t threshold) const noexcept {
        return (cases == 0 || cases >= threshold) && (at_home == 0 || at_home >= threshold);
    }
};

struct Measures {
    std::array<LevelMeasure, level_count> levels;
    UnitMeasure                           county;
    std::vector<std::int32_t>             week_ends;  ///< Sundays up to the as-of day (the last one may be the as-of day itself)
    CaseTotals                            now, before;
    bool                                  cases_hidden = false;  ///< the county's cases by residence are fewer than may be shown
    Policy                                policy;
};

/// Cases, risk and gaps alone, from the scene's cases; all else in `out` stays as it is.
void measure_cases(Measures& out, const Scene& scene);

/// Coverage, reach, cases and risk of every unit, and the ranked gaps.
[[nodiscard]] Measures measure(const Scene& scene, const Execution& exec);

}  // namespace gapmap
