#include "analysis/scan_sites.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>
#include <tuple>

namespace gapmap {
namespace {

constexpr double tolerance = 1e-12;  // a share that equals the limit but for rounding is within it

/// Where the sites lie for one shape: an ellipse becomes a circle once its long axis is squeezed.
struct Squeezed {
    std::vector<double> x, y, z;
};

Squeezed squeezed(const ScanSites& sites, const ScanShape& shape) {
    Squeezed out{sites.x, sites.y, sites.z};
    if (shape.shape == 1) return out;
    const double angle = shape.angle_deg * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
    for (std::size_t i = 0; i < sites.size(); ++i) {
        out.x[i] = (sites.x[i] * c + sites.y[i] * s) / shape.shape;
        out.y[i] = sites.y[i] * c - sites.x[i] * s;
    }
    return out;
}

struct Near {
    double        d2;
    std::uint32_t site;
};

/// Radix sort by the upper 32 bits of the square's bit pattern (which rises with the square), then runs of equal ones by the exact square; sites come in the order of their
/// coordinates and both sorts are stable, so ties stay in it.
class Sorter {
public:
    void sort(std::vector<Near>& near) {
        const std::size_t n = near.size();
        other_.resize(n);
        constexpr unsigned bits = 11;
        std::vector<std::uint32_t>& count = count_;
        for (unsigned pass = 0; pass < 3; ++pass) {
            const unsigned shift = 32 + pass * bits;  // the sign bit is 0
            count.assign((std::size_t{1} << bits) + 1, 0);
            for (const Near& a : near) ++count[digit(a, shift, bits) + 1];
            for (std::size_t k = 1; k < count.size(); ++k) count[k] += count[k - 1];
            for (const Near& a : near) other_[count[digit(a, shift, bits)]++] = a;
            near.swap(other_);
        }
        for (std::size_t begin = 0; begin < n;) {
            std::size_t end = begin + 1;
            while (end < n && upper(near[end]) == upper(near[begin])) ++end;
            if (end - begin > 1) {
                std::stable_sort(near.begin() + static_cast<std::ptrdiff_t>(begin), near.begin() + static_cast<std::ptrdiff_t>(end), [](const Near& a, const Near& b) { return a.d2 < b.d2; });
            }
            begin = end;
        }
    }

private:
    static std::uint32_t upper(const Near& a) noexcept { return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(a.d2) >> 32); }
    static std::size_t   digit(const Near& a, unsigned shift, unsigned bits) noexcept {
        return static_cast<std::size_t>(std::bit_cast<std::uint64_t>(a.d2) >> shift) & ((std::size_t{1} << bits) - 1);
    }
    std::vector<Near>          other_;
    std::vector<std::uint32_t> count_;
};

struct ZoneList {
    std::vector<std::uint32_t> order;
    std::vector<double>        measure, radius;
};

ZoneList zones_of(const ScanSites& sites, const Squeezed& at, std::span<const double> site_measure, std::uint32_t centre, const ScanOptions& options, std::vector<Near>& near, Sorter& sorter) {
    const std::size_t n = sites.size();
    const double      limit = options.max_radius > 0 ? options.max_radius : INFINITY, limit2 = limit * limit * (1 + 1e-12);
    near.clear();
    for (std::size_t i = 0; i < n; ++i) {
        const double dx = at.x[i] - at.x[centre], dy = at.y[i] - at.y[centre], dz = at.z.empty() ? 0 : at.z[i] - at.z[centre];
        const double d2 = dx * dx + dy * dy + dz * dz;
        if (d2 <= limit2) near.push_back({d2, static_cast<std::uint32_t>(i)});
    }
    sorter.sort(near);
    ZoneList out;
    double   share = 0, measure = 0;
    for (const Near& a : near) {
        share += sites.share[a.site];
        if (share > options.max_share * (1 + tolerance)) break;
        measure += site_measure[a.site];
        out.order.push_back(a.site);
        out.measure.push_back(measure);
        out.radius.push_back(std::sqrt(a.d2));
    }
    return out;
}

void expect_permutation(ScanSites& sites) {
    const std::size_t   t = sites.intervals;
    std::vector<double> of_interval(t, 0), of_site(sites.size(), 0);
    for (std::size_t k = 0; k < sites.cases.size(); ++k) {
        of_interval[k % t] += static_cast<double>(sites.cases[k]);
        of_site[k / t] += static_cast<double>(sites.cases[k]);
    }
    const auto total = static_cast<double>(sites.total_cases);
    for (std::size_t k = 0; k < sites.measure.size(); ++k) sites.measure[k] = total > 0 ? of_site[k / t] * of_interval[k % t] / total : 0;
}

}  // namespace

ScanSites scan_sites(const ScanData& data, ScanModel model, const std::vector<bool>& excluded) {
    ScanSites  out;
    const auto n = data.x.size(), t = data.intervals;
    out.intervals = t;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < n; ++i) {
        if (excluded.empty() || !excluded[i]) order.push_back(i);
    }
    const auto at = [&](std::uint32_t i) { return std::tuple{data.x[i], data.y[i], data.z.empty() ? 0.0 : data.z[i]}; };
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return std::pair{at(a), a} < std::pair{at(b), b}; });
    for (std::size_t k = 0; k < order.size(); ++k) {
        const std::uint32_t i = order[k];
        if (k == 0 || at(i) != at(order[k - 1])) {
            if (k > 0) out.offsets.push_back(k);
            out.x.push_back(data.x[i]);
            out.y.push_back(data.y[i]);
            if (!data.z.empty()) out.z.push_back(data.z[i]);
            out.cases.resize(out.cases.size() + t, 0);
            out.measure.resize(out.measure.size() + t, 0);
        }
        const std::size_t first = out.cases.size() - t;
        for (std::size_t s = 0; s < t; ++s) {
            out.cases[first + s] += data.cases.empty() ? 0 : data.cases[i * t + s];
            if (!data.base.empty()) out.measure[first + s] += data.base[i * t + s];
        }
    }
    if (!order.empty()) out.offsets.push_back(order.size());
    out.places = std::move(order);
    out.total_cases = std::accumulate(out.cases.begin(), out.cases.end(), std::int64_t{0});
    if (model == ScanModel::permutation) expect_permutation(out);
    double sum = std::accumulate(out.measure.begin(), out.measure.end(), 0.0);
    if (model == ScanModel::poisson && sum > 0 && out.total_cases > 0) {
        for (double& m : out.measure) m *= static_cast<double>(out.total_cases) / sum;
        sum = static_cast<double>(out.total_cases);
    }
    out.total_measure = sum;
    out.share.assign(out.x.size(), 0);
    for (std::size_t k = 0; k < out.measure.size(); ++k) out.share[k / t] += sum > 0 ? out.measure[k] / sum : 0;
    return out;
}

std::vector<ScanShape> scan_shapes(const ScanOptions& options) {
    std::vector<ScanShape> out{{}};
    if (!options.ellipses) return out;
    constexpr double shapes[] = {1.5, 2, 3, 4, 5};
    constexpr int    angles[] = {4, 6, 9, 12, 15};
    for (std::size_t k = 0; k < std::size(shapes); ++k) {
        const double s = shapes[k];
        for (int a = 0; a < angles[k]; ++a) out.push_back({s, 180.0 * a / angles[k], std::pow(4 * s / ((s + 1) * (s + 1)), options.penalty)});
    }
    return out;
}

ScanZones scan_zones(const ScanSites& sites, std::span<const std::uint32_t> centres, const ScanShape& shape, const ScanOptions& options, const Execution& exec) {
    ScanZones out;
    scan_zones(sites, centres, shape, options, exec, out);
    return out;
}

void scan_zones(const ScanSites& sites, std::span<const std::uint32_t> centres, const ScanShape& shape, const ScanOptions& options, const Execution& exec, ScanZones& out) {
    constexpr std::size_t grain = 16;
    const Squeezed        at = squeezed(sites, shape);
    std::vector<double>   site_measure(sites.size(), 0);
    for (std::size_t k = 0; k < sites.measure.size(); ++k) site_measure[k / sites.intervals] += sites.measure[k];
    std::vector<ZoneList> lists(centres.size());
    parallel_chunks(exec, centres.size(), grain, [&](std::size_t begin, std::size_t end) {
        std::vector<Near> near;
        Sorter            sorter;
        for (std::size_t c = begin; c < end; ++c) lists[c] = zones_of(sites, at, site_measure, centres[c], options, near, sorter);
    });
    out.offsets.assign(1, 0);
    for (const ZoneList& list : lists) out.offsets.push_back(out.offsets.back() + list.order.size());
    out.order.resize(out.offsets.back());
    out.measure.resize(out.offsets.back());
    out.radius.resize(out.offsets.back());
    parallel_chunks(exec, centres.size(), grain, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) {
            const auto to = static_cast<std::ptrdiff_t>(out.offsets[c]);
            std::ranges::copy(lists[c].order, out.order.begin() + to);
            std::ranges::copy(lists[c].measure, out.measure.begin() + to);
            std::ranges::copy(lists[c].radius, out.radius.begin() + to);
        }
    });
}

double scan_llr_poisson(std::int64_t inside, double expected, std::int64_t cases) noexcept {
    const auto c = static_cast<double>(inside), total = static_cast<double>(cases);
    if (!(expected > 0) || !(expected < total)) return 0;
    const double in = c > 0 ? c * std::log(c / expected) : 0, out = total > c ? (total - c) * std::log((total - c) / (total - expected)) : 0;
    return std::max(0.0, in + out);
}

double scan_llr_bernoulli(std::int64_t inside, double base, std::int64_t cases, double total) noexcept {
    const auto c = static_cast<double>(inside), all = static_cast<double>(cases);
    if (!(base > 0) || !(base < total) || !(all > 0) || !(all < total)) return 0;
    const double rate = all / total;
    const auto   term = [](double count, double of, double share) { return count > 0 ? count * std::log(count / (of * share)) : 0; };
    return std::max(0.0, term(c, base, rate) + term(base - c, base, 1 - rate) + term(all - c, total - base, rate) + term(total - base - (all - c), total - base, 1 - rate));
}

ScanRatio::ScanRatio(const ScanSites& sites, const ScanOptions& options) noexcept
    : model_(options.model), side_(options.side), total_(sites.total_cases), min_cases_(options.min_cases), cases_(static_cast<double>(sites.total_cases)),
      measure_(sites.total_measure), per_measure_(cases_ / measure_), scale_(cases_) {
    if (model_ == ScanModel::bernoulli) scale_ = cases_ * measure_ / (measure_ - cases_);
}

double ScanRatio::ratio(std::int64_t inside, double measure) const noexcept {
    return model_ == ScanModel::bernoulli ? scan_llr_bernoulli(inside, measure, total_, measure_) : scan_llr_poisson(inside, measure, total_);
}

double ScanRatio::operator()(std::int64_t inside, double measure) const noexcept {
    const double expected = measure * per_measure_;
    if (static_cast<double>(inside) > expected) return side_ == ScanSide::low || inside < min_cases_ ? 0 : ratio(inside, measure);
    return side_ == ScanSide::high ? 0 : ratio(inside, measure);
}

double ScanRatio::relative_risk(std::int64_t inside, double measure) const noexcept {
    const double outside = static_cast<double>(total_ - inside) / (measure_ - measure);
    const double within  = static_cast<double>(inside) / measure;
    return outside > 0 ? within / outside : INFINITY;
}

std::int64_t ScanRatio::least_high(double measure, double level, std::int64_t from) const noexcept {
    const double expected = measure * per_measure_;
    std::int64_t c = std::max({from, min_cases_, static_cast<std::int64_t>(std::floor(expected)) + 1});
    while (c <= total_) {
        // A Bernoulli window holds no more cases than individuals: where it would, a larger window of the same bucket may reach any level.
        if (measure <= 0 || (model_ == ScanModel::bernoulli && static_cast<double>(c) > measure) || ratio(c, measure) >= level) break;
        ++c;
    }
    return c;
}

std::int64_t ScanRatio::most_low(double measure, double level, std::int64_t from) const noexcept {
    if (measure >= measure_) return total_;  // a window of everything says nothing, but one a little smaller may
    const double expected = measure * per_measure_;
    std::int64_t c = std::max<std::int64_t>(from, -1);
    while (static_cast<double>(c + 1) <= expected && ratio(c + 1, measure) >= level) ++c;
    return c;
}

}  // namespace gapmap
