#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/glm.h"
#include "analysis/proportion.h"

namespace gapmap {

/// Counts at steps 0 .. n - 1, all of equal length.
struct InterruptedSeries {
    std::span<const double> counts{};
    std::span<const double> base{};     ///< people or days at risk of each step; empty: constant
    std::span<const double> control{};  ///< counts of a series without the measure; empty: none
    std::span<const double> control_base{};
};

struct InterruptedOptions {
    std::size_t                start = 0;  ///< first step with the measure
    CountFamily                family    = CountFamily::quasi_poisson;
    double                     period    = 0;  ///< steps of a season (12 months, 52.18 weeks); 0: none
    int                        harmonics = 2;  ///< pairs of sine and cosine, where there is a period
    bool                       slope     = true;  ///< the measure may change the slope, too
    int                        lag       = -1;  ///< of Newey-West; -1: floor(4 (n / 100)^(2/9))
    double                     confidence = 0.95;
    std::size_t                min_before = 12, min_after = 3;  ///< fewer points: refused
};

/// An effect on the log scale with its errors.
struct Effect {
    double                  estimate = 0, error = 0;  ///< Newey-West
    double                  model_error = 0;          ///< by the model (quasi-Poisson, negative binomial), as if steps were independent
    double                  largest_error = 0;        ///< the largest of these and of the model's at a dispersion of 1
    double                  ratio = 1;                ///< exp(estimate)
    Interval                interval;                 ///< of the ratio, t with n - p degrees of freedom, from the largest error
    double                  p = 1;                    ///< two-sided, likewise
};

enum class InterruptedStatus { ok, too_few_before, too_few_after, too_short_for_season, no_case, not_estimable };

struct InterruptedResult {
    InterruptedStatus      status = InterruptedStatus::too_few_before;
    std::size_t            before = 0, after = 0, control_points = 0;
    Effect                 level;      ///< at the start; against the control's, where there is one
    std::optional<Effect>  slope;      ///< a step, after the start
    std::optional<Effect>  trend;      ///< a step, before the start
    double                 observed = 0, expected = 0;  ///< cases from the start on, and those that would have come without the measure
    std::optional<Effect>  total;      ///< observed / expected on the log scale: level and slope taken together
    int                    lag = 0;
    GlmFit                 fit;
};

/// log(mean) = b0 + b1 t + b2 X + b3 (t - t0) X + season + log(base); X = 1 from the start on. With a control series both are
/// fitted together, each with its own level and trend, season shared; level and slope are then differences from the control's (a
/// fall that the control shares is no effect). Undefined is a status. REQUIRES equal lengths where not empty; counts >= 0 and
/// finite, base > 0. Cost: O(n p^2). Source: Wagner et al. 2002; Bernal, Cummins & Gasparrini 2017, 2018.
[[nodiscard]] InterruptedResult interrupted_series(const InterruptedSeries& series, const InterruptedOptions& options);

/// The same model at dates on which nothing happened, within the steps before the start alone.
struct PlaceboDates {
    std::vector<std::size_t> start;
    std::vector<double>      estimate, p;   ///< of the level; NaN where not estimable
    std::size_t              tested = 0, significant = 0;  ///< p <= 1 - confidence
    std::optional<double>    rank_p;        ///< (1 + placebos with |estimate / error| at least the true one's) / (1 + tested); two-sided; nothing where none was tested
};
[[nodiscard]] PlaceboDates placebo_dates(const InterruptedSeries& series, const InterruptedOptions& options, const InterruptedResult& real);

}  // namespace gapmap
