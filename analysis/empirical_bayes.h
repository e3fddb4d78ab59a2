#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/weights.h"
#include "geo/core/status.h"

namespace gapmap {

/// A prior for rates by the method of moments, and the smoothed rates.
struct EmpiricalBayes {
    double              mean     = 0;  ///< prior mean: sum of cases / sum of base
    double              variance = 0;  ///< prior variance, never below 0
    std::vector<double> raw;           ///< cases / base, NaN where base is 0
    std::vector<double> smoothed;      ///< >= 0, NaN where base is 0
    std::vector<Status> status;        ///< ok; missing where base is 0 or an input is NaN
};

/// Global empirical-Bayes rates.
/// Meaning: theta_i = m + w_i (r_i - m), w_i = s2 / (s2 + m / P_i), s2 = max(0, sum P (r - m)^2 / sum P - m / mean(P)).
/// REQUIRES equal lengths, cases >= 0, base >= 0. Cost: O(n). Source: Marshall 1991 (Applied Statistics 40, 283-294).
[[nodiscard]] EmpiricalBayes empirical_bayes(std::span<const double> cases, std::span<const double> base);

/// Local empirical-Bayes rates: the prior of each row comes from its neighbourhood, itself included.
struct LocalEmpiricalBayes {
    std::vector<double> smoothed;  ///< >= 0, NaN where status is not ok
    std::vector<Status> status;    ///< ok; missing as above; isolate where a row has no neighbour with data
};

/// Meaning: as empirical_bayes(), with m and the mean base taken over N(i), the row and its neighbours (the weights' values do
/// not enter), and s2_i = max(0, sum_N(i) P_j (r_j - m_j)^2 / sum_N(i) P_j - m_i / mean_N(i)(P)): each rate departs from the
/// mean of its own neighbourhood, as in spdep's EBlocal, with which it agrees to rounding.
/// REQUIRES equal lengths. Cost: O(links). Source: Marshall 1991, local version; Bailey & Gatrell 1995.
[[nodiscard]] LocalEmpiricalBayes local_empirical_bayes(std::span<const double> cases, std::span<const double> base, const SpatialWeights& weights);

}  // namespace gapmap
