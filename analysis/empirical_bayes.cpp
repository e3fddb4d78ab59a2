#include "analysis/empirical_bayes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "geo/core/expects.h"

namespace gapmap {

EmpiricalBayes empirical_bayes(std::span<const double> cases, std::span<const double> base) {
    GEO_EXPECTS(cases.size() == base.size());
    const double   undefined = std::numeric_limits<double>::quiet_NaN();
    EmpiricalBayes result{0, 0, std::vector<double>(cases.size(), undefined), std::vector<double>(cases.size(), undefined),
                          std::vector<Status>(cases.size(), Status::missing)};
    double sum_cases = 0, sum_base = 0, units = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!(base[i] > 0) || !std::isfinite(cases[i])) continue;
        result.raw[i]    = cases[i] / base[i];
        result.status[i] = Status::ok;
        sum_cases += cases[i];
        sum_base += base[i];
        units += 1;
    }
    if (sum_base == 0) return result;
    const double m = result.mean = sum_cases / sum_base;
    double       spread = 0;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (result.status[i] == Status::ok) spread += base[i] * (result.raw[i] - m) * (result.raw[i] - m);
    }
    result.variance = std::max(0.0, spread / sum_base - m / (sum_base / units));
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (result.status[i] != Status::ok) continue;
        const double denominator = result.variance + m / base[i];
        const double weight      = denominator > 0 ? result.variance / denominator : 0;
        result.smoothed[i]       = m + weight * (result.raw[i] - m);
    }
    return result;
}

namespace {

/// The rows with data among a row and its neighbours, the row itself first.
class Neighbourhoods {
public:
    Neighbourhoods(std::span<const double> cases, std::span<const double> base, const SpatialWeights& weights)
        : cases_(cases), base_(base), weights_(weights) {}
    [[nodiscard]] bool has_data(std::size_t i) const noexcept { return base_[i] > 0 && std::isfinite(base_[i]) && std::isfinite(cases_[i]); }
    void collect(std::size_t i, std::vector<std::uint32_t>& rows) const {
        rows.assign(1, static_cast<std::uint32_t>(i));
        for (const std::uint32_t j : weights_.of(i)) {
            if (j != i && has_data(j)) rows.push_back(j);
        }
    }

private:
    std::span<const double> cases_, base_;
    const SpatialWeights&   weights_;
};

double sum_over(const std::vector<std::uint32_t>& rows, std::span<const double> values) {
    double sum = 0;
    for (const std::uint32_t i : rows) sum += values[i];
    return sum;
}

}  // namespace

LocalEmpiricalBayes local_empirical_bayes(std::span<const double> cases, std::span<const double> base, const SpatialWeights& weights) {
    GEO_EXPECTS(cases.size() == base.size() && weights.rows() == cases.size());
    const std::size_t   n         = cases.size();
    const double        undefined = std::numeric_limits<double>::quiet_NaN();
    LocalEmpiricalBayes result{std::vector<double>(n, undefined), std::vector<Status>(n, Status::missing)};
    const Neighbourhoods       around(cases, base, weights);
    std::vector<std::uint32_t> rows;
    std::vector<double>        mean(n, undefined), spread(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        if (!around.has_data(i)) continue;
        around.collect(i, rows);
        mean[i]   = sum_over(rows, cases) / sum_over(rows, base);
        spread[i] = base[i] * (cases[i] / base[i] - mean[i]) * (cases[i] / base[i] - mean[i]);
    }
    for (std::size_t i = 0; i < n; ++i) {
        if (!around.has_data(i)) continue;
        around.collect(i, rows);
        result.status[i] = rows.size() > 1 ? Status::ok : Status::isolate;
        if (rows.size() == 1) continue;
        const double sum_base    = sum_over(rows, base), m = mean[i];
        const double variance    = std::max(0.0, sum_over(rows, spread) / sum_base - m / (sum_base / static_cast<double>(rows.size())));
        const double denominator = variance + m / base[i];
        const double weight      = denominator > 0 ? variance / denominator : 0;
        result.smoothed[i]       = m + weight * (cases[i] / base[i] - m);
    }
    return result;
}

}  // namespace gapmap
