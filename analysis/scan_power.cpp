#include "analysis/scan_power.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/scan_lanes.h"
#include "geo/core/expects.h"

namespace gapmap {
namespace {

constexpr std::uint32_t stream_power = 411;

/// The windows of a small ground, made once: zones as lists of sites.
struct Windows {
    ScanZones zones;
    ScanRatio ratio;
    [[nodiscard]] double best(std::span<const std::int32_t> counts) const {
        double best = 0;
        for (std::size_t c = 0; c < zones.size(); ++c) {
            std::int64_t inside = 0;
            for (std::size_t z = zones.offsets[c]; z < zones.offsets[c + 1]; ++z) {
                inside += counts[zones.order[z]];
                if (ratio.bound(inside, zones.measure[z]) * (1 + 1e-9) <= best) continue;
                best = std::max(best, ratio(inside, zones.measure[z]));
            }
        }
        return best;
    }
};

/// The median, by share, of the smallest circles that reach the share asked for. Empty where no window does.
std::vector<std::uint32_t> planted_sites(const ScanSites& sites, const Windows& windows, double share) {
    struct Circle {
        double      measure;
        std::size_t centre, size;
    };
    std::vector<Circle> circles;
    for (std::size_t c = 0; c < windows.zones.size(); ++c) {
        for (std::size_t z = windows.zones.offsets[c]; z < windows.zones.offsets[c + 1]; ++z) {
            if (windows.zones.measure[z] < share * sites.total_measure * (1 - 1e-12)) continue;
            circles.push_back({windows.zones.measure[z], c, z - windows.zones.offsets[c] + 1});
            break;
        }
    }
    if (circles.empty()) return {};
    std::ranges::sort(circles, [](const Circle& a, const Circle& b) { return a.measure != b.measure ? a.measure < b.measure : a.centre < b.centre; });
    const Circle& middle = circles[(circles.size() - 1) / 2];
    const auto    begin  = windows.zones.order.begin() + static_cast<std::ptrdiff_t>(windows.zones.offsets[middle.centre]);
    return {begin, begin + static_cast<std::ptrdiff_t>(middle.size)};
}

class Planted {
public:
    Planted(const ScanSites& sites, const Windows& windows, std::span<const std::uint32_t> cluster, const ScanPowerOptions& options, double critical)
        : windows_(windows), options_(options), critical_(critical), n_(sites.size()), cluster_(cluster.begin(), cluster.end()), inside_(weights(sites, true)), outside_(weights(sites, false)) {
        for (const std::uint32_t s : cluster_) share_ += sites.measure[s] / sites.total_measure;
    }
    [[nodiscard]] double share() const noexcept { return share_; }

    /// Share of simulated data that are detected. Every case keeps its draws over r: whether it falls inside, and where it falls on either side.
    [[nodiscard]] double power(double r, const Execution& exec) const {
        const double               p = r * share_ / (r * share_ + 1 - share_);
        std::vector<unsigned char> found(options_.power_replications, 0);
        parallel_chunks(exec, found.size(), 16, [&](std::size_t begin, std::size_t end) {
            std::vector<std::int32_t> counts(n_);
            for (std::size_t k = begin; k < end; ++k) {
                Draws draws(options_.seed, stream_power, k);
                std::ranges::fill(counts, 0);
                for (std::int64_t c = 0; c < options_.cases; ++c) {
                    const bool          is_inside = draws.uniform() < p;
                    const std::uint32_t in = inside_.draw(draws), out = outside_.draw(draws);
                    ++counts[is_inside ? in : out];
                }
                found[k] = windows_.best(counts) >= critical_ ? 1 : 0;
            }
        });
        return std::accumulate(found.begin(), found.end(), 0.0) / static_cast<double>(found.size());
    }

private:
    [[nodiscard]] std::vector<double> weights(const ScanSites& sites, bool inside) const {
        std::vector<double> out(sites.size());
        for (std::uint32_t s = 0; s < out.size(); ++s) out[s] = (std::ranges::find(cluster_, s) != cluster_.end()) == inside ? sites.measure[s] : 0;
        return out;
    }

    const Windows&             windows_;
    const ScanPowerOptions&    options_;
    double                     critical_;
    std::size_t                n_;
    std::vector<std::uint32_t> cluster_;
    double                     share_ = 0;
    AliasTable                 inside_, outside_;
};

/// The least ratio with p <= alpha: as many as alpha (M + 1) - 1 replications may be as good. REQUIRES alpha (M + 1) >= 1.
double critical_llr(std::vector<double> maxima, double alpha) {
    const auto better = static_cast<std::int64_t>(std::floor(alpha * static_cast<double>(maxima.size() + 1) * (1 + 1e-12))) - 1;
    std::ranges::sort(maxima, std::greater<>());
    if (static_cast<std::size_t>(better) >= maxima.size()) return 0;
    // Strictly above the next one: ties count against the data.
    return maxima[static_cast<std::size_t>(better)] + 1e-9 * std::max(1.0, maxima[static_cast<std::size_t>(better)]);
}

/// Smallest relative risk with the power asked for, to 1 %, by bisection of its logarithm; power rises with it but for the noise of the draws.
double smallest_detectable(const Planted& planted, const ScanPowerOptions& options, const Execution& exec) {
    double low = 0, high = std::log(options.most);
    while (high - low > 0.01) {
        const double middle = (low + high) / 2;
        (planted.power(std::exp(middle), exec) >= options.power ? high : low) = middle;
    }
    return std::exp(high);
}

std::vector<std::int64_t> all_in_one_place(const ScanData& data, std::int64_t cases) {
    // Only their number matters: the kernel scales the base to it. They are put where somebody is at risk.
    std::vector<std::int64_t> out(data.x.size(), 0);
    const auto most = std::ranges::max_element(data.base);
    if (most != data.base.end() && *most > 0) out[static_cast<std::size_t>(most - data.base.begin())] = cases;
    return out;
}

ScanPower nothing(Status status, std::string_view reason) {
    ScanPower out;
    out.status        = status;
    out.reason        = reason;
    out.relative_risk = NAN;
    return out;
}

}  // namespace

ScanPower scan_minimum_detectable(const ScanData& data, const ScanPowerOptions& options, const Execution& exec) {
    GEO_EXPECTS(data.intervals == 1 && data.base.size() == data.x.size() && data.y.size() == data.x.size());
    GEO_EXPECTS(options.cluster_share > 0 && options.cluster_share < 1 && options.alpha > 0 && options.alpha < 1 && options.power > 0 && options.power < 1 && options.most > 1);
    GEO_EXPECTS(options.power_replications >= 1 && options.null_replications >= 1);
    if (options.cases <= 0) return nothing(Status::missing, "there are no cases");
    const auto     cases = all_in_one_place(data, options.cases);
    const ScanData ground{data.x, data.y, data.z, 1, cases, data.base};
    const ScanSites sites = scan_sites(ground, ScanModel::poisson, {});
    if (sites.size() < 2) return nothing(Status::missing, "there are fewer than two places to compare");
    if (!(sites.total_measure > 0) || sites.total_cases == 0) return nothing(Status::missing, "nobody is at risk: the base is 0 everywhere");
    if (options.cases < options.min_cases) return nothing(Status::too_few, "there are fewer cases than a cluster must have");

    ScanOptions scan_options;
    scan_options.max_share    = options.max_share;
    scan_options.max_radius   = options.max_radius;
    scan_options.min_cases    = options.min_cases;
    scan_options.replications = options.null_replications;
    scan_options.seed         = options.seed;
    std::vector<std::uint32_t> centres(sites.size());
    std::iota(centres.begin(), centres.end(), 0U);
    const Windows windows{scan_zones(sites, centres, {}, scan_options, exec), ScanRatio(sites, scan_options)};
    const auto    cluster = planted_sites(sites, windows, options.cluster_share);
    if (cluster.empty()) return nothing(Status::too_few, "no window holds the share of a cluster that was asked for");

    ScanPower out;
    if (options.alpha * (options.null_replications + 1) < 1) return nothing(Status::too_few, "so few replications of the null cannot tell so small a level");
    out.critical_llr = critical_llr(scan_maxima(sites, scan_options, 0, exec), options.alpha);
    for (const std::uint32_t s : cluster) out.cluster.insert(out.cluster.end(), sites.places_of(s).begin(), sites.places_of(s).end());
    if (cluster.size() == sites.size()) return nothing(Status::too_few, "the smallest cluster of that share is all there is");
    const Planted planted(sites, windows, cluster, options, out.critical_llr);
    out.share         = planted.share();
    if (!(out.share < 1)) return nothing(Status::too_few, "nobody is at risk outside the cluster");
    out.power_at_most = planted.power(options.most, exec);
    if (out.power_at_most >= options.power) {
        out.relative_risk = smallest_detectable(planted, options, exec);
        return out;
    }
    out.status        = Status::too_few;
    out.reason        = "too few cases: even the largest relative risk would be missed too often";
    out.relative_risk = NAN;
    return out;
}

}  // namespace gapmap
