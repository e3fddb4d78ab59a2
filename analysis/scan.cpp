#include "analysis/scan.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "analysis/multiplicity.h"
#include "analysis/scan_lanes.h"
#include "analysis/scan_observed.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr double equal_llr = 1e-9, least_llr = 0.001, gini_alpha = 0.05;

/// Maxima of the null, ascending.
double p_of(double llr, std::span<const double> sorted) {
    const double least = llr - equal_llr * std::max(1.0, llr);
    return rank_p(sorted.end() - std::lower_bound(sorted.begin(), sorted.end(), least), static_cast<std::int64_t>(sorted.size()));
}

struct Analysis {
    ScanSites                  sites;
    std::vector<double>        maxima, sorted;
    std::vector<ScanCandidate> candidates;
};

Analysis analyse(const ScanData& data, const ScanOptions& options, const std::vector<bool>& excluded, std::uint32_t round, const Execution& exec) {
    Analysis a;
    a.sites      = scan_sites(data, options.model, excluded);
    ScanObserver observer(a.sites, options);
    a.maxima     = scan_maxima(a.sites, options, round, exec, [&](std::size_t number, const ScanShape& shape, auto centres, const ScanZones& zones) { observer.visit(number, shape, centres, zones, exec); });
    a.candidates = observer.candidates();
    a.sorted     = a.maxima;
    std::ranges::sort(a.sorted);
    return a;
}

ScanCluster cluster_of(const Analysis& a, const ScanOptions& options, const ScanKept& kept) {
    const ScanRatio      ratio(a.sites, options);
    const ScanCandidate& w     = kept.window;
    const ScanShape      shape = scan_shapes(options)[w.shape];
    ScanCluster          out;
    out.centre = a.sites.places_of(w.centre).front();
    for (const std::uint32_t site : kept.sites) out.members.insert(out.members.end(), a.sites.places_of(site).begin(), a.sites.places_of(site).end());
    out.radius        = w.radius;
    out.shape         = shape.shape;
    out.angle         = shape.angle_deg;
    out.first         = w.first;
    out.last          = w.last;
    out.observed      = w.cases;
    out.expected      = ratio.expected(w.measure);
    out.relative_risk = ratio.relative_risk(w.cases, w.measure);
    out.llr           = w.llr;
    out.p             = p_of(w.llr, a.sorted);
    out.p_gumbel      = scan_gumbel_p(w.llr, a.maxima);
    return out;
}

/// The best one is always told, others only if some replication falls short of them.
std::vector<ScanKept> worth_telling(const Analysis& a, const ScanOptions& options) {
    return scan_apart(a.sites, options, a.candidates, [&, first = true](const ScanCandidate& c) mutable {
        const bool best = first;
        first = false;
        return c.llr >= least_llr && (best || p_of(c.llr, a.sorted) < 1);
    });
}

/// Concentration of the cases in clusters beyond their share of the expected: twice the area between the Lorenz curve and the diagonal.
double gini_of(const Analysis& a, const ScanOptions& options, std::vector<ScanKept> clusters) {
    const ScanRatio ratio(a.sites, options);
    std::ranges::sort(clusters, [&](const ScanKept& x, const ScanKept& y) { return static_cast<double>(x.window.cases) * y.window.measure > static_cast<double>(y.window.cases) * x.window.measure; });
    double area = 0, x = 0, y = 0;
    const auto step = [&](double to_x, double to_y) {
        area += (to_x - x) * (y + to_y) / 2;
        x = to_x;
        y = to_y;
    };
    for (const ScanKept& k : clusters) step(x + k.window.measure / a.sites.total_measure, y + static_cast<double>(k.window.cases) / static_cast<double>(a.sites.total_cases));
    step(1, 1);
    return 2 * area - 1;
}

/// The caps of Han et al., as far as the scan's own.
std::vector<double> gini_caps(double max_share) {
    std::vector<double> out;
    for (const double cap : {0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.10, 0.12, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50}) {
        if (cap < max_share) out.push_back(cap);
    }
    out.push_back(max_share);
    return out;
}

void choose_by_gini(Analysis& a, const ScanOptions& options, ScanResult& result, std::vector<ScanKept>& clusters, const Execution& exec) {
    result.gini_share = options.max_share;
    for (const double cap : gini_caps(options.max_share)) {
        ScanOptions capped = options;
        capped.max_share   = cap;
        ScanObserver observer(a.sites, capped);
        for_each_zone_block(a.sites, capped, exec, [&](std::size_t number, const ScanShape& shape, auto centres, const ScanZones& zones) { observer.visit(number, shape, centres, zones, exec); });
        auto some = scan_apart(a.sites, capped, observer.candidates(), [&](const ScanCandidate& c) { return p_of(c.llr, a.sorted) <= gini_alpha; });
        const double gini = some.empty() ? 0 : gini_of(a, options, some);
        if (gini <= result.gini) continue;
        result.gini       = gini;
        result.gini_share = cap;
        clusters          = std::move(some);
    }
}

/// Why nothing can be said of these data; empty where something can.
std::string_view fault(const ScanSites& sites, const ScanOptions& options) {
    if (sites.size() == 0) return "there are no places";
    if (sites.total_cases == 0) return "there are no cases";
    if (!(sites.total_measure > 0)) return "nobody is at risk: the base is 0 everywhere";
    if (options.model == ScanModel::bernoulli && static_cast<double>(sites.total_cases) >= sites.total_measure) return "there are no controls: the cases are all of the base";
    if (sites.size() == 1 && (sites.intervals == 1 || options.model == ScanModel::permutation)) return "all places are one point: there is nothing to compare";
    if (options.model == ScanModel::permutation && sites.intervals == 1) return "there is one interval of time only: a space-time permutation needs two";
    const bool some = std::ranges::any_of(sites.share, [&](double s) { return s <= options.max_share * (1 + 1e-12); });
    if (!some) return "every place alone is larger than the largest window";
    return {};
}

void check(const ScanData& data, const ScanOptions& options) {
    const std::size_t n = data.x.size(), cells = n * data.intervals;
    GEO_EXPECTS(data.y.size() == n && (data.z.empty() || data.z.size() == n));
    GEO_EXPECTS(data.intervals >= 1 && data.cases.size() == cells);
    GEO_EXPECTS(options.model == ScanModel::permutation ? data.base.empty() : data.base.size() == cells);
    GEO_EXPECTS(options.max_share > 0 && options.max_share <= 1 && options.max_intervals >= 1 && options.replications >= 1);
    GEO_EXPECTS(!options.ellipses || data.z.empty());
    for (std::size_t k = 0; k < cells; ++k) {
        GEO_EXPECTS(data.cases[k] >= 0);
        if (data.base.empty()) continue;
        GEO_EXPECTS(data.base[k] >= 0 && std::isfinite(data.base[k]) && (data.base[k] > 0 || data.cases[k] == 0));
        if (options.model == ScanModel::bernoulli) GEO_EXPECTS(data.base[k] == std::floor(data.base[k]) && data.base[k] < 0x1p31 && static_cast<double>(data.cases[k]) <= data.base[k]);
    }
    for (std::size_t i = 0; i < n; ++i) GEO_EXPECTS(std::isfinite(data.x[i]) && std::isfinite(data.y[i]) && (data.z.empty() || std::isfinite(data.z[i])));
}

/// Removes the best cluster and scans what is left.
void go_on(const ScanData& data, const ScanOptions& options, ScanResult& result, const Execution& exec) {
    std::vector<bool> gone(data.x.size(), false);
    while (!result.clusters.empty() && result.clusters.size() < options.max_clusters && result.clusters.back().p <= options.sequential_alpha) {
        for (const std::uint32_t place : result.clusters.back().members) gone[place] = true;
        if (!fault(scan_sites(data, options.model, gone), options).empty()) return;
        const Analysis a    = analyse(data, options, gone, static_cast<std::uint32_t>(result.clusters.size()), exec);
        const auto     kept = worth_telling(a, options);
        if (kept.empty()) return;
        result.clusters.push_back(cluster_of(a, options, kept.front()));
    }
}

}  // namespace

ScanResult scan(const ScanData& data, const ScanOptions& options, const Execution& exec) {
    check(data, options);
    ScanResult      result;
    const ScanSites sites = scan_sites(data, options.model, {});
    result.places = sites.size();
    result.cases  = sites.total_cases;
    result.base   = std::accumulate(data.base.begin(), data.base.end(), 0.0);
    result.reason = fault(sites, options);
    if (!result.reason.empty()) {
        result.status = sites.size() > 1 && sites.total_cases > 0 && sites.total_measure > 0 ? Status::too_few : Status::missing;
        return result;
    }
    Analysis a    = analyse(data, options, {}, 0, exec);
    auto     kept = worth_telling(a, options);
    if (options.gini) choose_by_gini(a, options, result, kept, exec);
    if (options.sequential && kept.size() > 1) kept.resize(1);
    for (const ScanKept& k : kept) result.clusters.push_back(cluster_of(a, options, k));
    result.maxima = std::move(a.maxima);
    if (options.sequential) go_on(data, options, result, exec);
    if (result.clusters.empty()) result.reason = "no window of at least the least number of cases departs from what is expected, on the side that was scanned";
    return result;
}

double scan_gumbel_p(double llr, std::span<const double> maxima) noexcept {
    const auto n = static_cast<double>(maxima.size());
    if (maxima.size() < 2) return NAN;
    const double mean = std::accumulate(maxima.begin(), maxima.end(), 0.0) / n;
    double       squares = 0;
    for (const double m : maxima) squares += (m - mean) * (m - mean);
    const double scale = std::sqrt(6 * squares / (n - 1)) / std::numbers::pi;
    if (!(scale > 0)) return NAN;
    return -std::expm1(-std::exp(-(llr - (mean - std::numbers::egamma * scale)) / scale));
}

}  // namespace gapmap
