#pragma once
#include "analysis/scan_power.h"
#include "app/pipeline/findings/finding.h"

namespace gapmap {

/// What the methods look at: cases by residence, placed on villages and days. True counts: nothing of it is published as it is.
/// Cases count on the days of the period and of the one it is compared with: of other days nobody said that the ledger is whole.
struct CaseGrounds {
    std::vector<double>       cases, people;  ///< per village, of the period
    std::vector<std::int32_t> village, day;   ///< per case of either period
    std::vector<bool>         precise;        ///< its home is known, not only its village
    Points<Planar>            point;          ///< its home; the village's middle where only that is known
    Points<Planar>            middle;         ///< of each village
    std::int64_t              total = 0;      ///< cases of the period
    bool                      may_be_told = false;  ///< whether the period's number of cases may be published
    bool                      both_may_be_told = false;  ///< and that of the period it is compared with
};
[[nodiscard]] CaseGrounds case_grounds(const Scene& scene, const Measures& measures);

/// The gate of all maps of clusters: what the spatial scan, the strongest of the methods for this, could have found.
struct ClusterGate {
    Gate      gate;
    ScanPower power;
};
[[nodiscard]] ClusterGate cluster_gate(const Scene& scene, const CaseGrounds& grounds, Seed seed, const Execution& exec);

/// Every method of the county run, in the order in which they are shown.
[[nodiscard]] Findings find(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec);

// One method each; a method that cannot be asked (no case, one village) says so by its gate.
enum class LocalMethod { moran, gi_star };
[[nodiscard]] CountyFinding find_local(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, LocalMethod method, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_scan(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_scan_time(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_near_repeats(const Scene& scene, const CaseGrounds& grounds, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_trends(const Scene& scene, const Measures& measures, const CaseGrounds& grounds);
[[nodiscard]] CountyFinding find_alarms(const Scene& scene, const Measures& measures, const CaseGrounds& grounds);
[[nodiscard]] CountyFinding find_change(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_bivariate(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec);
[[nodiscard]] CountyFinding find_ranks(const Scene& scene, const Measures& measures, Seed seed, const Execution& exec);

/// Relative risk: a finding whose shapes are the ground where the risk is raised, and the surface that is painted inside.
struct RiskMap {
    CountyFinding finding;
    CaseSurface   surface;
};
[[nodiscard]] RiskMap find_relative_risk(const Scene& scene, const Measures& measures, const CaseGrounds& grounds, const ClusterGate& gate, Seed seed, const Execution& exec);

// Words, shapes and classes that several of them use.
/// The ground of some villages as one shape. What is found is told by whole villages: a border of its own would follow homes.
[[nodiscard]] Polygons<Lonlat> ground_of(const Scene& scene, std::span<const std::uint32_t> villages);
/// Their names, or the first six and how many there are.
[[nodiscard]] Text names_of(const Scene& scene, std::span<const std::uint32_t> villages);
/// Of a town whose count is withheld: nothing more is told of its cases.
[[nodiscard]] UnitFinding withheld_unit();
/// "p ≤ 0.01", "p ≤ 0.05", "p > 0.05": no finer, since a p to many digits can be solved for counts.
[[nodiscard]] std::string p_band(double p);
[[nodiscard]] Parameter   parameter(std::string key, Text label, std::string value);
[[nodiscard]] Parameter   worded(std::string key, Text label, Text value);  ///< a value of words; summary.json has the English ones
/// Red with dots for high, blue with lines for low: apart for the colour-blind, and on paper by their marks.
[[nodiscard]] FindingClass high_class(std::string id, Text label);
[[nodiscard]] FindingClass low_class(std::string id, Text label);

}  // namespace gapmap
