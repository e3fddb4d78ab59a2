#include <algorithm>
#include <cmath>

#include "analysis/autocorrelation.h"
#include "analysis/autocorrelation_parts.h"

namespace gapmap {
namespace {

constexpr std::size_t grain = 512;

/// Sums over V = W'W, the matrix of L's quadratic form: its diagonal d, the row sums r of what is beside it, and the squares.
struct FormSums {
    double d = 0, d2 = 0, dr = 0, r = 0, r2 = 0, v2 = 0;  ///< sum d, d^2, d r, r, r^2; sum of V_jk^2 over j != k
};

/// Links by neighbour: who names each unit, with which weight.
SpatialWeights transposed(const SpatialWeights& w) {
    SpatialWeights out;
    out.offsets.assign(w.rows() + 1, 0);
    for (const std::uint32_t j : w.neighbours) ++out.offsets[j + 1];
    for (std::size_t j = 0; j < w.rows(); ++j) out.offsets[j + 1] += out.offsets[j];
    out.neighbours.resize(w.neighbours.size());
    out.weights.resize(w.neighbours.size());
    std::vector<std::size_t> next(out.offsets.begin(), out.offsets.end() - 1);
    for (std::size_t i = 0; i < w.rows(); ++i) {
        for (std::size_t l = w.offsets[i]; l < w.offsets[i + 1]; ++l) {
            const std::size_t to = next[w.neighbours[l]]++;
            out.neighbours[to]   = static_cast<std::uint32_t>(i);
            out.weights[to]      = w.weights[l];
        }
    }
    return out;
}

FormSums form_sums(const SpatialWeights& w, const Execution& exec) {
    const SpatialWeights from = transposed(w);
    const std::size_t    n    = w.rows();
    std::vector<double>  d(n), r(n), v2(n);
    parallel_chunks(exec, n, grain, [&](std::size_t begin, std::size_t end) {
        std::vector<double>        v(n);  // one row of V
        std::vector<std::uint32_t> touched;
        for (std::size_t j = begin; j < end; ++j) {
            for (std::size_t l = from.offsets[j]; l < from.offsets[j + 1]; ++l) {
                const std::size_t i = from.neighbours[l];
                for (std::size_t k = w.offsets[i]; k < w.offsets[i + 1]; ++k) {
                    if (v[w.neighbours[k]] == 0) touched.push_back(w.neighbours[k]);
                    v[w.neighbours[k]] += from.weights[l] * w.weights[k];
                }
            }
            d[j] = v[j];
            v[j] = 0;
            for (const std::uint32_t k : touched) {
                r[j] += v[k];
                v2[j] += v[k] * v[k];
                v[k] = 0;
            }
            touched.clear();
        }
    });
    FormSums out;
    for (std::size_t j = 0; j < n; ++j) {
        out.d += d[j];
        out.d2 += d[j] * d[j];
        out.dr += d[j] * r[j];
        out.r += r[j];
        out.r2 += r[j] * r[j];
        out.v2 += v2[j];
    }
    return out;
}

struct Moments {
    double expected, variance;
};

/// Of sum_jk V_jk a_j b_k over all ways to lay the pairs (a, b) over the units; sum a = sum b = 0. Each product of four factors is sorted by which of its indices
/// coincide; the expectation over distinct units follows from power sums.
Moments form_moments(const FormSums& s, std::span<const double> a, std::span<const double> b) {
    double p11 = 0, p20 = 0, p02 = 0, p22 = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        p11 += a[i] * b[i];
        p20 += a[i] * a[i];
        p02 += b[i] * b[i];
        p22 += a[i] * b[i] * a[i] * b[i];
    }
    const auto   n  = static_cast<double>(a.size());
    const double n2 = n * (n - 1), n3 = n2 * (n - 2), n4 = n3 * (n - 3);
    const double diagonal = s.d2 * p22 / n + (s.d * s.d - s.d2) * (p11 * p11 - p22) / n2;
    const double mixed    = 2 * s.dr * (-p22 / n2) + (s.d * s.r - 2 * s.dr) * (2 * p22 - p11 * p11) / n3;
    const double beside   = s.v2 * (p20 * p02 + p11 * p11 - 2 * p22) / n2 + (s.r2 - s.v2) * 2 * (4 * p22 - p20 * p02 - p11 * p11) / n3 +
                          (s.r * s.r - 4 * s.r2 + 2 * s.v2) * (2 * p11 * p11 + p20 * p02 - 6 * p22) / n4;
    const double expected = s.d * p11 / n - s.r * p11 / n2;
    return {expected, diagonal + 2 * mixed + beside - expected * expected};
}

/// sum_i lag_i(a) lag_i(b).
double sum_of_lags(const SpatialWeights& w, std::span<const double> a, std::span<const double> b) {
    double out = 0;
    for (std::size_t i = 0; i < w.rows(); ++i) {
        double la = 0, lb = 0;
        for (std::size_t l = w.offsets[i]; l < w.offsets[i + 1]; ++l) {
            la += w.weights[l] * a[w.neighbours[l]];
            lb += w.weights[l] * b[w.neighbours[l]];
        }
        out += la * lb;
    }
    return out;
}

}  // namespace

GlobalTest lee(std::span<const double> x, std::span<const double> y, const SpatialWeights& weights, const GlobalOptions& options, const Execution& exec) {
    std::vector<bool> both = has_value(x);
    for (std::size_t i = 0; i < y.size(); ++i) both[i] = both[i] && !std::isnan(y[i]);
    const Units      units = units_of(both, weights, options.style);
    const Deviations a = deviations(x, units, exec), b = deviations(y, units, exec);
    GlobalTest       test = start_of(units);
    test.undefined        = obstacle(units, a);
    const auto allowed = [&] { return test.undefined == Undefined::no || test.undefined == Undefined::self_links; };  // L smooths: a unit may be part of its neighbourhood
    if (allowed()) test.undefined = obstacle(units, b);
    if (allowed()) test.undefined = Undefined::no;
    if (test.undefined != Undefined::no) return test;

    const std::size_t          n = units.size();
    std::vector<std::uint32_t> rank(n);
    for (std::uint32_t r = 0; r < n; ++r) rank[a.order[r]] = r;
    double whole = 0;
    for (std::size_t i = 0; i < n; ++i) {
        double sum = 0;
        for (const double w : units.weights.weights_of(i)) sum += w;
        whole += sum * sum;
    }
    const double  scale = static_cast<double>(n) / whole / std::sqrt(a.p2) / std::sqrt(b.p2);
    const Moments form  = form_moments(form_sums(units.weights, exec), a.z, b.z);
    test.statistic      = scale * sum_of_lags(units.weights, a.z, b.z);
    test.expected       = scale * form.expected;
    test.variance       = form.variance > 0 ? scale * scale * form.variance : std::nan("");
    test.z              = (test.statistic - test.expected) / std::sqrt(test.variance);
    const auto all = permuted(n, options, exec, [&](std::span<const std::uint32_t> layout) {
        std::vector<double> za(n), zb(n);
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t from = a.order[layout[rank[i]]];
            za[i]                    = a.z[from];
            zb[i]                    = b.z[from];
        }
        return scale * sum_of_lags(units.weights, za, zb);
    });
    rank_among(test, all);
    return test;
}

}  // namespace gapmap
