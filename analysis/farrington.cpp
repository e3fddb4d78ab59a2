#include "analysis/farrington.h"

#include <algorithm>
#include <boost/math/distributions/negative_binomial.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "analysis/quasi_poisson.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// Level of the seasonal factor, 0 the reference level, of the step `back` steps before the one judged. Nothing where the step is not used at all.
std::optional<std::size_t> level_of(std::size_t back, const FarringtonOptions& o) {
    const std::size_t within = back % o.season, window = o.half_window;
    if (within <= window || within >= o.season - window) return 0;
    if (o.levels == 1) return std::nullopt;
    // Runs are counted forward in time from the end of the older window; the first ones are longer by one where the length does not divide.
    const std::size_t length = o.season - 2 * window - 1, at = o.season - window - 1 - within;
    const std::size_t size = length / (o.levels - 1), longer = length % (o.levels - 1);
    return 1 + (at < longer * (size + 1) ? at / (size + 1) : longer + (at - longer * (size + 1)) / size);
}

/// The counts a step is judged by: their level, and how many years before.
struct Reference {
    std::vector<double>      counts, years;
    std::vector<std::size_t> level;
};

Reference reference_of(std::span<const double> counts, std::size_t step, const FarringtonOptions& o) {
    Reference         out;
    const std::size_t first = step - o.years * o.season - o.half_window;
    for (std::size_t s = first; s + o.skip_recent < step; ++s) {
        const auto level = level_of(step - s, o);
        if (!level || std::isnan(counts[s])) continue;
        out.counts.push_back(counts[s]);
        out.level.push_back(*level);
        out.years.push_back(-static_cast<double>(step - s) / static_cast<double>(o.season));
    }
    return out;
}

/// Intercept (the reference level at the step judged), the other levels, and the trend as the last column.
std::vector<double> design_of(const Reference& reference, const FarringtonOptions& o, bool trend) {
    const std::size_t   columns = o.levels + (trend ? 1 : 0);
    std::vector<double> out(reference.counts.size() * columns);
    for (std::size_t i = 0; i < reference.counts.size(); ++i) {
        out[i * columns] = 1;
        if (reference.level[i] > 0) out[i * columns + reference.level[i]] = 1;
        if (trend) out[i * columns + columns - 1] = reference.years[i];
    }
    return out;
}

/// Anscombe residuals, standardised: what past outbreaks are known by.
std::vector<double> anscombe(const QuasiPoissonFit& fit, std::span<const double> counts, double dispersion) {
    std::vector<double> out(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double mu = fit.fitted[i], scale = std::sqrt(dispersion * (1 - fit.leverage[i]));
        out[i] = 1.5 * (std::pow(counts[i], 2.0 / 3) * std::pow(mu, -1.0 / 6) - std::sqrt(mu)) / scale;
    }
    return out;
}

/// Weights that sum to the number of counts, 1 / residual^2 for those above the limit.
std::vector<double> reweighted(std::span<const double> residual, double above) {
    std::vector<double> out(residual.size());
    double              sum = 0;
    for (std::size_t i = 0; i < residual.size(); ++i) sum += out[i] = residual[i] > above ? 1 / (residual[i] * residual[i]) : 1;
    for (double& w : out) w *= static_cast<double>(residual.size()) / sum;
    return out;
}

struct Model {
    QuasiPoissonFit fit;
    double          dispersion = 1, expected = 0, trend_p = 1;
};

std::optional<Model> model_of(const Reference& reference, const FarringtonOptions& o, bool trend) {
    const auto        design  = design_of(reference, o, trend);
    const std::size_t columns = o.levels + (trend ? 1 : 0);
    auto              fit     = fit_quasi_poisson(reference.counts, design, columns);
    if (!fit || fit->degrees == 0) return std::nullopt;
    if (std::isfinite(o.reweight_above)) {
        const auto weights = reweighted(anscombe(*fit, reference.counts, std::max(1.0, fit->dispersion)), o.reweight_above);
        fit = fit_quasi_poisson(reference.counts, design, columns, weights);
        if (!fit) return std::nullopt;
    }
    Model out{std::move(*fit)};
    out.dispersion = std::max(1.0, out.fit.dispersion);
    out.expected   = std::exp(out.fit.coefficients.front());
    if (trend) {
        // The test goes by the estimated dispersion, even below 1.
        const double error = std::sqrt(out.fit.dispersion * out.fit.covariance.back()), t = std::abs(out.fit.coefficients.back()) / error;
        out.trend_p = std::isfinite(t) ? 2 * boost::math::cdf(boost::math::complement(boost::math::students_t(static_cast<double>(out.fit.degrees)), t)) : 0;
    }
    return out;
}

/// Quantile and upper tail of the counts that the model predicts.
struct Prediction {
    double bound = 0, p = 1;
};

/// The least whole count c with P(X <= c) >= 1 - alpha.
template <class Distribution>
Prediction predicted(const Distribution& distribution, double observed, double alpha) {
    using namespace boost::math;
    double bound = std::max(0.0, std::floor(quantile(distribution, 1 - alpha)) - 1);
    while (cdf(distribution, bound) < 1 - alpha) ++bound;
    while (bound > 0 && cdf(distribution, bound - 1) >= 1 - alpha) --bound;
    return {bound, observed <= 0 ? 1 : cdf(complement(distribution, std::ceil(observed) - 1))};
}

Prediction predict(double mean, double dispersion, double observed, double alpha) {
    if (!(mean > 1e-8)) return {0, observed > 0 ? 0.0 : 1.0};  // the reference level never had a case
    if (dispersion <= 1 + 1e-9) return predicted(boost::math::poisson(mean), observed, alpha);
    return predicted(boost::math::negative_binomial(mean / (dispersion - 1), 1 / dispersion), observed, alpha);
}

FarringtonStep judge(std::span<const double> counts, std::size_t step, const FarringtonOptions& o) {
    FarringtonStep out{.observed = counts[step], .expected = nan_value, .dispersion = nan_value, .bound = nan_value, .score = nan_value, .p = nan_value};
    if (std::isnan(out.observed)) out.status = Status::missing;
    else if (step < o.years * o.season + o.half_window) out.status = Status::too_few;
    if (out.status != Status::ok) return out;
    double recent = 0;
    for (std::size_t s = step + 1 - std::min(step + 1, o.in_last); s <= step; ++s) recent += std::isnan(counts[s]) ? 0 : counts[s];
    out.enough = recent >= static_cast<double>(o.least_cases);
    const Reference reference = reference_of(counts, step, o);
    if (std::accumulate(reference.counts.begin(), reference.counts.end(), 0.0) == 0) {
        out.status = Status::too_few;
        return out;
    }
    std::optional<Model> model;
    if (o.trend && o.years >= 3) {
        model     = model_of(reference, o, true);
        out.trend = model && model->trend_p < o.trend_p && model->expected <= *std::ranges::max_element(reference.counts);
    }
    if (!out.trend) model = model_of(reference, o, false);
    if (!model) {
        out.status = Status::too_few;
        return out;
    }
    const Prediction prediction = predict(model->expected, model->dispersion, out.observed, o.alpha);
    out.expected   = model->expected;
    out.dispersion = model->dispersion;
    out.bound      = prediction.bound;
    out.p          = prediction.p;
    if (out.bound != out.expected) out.score = (out.observed - out.expected) / (out.bound - out.expected);
    out.alarm = out.enough && out.observed > out.bound;
    return out;
}

}  // namespace

std::vector<FarringtonStep> farrington(std::span<const double> counts, std::size_t first, const FarringtonOptions& options) {
    GEO_EXPECTS(options.years >= 1 && options.levels >= 1 && options.alpha > 0 && options.alpha < 1 && options.reweight_above > 0);
    GEO_EXPECTS(options.season > 2 * options.half_window + 1 && options.season - 2 * options.half_window - 1 >= options.levels - 1);
    std::vector<FarringtonStep> out;
    for (std::size_t step = first; step < counts.size(); ++step) out.push_back(judge(counts, step, options));
    return out;
}

}  // namespace gapmap
