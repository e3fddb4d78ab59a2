#include "analysis/quasi_poisson.h"

#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr unsigned most_iterations = 100;

/// Q and R of a matrix by modified Gram-Schmidt.
struct Orthogonal {
    std::vector<double> q;  ///< rows x columns
    std::vector<double> r;  ///< columns x columns, upper triangle
    bool                full = true;
};

Orthogonal orthogonalise(std::vector<double> a, std::size_t rows, std::size_t columns) {
    Orthogonal out{{}, std::vector<double>(columns * columns)};
    const auto dot = [&](std::size_t j, std::size_t k) {
        double sum = 0;
        for (std::size_t i = 0; i < rows; ++i) sum += a[i * columns + j] * a[i * columns + k];
        return sum;
    };
    for (std::size_t k = 0; k < columns; ++k) {
        const double before = std::sqrt(dot(k, k));
        for (int pass = 0; pass < 2; ++pass) {  // twice is enough to be orthogonal to rounding
            for (std::size_t j = 0; j < k; ++j) {
                const double part = dot(j, k);
                out.r[j * columns + k] += part;
                for (std::size_t i = 0; i < rows; ++i) a[i * columns + k] -= part * a[i * columns + j];
            }
        }
        const double left = std::sqrt(dot(k, k));
        if (!(left > 1e-9 * before)) {
            out.full = false;
            return out;
        }
        out.r[k * columns + k] = left;
        for (std::size_t i = 0; i < rows; ++i) a[i * columns + k] /= left;
    }
    out.q = std::move(a);
    return out;
}

/// x with R x = b.
std::vector<double> solve_upper(std::span<const double> r, std::vector<double> b) {
    const std::size_t n = b.size();
    for (std::size_t k = n; k-- > 0;) {
        for (std::size_t j = k + 1; j < n; ++j) b[k] -= r[k * n + j] * b[j];
        b[k] /= r[k * n + k];
    }
    return b;
}

std::vector<double> covariance_of(std::span<const double> r, std::size_t n) {
    std::vector<double> inverse(n * n), out(n * n);
    for (std::size_t c = 0; c < n; ++c) {
        std::vector<double> unit(n);
        unit[c] = 1;
        const auto column = solve_upper(r, std::move(unit));
        for (std::size_t k = 0; k < n; ++k) inverse[k * n + c] = column[k];
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) {
            for (std::size_t k = 0; k < n; ++k) out[i * n + j] += inverse[i * n + k] * inverse[j * n + k];
        }
    }
    return out;
}

}  // namespace

std::optional<QuasiPoissonFit> fit_quasi_poisson(std::span<const double> counts, std::span<const double> design, std::size_t columns, std::span<const double> weights) {
    const std::size_t rows = counts.size();
    GEO_EXPECTS(design.size() == rows * columns && columns >= 1 && (weights.empty() || weights.size() == rows));
    const auto      weight = [&](std::size_t i) { return weights.empty() ? 1.0 : weights[i]; };
    QuasiPoissonFit fit;
    fit.fitted.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) fit.fitted[i] = counts[i] + 0.1;
    double     deviance = std::numeric_limits<double>::infinity();
    bool       settled  = false;
    Orthogonal parts;
    for (; fit.iterations < most_iterations; ++fit.iterations) {
        std::vector<double> scaled(rows * columns), working(rows);
        for (std::size_t i = 0; i < rows; ++i) {
            const double root = std::sqrt(weight(i) * fit.fitted[i]);
            working[i] = root * (std::log(fit.fitted[i]) + (counts[i] - fit.fitted[i]) / fit.fitted[i]);
            for (std::size_t k = 0; k < columns; ++k) scaled[i * columns + k] = root * design[i * columns + k];
        }
        parts = orthogonalise(std::move(scaled), rows, columns);
        if (!parts.full) return std::nullopt;
        std::vector<double> projected(columns);
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t k = 0; k < columns; ++k) projected[k] += parts.q[i * columns + k] * working[i];
        }
        fit.coefficients = solve_upper(parts.r, std::move(projected));
        double now = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            double eta = 0;
            for (std::size_t k = 0; k < columns; ++k) eta += design[i * columns + k] * fit.coefficients[k];
            fit.fitted[i] = std::exp(eta);
            now += 2 * weight(i) * ((counts[i] > 0 ? counts[i] * std::log(counts[i] / fit.fitted[i]) : 0) - (counts[i] - fit.fitted[i]));
        }
        if (!std::isfinite(now)) return std::nullopt;
        if (settled) break;  // one step more than needed, so that covariance and leverage are those of the end
        settled  = std::abs(now - deviance) < 1e-10 * (std::abs(now) + 0.1);
        deviance = now;
    }
    if (fit.iterations == most_iterations) return std::nullopt;
    fit.covariance = covariance_of(parts.r, columns);
    fit.leverage.resize(rows);
    double      pearson = 0;
    std::size_t used    = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t k = 0; k < columns; ++k) fit.leverage[i] += parts.q[i * columns + k] * parts.q[i * columns + k];
        pearson += weight(i) * (counts[i] - fit.fitted[i]) * (counts[i] - fit.fitted[i]) / fit.fitted[i];
        used += weight(i) > 0 ? 1U : 0U;
    }
    fit.degrees    = used > columns ? used - columns : 0;
    fit.dispersion = fit.degrees > 0 ? pearson / static_cast<double>(fit.degrees) : std::numeric_limits<double>::quiet_NaN();
    return fit;
}

}  // namespace gapmap
