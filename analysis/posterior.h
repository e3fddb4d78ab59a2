#pragma once
#include <span>

#include "geo/core/draws.h"

namespace gapmap {

/// A gamma distribution of rates: mean shape / rate. A rate of 0 stands for "all units have the same mean": nothing varies.
struct GammaPrior {
    double mean = 0, variance = 0;  ///< of the prior, by the method of moments; variance 0: no difference beyond chance was seen
};

/// The gamma prior that Marshall's moments of the units give (analysis/empirical_bayes.h).
[[nodiscard]] GammaPrior gamma_prior(std::span<const double> cases, std::span<const double> base);

/// One draw of a unit's rate: gamma with shape m^2/s2 + cases and rate m/s2 + base; m itself where the variance is 0.
/// REQUIRES cases >= 0, base >= 0, mean > 0 or variance = 0.
[[nodiscard]] double draw_rate(Draws& draws, const GammaPrior& prior, double cases, double base);

/// One draw of a gamma of this shape and scale 1. REQUIRES shape > 0. Source: Marsaglia & Tsang 2000 (ACM TOMS 26, 363-372).
[[nodiscard]] double draw_gamma(Draws& draws, double shape);

/// One draw of a unit's coverage: beta with coverage * households + 1/2 and (1 - coverage) * households + 1/2 (Jeffreys), as if the
/// households were a sample of what visiting there yields. REQUIRES coverage in [0, 1], households >= 0.
[[nodiscard]] double draw_coverage(Draws& draws, double coverage, double households);

}  // namespace gapmap
