#pragma once
#include "analysis/scan.h"

namespace gapmap {

struct ScanPowerOptions {
    std::int64_t  cases = 0;
    double        cluster_share = 0.05;  ///< of the expected cases that a cluster covers at least; REQUIRES in (0, 1)
    double        alpha = 0.05;
    double        power = 0.8;
    double        most  = 100;           ///< relative risks above this are not looked for
    double        max_share  = 0.5;
    double        max_radius = 0;
    std::int64_t  min_cases  = 2;
    std::uint32_t null_replications  = 999;
    std::uint32_t power_replications = 512;
    Seed          seed{};
};

struct ScanPower {
    Status           status = Status::ok;
    std::string_view reason;               ///< why no relative risk up to the largest is detected, or why there is no answer
    double           relative_risk = 0;    ///< smallest that is detected with the power asked for; NaN where none is
    double           critical_llr  = 0;    ///< what a window must reach for p <= alpha
    double           power_at_most = 0;    ///< power at the largest relative risk that was tried
    double           share         = 0;    ///< of the expected cases in the planted cluster
    std::vector<std::uint32_t> cluster;    ///< places of the planted cluster, nearest first
};

/// Smallest relative risk of a cluster that a purely spatial Poisson scan for high rates would find.
/// Meaning: the planted cluster is the median one among the smallest circles (one a centre) that hold at least `cluster_share` of the expected cases: by their share, then by place.
///   A case falls inside with probability r e / (r e + 1 - e). Detected means that the best window of the simulated data, wherever it lies, has p <= alpha against the same null.
///   Common random numbers over r, so that power rises smoothly; r by bisection to 1 %.
/// Domain: as `scan`; `data.cases` is not read. Error: binomial, a standard error of power of 0.018 at 0.8 with 512 replications. Cost: about 15 scans of power_replications.
/// Source: Kulldorff, Tango & Park 2003 (power of scan statistics by planted clusters).
[[nodiscard]] ScanPower scan_minimum_detectable(const ScanData& data, const ScanPowerOptions& options, const Execution& exec = {});

}  // namespace gapmap
