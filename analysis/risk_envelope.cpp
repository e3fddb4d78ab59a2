#include "analysis/risk_envelope.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "analysis/multiplicity.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream = 7301;

/// T of cases against the density of people `g`, at the places that are looked at.
std::vector<double> excess_of(PointsView<Planar> cases, PointsView<Planar> places, std::span<const double> g, const DensityOptions& density) {
    std::vector<double> f = density_at(cases, {}, places, density);
    const auto          n = static_cast<double>(cases.size());
    for (std::size_t i = 0; i < f.size(); ++i) f[i] = (f[i] / n - g[i]) / std::sqrt(g[i]);
    return f;
}

Points<Planar> present(PointsView<Planar> points) {
    Points<Planar> out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (std::isfinite(points.x[i]) && std::isfinite(points.y[i])) out.push_back(points[i]);
    }
    return out;
}

RiskEnvelope nothing(std::size_t places, Status status, std::string_view why) {
    const std::vector<double> none(places, std::numeric_limits<double>::quiet_NaN());
    return {none, none, status, why};
}

/// Running sums of the weights of points that are there: a person is drawn by looking up a uniform share of the last.
std::vector<double> running_sums(PointsView<Planar> people, std::span<const double> weights) {
    std::vector<double> sums(weights.begin(), weights.end());
    for (std::size_t i = 0; i < sums.size(); ++i) {
        if (!(sums[i] > 0) || !std::isfinite(people.x[i]) || !std::isfinite(people.y[i])) sums[i] = 0;
    }
    std::partial_sum(sums.begin(), sums.end(), sums.begin());
    return sums;
}

/// As many cases, each one of the people.
Points<Planar> drawn(PointsView<Planar> people, const std::vector<double>& sums, std::size_t cases, Draws& draws) {
    Points<Planar> out;
    for (std::size_t c = 0; c < cases; ++c) {
        const auto found = std::ranges::upper_bound(sums, draws.uniform() * sums.back());
        out.push_back(people[static_cast<std::size_t>(std::min(found - sums.begin(), static_cast<std::ptrdiff_t>(sums.size()) - 1))]);
    }
    return out;
}

}  // namespace

RiskEnvelope risk_envelope(PointsView<Planar> cases_in, PointsView<Planar> people, std::span<const double> weights, PointsView<Planar> places,
                           const RiskEnvelopeOptions& options, const Execution& exec) {
    GEO_EXPECTS(weights.size() == people.size() && options.replications >= 1);
    const Points<Planar>      cases = present(cases_in);
    const std::vector<double> sums  = running_sums(people, weights);
    if (cases.x.empty()) return nothing(places.size(), Status::missing, "there is no case");
    if (sums.empty() || sums.back() <= 0) return nothing(places.size(), Status::missing, "nobody is at risk");
    const DensityOptions density{.kernel = options.kernel, .bandwidth = options.bandwidth};
    std::vector<double>  g    = density_at(people, weights, places, density, exec);
    const double         area = std::numbers::pi * options.bandwidth.x * options.bandwidth.y;
    Points<Planar>       seen;  // places with people enough
    std::vector<double>  g_seen;
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < g.size(); ++i) {
        g[i] /= sums.back();
        if (!(g[i] * area * static_cast<double>(cases.size()) >= options.least_at_risk)) continue;
        seen.push_back(places[i]);
        g_seen.push_back(g[i]);
        at.push_back(i);
    }
    if (at.empty()) return nothing(places.size(), Status::too_few, "nowhere are people enough at risk to expect a case");
    const std::vector<double> observed = excess_of(cases.view(), seen.view(), g_seen, density);
    std::vector<double>       largest(options.replications);
    parallel_chunks(exec, largest.size(), 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            Draws      draws(options.seed, stream, r);
            const auto simulated = drawn(people, sums, cases.size(), draws);
            largest[r]           = std::ranges::max(excess_of(simulated.view(), seen.view(), g_seen, density));
        }
    });
    std::ranges::sort(largest);
    RiskEnvelope out = nothing(places.size(), Status::ok, "");
    for (std::size_t k = 0; k < at.size(); ++k) {
        const double slack = 1e-12 * std::abs(observed[k]);  // sums of equal terms in another order are ties
        out.excess[at[k]]  = observed[k];
        out.p[at[k]]       = rank_p(largest.end() - std::ranges::lower_bound(largest, observed[k] - slack), options.replications);
    }
    return out;
}

}  // namespace gapmap
