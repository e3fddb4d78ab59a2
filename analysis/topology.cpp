#include "analysis/topology.h"

#include <algorithm>
#include <tuple>

#include "geo/core/expects.h"
#include "geo/index/box_pairs.h"
#include "geo/shape/overlay.h"
#include "geo/shape/pieces.h"

namespace gapmap {
namespace {

using Row = PolygonRow<Planar>;

void check(const TopologyOptions& o) { GEO_EXPECTS(o.least_width_m > 0 && o.least_area_m2 > 0 && o.duplicate_share > 0.5 && o.duplicate_share <= 1); }

bool is_null(const PolygonsView<Planar>& polygons, std::size_t r) { return polygons.rows[r] == polygons.rows[r + 1]; }

/// Tells each connected piece of `ground` that is large and wide enough; `flaw` says what it is.
void tell_pieces(const Polygons<Planar>& ground, const Flaw& flaw, double whole_m2, const TopologyOptions& options, std::vector<Flaw>& out) {
    const auto             view   = ground.view();
    const Polygons<Planar> pieces = wide_parts(Row{view, 0}, options.least_width_m, options.least_area_m2);
    for (std::size_t p = 0; p < pieces.size(); ++p) {
        Flaw& told   = out.emplace_back(flaw);
        told.area_m2 = polygon_area(pieces.view(), p);
        told.width_m = strip_width(told.area_m2, polygon_perimeter(pieces.view(), p));
        told.share   = whole_m2 > 0 ? told.area_m2 / whole_m2 : 0;
        copy_row(pieces.view(), p, told.place);
    }
}

/// Runs `test(i, flaws)` for each i in [0, n) and puts the flaws in order.
template <class Test>
std::vector<Flaw> gather(std::size_t n, const Execution& exec, const Test& test) {
    std::vector<std::vector<Flaw>> slots(n);
    parallel_chunks(exec, n, 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) test(i, slots[i]);
    });
    std::vector<Flaw> all;
    for (std::vector<Flaw>& slot : slots) std::ranges::move(slot, std::back_inserter(all));
    const auto key = [](const Flaw& flaw) {
        const Box<Planar> box = polygon_box(flaw.place.view(), 0);
        return std::tuple(flaw.unit, flaw.other, flaw.kind, -flaw.area_m2, box.x_min, box.y_min);
    };
    std::ranges::stable_sort(all, [&](const Flaw& a, const Flaw& b) { return key(a) < key(b); });
    return all;
}

/// Of what lies outside the child's own parent, the pieces in other parents; returns what is left.
Polygons<Planar> tell_across(Polygons<Planar> outside, const PolygonsView<Planar>& parents, std::span<const std::uint32_t> others, const Flaw& flaw, double whole_m2,
                             const TopologyOptions& options, std::vector<Flaw>& out) {
    for (const std::uint32_t other : others) {
        if (other == flaw.other || outside.x.empty()) continue;
        const auto view = outside.view();
        Flaw       across{.kind = FlawKind::across, .unit = flaw.unit, .other = other};
        tell_pieces(intersection(Row{view, 0}, Row{parents, other}), across, whole_m2, options, out);
        outside = difference(Row{view, 0}, Row{parents, other});
    }
    return outside;
}

}  // namespace

std::vector<Flaw> find_overlaps(const PolygonsView<Planar>& units, const TopologyOptions& options, const Execution& exec) {
    check(options);
    const std::vector<RowPair> pairs = box_pairs(units);
    return gather(pairs.size(), exec, [&](std::size_t i, std::vector<Flaw>& out) {
        const auto [a, b]   = pairs[i];
        const auto   shared = intersection(Row{units, a}, Row{units, b});
        const double area = polygon_area(shared.view(), 0), of_a = polygon_area(units, a), of_b = polygon_area(units, b);
        if (area < options.least_area_m2) return;
        if (area < options.duplicate_share * std::max(of_a, of_b)) {
            return tell_pieces(shared, {.kind = FlawKind::overlap, .unit = a, .other = b}, of_a, options, out);
        }
        out.push_back({FlawKind::duplicate, a, b, area, strip_width(area, polygon_perimeter(shared.view(), 0)), area / of_a, shared});
    });
}

ParentGaps find_gaps(const PolygonsView<Planar>& parents, const PolygonsView<Planar>& children, double tiled_share, const TopologyOptions& options,
                     const Execution& exec) {
    check(options);
    const Partners    near(box_pairs(parents, children), parents.size());
    std::vector<char> tiled(parents.size(), 0);  // not bool: threads write neighbours
    ParentGaps        result;
    result.flaws = gather(parents.size(), exec, [&](std::size_t r, std::vector<Flaw>& out) {
        if (is_null(parents, r)) return;
        const auto   open  = difference(Row{parents, r}, children, near.of(r));
        const double whole = polygon_area(parents, r);
        if (whole - polygon_area(open.view(), 0) < tiled_share * whole) return;
        tiled[r] = 1;
        tell_pieces(open, {.kind = FlawKind::gap, .unit = static_cast<std::uint32_t>(r)}, whole, options, out);
    });
    result.tiled.assign(tiled.begin(), tiled.end());
    return result;
}

std::vector<Flaw> find_holes(const PolygonsView<Planar>& units, const TopologyOptions& options) {
    check(options);
    std::vector<std::uint32_t> all(units.size());
    for (std::size_t r = 0; r < all.size(); ++r) all[r] = static_cast<std::uint32_t>(r);
    const Polygons<Planar> united = unite(units, all);
    const Polygons<Planar> holes  = holes_of(united.view(), 0);
    return gather(holes.size(), {}, [&](std::size_t r, std::vector<Flaw>& out) {
        Polygons<Planar> hole;
        copy_row(holes.view(), r, hole);
        tell_pieces(hole, {.kind = FlawKind::gap}, 0, options, out);
    });
}

std::vector<Flaw> find_outside(const PolygonsView<Planar>& children, const PolygonsView<Planar>& parents, std::span<const std::int32_t> parent_of, Foreign foreign,
                               const TopologyOptions& options, const Execution& exec) {
    check(options);
    GEO_EXPECTS(parent_of.size() == children.size());
    const Partners near(box_pairs(children, parents), children.size());
    return gather(children.size(), exec, [&](std::size_t r, std::vector<Flaw>& out) {
        if (parent_of[r] < 0 || is_null(children, r)) return;
        const auto parent = static_cast<std::uint32_t>(parent_of[r]);
        if (is_null(parents, parent)) return;
        const Flaw   flaw{.kind = FlawKind::outside, .unit = static_cast<std::uint32_t>(r), .other = parent};
        const double whole   = polygon_area(children, r);
        auto         outside = difference(Row{children, r}, Row{parents, parent});
        if (foreign == Foreign::named) outside = tell_across(std::move(outside), parents, near.of(r), flaw, whole, options, out);
        if (!outside.x.empty()) tell_pieces(outside, flaw, whole, options, out);
    });
}

}  // namespace gapmap
