#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace gapmap {

/// A log-linear model of counts whose variance is dispersion times the mean.
struct QuasiPoissonFit {
    std::vector<double> coefficients;   ///< one a column
    std::vector<double> covariance;     ///< of the coefficients at dispersion 1, columns x columns by row
    std::vector<double> fitted;         ///< means, one a row
    std::vector<double> leverage;       ///< diagonal of the hat matrix
    double              dispersion = 0; ///< Pearson's: sum w (y - mu)^2 / mu / degrees of freedom; NaN where there are none
    std::size_t         degrees    = 0; ///< of freedom: rows of weight > 0 less columns
    unsigned            iterations = 0;
};

/// Maximum quasi-likelihood by iteratively reweighted least squares; stops one step after the deviance changed by less than 1e-10 of itself.
/// `design` holds rows x columns by row; `weights` empty or one prior weight >= 0 a row. Nothing where the columns depend on each other, or it does not settle.
/// REQUIRES counts >= 0. Cost: O(rows x columns^2) an iteration. Source: McCullagh & Nelder 1989, ch. 2 and 9.
[[nodiscard]] std::optional<QuasiPoissonFit> fit_quasi_poisson(std::span<const double> counts, std::span<const double> design, std::size_t columns,
                                                               std::span<const double> weights = {});

}  // namespace gapmap
