#include "analysis/local_autocorrelation.h"

#include <algorithm>
#include <cmath>

#include "analysis/autocorrelation_parts.h"
#include "analysis/conditional_permutation.h"
#include "analysis/multiplicity.h"

namespace gapmap {
namespace {

constexpr std::size_t grain   = 4'096;
constexpr double      rounding = 1e-12;  ///< of the scale: differences below it are none

/// A unit's weights without itself.
struct RowWeights {
    double sum = 0, squares = 0, self = 0;
    bool   equal = true;
    std::size_t others = 0;
};
RowWeights weights_of_row(const SpatialWeights& w, std::size_t i) {
    RowWeights out;
    double     first = 0;
    for (std::size_t l = w.offsets[i]; l < w.offsets[i + 1]; ++l) {
        const double weight = w.weights[l];
        if (w.neighbours[l] == i) {
            out.self = weight;
            continue;
        }
        if (out.others++ == 0) first = weight;
        out.equal = out.equal && weight == first;
        out.sum += weight;
        out.squares += weight * weight;
    }
    return out;
}

/// Mean and variance (divisor n - 1, they are a population) of the other units' deviations and of their squared distances from the unit's own.
struct Others {
    double mean = 0, variance = 0, distance_mean = 0, distance_variance = 0;
};
Others others_of(const Deviations& v, std::size_t i) {
    const auto   n = static_cast<double>(v.size());
    const double z = v.z[i], m = n - 1, mean = -z / m;
    double       s2 = v.p2 - z * z, s3 = v.p3 - z * z * z, s4 = v.p4 - z * z * z * z;  // power sums of the others
    double       variance = s2 / m - mean * mean, square_variance = s4 / m - (s2 / m) * (s2 / m), covariance = s3 / m - mean * s2 / m;
    if (z * z > 0.5 * v.p2 || z * z * z * z > 0.5 * v.p4) {  // one unit is nearly the whole sum: what is left of it would be rounding
        variance = square_variance = covariance = s2 = 0;
        for (std::size_t j = 0; j < v.size(); ++j) s2 += j == i ? 0 : v.z[j] * v.z[j];
        for (std::size_t j = 0; j < v.size(); ++j) {
            if (j == i) continue;
            const double a = v.z[j] - mean, b = v.z[j] * v.z[j] - s2 / m;
            variance += a * a / m;
            square_variance += b * b / m;
            covariance += a * b / m;
        }
    }
    if (variance <= rounding * rounding * (mean * mean + v.p2 / n)) variance = 0;  // the others are all equal
    return {mean, variance, z * z - 2 * z * mean + s2 / m, 4 * z * z * variance - 4 * z * covariance + square_variance};
}

struct Moments {
    double statistic, expected, variance;
};

double spread_of(const Deviations& v) { return std::sqrt(v.p2 / static_cast<double>(v.size())); }
bool   is_at_mean(const Deviations& v, double z) { return std::abs(z) <= rounding * spread_of(v); }

/// Variance of sum w v over random others, v of this variance: drawing without replacement from n - 1.
double variance_of_sum(double variance, const RowWeights& w, double n) {
    const double unequal = w.squares - w.sum * w.sum / (n - 1);
    return unequal <= rounding * w.squares ? 0 : variance * (n - 1) / (n - 2) * unequal;  // all the others are neighbours: there is nothing to draw
}

Moments moments_of(LocalStatistic statistic, const Deviations& v, std::size_t i, const RowWeights& w, double squared_distances, bool sums) {
    const auto   n = static_cast<double>(v.size());
    const double z = v.z[i], lag = v.lag[i], m2 = v.p2 / n;
    const Others others  = others_of(v, i);
    const double lag_var = variance_of_sum(others.variance, w, n);
    switch (statistic) {
        case LocalStatistic::moran:
            if (is_at_mean(v, z)) return {0, 0, 0};
            return {z / m2 * lag, z / m2 * w.sum * others.mean, z / m2 * z / m2 * lag_var};
        case LocalStatistic::gi: {
            const double whole = sums ? 1 : n * v.mean - (v.mean + z);
            return {(w.sum * v.mean + lag) / whole, w.sum * (v.mean + others.mean) / whole, lag_var / (whole * whole)};
        }
        case LocalStatistic::gi_star: {
            const double whole = sums ? 1 : n * v.mean, all = w.sum + w.self, unequal = n * (w.squares + w.self * w.self) - all * all;
            const double variance = unequal <= rounding * n * (w.squares + w.self * w.self) ? 0 : m2 * unequal / (n - 1);
            return {(all * v.mean + lag + w.self * z) / whole, all * v.mean / whole, variance / (whole * whole)};
        }
        case LocalStatistic::geary: {
            const double scale = v.p2 / (n - 1);
            return {squared_distances / scale, w.sum * others.distance_mean / scale, variance_of_sum(others.distance_variance, w, n) / (scale * scale)};
        }
    }
    return {};
}

double distances_of(const Units& units, const Deviations& v, std::size_t i) {
    std::vector<double> terms;
    for (std::size_t l = units.weights.offsets[i]; l < units.weights.offsets[i + 1]; ++l) {
        const double apart = v.z[i] - v.z[units.weights.neighbours[l]];
        terms.push_back(units.weights.weights[l] * apart * apart);
    }
    std::ranges::sort(terms);
    double out = 0;
    for (const double t : terms) out += t;
    return out;
}

/// z from the parts that carry the digits: a share of a huge whole would lose none, but the difference of two nearly equal shares would.
double standardised(LocalStatistic statistic, const Deviations& v, std::size_t i, const RowWeights& w, const Moments& m) {
    const auto n = static_cast<double>(v.size());
    if (statistic == LocalStatistic::gi) return (v.lag[i] + w.sum * v.z[i] / (n - 1)) / std::sqrt(variance_of_sum(others_of(v, i).variance, w, n));
    if (statistic == LocalStatistic::gi_star) {
        const double all = w.sum + w.self, unequal = n * (w.squares + w.self * w.self) - all * all;
        return (v.lag[i] + w.self * v.z[i]) / std::sqrt(v.p2 / n * unequal / (n - 1));
    }
    return (m.statistic - m.expected) / std::sqrt(m.variance);
}

std::uint8_t quadrant_of(const Deviations& v, std::size_t i, const RowWeights& w) {
    const bool high = v.z[i] > 0 && !is_at_mean(v, v.z[i]), lag_high = v.lag[i] > rounding * spread_of(v) * w.sum;
    return high ? (lag_high ? 1 : 4) : (lag_high ? 3 : 2);
}

void prepare_columns(LocalResult& out, std::size_t rows) {
    for (auto* column : {&out.statistic, &out.expected, &out.variance, &out.z, &out.p, &out.p_perm}) column->assign(rows, std::nan(""));
    out.at_least.assign(rows, 0);
    out.at_most.assign(rows, 0);
    out.quadrant.assign(rows, 0);
    out.status.assign(rows, Status::missing);
}

/// The question that permutations answer for unit i. `weights` is where its falling weights are kept.
LocalQuestion question_of(const Units& units, const Deviations& v, std::size_t i, const RowWeights& w, bool squares, std::span<double> weights) {
    std::size_t used = 0;
    for (std::size_t l = units.weights.offsets[i]; l < units.weights.offsets[i + 1]; ++l) {
        if (units.weights.neighbours[l] != i) weights[used++] = units.weights.weights[l];
    }
    std::sort(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(used), std::greater<>());
    LocalQuestion out{weights.first(used), w.equal, 0, 0, 0, true};
    const double  unit   = w.equal ? weights[0] : 1;
    const double  spread = spread_of(v);
    const double  scale  = squares ? v.z[i] * v.z[i] + spread * spread : spread;
    out.seen             = (squares ? distances_of(units, v, i) : v.lag[i]) / unit;
    out.tie              = rounding * (std::abs(out.seen) + scale * w.sum / unit);
    return out;
}

void permute(LocalResult& out, const Units& units, const Deviations& v, std::span<const RowWeights> rows, const LocalOptions& options, const Execution& exec) {
    const bool                 squares = options.statistic == LocalStatistic::geary;
    std::vector<double>        weights(units.weights.weights.size());
    std::vector<LocalQuestion> questions(v.size());
    parallel_chunks(exec, v.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t rank = begin; rank < end; ++rank) {
            const std::size_t i = v.order[rank];
            if (out.status[units.rows[i]] == Status::isolate) continue;
            const auto mine  = std::span(weights).subspan(units.weights.offsets[i], units.weights.of(i).size());
            questions[rank] = question_of(units, v, i, rows[i], squares, mine);
        }
    });
    for (std::uint32_t rank = 0; rank < v.size(); ++rank) {  // equal values with equal neighbourhoods: whichever row comes first, both get the same draws
        const std::uint32_t before = rank > 0 ? v.order[rank - 1] : 0, mine = v.order[rank];
        const bool          same = rank > 0 && v.z[before] == v.z[mine] && v.lag[before] == v.lag[mine] && rows[before].others == rows[mine].others;
        questions[rank].address  = same ? questions[rank - 1].address : rank;
    }
    const ConditionalSetting       setting{v.sorted, questions, squares, options.permutations, options.seed};
    const std::vector<LocalCounts> counts = options.draws == DrawMode::shared ? count_shared(setting, exec) : count_separate(setting, exec);
    for (std::size_t rank = 0; rank < v.size(); ++rank) {
        if (!questions[rank].asked) continue;
        const std::size_t row = units.rows[v.order[rank]];
        LocalCounts       c   = counts[rank];
        const double      z   = v.sorted[rank];
        if (options.statistic == LocalStatistic::moran && z < 0) std::swap(c.at_least, c.at_most);  // I has the sign of z lag
        if (options.statistic == LocalStatistic::moran && is_at_mean(v, z)) c = {options.permutations, options.permutations};
        out.at_least[row] = c.at_least;
        out.at_most[row]  = c.at_most;
        out.p_perm[row]   = doubled_p(c.at_least, c.at_most, options.permutations);
    }
}

}  // namespace

LocalResult local_autocorrelation(std::span<const double> x, const SpatialWeights& weights, const LocalOptions& options, const Execution& exec) {
    const bool star  = options.statistic == LocalStatistic::gi_star;
    Units      units = units_of(has_value(x), star ? with_self(weights) : weights, options.style);
    LocalResult out;
    prepare_columns(out, x.size());
    out.units    = units.size();
    out.missing  = units.missing;
    out.links    = units.weights.neighbours.size();
    const Deviations        v = deviations(x, units, exec);
    std::vector<RowWeights> rows(units.size());
    std::size_t             linked = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        rows[i]                  = weights_of_row(units.weights, i);
        const bool alone         = rows[i].others == 0 || rows[i].sum == 0;
        out.isolates += alone ? 1U : 0U;
        linked += alone ? 0U : 1U;
        out.links -= rows[i].others < units.weights.of(i).size() ? 1U : 0U;
        out.status[units.rows[i]] = alone ? Status::isolate : Status::too_few;
    }
    if (units.size() < 4) out.undefined = Undefined::too_few_units;
    else if (v.all_equal()) out.undefined = Undefined::all_equal;
    else if (!(v.p4 > 0) || !std::isfinite(v.p4)) out.undefined = Undefined::out_of_range;
    else if (linked == 0) out.undefined = Undefined::no_links;
    else if (units.self && !star) out.undefined = Undefined::self_links;
    if (out.undefined != Undefined::no) return out;

    const bool getis = star || options.statistic == LocalStatistic::gi;
    out.sums         = getis && (v.mean + v.sorted.front() < -rounding * std::abs(v.mean) || !(v.mean > 0));
    parallel_chunks(exec, units.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t row = units.rows[i];
            if (out.status[row] == Status::isolate) continue;
            const double  distances = options.statistic == LocalStatistic::geary ? distances_of(units, v, i) : 0;
            const Moments m         = moments_of(options.statistic, v, i, rows[i], distances, out.sums);
            out.quadrant[row]       = quadrant_of(v, i, rows[i]);
            out.statistic[row]      = m.statistic;
            out.expected[row]       = m.expected;
            if (!(m.variance > 0)) continue;  // stays too_few
            out.variance[row] = m.variance;
            out.z[row]        = standardised(options.statistic, v, i, rows[i], m);
            out.p[row]        = two_sided_p(out.z[row]);
            out.status[row]   = Status::ok;
        }
    });
    if (options.permutations > 0) permute(out, units, v, rows, options, exec);
    return out;
}

}  // namespace gapmap
