#include "analysis/interrupted.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// The design of one or two series, and which of its columns are the effect.
struct Design {
    Matrix                    x;
    std::vector<double>       counts, offset;
    std::vector<std::int64_t> time;
    std::size_t               level = 0, slope = 0, trend = 0;  ///< columns; slope 0: none
};

void add_row(Design& d, const InterruptedOptions& o, std::size_t t, bool own, bool controlled) {
    const double step = static_cast<double>(t) - static_cast<double>(o.start), on = t >= o.start ? 1 : 0;
    std::vector<double> terms{1, step, on};
    if (o.slope) terms.push_back(step * on);
    const std::size_t shared = terms.size();
    // With a control the terms of all come first, then those by which the own series differs.
    for (std::size_t k = 0; k < shared && controlled; ++k) terms.push_back(own ? terms[k] : 0);
    for (int h = 1; o.period > 0 && h <= o.harmonics; ++h) {
        // At two steps a period the sine is zero everywhere.
        const double angle = 2 * std::numbers::pi * h * static_cast<double>(t) / o.period;
        terms.push_back(std::cos(angle));
        if (2 * h < o.period) terms.push_back(std::sin(angle));
    }
    d.x.values.insert(d.x.values.end(), terms.begin(), terms.end());
    d.x.columns = terms.size();
    d.x.rows += 1;
    d.time.push_back(static_cast<std::int64_t>(t));
}

Design design_of(const InterruptedSeries& s, const InterruptedOptions& o) {
    Design     d;
    const bool controlled = !s.control.empty();
    const auto put = [&](std::span<const double> counts, std::span<const double> base, bool own) {
        for (std::size_t t = 0; t < counts.size(); ++t) {
            add_row(d, o, t, own, controlled);
            d.counts.push_back(counts[t]);
            d.offset.push_back(base.empty() ? 0 : std::log(base[t]));
        }
    };
    put(s.counts, s.base, true);
    if (controlled) put(s.control, s.control_base, false);
    const std::size_t first = controlled ? (o.slope ? 4 : 3) : 0;
    d.trend = first + 1;
    d.level = first + 2;
    d.slope = o.slope ? first + 3 : 0;
    return d;
}

double quadratic_form(const Matrix& m, std::span<const double> v) {
    double sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        for (std::size_t j = 0; j < v.size(); ++j) sum += v[i] * v[j] * m.at(i, j);
    }
    return std::max(0.0, sum);
}

/// A linear combination of the coefficients (or the gradient of a function of them).
struct Errors {
    const Matrix& model;
    const Matrix& robust;
    double        degrees;
    double        confidence;
    double        dispersion;

    [[nodiscard]] Effect effect(double estimate, std::span<const double> gradient) const {
        Effect e;
        e.estimate    = estimate;
        e.error       = std::sqrt(quadratic_form(robust, gradient));
        e.model_error = std::sqrt(quadratic_form(model, gradient));
        e.ratio       = std::exp(estimate);
        // Counts less varied than Poisson's are luck: no interval gets narrower by it.
        const double error = e.largest_error = std::max(e.error, e.model_error / std::min(1.0, std::sqrt(dispersion)));
        const boost::math::students_t_distribution<double> t(degrees);
        const double half = boost::math::quantile(t, 0.5 + confidence / 2) * error;
        e.interval = {std::exp(estimate - half), std::exp(estimate + half)};
        if (error > 0) e.p = std::min(1.0, 2 * boost::math::cdf(boost::math::complement(t, std::abs(estimate) / error)));
        else e.p = estimate == 0 ? 1 : 0;
        return e;
    }
};

/// Observed against expected from the start on: the ratio of two sums of means, its gradient by the chain rule.
void sum_up(const InterruptedSeries& s, const InterruptedOptions& o, const Design& d, const Errors& errors, InterruptedResult& out) {
    const std::size_t   p = d.x.columns;
    std::vector<double> with(p, 0.0), without(p, 0.0), gradient(p);
    double              sum_with = 0;
    for (std::size_t t = o.start; t < s.counts.size(); ++t) {
        const double mean = out.fit.fitted[t];
        double       effect = out.fit.coefficients[d.level];
        if (d.slope != 0) effect += out.fit.coefficients[d.slope] * d.x.at(t, d.slope);
        const double counterfactual = mean / std::exp(effect);
        out.observed += s.counts[t];
        out.expected += counterfactual;
        sum_with += mean;
        for (std::size_t j = 0; j < p; ++j) {
            with[j] += mean * d.x.at(t, j);
            if (j != d.level && (d.slope == 0 || j != d.slope)) without[j] += counterfactual * d.x.at(t, j);
        }
    }
    for (std::size_t j = 0; j < p; ++j) gradient[j] = with[j] / sum_with - without[j] / out.expected;
    out.total = errors.effect(std::log(sum_with / out.expected), gradient);
}

InterruptedStatus refusal(const InterruptedSeries& s, const InterruptedOptions& o, InterruptedResult& out) {
    out.before         = std::min(o.start, s.counts.size());
    out.after          = s.counts.size() - out.before;
    out.control_points = s.control.size();
    if (out.before < o.min_before) return InterruptedStatus::too_few_before;
    if (out.after < o.min_after) return InterruptedStatus::too_few_after;
    if (o.period > 0 && static_cast<double>(s.counts.size()) < 2 * o.period) return InterruptedStatus::too_short_for_season;
    return InterruptedStatus::ok;
}

}  // namespace

InterruptedResult interrupted_series(const InterruptedSeries& s, const InterruptedOptions& o) {
    const std::size_t n = s.counts.size();
    GEO_EXPECTS((s.base.empty() || s.base.size() == n) && (s.control.empty() || s.control.size() == n));
    GEO_EXPECTS((s.control_base.empty() || s.control_base.size() == n) && o.confidence > 0 && o.confidence < 1 && o.harmonics >= 0);
    GEO_EXPECTS(o.period == 0 || o.period >= 2.0 * o.harmonics);
    InterruptedResult out;
    out.status = refusal(s, o, out);
    if (out.status != InterruptedStatus::ok) return out;
    const Design d = design_of(s, o);
    out.fit        = fit_counts(d.x, d.counts, d.offset, o.family);
    if (out.fit.status != GlmStatus::ok) {
        out.status = out.fit.status == GlmStatus::no_case ? InterruptedStatus::no_case : InterruptedStatus::not_estimable;
        return out;
    }
    out.lag = o.lag >= 0 ? o.lag : static_cast<int>(std::floor(4 * std::pow(static_cast<double>(n) / 100, 2.0 / 9)));
    const Matrix robust = newey_west(d.x, d.counts, out.fit, d.time, out.lag);
    const Errors errors{out.fit.covariance, robust, static_cast<double>(d.x.rows - d.x.columns), o.confidence, out.fit.dispersion};
    const auto   single = [&](std::size_t column) {
        std::vector<double> gradient(d.x.columns, 0.0);
        gradient[column] = 1;
        return errors.effect(out.fit.coefficients[column], gradient);
    };
    out.level = single(d.level);
    out.trend = single(d.trend);
    if (d.slope != 0) out.slope = single(d.slope);
    sum_up(s, o, d, errors, out);
    return out;
}

PlaceboDates placebo_dates(const InterruptedSeries& s, const InterruptedOptions& o, const InterruptedResult& real) {
    PlaceboDates out;
    const auto   until_start = [&](std::span<const double> values) { return values.first(std::min(values.size(), o.start)); };
    const auto   size        = [](const Effect& e) { return std::abs(e.estimate) / e.largest_error; };
    const InterruptedSeries earlier{until_start(s.counts), until_start(s.base), until_start(s.control), until_start(s.control_base)};
    std::size_t             as_large = 0;
    for (std::size_t start = o.min_before; start + o.min_after <= earlier.counts.size(); ++start) {
        InterruptedOptions placebo = o;
        placebo.start              = start;
        const InterruptedResult result = interrupted_series(earlier, placebo);
        const bool              told   = result.status == InterruptedStatus::ok;
        out.start.push_back(start);
        out.estimate.push_back(told ? result.level.estimate : std::numeric_limits<double>::quiet_NaN());
        out.p.push_back(told ? result.level.p : std::numeric_limits<double>::quiet_NaN());
        if (!told) continue;
        out.tested += 1;
        out.significant += result.level.p <= 1 - o.confidence ? 1U : 0U;
        as_large += real.status == InterruptedStatus::ok && size(result.level) >= size(real.level) ? 1U : 0U;
    }
    if (out.tested > 0 && real.status == InterruptedStatus::ok) out.rank_p = static_cast<double>(1 + as_large) / static_cast<double>(1 + out.tested);
    return out;
}

}  // namespace gapmap
