#include "analysis/scan_observed.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace gapmap {
namespace {

constexpr double equal_llr = 1e-9, least_further_llr = 1;

struct Centre {
    const ScanSites&   sites;
    const ScanOptions& options;
    const ScanRatio&   ratio;
    const ScanZones&   zones;
    std::size_t        begin, end;  // of its zones
    double             factor;
};

ScanCandidate best_zone(const Centre& c) {
    ScanCandidate best;
    std::int64_t  cases = 0;
    std::size_t   places = 0;
    for (std::size_t z = c.begin; z < c.end; ++z) {
        cases += c.sites.cases[c.zones.order[z]];
        places += c.sites.places_of(c.zones.order[z]).size();
        if (c.ratio.bound(cases, c.zones.measure[z]) * c.factor * (1 + 1e-9) <= best.llr) continue;
        const double llr = c.ratio(cases, c.zones.measure[z]) * c.factor;
        if (llr > best.llr) best = {llr, 0, 0, z - c.begin + 1, places, 0, 0, cases, c.zones.measure[z], c.zones.radius[z]};
    }
    return best;
}

/// The best zone of every window in time, [first * intervals + last].
std::vector<ScanCandidate> best_zones_by_time(const Centre& c) {
    const std::size_t          t = c.sites.intervals;
    std::vector<ScanCandidate> best(t * t);
    std::vector<std::int64_t>  cases(t + 1, 0);
    std::vector<double>        measure(t + 1, 0);
    std::size_t                places = 0;
    for (std::size_t z = c.begin; z < c.end; ++z) {
        const std::size_t site = c.zones.order[z];
        std::int64_t      cases_before = 0;
        double            before = 0;
        for (std::size_t s = 0; s < t; ++s) {
            cases[s + 1] += cases_before += c.sites.cases[site * t + s];
            measure[s + 1] += before += c.sites.measure[site * t + s];
        }
        places += c.sites.places_of(site).size();
        for (std::size_t end = c.options.prospective ? t : 1; end <= t; ++end) {
            for (std::size_t from = end > c.options.max_intervals ? end - c.options.max_intervals : 0; from < end; ++from) {
                const std::int64_t inside = cases[end] - cases[from];
                const double       m = measure[end] - measure[from];
                ScanCandidate&     b = best[from * t + end - 1];
                if (c.ratio.bound(inside, m) * c.factor * (1 + 1e-9) <= b.llr) continue;
                const double llr = c.ratio(inside, m) * c.factor;
                if (llr > b.llr) b = {llr, 0, 0, z - c.begin + 1, places, from, end - 1, inside, m, c.zones.radius[z]};
            }
        }
    }
    return best;
}

bool better(const ScanCandidate& a, const ScanCandidate& b) {
    return a.llr > b.llr * (1 + equal_llr) || (a.llr >= b.llr * (1 - equal_llr) && a.places < b.places);
}

/// The best window within [from, to), then the same before and after it.
void collect(const std::vector<ScanCandidate>& best, std::size_t t, std::size_t from, std::size_t to, double least, std::vector<ScanCandidate>& out) {
    const ScanCandidate* found = nullptr;
    for (std::size_t first = from; first < to; ++first) {
        for (std::size_t last = first; last < to; ++last) {
            const ScanCandidate& b = best[first * t + last];
            if (b.llr > least && (found == nullptr || better(b, *found))) found = &b;
        }
    }
    if (found == nullptr) return;
    out.push_back(*found);
    collect(best, t, from, found->first, least_further_llr, out);
    collect(best, t, found->last + 1, to, least_further_llr, out);
}

std::vector<ScanCandidate> candidates_of(const Centre& c) {
    std::vector<ScanCandidate> out;
    if (c.sites.intervals == 1) {
        const ScanCandidate best = best_zone(c);
        if (best.llr > 0) out.push_back(best);
        return out;
    }
    collect(best_zones_by_time(c), c.sites.intervals, 0, c.sites.intervals, 0, out);
    if (c.options.prospective && out.size() > 1) out.resize(1);
    return out;
}

bool share_time(const ScanCandidate& a, const ScanCandidate& b) { return a.first <= b.last && b.first <= a.last; }

}  // namespace

void ScanObserver::visit(std::size_t shape_number, const ScanShape& shape, std::span<const std::uint32_t> centres, const ScanZones& zones, const Execution& exec) {
    parallel_chunks(exec, centres.size(), 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) {
            auto& kept = of_centre_[centres[c]];
            for (ScanCandidate& found : candidates_of({sites_, options_, ratio_, zones, zones.offsets[c], zones.offsets[c + 1], shape.factor})) {
                found.centre = centres[c];
                found.shape  = static_cast<std::uint32_t>(shape_number);
                if (sites_.intervals > 1 || kept.empty()) kept.push_back(found);
                else if (better(found, kept.front())) kept.front() = found;
            }
        }
    });
}

std::vector<ScanCandidate> ScanObserver::candidates() const {
    std::vector<ScanCandidate> out;
    for (const auto& some : of_centre_) out.insert(out.end(), some.begin(), some.end());
    const auto number = [&](const ScanCandidate& a) { return std::tuple{a.places, sites_.places_of(a.centre).front(), a.shape, a.first}; };
    std::ranges::sort(out, [&](const ScanCandidate& a, const ScanCandidate& b) { return a.llr != b.llr ? a.llr > b.llr : number(a) < number(b); });
    // Equal but for rounding is a relation to the first of a run, not between neighbours: so that the order is one.
    for (std::size_t begin = 0; begin < out.size();) {
        std::size_t end = begin + 1;
        while (end < out.size() && out[end].llr >= out[begin].llr * (1 - equal_llr)) ++end;
        std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.begin() + static_cast<std::ptrdiff_t>(end), [&](const ScanCandidate& a, const ScanCandidate& b) { return number(a) < number(b); });
        begin = end;
    }
    return out;
}

std::vector<ScanKept> scan_apart(const ScanSites& sites, const ScanOptions& options, std::span<const ScanCandidate> candidates, const std::function<bool(const ScanCandidate&)>& wanted) {
    const auto                               shapes = scan_shapes(options);
    std::vector<ScanKept>                    out;
    std::vector<std::vector<std::uint32_t>>  clusters_at(sites.size());  // numbers in `out`
    const auto taken = [&](std::uint32_t site, const ScanCandidate& c) { return std::ranges::any_of(clusters_at[site], [&](std::uint32_t k) { return share_time(out[k].window, c); }); };
    for (const ScanCandidate& c : candidates) {
        if (!wanted(c)) break;
        if (taken(c.centre, c)) continue;
        const std::uint32_t centre[] = {c.centre};
        auto                order = scan_zones(sites, centre, shapes[c.shape], options, {}).order;
        order.resize(c.size);
        if (std::ranges::any_of(order, [&](std::uint32_t site) { return taken(site, c); })) continue;
        for (const std::uint32_t site : order) clusters_at[site].push_back(static_cast<std::uint32_t>(out.size()));
        out.push_back({c, std::move(order)});
    }
    return out;
}

}  // namespace gapmap
