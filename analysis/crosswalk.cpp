#include "analysis/crosswalk.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "analysis/join.h"
#include "geo/core/expects.h"
#include "geo/index/box_pairs.h"
#include "geo/shape/overlay.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

constexpr std::uint32_t none = CrosswalkLink::none;
using Row                    = PolygonRow<Planar>;

/// Where two units of different days share ground, or one has ground of its own (the other is none then).
struct Shared {
    std::vector<std::vector<CrosswalkLink>> of_from;   ///< per earlier unit, `to` in order, none last; weight not set yet
    std::vector<double>                     fresh_m2;  ///< per later unit: ground that no earlier unit had
    std::vector<std::uint32_t>              twin;      ///< per earlier unit: the later unit with its code and its ground, or none
};

/// The area of ground that two days have in common or not; 0 where it is noise.
double told_area(const Polygons<Planar>& ground, const CrosswalkOptions& options) {
    const auto view = ground.view();
    return wide_parts(Row{view, 0}, options.least_width_m, options.least_area_m2).x.empty() ? 0 : polygon_area(view, 0);
}

/// Per earlier unit, the later unit with its code and its ground; none where there is no such.
std::vector<std::uint32_t> unchanged_units(const UnitsOfDay& from, const UnitsOfDay& to, const CrosswalkOptions& options, const Execution& exec) {
    std::unordered_map<std::string_view, std::uint32_t> row_of;
    for (std::size_t r = 0; r < to.code.size(); ++r) row_of.emplace(to.code[r], static_cast<std::uint32_t>(r));
    std::vector<std::uint32_t> twin(from.code.size(), none);
    parallel_chunks(exec, from.code.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            const auto found = row_of.find(from.code[r]);
            if (found == row_of.end() || polygon_box(from.shape, r).is_empty() || polygon_box(to.shape, found->second).is_empty()) continue;
            const Row  before{from.shape, r}, after{to.shape, found->second};
            const bool is_same = told_area(difference(before, after), options) == 0 && told_area(difference(after, before), options) == 0;
            if (is_same) twin[r] = found->second;
        }
    });
    return twin;
}

Shared shared_ground(const UnitsOfDay& from, const UnitsOfDay& to, const CrosswalkOptions& options, const Execution& exec) {
    const Partners later(box_pairs(from.shape, to.shape), from.shape.size()), earlier(box_pairs(to.shape, from.shape), to.shape.size());
    Shared shared{std::vector<std::vector<CrosswalkLink>>(from.shape.size()), std::vector<double>(to.shape.size()), unchanged_units(from, to, options, exec)};
    std::vector<bool> stays(to.code.size(), false);
    for (const std::uint32_t t : shared.twin) {
        if (t != none) stays[t] = true;
    }
    parallel_chunks(exec, from.shape.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            const auto unit = static_cast<std::uint32_t>(r);
            const auto add  = [&](std::uint32_t other, double area) {
                if (area > 0) shared.of_from[r].push_back({unit, other, 0, area});
            };
            if (shared.twin[r] != none) {
                add(shared.twin[r], polygon_area(from.shape, r));
                continue;
            }
            const auto add_common = [&](bool with_unchanged) {
                for (const std::uint32_t other : later.of(r)) {
                    if (stays[other] == with_unchanged) add(other, told_area(intersection(Row{from.shape, r}, Row{to.shape, other}), options));
                }
            };
            add_common(false);
            if (shared.of_from[r].empty()) add_common(true);  // all that is left of it lies in units that stayed as they were
            add(none, told_area(difference(Row{from.shape, r}, to.shape, later.of(r)), options));
        }
    });
    parallel_chunks(exec, to.shape.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            if (!stays[r]) shared.fresh_m2[r] = told_area(difference(Row{to.shape, r}, from.shape, earlier.of(r)), options);
        }
    });
    return shared;
}

/// A unit without ground goes to the unit of its code.
void link_by_code(const UnitsOfDay& from, const UnitsOfDay& to, Shared& shared, std::vector<WeightBasis>& basis) {
    std::unordered_map<std::string_view, std::uint32_t> row_of;
    for (std::size_t r = 0; r < to.code.size(); ++r) row_of.emplace(to.code[r], static_cast<std::uint32_t>(r));
    for (std::size_t r = 0; r < from.code.size(); ++r) {
        if (!shared.of_from[r].empty()) continue;
        basis[r]         = WeightBasis::code;
        const auto found = row_of.find(from.code[r]);
        shared.of_from[r].push_back({static_cast<std::uint32_t>(r), found == row_of.end() ? none : found->second, 1, 0});
    }
}

void weigh_by_area(std::vector<CrosswalkLink>& links) {
    const double whole = std::accumulate(links.begin(), links.end(), 0.0, [](double sum, const CrosswalkLink& link) { return sum + link.area_m2; });
    for (CrosswalkLink& link : links) link.weight = link.area_m2 / whole;
}

/// Mass of each earlier unit by the later unit that it lies in now.
std::vector<std::map<std::uint32_t, double>> mass_by_unit(const UnitsOfDay& from, const UnitsOfDay& to, const MassPoints& points, const Execution& exec) {
    GEO_EXPECTS(points.mass.size() == points.at.size());
    const PointJoin before = join_points(points.at, from.shape, exec), after = join_points(points.at, to.shape, exec);
    std::vector<std::map<std::uint32_t, double>> mass(from.shape.size());
    for (std::size_t p = 0; p < points.mass.size(); ++p) {
        GEO_EXPECTS(points.mass[p] >= 0);
        if (before.polygon[p] != Located::none) mass[before.polygon[p]][after.polygon[p] == Located::none ? none : after.polygon[p]] += points.mass[p];
    }
    return mass;
}

/// Sets the weights of one unit by mass; a link that only points make (ground too thin to be told) is added. False: there is no mass.
bool weigh_by_mass(std::uint32_t unit, const std::map<std::uint32_t, double>& mass, std::vector<CrosswalkLink>& links) {
    const double whole = std::accumulate(mass.begin(), mass.end(), 0.0, [](double sum, const auto& entry) { return sum + entry.second; });
    if (!(whole > 0)) return false;
    for (const auto& [to, amount] : mass) {
        const auto found = std::ranges::find(links, to, &CrosswalkLink::to);
        if (found == links.end()) links.push_back({unit, to, amount / whole, 0});
        else found->weight = amount / whole;
    }
    std::ranges::sort(links, {}, &CrosswalkLink::to);
    return true;
}

/// Units of both days that are linked, as sets: earlier units are numbered from 0, later ones behind them.
class Sets {
public:
    explicit Sets(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
    std::size_t of(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) { parent_[std::max(of(a), of(b))] = std::min(of(a), of(b)); }

private:
    std::vector<std::size_t> parent_;
};

/// One set of linked units.
struct Change {
    std::size_t   earlier = 0, later = 0;
    std::uint32_t from = none, to = none;  ///< the last of each; the only one where there is one
    bool          whole = true;            ///< no ground went nowhere or came from nowhere
};

UnitChange class_of(const Change& change, const UnitsOfDay& from, const UnitsOfDay& to) {
    if (change.later == 0) return UnitChange::gone;
    if (change.earlier == 0) return UnitChange::created;
    if (change.earlier == 1 && change.later > 1) return UnitChange::split;
    if (change.earlier > 1 && change.later == 1) return UnitChange::merged;
    if (change.earlier > 1 || !change.whole) return UnitChange::changed;
    const bool as_was = from.code[change.from] == to.code[change.to] && from.name[change.from] == to.name[change.to];
    return as_was ? UnitChange::same : UnitChange::renamed;
}

void classify(const UnitsOfDay& from, const UnitsOfDay& to, const Shared& shared, Crosswalk& out) {
    const std::size_t n = from.code.size(), m = to.code.size();
    Sets              sets(n + m);
    for (const auto& links : shared.of_from) {
        for (const CrosswalkLink& link : links) {
            if (link.to != none) sets.join(link.from, n + link.to);
        }
    }
    std::vector<Change> changes(n + m);
    for (std::size_t i = 0; i < n; ++i) {
        Change& change = changes[sets.of(i)];
        ++change.earlier;
        change.from = static_cast<std::uint32_t>(i);
        change.whole &= shared.of_from[i].back().to != none;
    }
    for (std::size_t j = 0; j < m; ++j) {
        Change& change = changes[sets.of(n + j)];
        ++change.later;
        change.to = static_cast<std::uint32_t>(j);
        change.whole &= shared.fresh_m2[j] == 0;
    }
    for (std::size_t i = 0; i < n; ++i) out.from_change.push_back(class_of(changes[sets.of(i)], from, to));
    for (std::size_t j = 0; j < m; ++j) out.to_change.push_back(class_of(changes[sets.of(n + j)], from, to));
}

}  // namespace

std::string_view to_string(UnitChange change) noexcept {
    switch (change) {
        case UnitChange::same: return "same";
        case UnitChange::renamed: return "renamed";
        case UnitChange::changed: return "changed";
        case UnitChange::split: return "split";
        case UnitChange::merged: return "merged";
        case UnitChange::gone: return "gone";
        case UnitChange::created: return "new";
    }
    return "changed";
}

std::string_view to_string(WeightBasis basis) noexcept {
    switch (basis) {
        case WeightBasis::area: return "area";
        case WeightBasis::points: return "points";
        case WeightBasis::code: return "code";
    }
    return "area";
}

Crosswalk make_crosswalk(const UnitsOfDay& from, const UnitsOfDay& to, const MassPoints* points, const CrosswalkOptions& options, const Execution& exec) {
    GEO_EXPECTS(from.code.size() == from.shape.size() && from.name.size() == from.shape.size());
    GEO_EXPECTS(to.code.size() == to.shape.size() && to.name.size() == to.shape.size());
    GEO_EXPECTS(options.least_width_m > 0 && options.least_area_m2 > 0);
    Crosswalk out;
    out.basis.assign(from.code.size(), WeightBasis::area);
    Shared shared = shared_ground(from, to, options, exec);
    link_by_code(from, to, shared, out.basis);
    classify(from, to, shared, out);
    const auto mass = points == nullptr ? std::vector<std::map<std::uint32_t, double>>(from.code.size()) : mass_by_unit(from, to, *points, exec);
    for (std::size_t r = 0; r < from.code.size(); ++r) {
        std::vector<CrosswalkLink>& links = shared.of_from[r];
        if (shared.twin[r] == none && weigh_by_mass(static_cast<std::uint32_t>(r), mass[r], links)) out.basis[r] = WeightBasis::points;
        else if (out.basis[r] == WeightBasis::area) weigh_by_area(links);
        out.links.insert(out.links.end(), links.begin(), links.end());
    }
    return out;
}

Carried carry(const Crosswalk& crosswalk, std::span<const double> counts) {
    GEO_EXPECTS(counts.size() == crosswalk.basis.size());
    Carried out{std::vector<double>(crosswalk.to_change.size(), 0.0)};
    for (const CrosswalkLink& link : crosswalk.links) {
        if (link.weight == 0) continue;  // nothing of it goes there, known or not
        (link.to == none ? out.nowhere : out.to[link.to]) += counts[link.from] * link.weight;
    }
    return out;
}

}  // namespace gapmap
