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

}  // namespace gapmap
