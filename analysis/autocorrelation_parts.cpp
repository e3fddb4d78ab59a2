#include "analysis/autocorrelation_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_layouts = 421;
constexpr std::size_t   grain          = 4'096;

/// Sum of the products in rising order: the same for any order of neighbours. Few neighbours are sorted by insertion.
double sum_of(std::vector<double>& products) {
    std::ranges::sort(products);
    return std::accumulate(products.begin(), products.end(), 0.0);
}

/// The weight that `row` gives `neighbour`, 0 where there is no link.
double weight_of(const SpatialWeights& w, std::size_t row, std::size_t neighbour) {
    const auto others = w.of(row);
    const auto found  = std::ranges::lower_bound(others, neighbour);
    return found != others.end() && *found == neighbour ? w.weights_of(row)[static_cast<std::size_t>(found - others.begin())] : 0;
}
bool linked(const SpatialWeights& w, std::size_t row, std::size_t neighbour) { return std::ranges::binary_search(w.of(row), neighbour); }

}  // namespace

std::vector<bool> has_value(std::span<const double> x) {
    std::vector<bool> out(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) out[i] = !std::isnan(x[i]);
    return out;
}

Units units_of(const std::vector<bool>& has_value, const SpatialWeights& weights, WeightStyle style) {
    GEO_EXPECTS(has_value.size() == weights.rows());
    Units out;
    for (std::size_t i = 0; i < has_value.size(); ++i) {
        if (has_value[i]) out.rows.push_back(static_cast<std::uint32_t>(i));
    }
    out.missing = has_value.size() - out.rows.size();
    out.weights = out.missing == 0 ? weights : weights_among(weights, has_value);
    apply_style(out.weights, style);
    for (std::size_t i = 0; i < out.size(); ++i) {
        out.isolates += out.weights.of(i).empty() ? 1U : 0U;
        out.self = out.self || linked(out.weights, i, i);
    }
    return out;
}

Deviations deviations(std::span<const double> x, const Units& units, const Execution& exec) {
    const std::size_t n = units.size();
    Deviations        out;
    out.z.resize(n);
    for (std::size_t i = 0; i < n; ++i) out.z[i] = x[units.rows[i]];
    out.sorted = out.z;
    std::ranges::sort(out.sorted);
    if (n == 0) return out;
    const double base = out.sorted[n / 2];  // sums of what is left after the median lose no digits far from 0
    double       sum  = 0;
    for (const double v : out.sorted) sum += v - base;
    const double shift = sum / static_cast<double>(n);
    out.mean           = base + shift;
    for (double& v : out.z) v = v - base - shift;
    for (double& v : out.sorted) v = v - base - shift;
    for (const double v : out.sorted) {
        out.p2 += v * v;
        out.p3 += v * v * v;
        out.p4 += v * v * v * v;
    }
    out.lag.resize(n);
    parallel_chunks(exec, n, grain, [&](std::size_t begin, std::size_t end) {
        std::vector<double> products;
        for (std::size_t i = begin; i < end; ++i) {
            const auto others = units.weights.of(i);
            const auto weight = units.weights.weights_of(i);
            products.clear();
            for (std::size_t k = 0; k < others.size(); ++k) {
                if (others[k] != i) products.push_back(weight[k] * out.z[others[k]]);
            }
            out.lag[i] = sum_of(products);
        }
    });
    out.order.resize(n);
    std::iota(out.order.begin(), out.order.end(), 0U);
    const auto& w = units.weights;
    std::ranges::sort(out.order, [&](std::uint32_t a, std::uint32_t b) {
        if (out.z[a] != out.z[b]) return out.z[a] < out.z[b];
        return std::tuple(out.lag[a], w.of(a).size(), a) < std::tuple(out.lag[b], w.of(b).size(), b);
    });
    return out;
}

Pairs pairs_of(const SpatialWeights& weights, std::span<const std::uint32_t> order) {
    const std::size_t          n = order.size();
    std::vector<std::uint32_t> rank(n);
    for (std::uint32_t r = 0; r < n; ++r) rank[order[r]] = r;
    std::vector<double> row_sum(n), column_sum(n);
    Pairs               out;
    for (std::uint32_t r = 0; r < n; ++r) {
        const std::size_t i = order[r];
        for (std::size_t l = weights.offsets[i]; l < weights.offsets[i + 1]; ++l) {
            const std::size_t j    = weights.neighbours[l];
            const double      w    = weights.weights[l];
            const bool        both = linked(weights, j, i);
            row_sum[i] += w;
            column_sum[j] += w;
            if (both && rank[j] < r) continue;  // taken from the other side
            const double sum = both ? w + weight_of(weights, j, i) : w;
            out.second.push_back(rank[j]);
            out.weight.push_back(sum);
            out.sums.s1 += sum * sum;
        }
        out.offsets.push_back(out.second.size());
    }
    for (std::size_t i = 0; i < n; ++i) {
        out.sums.s0 += row_sum[i];
        out.sums.s2 += (row_sum[i] + column_sum[i]) * (row_sum[i] + column_sum[i]);
    }
    return out;
}

std::vector<double> permuted(std::size_t n, const GlobalOptions& options, const Execution& exec, const OfLayout& statistic) {
    std::vector<double> out(options.permutations);
    parallel_chunks(exec, out.size(), 8, [&](std::size_t begin, std::size_t end) {
        std::vector<std::uint32_t> layout(n);
        for (std::size_t m = begin; m < end; ++m) {
            std::iota(layout.begin(), layout.end(), 0U);
            Draws draws(options.seed, stream_layouts, m);
            for (auto left = static_cast<std::uint32_t>(n); left > 1; --left) std::swap(layout[left - 1], layout[draws.below(left)]);
            out[m] = statistic(layout);
        }
    });
    return out;
}

void rank_among(GlobalTest& test, std::span<const double> permuted) {
    if (permuted.empty() || test.undefined != Undefined::no) return;
    const double spread = std::isnan(test.variance) ? 0 : std::sqrt(test.variance);
    const double tie    = 1e-12 * (std::abs(test.statistic) + std::abs(test.expected) + spread);
    double       sum = 0, squares = 0;
    for (const double s : permuted) {
        test.at_least += s >= test.statistic - tie ? 1U : 0U;
        test.at_most += s <= test.statistic + tie ? 1U : 0U;
        sum += s - test.statistic;
    }
    const auto   m    = static_cast<double>(permuted.size());
    const double mean = sum / m;
    for (const double s : permuted) squares += (s - test.statistic - mean) * (s - test.statistic - mean);
    test.permuted_mean = test.statistic + mean;
    if (permuted.size() > 1) test.permuted_variance = squares / (m - 1);
}

double two_sided_p(double z) noexcept { return std::erfc(std::abs(z) / std::sqrt(2.0)); }

GlobalTest start_of(const Units& units) {
    GlobalTest out;
    out.units    = units.size();
    out.links    = units.weights.neighbours.size();
    out.isolates = units.isolates;
    out.missing  = units.missing;
    return out;
}

Undefined obstacle(const Units& units, const Deviations& values) {
    if (units.size() < 4) return Undefined::too_few_units;
    if (values.all_equal()) return Undefined::all_equal;
    if (!(values.p4 > 0) || !std::isfinite(values.p4)) return Undefined::out_of_range;
    const bool weight = std::ranges::any_of(units.weights.weights, [](double w) { return w != 0; });
    if (!weight) return Undefined::no_links;
    return units.self ? Undefined::self_links : Undefined::no;
}

}  // namespace gapmap
