#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "geo/core/status.h"

namespace gapmap {

/// A one-sided upper Poisson CUSUM: S_t = max(0, S_{t-1} + x_t - k), an alarm where S_t >= h. k and h lie on the lattice of 1 / steps.
struct CusumPlan {
    double       mu0 = 0, mu1 = 0;   ///< mean a step in control, and the mean to be found
    std::int64_t k_steps = 0, h_steps = 0, steps = 1;
    double       arl0 = 0, arl1 = 0; ///< mean number of steps to an alarm, from S = 0, at mu0 and at mu1: exact for these k and h
    [[nodiscard]] double k() const noexcept { return static_cast<double>(k_steps) / static_cast<double>(steps); }
    [[nodiscard]] double h() const noexcept { return static_cast<double>(h_steps) / static_cast<double>(steps); }
};

/// Mean run length from S = 0 of the CUSUM with k = k_steps / steps, h = h_steps / steps when counts are Poisson with mean mu.
/// Meaning: the CUSUM lives on a lattice, so it is a Markov chain and this is exact. The chain is cut at its returns to 0: mean length of a cycle over the
/// chance that it ends in an alarm, so long run lengths lose no digits. Infinite where mu = 0.
/// Domain: mu >= 0, k_steps >= 1, h_steps >= 1, steps >= 1. Error: about 1e-10 relative. Cost: O(h_steps^2 / steps) a sweep, some tens of sweeps.
/// Source: Brook & Evans 1972 (Biometrika 59, 539-549); Lucas 1985 (Technometrics 27, 129-144).
[[nodiscard]] double cusum_arl(double mu, std::int64_t k_steps, std::int64_t h_steps, std::int64_t steps);

/// k = (mu1 - mu0) / (ln mu1 - ln mu0), moved to the coarsest lattice that keeps it within a hundredth of mu1 - mu0; h the least with arl0 >= the target.
/// REQUIRES 0 < mu0 < mu1, target > 1. Source: Lucas 1985.
[[nodiscard]] CusumPlan plan_cusum(double mu0, double mu1, double target_arl0);

struct CusumStep {
    double s = 0;          ///< before a restart
    bool   alarm = false;
};

/// The CUSUM of a series; after an alarm it starts again at 0 (`restart`) or runs on. A missing count (NaN) changes nothing. Cost: O(n).
[[nodiscard]] std::vector<CusumStep> poisson_cusum(std::span<const double> counts, const CusumPlan& plan, bool restart = true);

struct CusumOptions {
    double      ratio        = 2;    ///< mu1 / mu0 to be found. REQUIRES > 1
    double      target_arl0  = 500;  ///< steps between false alarms. REQUIRES > 1
    std::size_t baseline     = 0;    ///< first steps that give mu0 and are not judged; 0: half of the series
    double      least_cases  = 5;    ///< fewer cases in the baseline: too few to plan by
    double      mu0 = 0, mu1 = 0;    ///< given instead of estimated; 0: not given
    bool        restart      = true;
};

/// A series watched by a CUSUM that was planned on its own baseline.
struct CusumWatch {
    std::optional<CusumPlan> plan;          ///< nothing where status is not ok
    std::vector<CusumStep>   steps;         ///< from `first` on
    std::size_t              first = 0;     ///< step of steps.front()
    double                   baseline_cases = 0;
    std::size_t              baseline_steps = 0;
    Status                   status = Status::ok;  ///< too_few: the baseline has too few cases or no step is left to judge; missing: no step
};

/// For the counts of a town or the county, week by week. The run lengths take mu0 as known; estimated from few cases it is not, and so are they not.
[[nodiscard]] CusumWatch watch_counts(std::span<const double> counts, const CusumOptions& options = {});

}  // namespace gapmap
