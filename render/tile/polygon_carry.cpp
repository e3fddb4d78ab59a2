// PolygonLevels::carry(): what becomes of the values of rows that are too small to draw.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "geo/core/expects.h"
#include "geo/index/kd_tree.h"
#include "geo/tile/tile_id.h"
#include "render/tile/polygon_levels.h"
#include "render/tile/polygon_places.h"

namespace gapmap {
namespace {

constexpr double        nowhere = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint32_t no_heir = ~std::uint32_t{0};

/// Centres of the boxes of the rows inside the set, in lattice units; NaN for all others.
Points<Planar> centres_of(const PolygonSource& source, const LevelLattice& lattice) {
    const double   s = lattice.scale, east = static_cast<double>(lattice.columns * lattice.extent), south = static_cast<double>(lattice.rows * lattice.extent);
    Points<Planar> out;
    for (std::size_t r = 0; r < source.size(); ++r) {
        const auto& b      = source.box(r);
        const bool  inside = !b.is_empty() && b.x_max * s >= 0 && b.x_min * s <= east && b.y_max * s >= 0 && b.y_min * s <= south;
        if (inside) out.push_back({std::clamp((b.x_min + b.x_max) / 2 * s, 0.0, east), std::clamp((b.y_min + b.y_max) / 2 * s, 0.0, south)});
        else out.push_back({nowhere, nowhere});
    }
    return out;
}

/// The nearest row that is drawn, within the width of a tile; no_heir for the others.
std::vector<std::uint32_t> nearest_drawn(const Points<Planar>& centres, const std::vector<bool>& drawn, double within, const Execution& exec) {
    Points<Planar> survivors = centres;
    bool           any       = false;
    for (std::size_t r = 0; r < drawn.size(); ++r) {
        if (!drawn[r]) survivors.x[r] = nowhere;
        any = any || (drawn[r] && !std::isnan(survivors.x[r]));
    }
    std::vector<std::uint32_t> heirs(drawn.size(), no_heir);
    if (!any) return heirs;
    const KdTree tree(survivors.view(), exec);
    parallel_chunks(exec, heirs.size(), 1024, [&](std::size_t begin, std::size_t end) {
        for (std::size_t r = begin; r < end; ++r) {
            if (drawn[r] || std::isnan(centres.x[r])) continue;
            KdTree::Near near{};
            tree.nearest(centres.x[r], centres.y[r], KdTree::none, std::span(&near, 1));
            if (near.d2 <= within * within) heirs[r] = near.row;
        }
    });
    return heirs;
}

/// The square of the lattice that holds a centre.
PolygonLevels::Mark mark_of(std::uint32_t row, double x, double y, int z, const LevelLattice& lattice) {
    const auto square = [](double v, std::int64_t count) { return std::clamp(static_cast<std::int64_t>(std::floor(v)), std::int64_t{0}, count - 1); };
    const std::int64_t cx = square(x, lattice.columns * lattice.extent), cy = square(y, lattice.rows * lattice.extent);
    const TileId       tile{static_cast<std::uint8_t>(z), static_cast<std::uint32_t>(cx / lattice.extent), static_cast<std::uint32_t>(cy / lattice.extent)};
    return {lattice.order.number(tile), row, static_cast<std::int32_t>(cx % lattice.extent), static_cast<std::int32_t>(cy % lattice.extent)};
}

/// Tiles that hold nothing but marks.
void add_tiles(PolygonLevels::Level& level) {
    const auto at_end = static_cast<std::uint32_t>(level.entries.size());
    const auto known  = static_cast<std::ptrdiff_t>(level.tiles.size());
    for (const PolygonLevels::Mark& mark : level.carried.marks) {
        if (!std::binary_search(level.tiles.begin(), level.tiles.begin() + known, PolygonLevels::Tile{mark.tile, 0, 0}, [](const auto& a, const auto& b) { return a.number < b.number; })) {
            level.tiles.push_back({mark.tile, at_end, at_end});
        }
    }
    std::ranges::sort(level.tiles, {}, &PolygonLevels::Tile::number);
}

}  // namespace

void PolygonLevels::carry(Level& level, const std::vector<bool>& drawn, const Execution& exec) const {
    GEO_EXPECTS(has_sums() && drawn.size() == source_.size());
    const LevelLattice         lattice = lattice_of(level);
    const Points<Planar>       centres = centres_of(source_, lattice);
    std::vector<std::uint32_t> heirs   = nearest_drawn(centres, drawn, static_cast<double>(lattice.extent), exec);
    std::vector<Mark>          lonely;
    for (std::uint32_t r = 0; r < heirs.size(); ++r) {
        if (!drawn[r] && !std::isnan(centres.x[r]) && heirs[r] == no_heir) lonely.push_back(mark_of(r, centres.x[r], centres.y[r], level.z, lattice));
    }
    const auto area_of = [&](const Mark& m) { return source_.area(m.row); };
    std::ranges::sort(lonely, [&](const Mark& a, const Mark& b) { return a.tile != b.tile ? a.tile < b.tile : area_of(a) != area_of(b) ? area_of(a) > area_of(b) : a.row < b.row; });
    Carried& out = level.carried;
    for (const Mark& m : lonely) {
        if (out.marks.empty() || out.marks.back().tile != m.tile) out.marks.push_back(m);
        else heirs[m.row] = out.marks.back().row;
    }
    out.counts.assign(source_.size(), 0);
    out.sums.assign(source_.size() * sums_.size(), nowhere);
    for (std::uint32_t r = 0; r < heirs.size(); ++r) {
        if (std::isnan(centres.x[r])) continue;
        const std::uint32_t heir = heirs[r] == no_heir ? r : heirs[r];
        out.rows += heir != r ? 1U : 0U;
        out.counts[heir] += 1;
        SummedColumns::add(sums_.values(r), std::span(out.sums).subspan(heir * sums_.size(), sums_.size()));
    }
    add_tiles(level);
}

}  // namespace gapmap
