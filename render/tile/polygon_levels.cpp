#include "render/tile/polygon_levels.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "geo/core/expects.h"
#include "geo/tile/tile_id.h"
#include "render/tile/mvt_layer_writer.h"
#include "render/tile/polygon_places.h"
#include "render/tile/snapped_tile.h"

namespace gapmap {
namespace {

std::uint32_t zigzag(std::int32_t v) noexcept { return (static_cast<std::uint32_t>(v) << 1) ^ static_cast<std::uint32_t>(v >> 31); }

/// Drawing commands of MVT 2.1, clause 4.3. Lattice points become grid steps from the tile's corner: p * step - shift.
void draw(const LatticeRings& rings, std::int32_t step, std::int32_t shift, std::vector<std::uint32_t>& out) {
    constexpr std::uint32_t move_to = 1, line_to = 2, close_path = 7;
    out.clear();
    std::int32_t x = 0, y = 0;
    const auto   pen = [&](LatticePoint p) {
        const std::int32_t px = p.x * step - shift, py = p.y * step - shift;
        out.push_back(zigzag(px - x));
        out.push_back(zigzag(py - y));
        x = px, y = py;
    };
    for (std::size_t q = 0; q < rings.size(); ++q) {
        const auto ring = rings.ring(q);
        out.push_back(1 << 3 | move_to);
        pen(ring[0]);
        out.push_back(static_cast<std::uint32_t>(ring.size() - 1) << 3 | line_to);
        for (std::size_t i = 1; i < ring.size(); ++i) pen(ring[i]);
        out.push_back(1 << 3 | close_path);
    }
}

/// One row, or a piece of it, on its way into a tile.
void add_shape(const PolygonsView<Planar>& view, const PolygonLevels::Level& level, const PolygonLevels::Entry& entry, bool inside, SnappedTile& to) {
    const double scale = level.scale;
    if (entry.piece == PolygonLevels::whole) {
        for (std::uint32_t part = view.rows[entry.row]; part < view.rows[entry.row + 1]; ++part) {
            for (std::uint32_t q = view.parts[part]; q < view.parts[part + 1]; ++q) {
                const std::uint32_t first = view.rings[q], last = view.rings[q + 1];
                if (last < first + 4) continue;
                const double *x = view.x.data() + first, *y = view.y.data() + first;
                to.add_ring(last - first - 1, q == view.parts[part], inside, [=](std::size_t i) { return std::pair(x[i] * scale, y[i] * scale); });
            }
        }
        return;
    }
    const PolygonLevels::Pieces& pieces = level.pieces;
    for (std::uint32_t q = entry.piece == 0 ? 0 : pieces.piece_ends[entry.piece - 1]; q < pieces.piece_ends[entry.piece]; ++q) {
        const std::uint32_t  first = q == 0 ? 0 : pieces.ring_ends[q - 1];
        const std::uint32_t* at    = pieces.vertices.data() + first;
        to.add_ring(pieces.ring_ends[q] - first, pieces.is_shell[q] != 0, false, [&, at](std::size_t i) { return std::pair(view.x[at[i]] * scale, view.y[at[i]] * scale); });
    }
}

}  // namespace

PolygonLevels::PolygonLevels(std::string name, const PolygonSource& source, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, PolygonDrawing drawing)
    : name_(std::move(name)), source_(source), attributes_(attributes), ids_(ids), drawing_(drawing), order_(source.set()) {
    GEO_EXPECTS(drawing_.simplify >= 1 && source.extent() % drawing_.simplify == 0);
}

double PolygonLevels::area(const Level& level, std::uint32_t row) const noexcept {
    const double steps = level.scale * level.step;
    return source_.area(row) * steps * steps;
}

PolygonLevels::Level PolygonLevels::level(int z) const {
    Level out;
    out.z              = z;
    out.step           = step_of(z);
    out.scale          = source_.scale(z) / out.step;
    const auto& matrix = source_.set().levels[static_cast<std::size_t>(z)];
    const LevelLattice lattice{out.scale, source_.extent() / out.step, (drawing_.buffer + out.step - 1) / out.step, matrix.columns, matrix.rows, TileOrder(source_.set())};
    PolygonPlaces      places(source_, lattice);
    for (std::uint32_t r = 0; r < source_.size(); ++r) {
        const PolygonSource::RowBox& box = source_.box(r);
        if (box.is_empty()) continue;
        const TileRange range = lattice.tiles_of(box);
        if (range.is_empty()) continue;
        ++out.rows;
        out.vertices += source_.vertices(r);
        const auto on = [&](double v) { return lattice_round(v * out.scale); };
        if (on(box.x_min) == on(box.x_max) && on(box.y_min) == on(box.y_max)) continue;  // one point: its neighbours have it too
        places.place(r, range);
    }
    places.finish(out);
    return out;
}

PolygonLevels::Drawn PolygonLevels::encode(const Level& level, const Tile& tile, double least_area, std::string& bytes) const {
    thread_local SnappedTile                snapped;
    thread_local LatticeRings               rings;
    thread_local std::vector<std::uint32_t> commands, rows;
    thread_local MvtLayerWriter             writer;
    const TileId       id     = order_.tile(tile.number);
    const std::int64_t extent = source_.extent() / level.step, buffer = (drawing_.buffer + level.step - 1) / level.step;
    const LatticeBox   box{id.x * extent - buffer, id.y * extent - buffer, static_cast<std::int32_t>(extent + 2 * buffer), static_cast<std::int32_t>(extent + 2 * buffer)};
    const double       least = std::max(least_area, drawing_.min_area);
    const auto         west = static_cast<double>(box.x), north = static_cast<double>(box.y), east = west + box.width, south = north + box.height;
    const auto         view = source_.view();
    snapped.begin(box);
    rows.clear();
    for (std::uint32_t i = tile.first; i < tile.last; ++i) {
        const Entry& entry = level.entries[i];
        const auto&  b     = source_.box(entry.row);
        const double s     = level.scale;
        const bool   drawn = !(area(level, entry.row) < least);
        snapped.begin_shape(drawn);
        if (drawn) rows.push_back(entry.row);
        add_shape(view, level, entry, b.x_min * s >= west && b.x_max * s <= east && b.y_min * s >= north && b.y_max * s <= south, snapped);
    }
    Drawn out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        snapped.take(i, rings);
        if (rings.size() == 0) continue;
        if (out.rows.empty()) writer.begin(name_, attributes_, MvtGeometry::polygon);
        draw(rings, static_cast<std::int32_t>(level.step), static_cast<std::int32_t>(buffer * level.step), commands);
        writer.feature(ids_[rows[i]]);
        for (const auto& [key, value] : attributes_.tags(rows[i])) writer.tag(key, value);
        writer.geometry(commands);
        out.rows.push_back(rows[i]);
        out.vertices += rings.points.size();
    }
    if (!out.rows.empty()) writer.end(source_.extent(), bytes);
    return out;
}

}  // namespace gapmap
