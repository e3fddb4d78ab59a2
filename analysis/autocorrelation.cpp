#include "analysis/autocorrelation.h"

#include <algorithm>
#include <cmath>

#include "analysis/autocorrelation_parts.h"
#include "analysis/empirical_bayes.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

/// sum over linked pairs of weight f(values of both), the values laid over the ranks.
template <class F>
double over_pairs(const Pairs& pairs, std::span<const double> value, const F& f) {
    double out = 0;
    for (std::size_t a = 0; a + 1 < pairs.offsets.size(); ++a) {
        for (std::size_t l = pairs.offsets[a]; l < pairs.offsets[a + 1]; ++l) out += pairs.weight[l] * f(value[a], value[pairs.second[l]]);
    }
    return out;
}

/// Permuted values of sum w f, scaled.
template <class F>
void permute_pairs(GlobalTest& test, const Pairs& pairs, std::span<const double> sorted, double scale, const GlobalOptions& options, const Execution& exec, const F& f) {
    const auto all = permuted(sorted.size(), options, exec, [&](std::span<const std::uint32_t> layout) {
        std::vector<double> value(layout.size());
        for (std::size_t i = 0; i < layout.size(); ++i) value[i] = sorted[layout[i]];
        return scale * over_pairs(pairs, value, f);
    });
    rank_among(test, all);
}

/// What Moran's and Geary's share: units, values, pairs; or why there is nothing to compute.
struct Setting {
    Units      units;
    Deviations values;
    Pairs      pairs;
    GlobalTest test;
    double     n;
};
Setting setting_of(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options, const Execution& exec) {
    Setting out{units_of(has_value(x), weights, options.style), {}, {}, {}, 0};
    out.values         = deviations(x, out.units, exec);
    out.test           = start_of(out.units);
    out.test.undefined = obstacle(out.units, out.values);
    out.n              = static_cast<double>(out.units.size());
    if (out.test.undefined == Undefined::no) out.pairs = pairs_of(out.units.weights, out.values.order);
    return out;
}

double variance_or_nan(double value) noexcept { return value > 0 ? value : std::nan(""); }

}  // namespace

std::string_view sentence(Undefined why) noexcept {
    switch (why) {
        case Undefined::no: return "";
        case Undefined::too_few_units: return "fewer than four units have a value: there is nothing to compare with";
        case Undefined::all_equal: return "all values are equal: there is no variation whose pattern could be judged";
        case Undefined::out_of_range: return "values are too large or too small for their powers to be summed: give them in another unit";
        case Undefined::no_links: return "no unit with a value has a neighbour with one: take other weights, or a longer distance";
        case Undefined::not_positive: return "the statistic needs values of 0 or more that are not all 0";
        case Undefined::self_links: return "a unit is its own neighbour: take such links out of the weights";
    }
    return "";
}

GlobalTest moran(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options, const Execution& exec) {
    Setting     s    = setting_of(x, weights, options, exec);
    GlobalTest& test = s.test;
    if (test.undefined != Undefined::no) return test;
    const double n = s.n, s0 = s.pairs.sums.s0, s1 = s.pairs.sums.s1, s2 = s.pairs.sums.s2;
    const double scale = n / s0 / s.values.p2, b2 = n * s.values.p4 / (s.values.p2 * s.values.p2), product = (n - 1) * (n - 2) * (n - 3) * s0 * s0;
    const auto   cross = [](double a, double b) { return a * b; };
    test.statistic     = scale * over_pairs(s.pairs, s.values.sorted, cross);
    test.expected      = -1 / (n - 1);
    test.variance = variance_or_nan((n * ((n * n - 3 * n + 3) * s1 - n * s2 + 3 * s0 * s0) - b2 * ((n * n - n) * s1 - 2 * n * s2 + 6 * s0 * s0)) / product - test.expected * test.expected);
    test.variance_normality = variance_or_nan((n * n * s1 - n * s2 + 3 * s0 * s0) / ((n * n - 1) * s0 * s0) - test.expected * test.expected);
    test.z                  = (test.statistic - test.expected) / std::sqrt(test.variance);
    test.z_normality        = (test.statistic - test.expected) / std::sqrt(test.variance_normality);
    permute_pairs(test, s.pairs, s.values.sorted, scale, options, exec, cross);
    return test;
}

GlobalTest geary(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options, const Execution& exec) {
    Setting     s    = setting_of(x, weights, options, exec);
    GlobalTest& test = s.test;
    if (test.undefined != Undefined::no) return test;
    const double n = s.n, s0 = s.pairs.sums.s0, s1 = s.pairs.sums.s1, s2 = s.pairs.sums.s2;
    const double scale = (n - 1) / (2 * s0 * s.values.p2), b2 = n * s.values.p4 / (s.values.p2 * s.values.p2);
    const auto   apart = [](double a, double b) { return (a - b) * (a - b); };
    test.statistic     = scale * over_pairs(s.pairs, s.values.sorted, apart);
    test.expected      = 1;
    test.variance      = variance_or_nan(((n - 1) * s1 * (n * n - 3 * n + 3 - (n - 1) * b2) - (n - 1) * s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * b2) / 4 + s0 * s0 * (n * n - 3 - (n - 1) * (n - 1) * b2)) /
                                         (n * (n - 2) * (n - 3) * s0 * s0));
    test.variance_normality = variance_or_nan(((2 * s1 + s2) * (n - 1) - 4 * s0 * s0) / (2 * (n + 1) * s0 * s0));
    test.z                  = (test.expected - test.statistic) / std::sqrt(test.variance);
    test.z_normality        = (test.expected - test.statistic) / std::sqrt(test.variance_normality);
    permute_pairs(test, s.pairs, s.values.sorted, scale, options, exec, apart);
    return test;
}

GlobalTest general_g(std::span<const double> x, const SpatialWeights& weights, const GlobalOptions& options, const Execution& exec) {
    Setting     s    = setting_of(x, weights, options, exec);
    GlobalTest& test = s.test;
    if (test.undefined != Undefined::no) return test;
    const double n = s.n, s0 = s.pairs.sums.s0, s1 = s.pairs.sums.s1, s2 = s.pairs.sums.s2, m = s.values.mean;
    const double p2 = s.values.p2, p3 = s.values.p3, p4 = s.values.p4;
    const double whole = n * (n - 1) * m * m - p2;  // sum of x_i x_j over i != j
    if (m + s.values.sorted.front() < -1e-12 * m || !(whole > 0)) {
        test.undefined = Undefined::not_positive;
        return test;
    }
    // The numerator is m^2 S0 + m A + B, A = sum (w_i. + w_.i) z_i, B = sum w_ij z_i z_j; expectations of products of distinct units' deviations by power sums.
    const double e11 = -p2 / (n * (n - 1)), e21 = -p3 / (n * (n - 1)), e111 = 2 * p3 / (n * (n - 1) * (n - 2));
    const double e22 = (p2 * p2 - p4) / (n * (n - 1)), e211 = (2 * p4 - p2 * p2) / (n * (n - 1) * (n - 2)), e1111 = (3 * p2 * p2 - 6 * p4) / (n * (n - 1) * (n - 2) * (n - 3));
    const double var_a  = (s2 - 4 * s0 * s0 / n) * p2 / (n - 1);
    const double cov_ab = s2 * e21 + (2 * s0 * s0 - s2) * e111;
    const double var_b  = s1 * e22 + (s2 - 2 * s1) * e211 + (s0 * s0 - s2 + s1) * e1111 - s0 * e11 * s0 * e11;
    const auto   cross  = [m](double a, double b) { return (m + a) * (m + b); };
    test.statistic      = over_pairs(s.pairs, s.values.sorted, cross) / whole;
    test.expected       = s0 / (n * (n - 1));
    test.variance       = variance_or_nan((m * m * var_a + 2 * m * cov_ab + var_b) / (whole * whole));
    test.z              = (test.statistic - test.expected) / std::sqrt(test.variance);
    permute_pairs(test, s.pairs, s.values.sorted, 1 / whole, options, exec, cross);
    return test;
}

JoinCounts join_counts(std::span<const double> x, const SpatialWeights& weights, const JoinCountOptions& options, const Execution& exec) {
    for (const double v : x) GEO_EXPECTS(std::isnan(v) || v == 0 || v == 1);
    Setting    s = setting_of(x, weights, options, exec);
    JoinCounts out;
    for (const std::uint32_t row : s.units.rows) (x[row] == 1 ? out.black : out.white) += 1;
    out.bb = out.bw = out.ww = s.test;
    if (s.test.undefined != Undefined::no) return out;
    const double n = s.n, s0 = s.pairs.sums.s0, s1 = s.pairs.sums.s1, s2 = s.pairs.sums.s2;
    const auto   b = static_cast<double>(out.black), w = static_cast<double>(out.white);
    const bool   free = options.sampling == Sampling::free;
    const double p = std::isnan(options.p) ? b / n : options.p, q = 1 - p;
    // P(k given units are all of a colour that c units have).
    const auto alike = [&](double c, double share, int k) {
        double value = 1;
        for (int i = 0; i < k; ++i) value *= free ? share : (c - i) / (n - i);
        return value;
    };
    const double pair = n * (n - 1), four = pair * (n - 2) * (n - 3);
    const double differ = free ? 2 * p * q : 2 * b * w / pair, differ_twice = free ? p * q : b * w / pair, differ_apart = free ? 4 * p * p * q * q : 4 * b * (b - 1) * w * (w - 1) / four;
    const auto fill = [&](GlobalTest& test, double one, double shared, double apart, const auto& f) {
        test.statistic = over_pairs(s.pairs, s.values.sorted, f) / 2;
        test.expected  = s0 * one / 2;
        test.variance  = variance_or_nan((s1 * one + (s2 - 2 * s1) * shared + (s0 * s0 - s2 + s1) * apart) / 4 - test.expected * test.expected);
        test.z         = (test.statistic - test.expected) / std::sqrt(test.variance);
        permute_pairs(test, s.pairs, s.values.sorted, 0.5, options, exec, f);
    };
    const double m = s.values.mean;
    const auto   black = [m](double v) { return v + m > 0.5 ? 1.0 : 0.0; };
    fill(out.bb, alike(b, p, 2), alike(b, p, 3), alike(b, p, 4), [&](double u, double v) { return black(u) * black(v); });
    fill(out.bw, differ, differ_twice, differ_apart, [&](double u, double v) { return black(u) == black(v) ? 0.0 : 1.0; });
    fill(out.ww, alike(w, q, 2), alike(w, q, 3), alike(w, q, 4), [&](double u, double v) { return (1 - black(u)) * (1 - black(v)); });
    return out;
}

std::vector<double> empirical_bayes_deviates(std::span<const double> cases, std::span<const double> base) {
    const EmpiricalBayes eb = empirical_bayes(cases, base);
    std::vector<double>  out(cases.size(), std::nan(""));
    if (!(eb.mean > 0)) return out;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (eb.status[i] == Status::ok) out[i] = (eb.raw[i] - eb.mean) / std::sqrt(eb.variance + eb.mean / base[i]);
    }
    return out;
}

}  // namespace gapmap
