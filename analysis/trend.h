#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analysis/proportion.h"
#include "geo/core/status.h"

namespace gapmap {

enum class Autocorrelation {
    none,        ///< the values are independent, or taken to be
    hamed_rao,   ///< the variance is multiplied by n / n*, from the significant autocorrelations of the ranks (Hamed & Rao 1998)
};

enum class TrendClass { none, rising, falling };

struct TrendOptions {
    double          confidence = 0.95;  ///< of Sen's interval, and of the autocorrelations that count. REQUIRES in (0, 1)
    double          alpha      = 0.05;  ///< of the class, two-sided. REQUIRES in (0, 1)
    bool            continuity = true;  ///< |S| - 1 instead of |S|
    Autocorrelation correction = Autocorrelation::none;
    std::size_t     least_steps = 10;   ///< fewer values have no class
    bool            sen         = true; ///< false: without the slope and its interval (NaN), which take most of the time
};

struct Trend {
    std::size_t  n = 0, missing = 0;      ///< values used; NaN left out
    std::size_t  tie_groups = 0;          ///< groups of equal values
    std::int64_t s     = 0;               ///< later values above earlier ones minus those below
    double       var_s = 0;               ///< with ties, and with the autocorrelation where asked
    double       factor = 1;              ///< n / n*, 1 without correction
    double       z = 0, p = 1;            ///< two-sided, normal approximation; var_s = 0 gives 0 and 1
    double       tau_a = 0, tau_b = 0;    ///< NaN where undefined: n < 2; for tau_b also all values equal
    double       slope = 0;               ///< Sen's: median over pairs of (x_j - x_i) / (t_j - t_i); NaN for n < 2
    Interval     slope_interval{};        ///< NaN for n < 2
    TrendClass   trend  = TrendClass::none;
    /// ok; too_few: fewer than `least_steps`, or the corrected variance is not above 0 (then z and p are NaN): no class. missing: no value at all
    Status       status = Status::ok;
};

/// Mann-Kendall test and Sen slope of values in the order of their times.
/// Meaning: Var S = (n (n-1) (2n+5) - sum over ties t (t-1) (2t+5)) / 18; z = (S -+ 1) / sqrt(Var S), 0 where S = 0. The interval of the slope takes the
/// slopes of rank round((N - C) / 2) and round((N + C) / 2) + 1 of all N, C = z_{1-alpha/2} sqrt(Var S) (Sen 1968; Gilbert 1987), held within 1 and N.
/// Units: slope in value units a unit of `times`. `times` empty: the steps 0, 1, 2, ... REQUIRES times strictly rising, as many as values.
/// Cost: O(n^2) time, 8 bytes a pair. Source: Mann 1945; Kendall 1975; Sen 1968; Hamed & Rao 1998 (J. Hydrology 204, 182-196).
[[nodiscard]] Trend mann_kendall(std::span<const double> values, std::span<const double> times = {}, const TrendOptions& options = {});

}  // namespace gapmap
