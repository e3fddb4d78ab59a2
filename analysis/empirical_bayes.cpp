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

/// Sums over a neighbourhood: cases, base, and the base-weighted spread of the rates about their mean.
struct Prior {
    double mean = 0, variance = 0;
};

template <class Rows>
Prior prior_of(const Rows& rows, std::span<const double> cases, std::span<const double> base) {
    double sum_cases = 0, sum_base = 0, spread = 0;
    for (const std::uint32_t i : rows) {
        sum_cases += cases[i];
        sum_base += base[i];
    }
    const double m = sum_cases / sum_base;
    for (const std::uint32_t i : rows) spread += base[i] * (cases[i] / base[i] - m) * (cases[i] / base[i] - m);
    return {m, std::max(0.0, spread / sum_base - m / (sum_base / static_cast<double>(rows.size())))};
}

}  // namespace

LocalEmpiricalBayes local_empirical_bayes(std::span<const double> cases, std::span<const double> base, const SpatialWeights& weights) {
    GEO_EXPECTS(cases.size() == base.size() && weights.rows() == cases.size());
    const auto has_data = [&](std::size_t i) { return base[i] > 0 && std::isfinite(base[i]) && std::isfinite(cases[i]); };
    LocalEmpiricalBayes result{std::vector<double>(cases.size(), std::numeric_limits<double>::quiet_NaN()),
                               std::vector<Status>(cases.size(), Status::missing)};
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        if (!has_data(i)) continue;
        rows.assign(1, static_cast<std::uint32_t>(i));
        for (const std::uint32_t j : weights.of(i)) {
            if (j != i && has_data(j)) rows.push_back(j);
        }
        result.status[i] = rows.size() > 1 ? Status::ok : Status::isolate;
        if (rows.size() == 1) continue;
        const Prior  prior       = prior_of(rows, cases, base);
        const double denominator = prior.variance + prior.mean / base[i];
        const double weight      = denominator > 0 ? prior.variance / denominator : 0;
        result.smoothed[i]       = prior.mean + weight * (cases[i] / base[i] - prior.mean);
    }
    return result;
}

}  // namespace gapmap
