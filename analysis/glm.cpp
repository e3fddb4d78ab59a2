#include "analysis/glm.h"

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "analysis/least_squares.h"
#include "analysis/tails.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double poisson_theta = std::numeric_limits<double>::infinity();

double variance(double mean, double theta) { return mean + mean * mean / theta; }

double deviance_of(std::span<const double> counts, std::span<const double> means, double theta) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double y = counts[i], mu = means[i], own = y > 0 ? y * std::log(y / mu) : 0;
        sum += std::isinf(theta) ? own - (y - mu) : own - (y + theta) * std::log((y + theta) / (mu + theta));
    }
    return 2 * sum;
}

struct Problem {
    const Matrix&           x;
    std::span<const double> y, offset;
    [[nodiscard]] double offset_of(std::size_t i) const noexcept { return offset.empty() ? 0 : offset[i]; }
};

/// One weighted step from the means of now; nothing where columns are collinear.
std::optional<LeastSquares> weighted_step(const Problem& problem, std::span<const double> means, double theta) {
    Matrix              x = problem.x;
    std::vector<double> z(x.rows);
    for (std::size_t i = 0; i < x.rows; ++i) {
        const double mu = means[i], root = std::sqrt(mu * mu / variance(mu, theta));
        z[i] = root * (std::log(mu) - problem.offset_of(i) + (problem.y[i] - mu) / mu);
        for (std::size_t j = 0; j < x.columns; ++j) x.at(i, j) *= root;
    }
    return least_squares(std::move(x), std::move(z));
}

/// False where a mean leaves what doubles can hold: a coefficient runs to infinity.
bool means_of(const Problem& problem, std::span<const double> coefficients, std::vector<double>& means) {
    for (std::size_t i = 0; i < problem.x.rows; ++i) {
        double eta = problem.offset_of(i);
        for (std::size_t j = 0; j < problem.x.columns; ++j) eta += problem.x.at(i, j) * coefficients[j];
        means[i] = std::exp(eta);
        if (!(means[i] > 1e-12) || !std::isfinite(means[i])) return false;
    }
    return true;
}

/// Iterates to the fit at this theta, from fit.fitted.
GlmStatus iterate(const Problem& problem, double theta, GlmFit& fit) {
    double last = std::numeric_limits<double>::infinity();
    for (int step = 0; step < 60; ++step) {
        auto solved = weighted_step(problem, fit.fitted, theta);
        if (!solved) return step == 0 ? GlmStatus::collinear : GlmStatus::not_converged;
        fit.coefficients = std::move(solved->coefficients);
        fit.covariance   = std::move(solved->inverse);
        fit.iterations += 1;
        if (!means_of(problem, fit.coefficients, fit.fitted)) return GlmStatus::not_converged;
        fit.deviance = deviance_of(problem.y, fit.fitted, theta);
        if (std::abs(fit.deviance - last) <= 1e-12 * (std::abs(fit.deviance) + 0.1)) {
            // The covariance belongs to the means before the last step; once more at the settled ones.
            if (auto settled = weighted_step(problem, fit.fitted, theta)) fit.covariance = std::move(settled->inverse);
            return GlmStatus::ok;
        }
        last = fit.deviance;
    }
    return GlmStatus::not_converged;
}

/// Derivative of the log likelihood by theta, and its own derivative.
std::pair<double, double> theta_score(std::span<const double> y, std::span<const double> mu, double theta) {
    double score = 0, slope = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        score += boost::math::digamma(y[i] + theta) - boost::math::digamma(theta) + std::log(theta / (mu[i] + theta)) + 1 - (y[i] + theta) / (mu[i] + theta);
        slope += boost::math::trigamma(y[i] + theta) - boost::math::trigamma(theta) + 1 / theta - 2 / (mu[i] + theta) + (y[i] + theta) / ((mu[i] + theta) * (mu[i] + theta));
    }
    return {score, slope};
}

/// Maximum likelihood in theta at these means; infinity where the likelihood rises all the way to Poisson's.
double likely_theta(std::span<const double> y, std::span<const double> mu) {
    constexpr double largest = 1e6;
    // Log theta is bracketed and bisected, Newton steps taken where they stay inside.
    double low = std::log(1e-4), high = std::log(largest);
    if (theta_score(y, mu, largest).first >= 0) return poisson_theta;
    if (theta_score(y, mu, std::exp(low)).first <= 0) return std::exp(low);
    double at = (low + high) / 2;
    for (int step = 0; step < 200 && high - low > 1e-13; ++step) {
        const double theta = std::exp(at);
        const auto [score, slope] = theta_score(y, mu, theta);
        (score > 0 ? low : high) = at;
        const double newton = at - score / (slope * theta + score);
        const double next = newton > low && newton < high ? newton : (low + high) / 2;
        if (std::abs(next - at) < 1e-13) break;
        at = next;
    }
    return std::exp(at);
}

GlmStatus fit_negative_binomial(const Problem& problem, GlmFit& fit) {
    if (const GlmStatus status = iterate(problem, poisson_theta, fit); status != GlmStatus::ok) return status;
    double theta = poisson_theta;
    for (int round = 0; round < 100; ++round) {
        const double next = likely_theta(problem.y, fit.fitted);
        if (std::isinf(next) && std::isinf(theta)) break;
        const bool settled = std::abs(next - theta) <= 1e-10 * next;
        theta = next;
        if (settled) break;
        if (const GlmStatus status = iterate(problem, theta, fit); status != GlmStatus::ok) return status;
        if (round == 99) return GlmStatus::not_converged;
    }
    fit.theta    = theta;
    fit.deviance = deviance_of(problem.y, fit.fitted, theta);
    return GlmStatus::ok;
}

}  // namespace

GlmFit fit_counts(const Matrix& design, std::span<const double> counts, std::span<const double> offset, CountFamily family) {
    GEO_EXPECTS(counts.size() == design.rows && (offset.empty() || offset.size() == design.rows));
    GEO_EXPECTS(std::ranges::all_of(counts, [](double y) { return y >= 0 && std::isfinite(y); }));
    GlmFit fit;
    if (design.rows <= design.columns) return fit;
    fit.status = GlmStatus::no_case;
    if (std::ranges::all_of(counts, [](double y) { return y == 0; })) return fit;
    for (const double y : counts) fit.fitted.push_back(y + 0.1);
    const Problem problem{design, counts, offset};
    fit.theta  = family == CountFamily::negative_binomial ? poisson_theta : 0;
    fit.status = family == CountFamily::negative_binomial ? fit_negative_binomial(problem, fit) : iterate(problem, poisson_theta, fit);
    if (fit.status != GlmStatus::ok) return fit;
    const double theta = family == CountFamily::negative_binomial ? fit.theta : poisson_theta;
    for (std::size_t i = 0; i < counts.size(); ++i) fit.pearson += (counts[i] - fit.fitted[i]) * (counts[i] - fit.fitted[i]) / variance(fit.fitted[i], theta);
    if (family == CountFamily::quasi_poisson) {
        fit.dispersion = fit.pearson / static_cast<double>(design.rows - design.columns);
        for (double& value : fit.covariance.values) value *= fit.dispersion;
    }
    return fit;
}

Matrix newey_west(const Matrix& design, std::span<const double> counts, const GlmFit& fit, std::span<const std::int64_t> time, int lag) {
    GEO_EXPECTS(fit.status == GlmStatus::ok && time.size() == design.rows && lag >= 0);
    const std::size_t p     = design.columns;
    const double      theta = fit.theta > 0 ? fit.theta : poisson_theta;
    std::map<std::int64_t, std::vector<double>> scores;  // by time
    for (std::size_t i = 0; i < design.rows; ++i) {
        auto& score = scores.try_emplace(time[i], p, 0.0).first->second;
        const double residual = (counts[i] - fit.fitted[i]) * fit.fitted[i] / variance(fit.fitted[i], theta);
        for (std::size_t j = 0; j < p; ++j) score[j] += residual * design.at(i, j);
    }
    Matrix meat{p, p, std::vector<double>(p * p, 0.0)};
    for (const auto& [at, score] : scores) {
        for (int l = 0; l <= lag; ++l) {
            const auto   other  = scores.find(at + l);
            const double weight = 1 - static_cast<double>(l) / (lag + 1);
            if (other == scores.end()) continue;
            for (std::size_t a = 0; a < p; ++a) {
                for (std::size_t b = 0; b < p; ++b) {
                    const double product = score[a] * other->second[b];
                    meat.at(a, b) += weight * product;
                    if (l > 0) meat.at(b, a) += weight * product;
                }
            }
        }
    }
    // bread meat bread; the model's covariance carries the dispersion, the bread must not.
    Matrix half{p, p, std::vector<double>(p * p, 0.0)}, out = half;
    const auto multiply = [p](const Matrix& a, const Matrix& b, Matrix& to, double factor) {
        for (std::size_t i = 0; i < p; ++i) {
            for (std::size_t j = 0; j < p; ++j) {
                for (std::size_t k = 0; k < p; ++k) to.at(i, j) += factor * a.at(i, k) * b.at(k, j);
            }
        }
    };
    multiply(fit.covariance, meat, half, 1 / fit.dispersion);
    multiply(half, fit.covariance, out, 1 / fit.dispersion * static_cast<double>(design.rows) / static_cast<double>(design.rows - p));
    return out;
}

}  // namespace gapmap
