#include "data/ingest/crs_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "data/ingest/position.h"
#include "geo/crs/transform.h"

namespace gapmap {
namespace {

constexpr std::size_t most_pairs = 2'000, least_rows = 20;
constexpr double      least_gain_m = 50, least_z = 4;
constexpr double      shift_deg    = 0.02;  // the offsets of Chinese maps are smaller
constexpr std::array  candidates   = {"EPSG:4490", "GCJ02", "BD09"};

/// How many rows more are nearer in `a` than in `b`, in standard deviations of chance.
double sign_z(const std::vector<double>& a, const std::vector<double>& b) {
    double nearer = 0, unlike = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        unlike += a[i] != b[i] ? 1 : 0;
        nearer += a[i] < b[i] ? 1 : 0;
    }
    return unlike == 0 ? 0 : (nearer - unlike / 2) / std::sqrt(unlike / 4);
}

const char* spoken(const std::string& crs) { return crs == "GCJ02" ? "GCJ02" : crs == "BD09" ? "BD09" : "EPSG:4490 or EPSG:4326"; }

}  // namespace

void CrsEvidence::add(double x, double y, const std::string& unit) {
    if (pairs_.size() < most_pairs && std::isfinite(x) && std::isfinite(y) && (x != 0 || y != 0)) pairs_.push_back({x, y, unit});
}

bool CrsEvidence::in_county(double x, double y) const noexcept {
    return county_.is_empty() ? x > 73 && x < 136 && y > 3 && y < 54
                              : x > county_.x_min - shift_deg && x < county_.x_max + shift_deg && y > county_.y_min - shift_deg && y < county_.y_max + shift_deg;
}

std::vector<CrsEvidence::Fit> CrsEvidence::fits(bool swapped) const {
    std::vector<Fit> out;
    if (shapes_ == nullptr) return out;
    for (const char* crs : candidates) {
        Fit             fit{crs, {}, 0};
        const Transform transform(crs, "EPSG:4490");
        for (const Pair& pair : pairs_) {
            std::array x{swapped ? pair.y : pair.x}, y{swapped ? pair.x : pair.y};
            if (pair.unit.empty() || !in_county(x[0], y[0])) continue;
            if (std::string_view(crs) != "EPSG:4490") transform.apply(x, y);
            if (const auto outside = shapes_->metres_outside(pair.unit, {x[0], y[0]})) fit.outside_m.push_back(*outside);
        }
        fit.mean_m = fit.outside_m.empty() ? 0 : std::accumulate(fit.outside_m.begin(), fit.outside_m.end(), 0.0) / static_cast<double>(fit.outside_m.size());
        out.push_back(std::move(fit));
    }
    std::ranges::stable_sort(out, {}, &Fit::mean_m);
    return out;
}

std::string CrsEvidence::gauss_kruger_of(const char* family) const {
    std::map<std::string, std::size_t> votes;
    for (std::size_t i = 0; i < pairs_.size(); i += 1 + pairs_.size() / 20) {
        if (const auto crs = fitting_gauss_kruger(pairs_[i].x, pairs_[i].y, county_)) ++votes[*crs];
    }
    const auto best = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    return best == votes.end() ? family : best->first + " brings them into the county";
}

std::string CrsEvidence::looks_like() const {
    if (pairs_.empty()) return {};
    const auto share = [&](auto test) { return static_cast<double>(std::ranges::count_if(pairs_, test)) / static_cast<double>(pairs_.size()); };
    const double straight = share([&](const Pair& p) { return in_county(p.x, p.y); }), turned = share([&](const Pair& p) { return in_county(p.y, p.x); });
    const auto   is_east = [](double v) { return v > 1e5 && v < 1e6; };
    const auto   is_zoned = [](double v) { return v > 1.3e7 && v < 4.6e7; };
    const auto   is_north = [](double v) { return v > 2e5 && v < 6e6; };
    if (share([&](const Pair& p) { return (is_zoned(p.x) && is_north(p.y)) || (is_zoned(p.y) && is_north(p.x)); }) > 0.8) {
        return fmt::format("they look like Gauss-Kruger metres with the zone's number in front of the easting ({})", gauss_kruger_of("EPSG:4513 to 4533, or 4491 to 4501"));
    }
    if (share([&](const Pair& p) { return (is_east(p.x) && is_north(p.y)) || (is_east(p.y) && is_north(p.x)); }) > 0.8) {
        return fmt::format("they look like Gauss-Kruger metres without the zone's number ({})", gauss_kruger_of("EPSG:4534 to 4554, or 4502 to 4512"));
    }
    if (std::max(straight, turned) < 0.5) return "they do not look like degrees or metres of this county";
    const bool        swapped = turned > straight;
    const std::string order   = swapped ? "they look like degrees, latitude first" : "they look like degrees";
    const auto        fit     = fits(swapped);
    if (fit.empty() || fit.front().outside_m.size() < least_rows || fit[1].mean_m - fit[0].mean_m < 1) return order + "; which of the systems cannot be told from the units that the rows name";
    const double z = sign_z(fit[0].outside_m, fit[1].outside_m);
    return fmt::format("{}; with {} the points lie {:.0f} m from the units that their rows name, with {} {:.0f} m, with {} {:.0f} m ({} rows, {})", order, spoken(fit[0].crs),
                       fit[0].mean_m, spoken(fit[1].crs), fit[1].mean_m, spoken(fit[2].crs), fit[2].mean_m, fit[0].outside_m.size(),
                       z > least_z ? "certain" : z > 2 ? "likely" : "not certain");
}

std::optional<CrsEvidence::Contradiction> CrsEvidence::contradiction(const std::string& declared) const {
    const std::string own = declared == "EPSG:4326" || declared == "OGC:CRS84" ? "EPSG:4490" : declared;
    if (std::ranges::find(candidates, own) == candidates.end()) return std::nullopt;
    const auto fit  = fits(false);
    const auto mine = std::ranges::find(fit, own, &Fit::crs);
    if (mine == fit.end() || mine == fit.begin() || mine->outside_m.size() < least_rows) return std::nullopt;
    if (mine->mean_m - fit.front().mean_m < least_gain_m || sign_z(fit.front().outside_m, mine->outside_m) < least_z) return std::nullopt;
    return Contradiction{fit.front().crs, mine->mean_m, fit.front().mean_m, mine->outside_m.size()};
}

}  // namespace gapmap
