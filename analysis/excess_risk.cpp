#include "analysis/excess_risk.h"

#include <cmath>
#include <limits>

#include "analysis/exact_counts.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {
constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
}

ExcessRisk excess_risk(std::span<const double> cases, std::span<const double> base, double confidence) {
    GEO_EXPECTS(cases.size() == base.size() && confidence > 0 && confidence < 1);
    const std::size_t         n = cases.size();
    const std::vector<double> blank(n, undefined);
    ExcessRisk out{undefined, blank, blank, blank, blank, blank, blank, blank, std::vector<Status>(n, Status::missing)};
    double     all_cases = 0, all_base = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!(base[i] > 0) || !std::isfinite(base[i]) || !std::isfinite(cases[i])) continue;
        out.status[i] = Status::ok;
        all_cases += cases[i];
        all_base += base[i];
    }
    if (all_base == 0) return out;
    out.mean = all_cases / all_base;
    for (std::size_t i = 0; i < n; ++i) {
        if (out.status[i] != Status::ok) continue;
        const double expected = out.expected[i] = base[i] * out.mean;
        out.at_most[i]        = poisson_at_most(cases[i], expected);
        out.at_least[i]       = poisson_at_least(cases[i], expected);
        out.choynowski[i]     = cases[i] < expected ? out.at_most[i] : out.at_least[i];
        if (expected == 0) continue;
        const Interval interval = poisson_interval(cases[i], confidence);
        out.ratio[i] = cases[i] / expected;
        out.low[i]   = interval.low / expected;
        out.high[i]  = interval.high / expected;
    }
    return out;
}

std::vector<double> freeman_tukey(std::span<const double> cases, std::span<const double> base, double per) {
    GEO_EXPECTS(cases.size() == base.size() && per > 0);
    std::vector<double> out(cases.size(), undefined);
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (base[i] > 0) out[i] = std::sqrt(per) * (std::sqrt(cases[i] / base[i]) + std::sqrt((cases[i] + 1) / base[i]));
    }
    return out;
}

}  // namespace gapmap
