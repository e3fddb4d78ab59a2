#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace gapmap {

/// Row-major matrix, n rows by p columns.
struct Matrix {
    std::size_t         rows = 0, columns = 0;
    std::vector<double> values;
    [[nodiscard]] double  at(std::size_t i, std::size_t j) const noexcept { return values[i * columns + j]; }
    [[nodiscard]] double& at(std::size_t i, std::size_t j) noexcept { return values[i * columns + j]; }
    [[nodiscard]] std::span<const double> row(std::size_t i) const noexcept { return {values.data() + i * columns, columns}; }
};

enum class CountFamily {
    quasi_poisson,      ///< variance phi * mean, phi = Pearson chi2 / (n - p)
    negative_binomial,  ///< variance mean + mean^2 / theta, theta by maximum likelihood
};

enum class GlmStatus {
    ok,
    collinear,      ///< a column is a combination of others
    too_few,        ///< no more rows than columns
    no_case,        ///< all counts are 0
    not_converged,  ///< a coefficient runs to infinity (a group without cases), or the steps do not settle
};

struct GlmFit {
    GlmStatus           status = GlmStatus::too_few;
    std::vector<double> coefficients;
    Matrix              covariance;        ///< by the model: phi (X'WX)^-1
    std::vector<double> fitted;            ///< means
    double              dispersion = 1;    ///< phi; 1 for the negative binomial
    double              theta      = 0;    ///< negative binomial only; infinity where counts are no more varied than Poisson's
    double              deviance   = 0, pearson = 0;
    int                 iterations = 0;
};

/// Log-linear regression of counts, log(mean) = offset + X b, by iteratively reweighted least squares.
/// REQUIRES counts >= 0 and finite, offset empty or one a row. Error: steps until the deviance changes by less than 1e-12 of itself.
/// Cost: O(iterations n p^2). Source: McCullagh & Nelder 1989; theta: Lawless 1987 (Canadian J. Stat. 15, 209-225).
[[nodiscard]] GlmFit fit_counts(const Matrix& design, std::span<const double> counts, std::span<const double> offset, CountFamily family);

/// Newey-West covariance of the coefficients: scores of rows with the same `time` are summed first, lags by Bartlett weights
/// 1 - l / (lag + 1) between times that differ by l steps; times n / (n - p) for few rows. Rows in any order. REQUIRES fit.status ok, time >= 0.
/// Source: Newey & West 1987 (Econometrica 55, 703-708); panels: Driscoll & Kraay 1998.
[[nodiscard]] Matrix newey_west(const Matrix& design, std::span<const double> counts, const GlmFit& fit, std::span<const std::int64_t> time, int lag);

}  // namespace gapmap
