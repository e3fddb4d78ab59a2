#pragma once
#include "app/pipeline/findings/finding.h"

namespace gapmap {

/// What the methods below look at: cases by residence, placed on villages and days. True counts: nothing of it is published as it is.
struct CaseGrounds {
    std::vector<double>       cases, people;      ///< per village, of the period
    std::vector<std::int32_t> village, day;       ///< per placed case by residence, of all days up to the as-of day
    Points<Planar>            point;              ///< where it was; the village's middle where only that is known
    Points<Planar>            middle;             ///< of each village
    double                    total = 0;          ///< cases of the period
};
[[nodiscard]] CaseGrounds case_grounds(const Scene& scene, const Measures& measures);

/// Every method of the county run, in the order in which they are shown.
[[nodiscard]] Findings find(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec);

// One method each; a method that cannot be asked (no case, one village) says so by its gate.
[[nodiscard]] CountyFinding find_local(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, bool gi_star, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_scan(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_scan_time(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_near_repeats(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_trends(const Scene& scene, const Measures& measures, const CaseGrounds& grounds);
[[nodiscard]] CountyFinding find_alarms(const Scene& scene, const Measures& measures, const CaseGrounds& grounds);
[[nodiscard]] CountyFinding find_change(const Scene& scene, const Measures& measures, Seed seed);
[[nodiscard]] CountyFinding find_bivariate(const Scene& scene, const Measures& measures, Seed seed);
[[nodiscard]] CountyFinding find_ranks(const Scene& scene, const Measures& measures, Seed seed);

}  // namespace gapmap
