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

PolygonLevels::PolygonLevels(std::string name, const PolygonSource& source, const Table& table, const MvtAttributes& attributes, std::span<const std::uint64_t> ids, std::span<const std::string> sums,
                             PolygonDrawing drawing)
    : name_(std::move(name)), source_(source), attributes_(attributes), ids_(ids), sums_(table, attributes, sums), drawing_(drawing), order_(source.set()) {
    GEO_EXPECTS(drawing_.simplify >= 1 && source.extent() % drawing_.simplify == 0);
}

LevelLattice PolygonLevels::lattice_of(const Level& level) const {
    const auto& matrix = source_.set().levels[static_cast<std::size_t>(level.z)];
    return {level.scale, source_.extent() / level.step, (drawing_.buffer + level.step - 1) / level.step, matrix.columns, matrix.rows, order_};
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
    const LevelLattice lattice = lattice_of(out);
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
    Drawn         out;
    std::uint32_t count_key = 0;
    const auto    feature   = [&](std::uint32_t row) {
        if (out.rows.empty()) {
            writer.begin(name_, attributes_, MvtGeometry::polygon);
            if (!level.carried.counts.empty()) count_key = writer.own_key(polygon_count_name);
        }
        begin_feature(level, row, count_key, writer);
        writer.geometry(commands);
        out.rows.push_back(row);
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        snapped.take(i, rings);
        if (rings.size() == 0) continue;
        draw(rings, static_cast<std::int32_t>(level.step), static_cast<std::int32_t>(buffer * level.step), commands);
        feature(rows[i]);
        out.vertices += rings.points.size();
    }
    for (const Mark& mark : marks_of(level, tile)) {
        rings.clear();
        for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}}) rings.points.push_back({mark.x + dx, mark.y + dy});
        rings.end_ring(true);
        draw(rings, static_cast<std::int32_t>(level.step), 0, commands);
        feature(mark.row);
        out.vertices += 4;
    }
    if (!out.rows.empty()) writer.end(source_.extent(), bytes);
    return out;
}

void PolygonLevels::begin_feature(const Level& level, std::uint32_t row, std::uint32_t count_key, MvtLayerWriter& writer) const {
    writer.feature(ids_[row]);
    if (level.carried.counts.empty()) {
        for (const auto& [key, value] : attributes_.tags(row)) writer.tag(key, value);
        return;
    }
    sums_.tag(writer, row, std::span(level.carried.sums).subspan(row * sums_.size(), sums_.size()));
    writer.own_number(count_key, level.carried.counts[row]);
}

std::span<const PolygonLevels::Mark> PolygonLevels::marks_of(const Level& level, const Tile& tile) const {
    const auto& marks = level.carried.marks;
    const auto  first = std::ranges::lower_bound(marks, tile.number, {}, &Mark::tile);
    return {first, std::ranges::upper_bound(first, marks.end(), tile.number, {}, &Mark::tile)};
}

void PolygonLevels::add_inputs(const Level& level, const Tile& tile, std::span<const Hash128> row_inputs, Hasher128& to) const {
    to.add(name_);
    const auto add_row = [&](std::uint32_t row) {
        to.add(row_inputs[row]);
        if (level.carried.counts.empty()) return;
        to.add(std::uint64_t{level.carried.counts[row]});
        for (std::size_t c = 0; c < sums_.size(); ++c) to.add(level.carried.sums[row * sums_.size() + c]);
    };
    for (std::uint32_t e = tile.first; e < tile.last; ++e) add_row(level.entries[e].row);
    for (const Mark& mark : marks_of(level, tile)) {
        add_row(mark.row);
        to.add(static_cast<std::uint64_t>(mark.x));
        to.add(static_cast<std::uint64_t>(mark.y));
    }
}

}  // namespace gapmap
